"""Runner: takes a simulation through its ticks, in front of whoever looks."""

import time
from collections.abc import Sequence
from typing import Protocol

from alife.config.simulation_config import dump_config
from alife.core.command import Command, Intervene, Seek
from alife.core.errors import InterventionError
from alife.core.frame import Frame
from alife.core.intervention import Intervention, Reload
from alife.runs.recorder import Recorder
from alife.runs.replay import Replay
from alife.runs.run_directory import RunDirectory
from alife.sim.progress import Progress
from alife.sim.reload import Watch
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from alife.sim.spectator import LOOK_BACK, Spectator

_PATIENCE = 0.05  # seconds of ticks before somebody at the window must be heard
_TURBO = 0.05  # the same where they have asked for turbo; the window draws as seldom as its drawing is slow


class Screen(Protocol):
    """Somebody who looks while the run goes on, and may ask for things."""

    def show(self, frame: Frame) -> None:
        """Show a frame, and wait until it is time for the next."""

    def commands(self) -> Sequence[Command]:
        """Return what was asked for since the last call."""

    def close(self) -> None:
        """Look no more."""


class FrameFilm(Protocol):
    """Somewhere frames go to be seen later."""

    def add(self, frame: Frame) -> None:
        """Keep a frame."""


class FilmRecorder:
    """Films a run, the whole of it or parts.

    Args:
        film: takes the frames.
        spans: of ticks, counted as frames count them, whose frames are filmed; None films all.
    """

    def __init__(self, film: FrameFilm, spans: Sequence[range] | None = None) -> None:
        self.film, self._spans = film, spans

    def wants(self, tick: int) -> bool:
        """Return whether a frame of this tick is filmed."""
        return self._spans is None or any(tick in span for span in self._spans)


