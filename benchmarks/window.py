"""What the window costs: the time of a frame, the speed that is left in turbo, and the memory of a long run.

python -m benchmarks.window                    a frame by its parts, and turbo against the run without a window
python -m benchmarks.window --json             the same as one line of JSON
python -m benchmarks.window --frames 100000    instead, the memory of the process while so many frames are drawn

The frames of the first are of 200 creatures in one arena, a brain of 256 neurons selected, 1280 x 800. All times are
those of the processor, which other work on the machine disturbs less than those of a clock. Turbo and the run without a
window are of configs/pond.yaml and take many short turns, so that both meet the same machine.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from alife.config.simulation_config import SimulationConfig, load_config, parse_config
from alife.core.command import Command, Stop, ToggleTurbo
from alife.core.frame import Frame
from alife.runs.run_directory import RunDirectory
from alife.sim.build import build_simulation
from alife.sim.runner import Runner
from alife.sim.signals import Interruption
from alife.sim.spectator import Spectator
from benchmarks.engine.resident import resident_bytes

if TYPE_CHECKING:
    from alife.view.window.window import Window

_POND = Path(__file__).parents[1] / "configs/pond.yaml"
_FRAMES, _WARM = 300, 60
_SECONDS = 2.0  # of a turn
_ROUNDS = 12
_PARTS = ("world", "brain", "life", "status", "timebar", "help")
_SMALL = (420, 300)  # pixels, for the many frames: just enough for every panel
_LINES = 10


def config(copies: int, count: int, neurons: int = 256, size: float = 30.0) -> SimulationConfig:
    """Return a world of foragers with some neurons each."""
    brain = {"layers": [{"kind": "lif", "size": neurons, "decay": 0.5}], "readout": {"kind": "lis", "decay": 0.2}}
    world = {"kind": "forage", "copies": copies, "size": size}
    return parse_config({"world": world, "creatures": {"learners": {"count": count, "brain": brain}}}, "window")


class _Stopwatch:
    """Milliseconds of the processor, by what took them."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}

    def time_call(self, name: str, do: Callable[..., Any], *given: Any) -> Any:
        """Call something and record how long it took."""
        begun = time.process_time()
        result = do(*given)
        self.spent.setdefault(name, []).append(1000 * (time.process_time() - begun))
        return result

    def time_method(self, thing: object, method: str, name: str) -> None:
        """Record how long a method of something takes, whenever it is called."""
        do = getattr(thing, method)
        setattr(thing, method, lambda *given: self.time_call(name, do, *given))


def frame_times() -> dict[str, Any]:
    """Return milliseconds per frame, by what takes them: median, mean and that within which 95 % stay."""
    import pygame

    from alife.view.window.window import Window

    simulation = build_simulation(config(1, 200))
    spectator = Spectator(simulation)
    window, stopwatch = Window("benchmark", fps=100_000), _Stopwatch()
    for number in range(_FRAMES + _WARM):
        if number == _WARM:
            for part in _PARTS:
                stopwatch.time_method(
                    getattr(_canvas(window), part), "draw_by_turns" if part == "brain" else "draw_panel", part
                )
        for _ in range(3):  # 90 ticks a second at 30 frames a second
            simulation.run_tick()
            spectator.observe_tick()
        frame = stopwatch.time_call("building it", spectator.build_frame, 90.0)
        stopwatch.time_call("a frame", _show_frame, window, frame)
    window.close()
    pygame.quit()
    frames = stopwatch.spent.pop("a frame")[_WARM:]
    built = stopwatch.spent.pop("building it")[_WARM:]
    return {"frame_ms": _summary(frames), "building_ms": _summary(built)} | {
        f"{part}_ms": _summary([*spent, *[0.0] * (_FRAMES - len(spent))]) for part, spent in stopwatch.spent.items()
    }


def _canvas(window: "Window") -> Any:
    return window._canvas


def _show_frame(window: "Window", frame: Frame) -> None:
    window.show(frame)
    window.commands()


def _summary(spent: list[float]) -> dict[str, float]:
    return {
        "median": float(np.median(spent)),
        "mean": float(np.mean(spent)),
        "95 %": float(np.percentile(spent, 95)),
    }


