"""Runner: runs the ticks of a simulation, with or without a screen."""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, Protocol

from alife.config.simulation_config import dump_config
from alife.core.command import Command, Intervene, SaveCreature, Seek, ThenAndNow, ToggleFilm
from alife.core.errors import AlifeError, ConfigError, DiskError, InterventionError
from alife.core.frame import Frame, FrameEvent
from alife.core.intervention import Intervention, Reload
from alife.runs.disk_faults import DiskFaults
from alife.runs.recorder import Recorder
from alife.runs.replay import Replay
from alife.runs.run_directory import RunDirectory
from alife.sim.pace import Pace
from alife.sim.progress import Progress
from alife.sim.reload import FileWatch, reload_world
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from alife.sim.spectator import LOOK_BACK, Spectator

_PATIENCE = 0.05  # seconds of ticks before the commands of the screen are read again
_TURBO = 0.05  # the same in turbo; the window draws as seldom as its drawing is slow


class Screen(Protocol):
    """Shows the frames of a run, and returns the commands of the person who looks."""

    def show(self, frame: Frame) -> None:
        """Show a frame, and wait until it is time for the next."""

    def show_halves(self, halves: Any, ticks: int) -> None:
        """Show two simulations side by side, which will have so many ticks, and wait until it is time for more."""

    def commands(self) -> Sequence[Command]:
        """Return the commands given since the last call."""

    def close(self) -> None:
        """Close the screen."""


class TwoSides(Protocol):
    """Beginners beside what they have become, from the same start."""

    ticks: int
    """For how long both run."""

    def pass_ticks(self, count: int) -> None:
        """Let ticks pass on both sides."""

    def halves(self) -> Any:
        """Return what there is to see."""

    def close(self) -> None:
        """End both."""


class FrameFilm(Protocol):
    """Keeps frames to be seen later."""

    def add(self, frame: Frame) -> None:
        """Keep a frame."""

    def close(self) -> None:
        """Let it be whole."""


class FilmRecorder:
    """Films a run, the whole of it or parts.

    Args:
        film: takes the frames.
        spans: of ticks, counted as frames count them, whose frames are filmed; None films all.
    """

    def __init__(self, film: FrameFilm, spans: Sequence[range] | None = None) -> None:
        self.film, self._spans = film, spans

    def films_tick(self, tick: int) -> bool:
        """Return whether a frame of this tick is filmed."""
        return self._spans is None or any(tick in span for span in self._spans)


