"""The runner in front of a screen: commands are obeyed between ticks, and nothing else changes."""

import os
import pty
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alife.app.launch import _first_and_last
from alife.config.simulation_config import SimulationConfig, dump_config
from alife.core.command import (
    ChangeSpeed,
    Command,
    GoOnAlone,
    Select,
    SingleTick,
    Stop,
    ThenAndNow,
    TogglePause,
    ToggleTurbo,
)
from alife.core.errors import DiskError, WorldError
from alife.core.frame import Frame, FrameEvent
from alife.runs.run_directory import RunDirectory
from alife.runs.summary import summarise, summary_text
from alife.sim.build import build_simulation
from alife.sim.progress import Progress, progress_line
from alife.sim.runner import FilmRecorder, Runner
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from alife.sim.spectator import Spectator
from tests.sim.runs import small


class FakeScreen:
    """Keeps the frames and answers each with what a script says; stops after the last."""

    def __init__(self, script: Sequence[Sequence[Command]]) -> None:
        self.frames: list[Frame] = []
        self.closed = False
        self._script = script

    def show(self, frame: Frame) -> None:
        self.frames.append(frame)

    def show_halves(self, halves: Any, ticks: int) -> None:
        self.frames.append(halves)

    def commands(self) -> Sequence[Command]:
        shown = len(self.frames)
        return self._script[shown - 1] if shown <= len(self._script) else [Stop()]

    def close(self) -> None:
        self.closed = True


def _run(config: SimulationConfig, folder: Path, screen: FakeScreen | None = None, **more: Any) -> Simulation:
    simulation = build_simulation(config)
    directory = RunDirectory(folder / "run", dump_config(config))
    Runner(simulation, directory, Interruption(), screen, **more).run()
    directory.write_summary({})
    return simulation


def _ticks(frames: Sequence[Frame]) -> list[int]:
    return [frame.tick for frame in frames]


def test_time_stands_still_while_two_sides_are_shown_and_they_are_closed(tmp_path: Path) -> None:
    """The run goes on where it stood, the two go on side by side meanwhile, and whatever ends the run ends them."""

    class Sides:
        ticks, passed, closed = 90, 0, 0

        def pass_ticks(self, count: int) -> None:
            Sides.passed += count

        def halves(self) -> Any:
            return Sides.passed

        def close(self) -> None:
            Sides.closed += 1

    screen = FakeScreen([[], [ThenAndNow()], [], [], [ThenAndNow()], [], [ThenAndNow()], [Stop()]])
    _run(small(None), tmp_path, screen, beside=Sides)

    assert [one if isinstance(one, int) else one.tick for one in screen.frames] == [1, 2, 1, 2, 3, 3, 4, 4]
    assert Sides.closed == 2


class _Broken:
    """Two sides of which one fails at its first tick."""

    ticks, closed = 90, 0

    def pass_ticks(self, count: int) -> None:
        raise WorldError("there may be only one")

    def halves(self) -> Any:
        raise NotImplementedError

    def close(self) -> None:
        _Broken.closed += 1


def _refuse() -> Any:
    raise WorldError("not here")


@pytest.mark.parametrize(("beside", "said"), [(_Broken, "only one"), (_refuse, "not here"), (None, "goes on")])
def test_a_fault_of_the_two_sides_is_none_of_the_run(tmp_path: Path, beside: Any, said: str) -> None:
    """It is told in the window, and the run goes on to its end."""
    asked = iter([[ThenAndNow()]])
    screen = FakeScreen([])
    screen.commands = lambda: next(asked, [])  # type: ignore[method-assign]
    simulation = _run(small(20), tmp_path, screen, beside=beside)
    assert simulation.tick == 20
    assert any(said in frame.message for frame in screen.frames)


def test_a_window_that_is_closed_on_the_two_sides_lets_the_run_go_on(tmp_path: Path) -> None:
    """Without a screen it comes to its last tick."""

    class Sides(_Broken):
        def pass_ticks(self, count: int) -> None: ...

        def halves(self) -> Any: ...

    screen = FakeScreen([[], [ThenAndNow()], [], [GoOnAlone()]])
    simulation = _run(small(60), tmp_path, screen, beside=Sides)
    assert (simulation.tick, screen.closed) == (60, True)