class TurboScreen:
    """A window in turbo from its first frame on, which asks for the end when its time is over."""

    def __init__(self, seconds: float) -> None:
        from alife.view.window.window import Window

        self._window, self._begun = Window("benchmark"), False
        self._end = time.monotonic() + seconds

    def show(self, frame: Frame) -> None:
        """Show a frame."""
        self._window.show(frame)

    def show_halves(self, halves: Any, ticks: int) -> None:
        """Show two simulations."""
        self._window.show_halves(halves, ticks)

    def commands(self) -> list[Command]:
        """Ask for turbo once, and in the end to stop."""
        heard = self._window.commands()
        if not self._begun:
            self._begun = True
            return [*heard, ToggleTurbo()]
        return [*heard, Stop()] if time.monotonic() >= self._end else heard

    def close(self) -> None:
        """Close the window."""
        self._window.close()


def ticks_per_second(with_window: bool, seconds: float) -> float:
    """Return the speed of the pond over some seconds, in ticks per second of the processor."""
    simulation, interruption = build_simulation(load_config(_POND)), Interruption()
    with TemporaryDirectory() as folder:
        directory = RunDirectory(Path(folder) / "run", "")
        screen = TurboScreen(seconds) if with_window else None
        begun, end = time.process_time(), time.monotonic() + seconds
        if screen is not None:
            Runner(simulation, directory, interruption, screen, quiet=True).run()
        else:
            runner = Runner(simulation, directory, interruption, quiet=True)
            while time.monotonic() < end:
                runner._run_tick(watched=False)
        speed = simulation.tick / (time.process_time() - begun)
        if screen is not None:
            screen.close()
        return speed


def turbo_shares() -> dict[str, list[float]]:
    """Return the speeds without a window and in turbo, turn by turn; who begins changes from turn to turn."""
    speeds: dict[bool, list[float]] = {False: [], True: []}
    for number in range(_ROUNDS):
        for with_window in (number % 2 == 1, number % 2 == 0):
            speeds[with_window].append(ticks_per_second(with_window, _SECONDS))
    return {"headless_ticks_per_second": speeds[False], "turbo_ticks_per_second": speeds[True]}


def measure_memory(frames: int, size: tuple[int, int] = _SMALL) -> list[tuple[int, float]]:
    """Draw frames of a small world; return how many were drawn and the MiB of the process, ten times on the way.

    The window keeps as many frames to look back on as at 30 frames a second, but none waits for its time.
    """
    from alife.view.window.window import Window

    simulation = build_simulation(config(1, 1, neurons=8, size=20.0))
    spectator = Spectator(simulation)
    window = Window("benchmark", fps=30, size=size)
    vars(window)["_clock"] = _NoClock()
    measured: list[tuple[int, float]] = []
    for number in range(1, frames + 1):
        simulation.run_tick()
        spectator.observe_tick()
        _show_frame(window, spectator.build_frame(30.0))
        if number % max(1, frames // _LINES) == 0:
            measured.append((number, resident()))
            print(f"{number:9,} frames, {measured[-1][1]:.1f} MiB", flush=True)
    window.close()
    return measured


class _NoClock:
    """A clock that never waits."""

    def tick(self, fps: int) -> None:
        """Go on at once."""


def resident() -> float:
    """Return how many MiB of memory the process has."""
    return resident_bytes() / 2**20


def measure_window() -> dict[str, Any]:
    """Return all figures but the memory."""
    figures: dict[str, Any] = frame_times() | turbo_shares()
    pairs = zip(figures["turbo_ticks_per_second"], figures["headless_ticks_per_second"], strict=True)
    figures["ratios"] = [turbo / headless for turbo, headless in pairs]
    return figures


def _print(figures: dict[str, Any]) -> None:
    for name, spent in figures.items():
        if name.endswith("_ms"):
            numbers = f"{spent['median']:6.2f} ms median, {spent['mean']:6.2f} mean, {spent['95 %']:6.2f} for 95 %"
            print(f"{name.removesuffix('_ms'):>9}: {numbers}")
    headless, turbo = (float(np.median(figures[f"{how}_ticks_per_second"])) for how in ("headless", "turbo"))
    print(f"{headless:,.0f} ticks per second of the processor without a window, {turbo:,.0f} in turbo (medians)")
    low, middle, high = np.percentile(figures["ratios"], (25, 50, 75))
    print(f"turbo against none, {len(figures['ratios'])} turns: {middle:.0%}, half of them {low:.0%} to {high:.0%}")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--frames", type=int, help="draw so many frames of a small world and print the memory")
    asked = parser.parse_args()
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    if asked.frames:
        measure_memory(asked.frames)
        return
    figures = measure_window()
    if asked.json:
        print(json.dumps(figures))
    else:
        _print(figures)


if __name__ == "__main__":
    main()
