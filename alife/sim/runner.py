"""Runner: takes a simulation through its ticks, in front of whoever looks."""

import time
from collections.abc import Sequence
from typing import Protocol

from alife.command import Command
from alife.frame import Frame
from alife.sim.progress import Progress
from alife.sim.run_directory import RunDirectory
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from alife.sim.spectator import LOOK_BACK, Spectator

_PATIENCE = 0.05  # seconds of ticks before somebody at the window must be heard, or the progress line renewed


class Screen(Protocol):
    """Somebody who looks while the run goes on, and may ask for things."""

    def show(self, frame: Frame) -> None:
        """Show a frame, and wait until it is time for the next."""

    def commands(self) -> Sequence[Command]:
        """Return what was asked for since the last call."""


class Film(Protocol):
    """Somewhere frames go to be seen later."""

    def add(self, frame: Frame) -> None:
        """Keep a frame."""


class Camera:
    """Films a run, the whole of it or parts.

    Args:
        film: takes the frames.
        spans: of ticks that are filmed; None films all.
    """

    def __init__(self, film: Film, spans: Sequence[range] | None = None) -> None:
        self.film, self._spans = film, spans

    def wants(self, tick: int) -> bool:
        """Return whether this tick is filmed."""
        return self._spans is None or any(tick in span for span in self._spans)


class Runner:
    """Runs a simulation until its ticks are done, or somebody stops it.

    Args:
        simulation: to be run.
        directory: keeps the metrics.
        interruption: set when a signal asks for the end.
        screen: None where nobody looks.
        camera: None where nothing is kept.
    """

    def __init__(
        self,
        simulation: Simulation,
        directory: RunDirectory,
        interruption: Interruption,
        screen: Screen | None = None,
        camera: Camera | None = None,
    ) -> None:
        self._simulation, self._directory, self._interruption = simulation, directory, interruption
        self._screen, self._camera = screen, camera
        self._spectator = Spectator(simulation)
        self._speed = _Speedometer()
        self._progress = Progress()

    def run(self) -> None:
        """Go on until the end; every tick that was begun is finished."""
        with self._progress:
            while not self._over():
                self._pass_ticks()
                self._be_seen()

    def _over(self) -> bool:
        ticks = self._simulation.config.ticks
        done = ticks is not None and self._simulation.tick >= ticks
        return done or self._spectator.stopped or self._interruption.signal is not None

    def _pass_ticks(self) -> None:
        """Let the ticks of one frame pass, or as many as patience allows."""
        due = self._spectator.due() if self._seen() else 1_000_000
        deadline = time.monotonic() + _PATIENCE
        while due > 0 and not self._over():
            self._tick(watched=self._seen() and due <= LOOK_BACK)
            due -= 1
            if time.monotonic() > deadline:
                break

    def _seen(self) -> bool:
        return self._screen is not None or (self._camera is not None and self._camera.wants(self._simulation.tick))

    def _tick(self, watched: bool) -> None:
        self._simulation.step()
        self._speed.ticks += 1
        if watched:
            self._spectator.watch()
        if self._simulation.tick % self._simulation.config.record.metrics == 0:
            self._directory.add_metrics(self._simulation.metrics_line())

    def _be_seen(self) -> None:
        if self._speed.renew():
            self._progress.show(self._simulation, self._speed.ticks_per_second)
        if not self._seen():
            return
        frame = self._spectator.frame(self._speed.ticks_per_second)
        if self._camera is not None and not frame.paused:
            self._camera.film.add(frame)
        if self._screen is not None:
            self._screen.show(frame)
            for command in self._screen.commands():
                self._spectator.apply(command)


class _Speedometer:
    """Measures ticks per second, four times a second."""

    def __init__(self) -> None:
        self.ticks = 0
        self.ticks_per_second = 0.0
        self._since = time.monotonic()

    def renew(self) -> bool:
        """Measure, if it is time; return whether it was."""
        seconds = time.monotonic() - self._since
        if seconds < 0.25:
            return False
        self.ticks_per_second = self.ticks / seconds
        self.ticks, self._since = 0, time.monotonic()
        return True