class Runner:
    """Runs a simulation until its ticks are done, or somebody stops it.

    A replay in front of a screen stands still at its last tick instead, so that one can go back from there.

    Args:
        simulation: to be run.
        directory: keeps the metrics and the interventions; None where nothing is kept.
        interruption: set when a signal asks for the end.
        screen: None where nobody looks.
        camera: None where nothing is filmed.
        recorder: None where no brain is recorded.
        quiet: whether there is no progress line, even on a terminal.
        watch: looks at the file of the world, which begins anew when that is saved; None where nobody looks.
    """

    def __init__(
        self,
        simulation: Simulation,
        directory: RunDirectory | None,
        interruption: Interruption,
        screen: Screen | None = None,
        film_recorder: FilmRecorder | None = None,
        recorder: Recorder | None = None,
        quiet: bool = False,
        watch: Watch | None = None,
    ) -> None:
        self._simulation, self._directory, self._interruption = simulation, directory, interruption
        self._screen, self._film_recorder, self._recorder = screen, film_recorder, recorder
        self._spectator = Spectator(simulation)
        self._speed = _Speedometer()
        self._progress, self._watch = Progress(quiet), watch
        self._goal: int | None = None  # the tick that somebody wants to go to

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
        done = self._at_end() and (self._screen is None or self._simulation.replay_until is None)
        return done or self._spectator.stopped or self._interruption.signal is not None

    def _at_end(self) -> bool:
        """Return whether there are no more ticks to take."""
        if self._simulation.extinct:
            return True
        until = self._simulation.replay_until
        end = self._simulation.config.ticks if until is None else until
        return end is not None and self._simulation.tick >= end

    def _still(self) -> bool:
        """Return whether no tick may pass now."""
        return self._at_end() or self._over()

    def _seen(self, tick: int) -> bool:
        """Return whether anybody sees a frame of this tick."""
        return self._screen is not None or (self._film_recorder is not None and self._film_recorder.wants(tick))

    def _pass_frame(self) -> None:
        """Let the ticks of one frame pass; at a screen no more than patience allows, but a film knows no clock."""
        pace = self._spectator.pace
        if self._goal is not None:
            self._approach(self._goal)
            return
        if pace.turbo and not pace.paused and self._screen is not None:
            self._rush()
            return
        due = pace.due()
        deadline = time.monotonic() + _PATIENCE
        while due > 0 and not self._still():
            happened = self._tick(watched=due <= LOOK_BACK)
            due -= 1
            if happened and pace.linger():
                break
            if self._screen is not None and time.monotonic() > deadline:
                break
        self._rest()

    def _rest(self) -> None:
        """Stop the clock at the end of a replay."""
        pace = self._spectator.pace
        if self._simulation.replay_until is not None and self._at_end() and not pace.paused:
            pace.toggle_pause()

    def _rush(self) -> None:
        """Let as many ticks pass as can, for a while."""
        deadline = time.monotonic() + _TURBO
        while time.monotonic() < deadline and not self._still():
            self._tick(watched=False)
        self._rest()

    def _approach(self, goal: int) -> None:
        """Go towards the tick that somebody wants to see, for a while; the last ticks before it are watched."""
        deadline = time.monotonic() + _TURBO
        while self._simulation.tick < goal and not self._over():
            self._tick(watched=self._simulation.tick >= goal - LOOK_BACK)
            if time.monotonic() > deadline:
                break
        if self._simulation.tick >= goal:
            self._goal = None

    def _pass_unseen(self) -> None:
        """Let ticks pass until the next would be seen."""
        while not self._over() and not self._seen(self._simulation.tick + 1):
            self._tick(watched=False)

    def _tick(self, watched: bool) -> bool:
        """Let a tick pass; return whether somebody has seen something happen to the selected creature."""
        self._simulation.step()
        self._speed.ticks += 1
        if self._recorder is not None:
            self._recorder.add()
        happened = watched and self._spectator.watch()
        if self._directory is not None and self._simulation.tick % self._simulation.config.record.metrics == 0:
            self._directory.add_metrics(self._simulation.metrics_line())
        self._now_and_then()
        return happened

    def _now_and_then(self) -> None:
        """Four times a second, say how the run gets on and look whether the world's file was saved."""
        if not self._speed.renew():
            return
        self._progress.show(self._simulation, self._speed.ticks_per_second)
        if self._watch is not None and self._watch.changed():
            self._reload(self._watch.path.name)

    def _reload(self, file: str) -> None:
        """Let the world begin anew from its file; say what came of it, at the screen too if nothing did."""
        self._touch(Reload())
        simulation, refused = self._simulation, self._spectator.message
        if not refused and self._directory is not None:
            self._directory.write_config(dump_config(simulation.config))
        self._progress.say(refused or f"{file} was reloaded after tick {simulation.tick:,}; the world begins anew")

    def _be_seen(self) -> None:
        self._now_and_then()  # a paused run has no ticks that do it
        if not self._seen(self._simulation.tick):
            return
        frame = self._spectator.frame(self._speed.ticks_per_second)
        if self._film_recorder is not None and not frame.paused:
            self._film_recorder.film.add(frame)
        if self._screen is not None:
            self._screen.show(frame)
            for command in self._screen.commands():
                self._obey(command)
            if self._spectator.left:
                self._screen.close()
                self._screen = None
                self._spectator.pace.paused = False  # nobody is left who could let the clock run again

    def _obey(self, command: Command) -> None:
        match command:
            case Intervene(intervention):
                self._touch(intervention)
            case Seek(tick):
                self._seek(tick)
            case _:
                self._spectator.apply(command)

    def _touch(self, intervention: Intervention) -> None:
        """Apply an intervention to the run and write it down, or say why it cannot be."""
        try:
            event = self._simulation.intervene(intervention)
        except InterventionError as error:
            self._spectator.message = str(error)
            return
        if self._directory is not None:
            self._directory.add_intervention(self._simulation.tick, intervention)
        self._spectator.touched(event)

    def _seek(self, tick: int) -> None:
        """Begin to go to another tick, in slices, so that whoever looks is heard on the way."""
        if not isinstance(self._simulation, Replay):
            self._spectator.message = "only a replay can go to another tick; alife replay RUN shows a run again"
            return
        self._goal = self._simulation.within(tick)
        if self._simulation.approach(self._goal, LOOK_BACK):
            self._spectator.forget()


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
