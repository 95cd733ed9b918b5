"""Runner: takes a simulation through its ticks, in front of whoever looks."""

import time
from collections.abc import Sequence
from typing import Protocol

from alife.command import Command
from alife.frame import Frame
from alife.sim.progress import Progress
from alife.sim.recorder import Recorder
from alife.sim.run_directory import RunDirectory
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from alife.sim.spectator import LOOK_BACK, Spectator

_PATIENCE = 0.05  # seconds of ticks before somebody at the window must be heard


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
        spans: of ticks, counted as frames count them, whose frames are filmed; None films all.
    """

    def __init__(self, film: Film, spans: Sequence[range] | None = None) -> None:
        self.film, self._spans = film, spans

    def wants(self, tick: int) -> bool:
        """Return whether a frame of this tick is filmed."""
        return self._spans is None or any(tick in span for span in self._spans)


class Runner:
    """Runs a simulation until its ticks are done, or somebody stops it.

    Args:
        simulation: to be run.
        directory: keeps the metrics.
        interruption: set when a signal asks for the end.
        screen: None where nobody looks.
        camera: None where nothing is filmed.
        recorder: None where no brain is recorded.
        quiet: whether there is no progress line, even on a terminal.
    """

    def __init__(
        self,
        simulation: Simulation,
        directory: RunDirectory,
        interruption: Interruption,
        screen: Screen | None = None,
        camera: Camera | None = None,
        recorder: Recorder | None = None,
        quiet: bool = False,
    ) -> None:
        self._simulation, self._directory, self._interruption = simulation, directory, interruption
        self._screen, self._camera, self._recorder = screen, camera, recorder
        self._spectator = Spectator(simulation)
        self._speed = _Speedometer()
        self._progress = Progress(quiet)

    def run(self) -> None:
        """Go on until the end; every tick that was begun is finished."""
        with self._progress:
            while not self._over():
                if self._seen(self._simulation.tick + 1):
                    self._pass_frame()
                else:
                    self._pass_unseen()
                self._be_seen()

    def _over(self) -> bool:
        ticks = self._simulation.config.ticks
        done = ticks is not None and self._simulation.tick >= ticks
        return done or self._spectator.stopped or self._interruption.signal is not None

    def _seen(self, tick: int) -> bool:
        """Return whether anybody sees a frame of this tick."""
        return self._screen is not None or (self._camera is not None and self._camera.wants(tick))

    def _pass_frame(self) -> None:
        """Let the ticks of one frame pass; at a screen no more than patience allows, but a film knows no clock."""
        due = self._spectator.due()
        deadline = time.monotonic() + _PATIENCE
        while due > 0 and not self._over():
            self._tick(watched=due <= LOOK_BACK)
            due -= 1
            if self._screen is not None and time.monotonic() > deadline:
                break

    def _pass_unseen(self) -> None:
        """Let ticks pass until the next would be seen."""
        while not self._over() and not self._seen(self._simulation.tick + 1):
            self._tick(watched=False)

    def _tick(self, watched: bool) -> None:
        self._simulation.step()
        self._speed.ticks += 1
        if self._recorder is not None:
            self._recorder.add()
        if watched:
            self._spectator.watch()
        if self._simulation.tick % self._simulation.config.record.metrics == 0:
            self._directory.add_metrics(self._simulation.metrics_line())
        self._renew_progress()

    def _renew_progress(self) -> None:
        if self._speed.renew():
            self._progress.show(self._simulation, self._speed.ticks_per_second)

    def _be_seen(self) -> None:
        self._renew_progress()  # a paused run has no ticks that do it
        if not self._seen(self._simulation.tick):
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