class Runner:
    """Runs a simulation until its ticks are done, or it is stopped.

    A replay in front of a screen stands still at its last tick instead, so that one can go back from there.

    Args:
        simulation: to be run.
        directory: keeps the metrics and the interventions; None where nothing is kept.
        interruption: set when a signal asks for the end.
        screen: None where there is none.
        film_recorder: None where nothing is filmed.
        recorder: None where no brain is recorded.
        quiet: whether there is no progress line.
        watch: looks at the file of the world, which begins anew when that is saved; None without `--reload`.
        save_if_due: called between ticks, some times a second.
        standing: whether time stands still at first, and at the end a screen stays, as that of a replay does.
        disk: what becomes of faults of the disk.
        beside: builds the two sides of then and now, of this moment; None where that cannot be asked for.
        new_film: begins a film of what is shown from a tick on, and says where; None where that cannot be asked for.
        save_creature: saves a creature, by species and row, and says where; None where that cannot be asked for.
        follow: called some times a second; loads a newer state of another process's run where there is one, and returns
            whether it has, and a message about the run. None where no other process is looked at.
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
        watch: FileWatch | None = None,
        save_if_due: Callable[[], None] = lambda: None,
        standing: bool = False,
        disk: DiskFaults | None = None,
        beside: Callable[[], TwoSides] | None = None,
        new_film: Callable[[int], tuple[FrameFilm, str]] | None = None,
        save_creature: Callable[[str, int], str] | None = None,
        follow: Callable[[], tuple[bool, str]] | None = None,
    ) -> None:
        self._save_if_due, self._disk = save_if_due, disk or DiskFaults()
        self._simulation, self._directory, self._interruption = simulation, directory, interruption
        self._screen, self._film_recorder, self._recorder = screen, film_recorder, recorder
        self._spectator = Spectator(simulation)
        self._spectator.pace.paused = standing
        self._stays = standing or simulation.replay_until is not None
        self._speed = _Speedometer()
        self._progress, self._watch = Progress(quiet), watch
        self._goal: int | None = None  # the tick that is sought
        self._new_film, self._save_creature, self._follow = new_film, save_creature, follow
        self._filming: tuple[FrameFilm, str] | None = None  # what a person films at the screen, and where
        self._build_beside = beside
        self._beside: TwoSides | None = None  # in view, while time stands still in the run
        self._beside_pace = self._spectator.pace
        self._told = set(simulation.warnings)  # the warnings that were printed

    def run(self) -> None:
        """Run until the end; every tick that was begun is finished."""
        with self._progress, closing(self), _as_if_it_had_always_been() as settle:
            while not self._is_finished():
                if self._beside is not None and self._screen is not None:
                    self._show_beside(self._beside, self._screen)
                    continue
                if self._is_shown(self._simulation.tick + 1):
                    self._run_frame_ticks()
                else:
                    self._run_unshown_ticks()
                self._show_frame()
                settle()
            self._print_warnings()

    def _is_finished(self) -> bool:
        done = self._at_end() and not (self._stays and self._screen is not None)
        return done or self._spectator.stopped or self._interruption.signal is not None

    def _at_end(self) -> bool:
        """Return whether there are no more ticks to take."""
        if self._simulation.extinct:
            return True
        until = self._simulation.replay_until
        end = self._simulation.config.ticks if until is None else until
        return end is not None and self._simulation.tick >= end

    def _must_stand_still(self) -> bool:
        """Return whether no tick may pass now."""
        return self._at_end() or self._is_finished()

    def _is_shown(self, tick: int) -> bool:
        """Return whether a frame of this tick is shown or filmed."""
        return self._screen is not None or (self._film_recorder is not None and self._film_recorder.films_tick(tick))

    def _run_frame_ticks(self) -> None:
        """Run the ticks of one frame; at a screen no longer than patience allows, but a film knows no clock."""
        pace = self._spectator.pace
        if self._goal is not None:
            self._run_towards(self._goal)
            return
        if pace.turbo and not pace.paused and self._screen is not None:
            self._run_turbo()
            return
        remaining = pace.ticks_for_next_frame()
        deadline = time.monotonic() + _PATIENCE
        while remaining > 0 and not self._must_stand_still():
            happened = self._run_tick(watched=remaining <= LOOK_BACK)
            remaining -= 1
            if happened and pace.slow_for_event():
                break
            if self._screen is not None and time.monotonic() > deadline:
                break
        self._pause_at_replay_end()

    def _pause_at_replay_end(self) -> None:
        """Stop the clock at the end of a replay."""
        pace = self._spectator.pace
        if self._simulation.replay_until is not None and self._at_end() and not pace.paused:
            pace.toggle_pause()

    def _run_turbo(self) -> None:
        """Run as many ticks as possible for a while."""
        deadline = time.monotonic() + _TURBO
        while time.monotonic() < deadline and not self._must_stand_still():
            self._run_tick(watched=False)
        self._pause_at_replay_end()

    def _run_towards(self, goal: int) -> None:
        """Run towards the tick that is sought, for a while; the last ticks before it are observed."""
        deadline = time.monotonic() + _TURBO
        while self._simulation.tick < goal and not self._is_finished():
            self._run_tick(watched=self._simulation.tick >= goal - LOOK_BACK)
            if time.monotonic() > deadline:
                break
        if self._simulation.tick >= goal:
            self._goal = None

    def _run_unshown_ticks(self) -> None:
        """Run ticks until a frame of the next one would be shown."""
        while not self._is_finished() and not self._is_shown(self._simulation.tick + 1):
            self._run_tick(watched=False)

    def _run_tick(self, watched: bool) -> bool:
        """Run a tick; return whether it was observed and brought an event of the selected creature."""
        self._simulation.run_tick()
        self._speed.ticks += 1
        if self._recorder is not None:
            with self._disk.tolerated():
                self._recorder.record_tick()
        happened = watched and self._spectator.observe_tick()
        if self._directory is not None and self._simulation.tick % self._simulation.config.record.metrics == 0:
            with self._disk.tolerated():
                self._directory.append_metrics(self._simulation.metrics_line())
            self._save_if_due()
        self._report_periodically()
        return happened

    def _report_periodically(self) -> None:
        """Save, show the progress line, check the world's file and follow another run, four times a second."""
        if not self._speed.update_speed():
            return
        self._save_if_due()
        self._print_warnings()
        self._progress.show_progress(self._simulation, self._speed.ticks_per_second)
        if self._watch is not None and self._watch.has_changed():
            self._reload_world(self._watch.path.name)
        if self._follow is not None:
            loaded, self._spectator.message = self._follow()
            if loaded:
                self._spectator.clear_history()

    def _print_warnings(self) -> None:
        """Print what the simulation has warned of since this was done last."""
        for name, sentence in self._simulation.warnings.items():
            if name not in self._told:
                self._told.add(name)
                self._progress.print_line(f"warning: {sentence}")

    def _reload_world(self, file: str) -> None:
        """Reload the world from its file; print what came of it, and show it at the screen if it failed."""
        simulation = self._simulation
        self._apply(Reload(), lambda: reload_world(simulation))
        refused = self._spectator.message
        if not refused and self._directory is not None:
            with self._disk.tolerated():
                self._directory.write_config(dump_config(simulation.config))
        self._progress.print_line(
            refused or f"{file} was reloaded after tick {simulation.tick:,}; the world begins anew"
        )

    def _show_frame(self) -> None:
        self._report_periodically()  # a paused run has no ticks that do it
        if not self._is_shown(self._simulation.tick):
            return
        frame = self._spectator.build_frame(self._speed.ticks_per_second)
        if not frame.paused:
            self._film_frame(frame)
        if self._screen is not None:
            self._screen.show(frame)
            self._obey(self._screen)

    def _show_beside(self, beside: TwoSides, screen: Screen) -> None:
        """Let time pass on the two sides and show them, at the configuration's pace; it stands still in the run."""
        self._report_periodically()
        try:
            due, deadline = self._beside_pace.ticks_for_next_frame(), time.monotonic() + _PATIENCE
            while due > 0 and time.monotonic() < deadline:
                beside.pass_ticks(1)
                due -= 1
            screen.show_halves(beside.halves(), beside.ticks)
        except AlifeError as error:  # of those two, not of the run
            self._toggle_beside()
            self._spectator.message = f"then and now ended: {error}"
        self._obey(screen)

    def _toggle_beside(self) -> None:
        if self._beside is not None:
            self._beside.close()
            self._beside = None
        elif self._build_beside is None:
            self._spectator.message = "then and now is for a run that goes on"
        else:
            try:
                self._beside, self._beside_pace = self._build_beside(), Pace(self._simulation.config.view)
            except AlifeError as error:
                self._spectator.message = f"then and now cannot be shown: {error}"

    def _obey(self, screen: Screen) -> None:
        """Execute what was asked for at the screen; it is gone if that was one of the things."""
        for command in screen.commands():
            self._execute(command)
        if self._spectator.detached:
            self.close()
            screen.close()
            self._screen = None
            self._spectator.pace.paused = False  # without a screen no command could start the clock again

    def _toggle_film(self) -> None:
        message = "a film is made of a run that goes on"
        try:
            if self._filming is not None:
                (film, where), self._filming = self._filming, None
                film.close()
                message = f"the film is {where}"
            elif self._new_film is not None:
                self._filming = self._new_film(self._simulation.tick)
                message = "filming from here on; r ends it"
        except (ConfigError, DiskError) as error:
            message = str(error)
        self._spectator.message = message

    def _save(self, species: str, row: int) -> None:
        """Save a creature, and say where, or why not."""
        try:
            where = None if self._save_creature is None else self._save_creature(species, row)
            self._spectator.message = (
                "a creature is saved of a run that goes on" if where is None else f"saved: {where}"
            )
        except (ConfigError, DiskError) as error:
            self._spectator.message = str(error)

    def close(self) -> None:
        """End what was shown beside the run, and what was filmed at the screen."""
        if self._beside is not None:
            self._toggle_beside()
        if self._filming is not None:
            self._toggle_film()

    def _film_frame(self, frame: Frame) -> None:
        """Film a frame, for whoever films; a film that cannot be written any more is given up."""
        if self._film_recorder is not None and not self._takes(self._film_recorder.film, frame):
            self._film_recorder = None
        if self._filming is not None and not self._takes(self._filming[0], frame):
            self._filming = None

    def _takes(self, film: FrameFilm, frame: Frame) -> bool:
        """Add a frame to a film; return whether it could be written."""
        with self._disk.tolerated():
            film.add(frame)
            return True
        return False

    def _execute(self, command: Command) -> None:
        match command:
            case Intervene(intervention):
                self._intervene(intervention)
            case Seek(tick):
                self._seek(tick)
            case ToggleFilm():
                self._toggle_film()
            case SaveCreature(species, row):
                self._save(species, row)
            case ThenAndNow():
                self._toggle_beside()
            case _:
                self._spectator.apply_command(command)

    def _intervene(self, intervention: Intervention) -> None:
        self._apply(intervention, lambda: self._simulation.intervene(intervention))

    def _apply(self, intervention: Intervention, apply: Callable[[], FrameEvent]) -> None:
        """Apply an intervention to the run and write it down, or say why it cannot be."""
        try:
            event = apply()
        except InterventionError as error:
            self._spectator.message = str(error)
            return
        if self._directory is not None:
            with self._disk.tolerated():
                self._directory.append_intervention(self._simulation.tick, intervention)
        self._spectator.show_intervention(event, intervention)

    def _seek(self, tick: int) -> None:
        """Begin to go to another tick, in slices, so that commands are read on the way."""
        if not isinstance(self._simulation, Replay):
            self._spectator.message = "only a replay can go to another tick; alife replay RUN shows a run again"
            return
        self._goal = self._simulation.clip_tick(tick)
        if self._simulation.load_nearest_state(self._goal, LOOK_BACK):
            self._spectator.clear_history()


@contextmanager
def _as_if_it_had_always_been() -> Iterator[Callable[[], None]]:
    """Yield what, called after the first frame, spares the garbage collector all that was loaded and built by then.

    A frame of ten thousand creatures makes so many small lists that it would look through a million objects, which stay
    anyway, several times: 80 of 97 ms.
    """
    settled = False

    def settle() -> None:
        nonlocal settled
        if not settled:
            settled = True
            gc.freeze()

    try:
        yield settle
    finally:
        if settled:
            gc.unfreeze()


class _Speedometer:
    """Measures ticks per second, four times a second."""

    def __init__(self) -> None:
        self.ticks = 0
        self.ticks_per_second = 0.0
        self._since = time.monotonic()

    def update_speed(self) -> bool:
        """Update the ticks per second, if it is time; return whether it was."""
        seconds = time.monotonic() - self._since
        if seconds < 0.25:
            return False
        self.ticks_per_second = self.ticks / seconds
        self.ticks, self._since = 0, time.monotonic()
        return True