def test_pause_single_tick_and_speed(tmp_path: Path) -> None:
    """A paused run stands; a single tick is one; doubled speed is two ticks a frame, halved again one."""
    script: list[list[Command]] = [
        [],
        [TogglePause()],
        [],
        [SingleTick()],
        [],
        [TogglePause(), ChangeSpeed(2.0)],
        [ChangeSpeed(0.5)],
        [ChangeSpeed(0.5)],
        [],
        [],
    ]
    screen = FakeScreen(script)
    _run(small(None), tmp_path, screen)

    assert _ticks(screen.frames) == [1, 2, 2, 2, 3, 3, 5, 6, 6, 7, 7]
    assert [frame.paused for frame in screen.frames[:7]] == [False, False, True, True, True, True, False]


def test_every_tick_of_the_selected_brain_is_in_a_frame(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At five ticks a frame no tick of the brain in view is lost, and events carry the ticks since the last frame."""
    monkeypatch.setattr("alife.sim.runner._PATIENCE", 60.0)  # however slow the machine is
    screen = FakeScreen([[ChangeSpeed(5.0)]] + [[]] * 10)
    _run(small(None), tmp_path, screen)
    ticks = [probe.tick for frame in screen.frames for probe in frame.brain]

    assert ticks == list(range(len(ticks)))
    assert len(ticks) > 40
    events = [event for frame in screen.frames for event in frame.events]
    assert {event.source for event in events} == {"world", "brain"}


def test_a_selection_shows_that_brain_and_its_arena(tmp_path: Path) -> None:
    """Selecting the control of the second copy shows its brain, which has no critic, and its arena."""
    screen = FakeScreen([[Select("control", 1)], []])
    _run(small(None), tmp_path, screen)
    frame = screen.frames[1]

    assert (frame.selected, frame.copy, frame.copies) == (("control", 1), 1, 2)
    assert (frame.brain[-1].species, frame.brain[-1].row, frame.brain[-1].value) == ("control", 1, None)
    assert screen.frames[0].selected == ("learners", 0)


@pytest.mark.slow
def test_turbo_still_shows_a_brain(tmp_path: Path) -> None:
    """However many ticks pass in a frame, the frame shows the last of them, and never more than thirty."""
    screen = FakeScreen([[ChangeSpeed(1000.0)]] + [[]] * 5)
    _run(small(None), tmp_path, screen)

    assert all(1 <= len(frame.brain) <= 30 for frame in screen.frames)
    assert all(frame.brain[-1].tick == frame.tick - 1 for frame in screen.frames)


@pytest.mark.slow
def test_the_run_ends_with_its_ticks_window_or_not(tmp_path: Path) -> None:
    """When its ticks are done a run ends, and the events are those of a run that nobody saw."""
    screen = FakeScreen([[]] * 10_000)
    seen, unseen = _run(small(60), tmp_path / "a", screen), _run(small(60), tmp_path / "b")

    assert seen.tick == unseen.tick == 60
    assert seen.events.digest == unseen.events.digest


@pytest.mark.slow
def test_a_camera_films_only_its_spans(tmp_path: Path) -> None:
    """A camera with spans keeps the frames of these ticks and lets the rest pass unseen."""
    film: list[Frame] = []

    class FrameFilm:
        add: Callable[[Frame], None] = film.append

    _run(small(2000), tmp_path, film_recorder=FilmRecorder(FrameFilm(), [range(10), range(1990, 2000)]))
    ticks = _ticks(film)

    assert ticks[:9] == list(range(1, 10))
    assert all(tick < 10 or tick >= 1990 for tick in ticks)


def _filmed(folder: Path, config: SimulationConfig, spans: Sequence[range] | None = None) -> list[int]:
    film: list[Frame] = []

    class FrameFilm:
        add: Callable[[Frame], None] = film.append

    _run(config, folder, film_recorder=FilmRecorder(FrameFilm(), spans))
    return _ticks(film)


@pytest.mark.slow
@pytest.mark.parametrize("patience", [-1.0, 100.0])
def test_a_film_does_not_depend_on_the_clock(patience: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, the same run has the same frames, and its very last tick is one of them."""
    monkeypatch.setattr("alife.sim.runner._PATIENCE", patience)
    config = small(70, view={"ticks_per_second": 600})

    assert _filmed(tmp_path / "all", config) == [20, 40, 60, 70]
    assert _filmed(tmp_path / "parts", config, [range(1, 31), range(46, 71)]) == [20, 65, 70]


@pytest.mark.parametrize("ticks_per_second", [1.0, 30.0, 100_000.0])
def test_the_first_and_the_last_tick_are_filmed(ticks_per_second: float, tmp_path: Path) -> None:
    """However slow or fast the view, where nobody can look both ends of a run come to the film."""
    config = small(70, view={"ticks_per_second": ticks_per_second, "fps": 1})
    ticks = _filmed(tmp_path, config, _first_and_last(config, 70))

    assert ticks[0] == min(ticks_per_second, 70)
    assert ticks[-1] == 70


@pytest.mark.slow
def test_a_slow_view_shows_every_tick_once(tmp_path: Path) -> None:
    """At four frames a tick, brains and events are shown as often as at one."""
    slow, usual = FakeScreen([[]] * 300), FakeScreen([[]] * 300)
    _run(small(60, view={"ticks_per_second": 7.5}), tmp_path / "slow", slow)
    _run(small(60), tmp_path / "usual", usual)

    assert _ticks(slow.frames)[:9] == [0, 0, 0, 1, 1, 1, 1, 2, 2]
    assert [probe.tick for frame in slow.frames for probe in frame.brain] == list(range(60))
    assert _events(slow) == _events(usual) != []


@pytest.mark.parametrize("turbo", [False, True])
def test_who_looks_at_a_slow_world_is_heard_after_every_tick(
    turbo: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ticks that take longer than a person waits: no more than one of them passes before they are asked again."""
    step = Simulation.run_tick

    def slow(self: Simulation) -> None:
        time.sleep(0.06)
        step(self)

    monkeypatch.setattr(Simulation, "run_tick", slow)
    screen = FakeScreen([[ToggleTurbo()] if turbo else [], *[[]] * 20])
    _run(small(10, view={"ticks_per_second": 900.0}), tmp_path, screen)

    assert [frame.target is None for frame in screen.frames[1:]] == [turbo] * (len(screen.frames) - 1)
    assert max(np.diff(_ticks(screen.frames))) == 1


def test_the_summary_tells_who_never_learned_from_who_does_not() -> None:
    """A learner whose trigger has not fired yet never learned; a species without a rule does not learn."""
    summary = summarise(build_simulation(small(60)), 1.0, "stopped")
    learners, control = summary_text(summary).splitlines()[-2:]

    assert learners.endswith("each never learned")
    assert control.endswith("each does not learn")


def _events(screen: FakeScreen) -> list[FrameEvent]:
    return [event for frame in screen.frames for event in frame.events]


@pytest.mark.parametrize(
    ("failing", "name"),
    [("mkdir", "events"), ("write_text", "config.yaml.unfinished"), ("open", "metrics.jsonl.unfinished")],
)
def test_a_run_directory_that_cannot_be_made_leaves_nothing(
    failing: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever of its parts the disk refuses, that is one sentence, and what was made of it is gone."""
    whole = getattr(Path, failing)

    def fail(path: Path, *arguments: Any, **more: Any) -> Any:
        if path.name == name:
            raise OSError(28, "No space left on device")
        return whole(path, *arguments, **more)

    monkeypatch.setattr(Path, failing, fail)
    with pytest.raises(DiskError, match=r"runs/run.*\(No space left on device\)$"):
        RunDirectory(tmp_path / "runs" / "run", "")

    assert list(tmp_path.iterdir()) == []


def test_a_path_that_cannot_even_be_looked_at_is_an_error_of_the_disk(tmp_path: Path) -> None:
    """A name that the disk does not take is one sentence."""
    with pytest.raises(DiskError, match="the run directory cannot be made"):
        RunDirectory(tmp_path / ("x" * 300), "")


def test_discarding_leaves_the_runs_of_others(tmp_path: Path) -> None:
    """Of the directories made for a run, those that another has begun to use stay."""
    first = RunDirectory(tmp_path / "runs" / "first", "")
    second = RunDirectory(tmp_path / "runs" / "second", "")
    first.discard_directory()
    assert [path.name for path in tmp_path.glob("runs/*")] == ["second"]

    second.discard_directory()
    assert [path.name for path in tmp_path.glob("runs/*")] == []


def test_the_progress_line_says_where_how_fast_how_well_and_how_long() -> None:
    """Tick, speed, reward of each species and the time left stand in one line."""
    simulation = build_simulation(small(60))
    for _ in range(30):
        simulation.run_tick()
    text = progress_line(simulation, 10.0)

    assert "tick 30 of 60" in text
    assert "10 ticks/s" in text
    assert "learners" in text
    assert "control" in text
    assert "0:00:03 left" in text


@pytest.mark.slow
def test_the_progress_line_is_shown_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the line appears while the run goes on."""
    main, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as stderr:
        monkeypatch.setattr("sys.stderr", stderr)
        _run(small(6000), tmp_path)  # a second or so, of which the line is shown four times

        assert b"ticks/s" in os.read(main, 1 << 16)
    os.close(main)


@pytest.mark.parametrize(("silent", "quiet", "lines"), [(0.0, False, 9), (0.0, True, 0), (10.0, False, 0)])
def test_a_log_has_a_line_for_each_tenth_of_a_long_run(
    silent: float, quiet: bool, lines: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where standard error is no terminal; not of a run that is soon over, and not where nothing is to be said."""
    monkeypatch.setattr("alife.sim.progress._SILENT", silent)
    simulation = build_simulation(small(60))
    with Progress(quiet) as progress:
        for _ in range(60):
            simulation.run_tick()
            progress.show_progress(simulation, 10.0)
    told = capsys.readouterr().err.splitlines()

    assert len(told) == lines
    assert all("tick 6 of 60" in line and "control" in line for line in told[:1])


def test_a_quiet_run_has_no_progress_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Not even on a terminal, where several runs would write over each other."""
    monkeypatch.setattr("rich.console.Console.is_terminal", True)

    simulation, told = build_simulation(small(60)), []
    for quiet in (True, False):
        with Progress(quiet) as progress:
            progress.show_progress(simulation, 10.0)
        told.append(capsys.readouterr().err)

    assert told[0] == ""
    assert "tick 0 of 60" in told[1]


def test_who_is_selected_in_a_paused_run_shows_what_went_on_in_its_brain() -> None:
    """The same ticks, membranes and decisions as if it had been selected all the time; of another arena, the last."""
    watched, twin = build_simulation(small()), build_simulation(small())
    spectator, other = Spectator(watched), Spectator(twin)
    other.apply_command(Select("learners", 1))
    for _ in range(40):
        for simulation, looks in ((watched, spectator), (twin, other)):
            simulation.run_tick()
            looks.observe_tick()
    spectator.build_frame(0.0)
    spectator.apply_command(TogglePause())
    spectator.apply_command(Select("learners", 1))
    recalled, seen = spectator.build_frame(0.0).brain, other.build_frame(0.0).brain

    assert [one.tick for one in recalled] == [one.tick for one in seen] == list(range(40))
    for mine, its in zip(recalled, seen, strict=True):
        assert (mine.species, mine.row, mine.value, mine.error) == (its.species, its.row, its.value, its.error)
        assert all((a.membranes == b.membranes).all() for a, b in zip(mine.layers, its.layers, strict=True))
    assert not spectator.build_frame(0.0).brain  # told once
    spectator.apply_command(Select("learners", 3))
    assert [(one.tick, one.row) for one in spectator.build_frame(0.0).brain] == [(39, 3)]
