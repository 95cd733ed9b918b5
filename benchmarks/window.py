"""What the window costs: the time of a frame, and how much of the speed without a window is left in turbo.

python -m benchmarks.window            both, three rounds of the second
python -m benchmarks.window --json     the same as one line of JSON

The frames are of 200 creatures in one arena, a brain of 256 neurons selected, 1280 x 800. Turbo and the run without
a window take turns, so that both meet the same machine.
"""

import argparse
import json
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from alife.command import Command, Stop, ToggleTurbo
from alife.frame import Frame
from alife.sim.config import SimulationConfig, parse_config
from alife.sim.run_directory import RunDirectory
from alife.sim.runner import Runner
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from alife.sim.spectator import Spectator

_FRAMES = 200
_SECONDS = 6.0
_ROUNDS = 3


def config(copies: int, count: int) -> SimulationConfig:
    """Return a world of foragers with 256 neurons each."""
    brain = {"layers": [{"kind": "lif", "size": 256, "decay": 0.5}], "readout": {"kind": "lis", "decay": 0.2}}
    world = {"kind": "forage", "copies": copies, "size": 30.0}
    return parse_config({"world": world, "creatures": {"learners": {"count": count, "brain": brain}}}, "window")


def frame_times() -> dict[str, float]:
    """Return milliseconds per frame, and of them what building the frame takes."""
    import pygame

    from alife.view.window import Window

    simulation = Simulation(config(1, 200))
    spectator = Spectator(simulation)
    window = Window("benchmark", fps=100_000)
    shown, built = [], []
    for number in range(_FRAMES + 50):
        simulation.step()
        spectator.watch()
        begun = time.perf_counter()
        frame = spectator.frame(30.0)
        between = time.perf_counter()
        window.show(frame)
        window.commands()
        if number >= 50:
            built.append(1000 * (between - begun))
            shown.append(1000 * (time.perf_counter() - between))
    window.close()
    pygame.quit()
    return {
        "frame_ms_median": float(np.median(shown)),
        "frame_ms_95": float(np.percentile(shown, 95)),
        "building_ms_median": float(np.median(built)),
    }


class TurboScreen:
    """A window in turbo from its first frame on, closed when its time is over."""

    def __init__(self, seconds: float) -> None:
        from alife.view.window import Window

        self._window, self._begun = Window("benchmark"), False
        self._end = time.monotonic() + seconds

    def show(self, frame: Frame) -> None:
        """Show a frame."""
        self._window.show(frame)

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
    """Return the speed of one creature's run over some seconds."""
    simulation, interruption = Simulation(config(1, 1)), Interruption()
    with TemporaryDirectory() as folder:
        directory = RunDirectory(Path(folder) / "run", "")
        screen = TurboScreen(seconds) if with_window else None
        begun = time.monotonic()
        if screen is not None:
            Runner(simulation, directory, interruption, screen, quiet=True).run()
            screen.close()
        else:
            while time.monotonic() - begun < seconds:
                Runner(simulation, directory, interruption, quiet=True)._tick(watched=False)
        return simulation.tick / (time.monotonic() - begun)


def measure() -> dict[str, Any]:
    """Return all figures."""
    figures: dict[str, Any] = dict(frame_times())
    rounds = [(ticks_per_second(False, _SECONDS), ticks_per_second(True, _SECONDS)) for _ in range(_ROUNDS)]
    figures["headless_ticks_per_second"] = [headless for headless, _ in rounds]
    figures["turbo_ticks_per_second"] = [turbo for _, turbo in rounds]
    figures["ratios"] = [turbo / headless for headless, turbo in rounds]
    figures["ratio_median"] = float(np.median(figures["ratios"]))
    return figures


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    torch.set_num_threads(1)
    figures = measure()
    if as_json:
        print(json.dumps(figures))
        return
    print(f"a frame: {figures['frame_ms_median']:.2f} ms, 95 % within {figures['frame_ms_95']:.2f} ms")
    print(f"building it: {figures['building_ms_median']:.2f} ms")
    for headless, turbo in zip(figures["headless_ticks_per_second"], figures["turbo_ticks_per_second"], strict=True):
        print(f"{headless:,.0f} ticks/s without a window, {turbo:,.0f} in turbo: {turbo / headless:.0%}")


if __name__ == "__main__":
    main()
