"""Launch: prepare one run, run it, and tidy up after it, however it ends."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from alife.app._one_thread import keep_torch_on_one_thread
from alife.app.creatures import save_living_creature, settle_creatures
from alife.config.simulation_config import SimulationConfig, dump_config
from alife.core.errors import AlifeError, ConfigError, DiskError, NumericError, WorldError
from alife.core.fault import fault_of
from alife.core.kernel import before_compiling
from alife.core.terminal import print_line, print_warning
from alife.core.world import State
from alife.runs._places import checked_places
from alife.runs._read_files import check_layout
from alife.runs.checkpoints import last_checkpoint, last_tick, save_checkpoint, take_on
from alife.runs.claim import Claim, claim_new
from alife.runs.disk_faults import DiskFaults
from alife.runs.fault_replay import replay_fault
from alife.runs.following import Following
from alife.runs.past_run import PastRun, load_beginning, load_run_config, verdict
from alife.runs.recorder import Recorder
from alife.runs.replay import Replay, build_replay
from alife.runs.results import Run
from alife.runs.run_directory import BEGINNING, RunDirectory
from alife.runs.saver import Saver
from alife.runs.summary import summarise
from alife.runs.tensorboard_file import check_tensorboard
from alife.sim.build import build_simulation
from alife.sim.learned import load_learned_brains
from alife.sim.memory import cost_lines
from alife.sim.metrics import WINDOW
from alife.sim.reload import watch_world
from alife.sim.runner import FilmRecorder, FrameFilm, Runner, TwoSides
from alife.sim.signals import Interruption, listening
from alife.sim.simulation import Simulation, keys_that_decide
from alife.sim.slow_tick import SlowTick
from alife.sim.spectator import most_interesting

if TYPE_CHECKING:
    from alife.view.window.window import Window

_GLIMPSE_SECONDS = 10  # of the first and of the last ticks, filmed where there is no screen
_CURVE = f"reward per 100 ticks and creature, over the last {WINDOW:,}"
_BESIDE_SECONDS = 20.0
_WORTH_KEEPING = 100  # ticks after which even a run that fails leaves its files


@dataclass(frozen=True)
class LaunchOptions:
    """How a run is to be watched and kept."""

    headless: bool = False
    out: Path | None = None
    record: Path | None = None
    quiet: bool = False
    """Whether there is no progress line."""
    brains_from: Path | None = None
    """A run with whose brains the creatures of a new one begin."""
    creatures: tuple[Path, ...] = ()
    """Files of creatures that live in the first rows of their species."""
    reload: bool = False
    """Whether the world begins anew whenever its file is saved."""
    story: Literal["always", "first time"] = "first time"
    """When the window tells its story."""
    strict: bool = False
    """Whether a run ends when something cannot be written; else it goes on and tries again."""


@dataclass(frozen=True)
class Ending:
    """How a run has ended."""

    summary: dict[str, Any]
    directory: Path
    pictures: tuple[Path, ...]
    exit_code: int


def launch(config: SimulationConfig, options: LaunchOptions, interruption: Interruption | None = None) -> Ending:
    """Run a configuration from its first tick to its end.

    Args:
        config: what is run.
        options: how it is watched and kept.
        interruption: set when the run is to end early; when omitted, signals are listened for.

    Raises:
        AlifeError: with the exit code of its kind; what was written stays, each file whole, unless the run
            failed before there was anything to keep: then nothing stays.
    """
    check_tensorboard(config)
    hearing = nullcontext(interruption) if interruption is not None else listening()
    with (
        hearing as heard,
        _open_window(config, options) as window,
        closing(_build(config, options, window)) as simulation,
    ):
        for line in cost_lines(config, simulation.world):
            print_warning(f"warning: {line}")
        text = dump_config(config)
        if options.brains_from is not None:
            learned = last_checkpoint(options.brains_from / "checkpoints", simulation.most_state_bytes())
            take_on(learned, partial(load_learned_brains, simulation))
        settle_creatures(simulation, options.creatures)

        def open_directory() -> RunDirectory:
            return RunDirectory(options.out or claim_new(config.name), text)

        return _live(simulation, open_directory, {}, options, heard, window)


def resume(
    run: Path, changes: Sequence[str], options: LaunchOptions, interruption: Interruption, trust: bool = False
) -> Ending:
    """Go on with a run from its last whole checkpoint, as if it had never stopped.

    Args:
        run: its directory.
        changes: of what changes nothing that happens, as `a.b=value` texts, such as ticks=20000.
        options: how it is watched.
        interruption: set when the run is to end early.
        trust: whether its configuration may name code that is not of the house.

    Raises:
        ConfigError: it is no run directory, another process writes it, its configuration names code of others without
            trust, a change decides what happens, or there are no ticks left.
        CheckpointError: there is no whole checkpoint, it is of another configuration, or the directory is laid out
            otherwise than that of a run.
        AlifeError: as in `launch`; nothing of the run is removed.
    """
    before = load_run_config(run, trust=trust)
    config = load_run_config(run, changes, trust) if changes else before
    if decided := keys_that_decide(before, config):
        raise ConfigError(f"--set {decided[0]}: decides what happens, so the run would be another; leave it out")
    check_tensorboard(config)
    check_layout(run)
    with Claim(run) as claim:
        return _go_on(claim, config, options, interruption)


def _go_on(claim: Claim, config: SimulationConfig, options: LaunchOptions, interruption: Interruption) -> Ending:
    run = claim.path
    with _open_window(config, options) as window, closing(_build(config, options, window)) as simulation:
        checkpoint = last_checkpoint(run / "checkpoints", simulation.most_state_bytes())
        take_on(checkpoint, simulation.load_state_dict)
        if config.ticks is not None and simulation.tick >= config.ticks and _is_done(run):
            raise ConfigError(
                f"--ticks: {run} has run its {simulation.tick:,} ticks; give more, as in --ticks {2 * simulation.tick}"
            )
        places = checked_places(run, checkpoint.places, config.record.tensorboard)
        text = dump_config(config)
        return _live(simulation, lambda: RunDirectory(claim, text, places), places, options, interruption, window)


def _build(config: SimulationConfig, options: LaunchOptions, window: "Window | None") -> Simulation:
    """Build the simulation, and say meanwhile what takes so long."""
    if window is not None:
        window.say(f"{config.name} is being built")
    if window is not None or not options.quiet:
        say_before_compiling(window)
    return build_simulation(config)


def _is_done(run: Path) -> bool:
    """Return whether a run has come to its end and says so; one that was killed just before does not."""
    summary = Run(run).summary
    return summary is not None and summary.get("ended") == "done"


def _live(
    simulation: Simulation,
    open_directory: Callable[[], RunDirectory],
    places: Mapping[str, Any],
    options: LaunchOptions,
    heard: Interruption,
    window: "Window | None",
) -> Ending:
    """Run a simulation to its end, watched and kept; `places` is where its files stand, nothing for a new run."""
    config = simulation.config
    keep_torch_on_one_thread()
    disk = DiskFaults(options.strict)
    watch = watch_world(config, simulation.world) if options.reload else None
    with _open_directory(simulation, open_directory, places) as directory:
        if config.record.tensorboard:
            directory.write_tensorboard()
        if options.brains_from is not None or options.creatures:
            save_checkpoint(directory.path / BEGINNING, 0, simulation.state_dict(), {}, keep=1)
        if window is not None:
            window.folder = directory.path
        with _open_film(config, options, directory, window, disk) as film_recorder:
            simulation.events.write_events_to(directory.events, config.record.events, places.get("events", (0, 0)))
            simulation.lives.write_lives_to(directory.lives, config.record.lives, places.get("lives", (0, 0)))
            recorder = _open_recorder(simulation, directory, places.get("recordings", 0))
            saver = Saver(simulation, directory, recorder, disk)
            shown = (window, film_recorder, recorder, options.quiet, watch)
            beside = partial(_beside, simulation, directory.path)
            new_film = partial(_new_film, directory.path, config.view.fps)
            runner = Runner(
                simulation,
                directory,
                heard,
                *shown,
                saver.save_if_due,
                disk=disk,
                beside=beside,
                new_film=new_film,
                save_creature=partial(save_living_creature, simulation, directory.path),
            )
            summary = _run_and_save(simulation, directory, heard, runner, saver)
        pictures = _save_pictures(simulation, directory, film_recorder, options)
        return Ending(summary, directory.path, pictures, heard.exit_code)


def _new_film(folder: Path, fps: int, tick: int) -> tuple[FrameFilm, str]:
    """Return a film of what the window shows from a tick on, and where it will be."""
    from alife.view.film.film import Film

    path = folder / f"film-{tick}.mp4"
    return Film(path.absolute(), fps), str(path)


def _beside(simulation: Simulation, run: Path) -> TwoSides:
    """Return beginners beside what they have become by now, for about twenty seconds."""
    from alife.app.beside import Beside

    config, state, tick = simulation.config, simulation.state_dict(), simulation.tick
    chosen = most_interesting(simulation), 0

    def load(other: Simulation) -> int:
        load_learned_brains(other, state)
        return tick

    ticks = max(1, round(_BESIDE_SECONDS * config.view.ticks_per_second))
    return Beside(config, lambda built: chosen, ticks, load, partial(load_beginning, run))


def _open_recorder(simulation: Simulation, directory: RunDirectory, files: int) -> Recorder | None:
    if not any(simulation.config.record.spikes.values()):
        return None
    return Recorder(simulation, directory.recordings, files)


def replay(run: PastRun, headless: bool = False, interruption: Interruption | None = None) -> tuple[str, int]:
    """Run a finished run again; nothing is written.

    Args:
        run: what it has left.
        headless: whether there is no window.
        interruption: set when the replay is to end early; when omitted, signals are listened for.

    Returns:
        A line that says whether the replay equals the run, and the exit code.

    Raises:
        CheckpointError: it does not, or an intervention of the run cannot be applied again.
        AlifeError: the replay has failed where the run did not.
    """
    say_before_compiling()
    with nullcontext(interruption) if interruption is not None else listening() as heard:
        keep_torch_on_one_thread()

        def show(simulation: Replay) -> None:
            with _open_window(run.config, LaunchOptions(headless)) as window:
                Runner(simulation, None, heard, window).run()

        if run.fault is not None:
            return replay_fault(run, run.fault, show, heard), heard.exit_code
        with closing(build_replay(run.config, run.interventions, run.end, state=run.beginning())) as simulation:
            show(simulation)
            return verdict(run, simulation), heard.exit_code


def show(run: Path, interruption: Interruption, trust: bool = False, follow: bool = False) -> int:
    """Open a window on the last whole checkpoint of a run, standing still; what is lived from there is not kept.

    Args:
        run: its directory.
        interruption: set when it is to end early.
        trust: whether its configuration may name code that is not of the house.
        follow: whether it goes on to each checkpoint that another process makes, and waits for the first.

    Returns:
        The exit code.

    Raises:
        ConfigError: it is no run directory, names code of others without trust, or there is no display.
        CheckpointError: there is no whole checkpoint (where none is waited for), or it is of another configuration.
    """
    config = load_run_config(run, trust=trust).model_copy(update={"ticks": None})
    from alife.view.window.display import NoDisplay
    from alife.view.window.window import Window

    try:
        window = Window(config.name, config.view.fps)
    except NoDisplay as reason:
        why = str(reason).rstrip(".")
        raise ConfigError(f"{why}; to see a run without one, alife then-and-now {run} makes a film") from reason
    say_before_compiling()
    with closing(window), closing(build_simulation(config)) as simulation:
        most, load = simulation.most_state_bytes(), simulation.load_state_dict
        followed = partial(_follow, Following(run, most), load) if follow else None
        if followed is not None:
            followed()
        else:
            take_on(last_checkpoint(run / "checkpoints", most), load)
        keep_torch_on_one_thread()
        then = " until its next checkpoint" if follow else ""
        stands = f"{run} as it was after tick {simulation.tick:,}"
        print_line(f"{stands}: SPACE goes on from there{then}, q ends; nothing is written")
        Runner(simulation, None, interruption, window, standing=True, follow=followed).run()
    return interruption.exit_code


def _follow(following: Following, load: Callable[[State], object]) -> tuple[bool, str]:
    """Load the newest checkpoint of a run, unless it was; return whether it is new, and a line about the run."""
    checkpoint = following.newer_checkpoint()
    if checkpoint is not None:
        take_on(checkpoint, load)
    return checkpoint is not None, following.describe()


def say_before_compiling(window: "Window | None" = None) -> None:
    """Say why a run begins late, if something has to be compiled: on standard error, and in the window."""
    words = "compiling the tick for this machine, once: about fifteen seconds"

    def say() -> None:
        print_warning(words)
        if window is not None:
            window.say(words)

    before_compiling(say)


def _run_and_save(
    simulation: Simulation, directory: RunDirectory, interruption: Interruption, runner: Runner, saver: Saver
) -> dict[str, Any]:
    """Run to the end, write the summary, and return it."""
    begun = time.monotonic()
    try:
        with interruption.looking(SlowTick(simulation).look):
            runner.run()
        saver.save()
        simulation.lives.finish_lives(simulation.tick)
    except BaseException as error:
        if _is_worth_keeping(simulation):
            _save_what_can_be_saved(simulation, directory, saver, time.monotonic() - begun, error)
            if isinstance(error, WorldError | NumericError):
                _leave_black_box(simulation, directory, error)
        raise
    return _finish(simulation, directory, time.monotonic() - begun, _reason_of_end(simulation, interruption))


def _finish(simulation: Simulation, directory: RunDirectory, seconds: float, ended: str) -> dict[str, Any]:
    """Write the line of metrics that the last ticks have not had yet, and the summary."""
    passed = _ticks_passed(simulation)
    if passed > directory.tick:
        directory.append_metrics({**simulation.metrics_line(), "tick": passed})
    summary = summarise(simulation, seconds, ended)
    directory.write_summary(summary)
    return summary


def _save_what_can_be_saved(
    simulation: Simulation,
    directory: RunDirectory,
    saver: Saver,
    seconds: float,
    error: BaseException,
) -> None:
    """Finish the files of a run that failed; only the error that ended the run is reported, none from here."""
    save = partial(saver.save, more=1) if simulation.between_ticks else saver.flush  # the one before stays, too
    for write in (save, partial(simulation.lives.finish_lives, simulation.tick)):
        with suppress(Exception):
            write()
    with suppress(Exception):
        ended = str(error) if isinstance(error, AlifeError) else f"{type(error).__name__}: {error}"
        _finish(simulation, directory, seconds, ended)


def _leave_black_box(simulation: Simulation, directory: RunDirectory, error: WorldError | NumericError) -> None:
    """Write down the fault that has ended a run, and let the error say from where the run can go on."""
    with suppress(DiskError):
        directory.write_fault(fault_of(error, simulation.tick))
    if (tick := last_tick(directory.checkpoints)) is not None:
        error.args = (f"{error}; alife resume {directory.path} goes on from tick {tick}",)


def _is_worth_keeping(simulation: Simulation) -> bool:
    """Return whether a run that fails has had its first line of metrics, or enough ticks for one."""
    return _ticks_passed(simulation) >= min(simulation.config.record.metrics, _WORTH_KEEPING)


def _ticks_passed(simulation: Simulation) -> int:
    """Return how many ticks are in the metrics; one that fails has begun and is not."""
    return next(iter(simulation.metrics.values())).ticks


def _reason_of_end(simulation: Simulation, interruption: Interruption) -> str:
    if interruption.signal is not None:
        return "interrupted"
    if simulation.extinct:
        return "extinct"
    return "done" if simulation.tick == simulation.config.ticks else "stopped"


@contextmanager
def _open_window(config: SimulationConfig, options: LaunchOptions) -> Iterator["Window | None"]:
    """Open the window, or say in one line why there is none."""
    if options.headless:
        yield None
        return
    from alife.view.window.display import NoDisplay
    from alife.view.window.window import Window

    try:
        window = Window(config.name, config.view.fps, on_close=config.view.on_close, story=options.story)
    except NoDisplay as reason:
        print_warning(f"{str(reason).rstrip('.')}; going on without a window.")
        yield None
        return
    try:
        yield window
    finally:
        window.close()


@contextmanager
def _open_directory(
    simulation: Simulation, open_directory: Callable[[], RunDirectory], places: Mapping[str, Any]
) -> Iterator[RunDirectory]:
    """Open the run directory; take a new one away again if the run fails before there is anything to keep."""
    directory = open_directory()
    try:
        yield directory
    except BaseException:
        if not places and not _is_worth_keeping(simulation):
            directory.discard_directory()
        raise
    finally:
        directory.close()


@contextmanager
def _open_film(
    config: SimulationConfig, options: LaunchOptions, directory: RunDirectory, window: "Window | None", disk: DiskFaults
) -> Iterator[FilmRecorder | None]:
    """Set up a camera if a film is asked for, or if a run that will end has no window."""
    spans = None
    if options.record is not None:
        path = options.record.absolute()  # whatever directory a world changes to
    elif window is None and not options.headless and config.ticks is not None:
        path, spans = directory.path / "film.mp4", _first_and_last(config, config.ticks)
    else:
        yield None
        return
    from alife.view.film.film import Film

    film: Film = Film(path, config.view.fps)
    try:
        yield FilmRecorder(film, spans)
    except BaseException:
        film.discard()
        raise
    with disk.tolerated():
        film.close()


def _first_and_last(config: SimulationConfig, ticks: int) -> list[range]:
    """Return the ticks that are filmed where there is no window; however slow the view, each part has one."""
    span = max(1, round(_GLIMPSE_SECONDS * config.view.ticks_per_second))
    return [range(1, span + 1), range(ticks - span + 1, ticks + 1)]


def _save_pictures(
    simulation: Simulation, directory: RunDirectory, film_recorder: FilmRecorder | None, options: LaunchOptions
) -> tuple[Path, ...]:
    """Save a learning curve where there was no window; return its path and the film's, if it has a frame."""
    if options.headless or film_recorder is None or options.record is not None:
        return ()
    from alife.plot import learning_curve
    from alife.plot.picture_file import save_picture

    curves = {name: metrics.reward_curve() for name, metrics in simulation.metrics.items()}
    path = directory.path / "curve.png"
    save_picture(learning_curve(curves, title=simulation.config.name, ylabel=_CURVE), path)
    return tuple(picture for picture in (path, directory.path / "film.mp4") if picture.exists())
