"""Launch: sets the stage for one run, lets it go, and tidies up after it, however it ends."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from alife.errors import AlifeError, DiskError
from alife.sim.config import SimulationConfig, dump
from alife.sim.run_directory import RunDirectory, default_path
from alife.sim.runner import Camera, Runner
from alife.sim.signals import Interruption, listening
from alife.sim.simulation import Simulation
from alife.sim.summary import summarise

if TYPE_CHECKING:
    from alife.view.window import Window

_GLIMPSE_SECONDS = 10  # of the first and of the last ticks, filmed where there is no screen


@dataclass(frozen=True)
class Options:
    """How a run is to be watched and kept."""

    headless: bool = False
    out: Path | None = None
    record: Path | None = None


@dataclass(frozen=True)
class Ending:
    """What a run has come to."""

    summary: dict[str, Any]
    directory: Path
    pictures: tuple[Path, ...]
    exit_code: int


def launch(config: SimulationConfig, options: Options) -> Ending:
    """Run a configuration from its first tick to its end.

    Raises:
        AlifeError: with the exit code of its kind; what was written stays, each file whole, unless the run
            failed before there was anything to keep: then nothing stays.
    """
    torch.set_num_threads(1)  # one thread is fastest below thousands of rows
    with listening() as interruption:
        simulation = Simulation(config)
        with (
            _window(config, options) as window,
            _directory(config, options) as directory,
            _camera(config, options, directory, window) as camera,
        ):
            simulation.events.write_to(directory.events, config.record.events)
            return _run(simulation, directory, interruption, window, camera, options)


def _run(
    simulation: Simulation,
    directory: RunDirectory,
    interruption: Interruption,
    window: "Window | None",
    camera: Camera | None,
    options: Options,
) -> Ending:
    begun = time.monotonic()
    try:
        Runner(simulation, directory, interruption, window, camera).run()
        simulation.events.flush()
    except AlifeError as error:
        simulation.events.flush()
        directory.finish(summarise(simulation, time.monotonic() - begun, str(error)))
        raise
    ended = _ended(simulation, interruption)
    summary = summarise(simulation, time.monotonic() - begun, ended)
    directory.finish(summary)
    pictures = _pictures(simulation, directory, camera, options)
    return Ending(summary, directory.path, pictures, interruption.exit_code)


def _ended(simulation: Simulation, interruption: Interruption) -> str:
    if interruption.signal is not None:
        return "interrupted"
    return "done" if simulation.tick == simulation.config.ticks else "stopped"


@contextmanager
def _window(config: SimulationConfig, options: Options) -> Iterator["Window | None"]:
    """Open the window, or say in one line why there is none."""
    if options.headless:
        yield None
        return
    from alife.view.window import NoDisplay, Window

    try:
        window = Window(config.name, config.view.fps)
    except NoDisplay as reason:
        print(f"{reason} Going on without a window.", file=sys.stderr)
        yield None
        return
    try:
        yield window
    finally:
        window.close()


@contextmanager
def _directory(config: SimulationConfig, options: Options) -> Iterator[RunDirectory]:
    """Make the run directory; take it away again if the run fails before there is anything to keep."""
    directory = RunDirectory(options.out or default_path(config.name), dump(config))
    try:
        yield directory
    except AlifeError:
        if not directory.lines:
            directory.discard()
        raise


@contextmanager
def _camera(
    config: SimulationConfig, options: Options, directory: RunDirectory, window: "Window | None"
) -> Iterator[Camera | None]:
    """Set up a camera if a film is asked for, or if nobody can look at a run that will end."""
    spans = None
    if options.record is not None:
        path = options.record
    elif window is None and not options.headless and config.ticks is not None:
        path, spans = directory.path / "film.mp4", _first_and_last(config, config.ticks)
    else:
        yield None
        return
    from alife.view.film import Film

    film: Film = Film(path, config.view.fps)
    try:
        yield Camera(film, spans)
    except BaseException:
        with suppress(DiskError):  # what ended the run is the news
            film.close()
        raise
    film.close()


def _first_and_last(config: SimulationConfig, ticks: int) -> list[range]:
    span = round(_GLIMPSE_SECONDS * config.view.fps * config.view.ticks_per_frame)
    return [range(span), range(ticks - span, ticks)]


def _pictures(
    simulation: Simulation, directory: RunDirectory, camera: Camera | None, options: Options
) -> tuple[Path, ...]:
    """Where nobody could look, leave a learning curve; return it and the film."""
    if options.headless or camera is None or options.record is not None:
        return ()
    from alife.plot import learning_curve

    curves = {name: metrics.curve() for name, metrics in simulation.metrics.items()}
    path = directory.path / "curve.png"
    learning_curve(curves, simulation.config.name).savefig(path)
    return path, directory.path / "film.mp4"
