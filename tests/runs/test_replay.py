"""Replays: a run that was passes again, interventions and all, and one can go to any of its ticks."""

import json
import shutil
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.app.cli import main
from alife.app.launch import replay
from alife.config.simulation_config import SimulationConfig, dump_config
from alife.core.command import Command, Intervene, Seek, Stop, TogglePause, ToggleTurbo
from alife.core.errors import AlifeError, CheckpointError, ConfigError, InterventionError
from alife.core.intervention import Clamp, Drop, Heal, Intervention, Lesion, LetLearn, Move, Swap
from alife.runs.past_run import PastRun, read_run, verdict
from alife.runs.replay import Replay, build_replay
from alife.runs.run_directory import RunDirectory
from alife.runs.summary import summarise, versions
from alife.sim.build import build_simulation
from alife.sim.runner import Runner
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from tests.errors import naming
from tests.sim.runs import small
from tests.sim.test_runner import FakeScreen
from tests.sim.test_simulation import _flat

_PLACES = st.floats(-20.0, 20.0, width=32)
_SPECIES, _ROWS = st.sampled_from(["learners", "control"]), st.integers(0, 1)
_NEURON = (_SPECIES, _ROWS, st.just(0), st.integers(0, 2))
_ANY = st.one_of(
    st.builds(Drop, _ROWS, st.sampled_from(["food", "poison"]), _PLACES, _PLACES),
    st.builds(Move, _SPECIES, _ROWS, _PLACES, _PLACES),
    st.just(Swap()),
    st.builds(Lesion, *_NEURON),
    st.builds(Clamp, *_NEURON),
    st.builds(Heal, *_NEURON),
    st.builds(LetLearn, st.just("learners"), _ROWS, st.booleans()),
)
TICKS = 40
_SEQUENCES = st.lists(st.tuples(st.integers(0, TICKS), _ANY), max_size=12)
WORLDS = [
    {"kind": "forage", "copies": 2, "size": 4.0, "food": 6, "poison": 6},
    {"kind": "lantern", "copies": 2, "size": 4.0, "flip": 0.1},
    {"kind": "reversal", "copies": 2, "size": 4.0, "season": 15},
]
INTERVENTIONS: list[tuple[int, Intervention]] = [
    (0, Swap()),
    (7, Lesion("learners", 0, 0, 2)),
    (7, Drop(1, "food", 1.0, 2.0)),
    (20, LetLearn("learners", 1, False)),
    (33, Heal("learners", 0, 0, 2)),
    (60, Swap()),
]


def _lived(
    config: SimulationConfig, interventions: Sequence[tuple[int, Intervention]], ticks: int
) -> tuple[Simulation, list[Any]]:
    """Return a simulation after some ticks, and the interventions that could be applied to it."""
    simulation, applied = build_simulation(config), []
    for tick in range(ticks + 1):
        if tick:
            simulation.run_tick()
            if tick % config.record.metrics == 0:
                simulation.metrics_line()
        for _, intervention in [one for one in interventions if one[0] == tick]:
            try:
                simulation.intervene(intervention)
            except InterventionError:
                continue
            applied.append((tick, intervention))
    return simulation, applied


def _equal(one: Simulation, other: Simulation) -> bool:
    first, second = _flat(one.state_dict()), _flat(other.state_dict())
    return len(first) == len(second) and all(map(np.array_equal, first, second))


# The replay itself


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(_SEQUENCES, st.sampled_from(WORLDS), st.lists(st.integers(-3, TICKS + 3), max_size=3))
def test_a_replay_equals_the_run_whatever_was_done_to_it(
    interventions: list[tuple[int, Intervention]], world: dict[str, Any], seeks: list[int]
) -> None:
    """To the bit and in the hash, also after going to and fro."""
    config = small(None, world=world)
    run, applied = _lived(config, interventions, TICKS)
    again = build_replay(config, applied, TICKS, interval=3)
    for tick in [*seeks, TICKS]:
        again.seek(tick)

    assert again.tick == TICKS
    assert again.digest_at_end == run.events.digest.hex()
    assert _equal(run, again)


@pytest.mark.slow
@pytest.mark.parametrize("interval", [1, 7, 1000])
def test_to_seek_is_to_have_lived_until_then(interval: int) -> None:
    """Forwards, backwards, to the same tick, to the ends and beyond: state, hash and annotations are the run's."""
    config = small(None)
    again = build_replay(config, INTERVENTIONS, 60, interval)
    for tick in [30, 50, 7, 7, 6, 60, 0, 33, -5, 99, 20, 19]:
        again.seek(tick)
        run, _ = _lived(config, INTERVENTIONS, min(max(tick, 0), 60))

        assert again.tick == run.tick
        assert again.events.digest == run.events.digest
        assert again.annotations(0) == run.annotations(0)
        assert _equal(run, again)


class _Kept(dict[str, Any]):
    """A state of which one can know whether it is kept."""


@pytest.mark.slow
def test_never_more_than_32_states_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long the run; they are spread evenly, and the first stays."""
    state_dict, made = Simulation.state_dict, []

    def watched(simulation: Simulation) -> _Kept:
        state = _Kept(state_dict(simulation))
        made.append(weakref.ref(state))
        return state

    monkeypatch.setattr(Simulation, "state_dict", watched)
    again = build_replay(small(None), (), 500, interval=1)
    most = 0
    for _ in range(500):
        again.run_tick()
        most = max(most, sum(one() is not None for one in made))
    found, sought = [], range(0, 500, 7)
    for tick in sought:
        again.seek(500)
        again.load_nearest_state(tick)
        found.append(again.tick)

    assert 16 <= most <= 33  # one of them is being made
    assert found == [tick // 16 * 16 for tick in sought]


def test_a_state_that_is_kept_is_not_changed_by_going_on_from_it() -> None:
    """Gone back to twice, it is the same twice."""
    again = build_replay(small(None), INTERVENTIONS, 60, interval=10)
    again.seek(60)
    expected = again.events.digest
    for _ in range(3):
        again.seek(10)
        again.seek(60)
        assert again.events.digest == expected


def test_seeking_goes_on_from_where_one_is_if_that_is_nearer() -> None:
    """No state is loaded on the way forwards, unless there is a nearer one; watched ticks before it are kept free."""
    again = build_replay(small(None), (), 100, interval=20)
    again.seek(100)
    assert again.load_nearest_state(45)
    assert again.tick == 40
    again.run_tick()
    assert not again.load_nearest_state(55)
    assert again.tick == 41
    assert again.load_nearest_state(75)
    assert again.tick == 60
    assert again.load_nearest_state(85, watched=30) is False
    assert again.load_nearest_state(55, watched=30)
    assert again.tick == 20


def test_a_replay_cannot_be_touched() -> None:
    """The intervention is refused and nothing has changed."""
    again, other = build_replay(small(None), (), 60), build_replay(small(None), (), 60)
    with pytest.raises(InterventionError, match=r"^a replay cannot be touched$"):
        again.intervene(Swap())
    assert _equal(again, other)


def test_an_intervention_that_cannot_be_repeated_is_one_sentence() -> None:
    """With its tick."""
    says = "^the intervention applied at tick 0 cannot be repeated: there is no role 'gold'"
    with pytest.raises(CheckpointError, match=says):
        build_replay(small(None), [(0, Drop(0, "gold", 1.0, 1.0))], 60)


# Run directories


def _kept(
    folder: Path, interventions: Sequence[tuple[int, Intervention]] = INTERVENTIONS, ticks: int = 60, **more: Any
) -> Path:
    """Return the directory of a run with interventions."""
    config = small(None, **more)
    directory = RunDirectory(folder / "run", dump_config(config))
    simulation, applied = _lived(config, interventions, ticks)
    for tick, intervention in applied:
        directory.append_intervention(tick, intervention)
    directory.append_metrics({**simulation.metrics_line(), "tick": ticks})
    directory.write_summary(summarise(simulation, 1.0, "stopped"))
    return directory.path


def test_a_run_that_is_replayed_equals_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the command line: one line, nothing on standard error, nothing written, exit code 0."""
    path = _kept(tmp_path)
    before = sorted((one, one.stat().st_mtime_ns) for one in tmp_path.rglob("*"))

    assert main(["replay", str(path), "--headless"]) == 0
    assert capsys.readouterr() == ("the replay equals the run\n", "")
    assert sorted((one, one.stat().st_mtime_ns) for one in tmp_path.rglob("*")) == before


@pytest.mark.slow
def test_a_run_that_differs_is_an_error_that_names_other_versions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 5 and one sentence, with the versions the run was made with where they are others."""
    path = _kept(tmp_path)
    lines = (path / "interventions.jsonl").read_text().splitlines()
    (path / "interventions.jsonl").write_text("\n".join(lines[:-1]) + "\n")
    assert main(["replay", str(path), "--headless"]) == 5
    error = capsys.readouterr().err
    assert error.startswith("error: the replay differs from the run: its event hash is ")
    assert error.endswith("another machine or version may be the reason\n")

    summary = json.loads((path / "summary.json").read_text())
    summary["versions"]["torch"] = "1.0"
    (path / "summary.json").write_text(json.dumps(summary))
    assert main(["replay", str(path), "--headless"]) == 5
    assert capsys.readouterr().err.endswith(f"the run was made with torch 1.0, now {versions()['torch']}\n")


def test_a_run_that_was_killed_is_replayed_as_far_as_it_is_known(tmp_path: Path) -> None:
    """To its last line of metrics or its last intervention; half a line at the end is none."""
    path = _kept(tmp_path)
    (path / "summary.json").unlink()
    with (path / "interventions.jsonl").open("a") as file:
        file.write('{"tick": 61, "intervention": "swap"}\n{"tick": 70, "ha')
    run = read_run(path)

    assert (run.end, len(run.interventions), run.digest) == (61, len(INTERVENTIONS) + 1, None)
    line, exit_code = replay(run, headless=True)
    assert line.startswith("the replay has nothing to be compared with: the run was killed")
    assert exit_code == 0


def test_where_nothing_says_how_far_a_run_came_its_ticks_do(tmp_path: Path) -> None:
    """Those of its configuration; where it has none either, that is one sentence."""
    path = _kept(tmp_path)
    (path / "summary.json").unlink()
    (path / "interventions.jsonl").unlink()
    (path / "metrics.jsonl").write_text("")
    with pytest.raises(CheckpointError, match="how far"):
        read_run(path)
    (path / "config.yaml").write_text(dump_config(small(25)))
    assert read_run(path).end == 25


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "interventions.jsonl",
            '{"tick": 1, "intervention": "swap"}\nswap\n',
            "interventions.jsonl, line 2: damaged",
        ),
        ("interventions.jsonl", "\n", "interventions.jsonl, line 1: damaged"),
        (
            "interventions.jsonl",
            "[1]\n",
            "line 1: damaged ... object",
        ),
        (
            "interventions.jsonl",
            '{"intervention": "swap"}\n',
            "line 1: damaged ... tick",
        ),
        (
            "interventions.jsonl",
            '{"tick": -1, "intervention": "swap"}\n',
            "line 1: damaged ... tick",
        ),
        (
            "interventions.jsonl",
            '{"tick": 1, "intervention": "pat"}\n',
            "line 1: damaged ... no such intervention",
        ),
        (
            "interventions.jsonl",
            '{"tick": 3, "intervention": "swap"}\n{"tick": 2, "intervention": "swap"}\n',
            "line 2: tick 2 stands behind",
        ),
        (
            "interventions.jsonl",
            '{"tick": 61, "intervention": "swap"}\n',
            "line 1: tick 61 is after the run's last tick, 60",
        ),
        ("interventions.jsonl", "[" * 100_000 + "\n", "line 1: damaged ... deep"),
        ("interventions.jsonl", b"\xff\n", "interventions.jsonl, line 1: damaged ... UTF-8"),
        ("summary.json", "[]\n", "summary.json: damaged ... object"),
        ("summary.json", '{"ticks": 60', "summary.json: damaged"),
        ("summary.json", b"\xff\n", "summary.json: damaged ... UTF-8"),
    ],
)
def test_a_damaged_file_is_one_sentence(name: str, content: str | bytes, says: str, tmp_path: Path) -> None:
    """With the file and, in a file of lines, the line."""
    path = _kept(tmp_path)
    (path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(CheckpointError, match=naming(says)) as caught:
        read_run(path)
    assert "\n" not in str(caught.value)


def test_damaged_metrics_of_a_run_that_was_killed_are_one_sentence(tmp_path: Path) -> None:
    """The last line is asked how far the run came."""
    path = _kept(tmp_path)
    (path / "summary.json").unlink()
    (path / "metrics.jsonl").write_text('{"tick": 10}\n{"tock": 20}\n')
    with pytest.raises(CheckpointError, match=r"metrics\.jsonl, line 2: .*no tick"):
        read_run(path)


@pytest.mark.parametrize("path", ["nothing", ".", "file", "x" * 300])
def test_what_is_no_run_directory_is_one_sentence(path: str, tmp_path: Path) -> None:
    """Whatever is named."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(AlifeError) as caught:
        read_run(tmp_path / path)
    assert "\n" not in str(caught.value)
    if len(path) < 300:
        assert isinstance(caught.value, ConfigError)
        assert "name one that a run has printed, with config.yaml and metrics.jsonl" in str(caught.value)


def test_a_damaged_configuration_is_an_error_of_the_configuration(tmp_path: Path) -> None:
    """As when a run is begun with it."""
    path = _kept(tmp_path)
    (path / "config.yaml").write_text("world: {kind: nowhere}")
    with pytest.raises(ConfigError, match="nowhere"):
        read_run(path)


def test_a_run_that_was_moved_is_still_a_run(tmp_path: Path) -> None:
    """Nothing in it depends on where it lies."""
    path = shutil.move(_kept(tmp_path), tmp_path / "elsewhere")
    assert replay(read_run(path), headless=True) == ("the replay equals the run", 0)


# In front of a screen


def _shown(script: list[list[Command]], config: SimulationConfig | None = None) -> tuple[FakeScreen, Replay]:
    simulation, screen = build_replay(config or small(None), INTERVENTIONS, 60, interval=10), FakeScreen(script)
    Runner(simulation, None, Interruption(), screen).run()
    return screen, simulation


def test_a_replay_stands_still_at_its_end_until_it_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its clock stops there, even if it is started again; a frame says how far one may seek."""
    monkeypatch.setattr("alife.sim.runner._TURBO", 60.0)  # however slow the machine is
    screen, simulation = _shown([[ToggleTurbo()]] + [[]] * 20 + [[TogglePause()]] + [[]] * 3)

    assert simulation.tick == screen.frames[-1].tick == 60
    assert screen.frames[-1].paused
    assert {frame.replay_until for frame in screen.frames} == {60}
    assert simulation.digest_at_end is not None


def test_seeking_goes_to_a_tick_and_shows_the_brain_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forwards and back; the frame that has come there has the ticks of the brain before it, and the clock goes on."""
    monkeypatch.setattr("alife.sim.runner._TURBO", 60.0)
    screen, _ = _shown([[Seek(50)], [], [Seek(35), TogglePause()], [], [Seek(900)], [], [Seek(-4)], []])
    ticks = [frame.tick for frame in screen.frames]

    assert ticks == [1, 50, 51, 35, 35, 60, 60, 0, 0]
    there = screen.frames[3]
    assert [probe.tick for probe in there.brain] == list(range(5, 35))
    assert there.snapshot.clamped == ()
    assert [annotation.tick for annotation in there.annotations] == [0]
    assert len(screen.frames[5].annotations) == 2


def test_a_long_seek_keeps_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes in slices; on the way one may want another tick, or leave."""
    monkeypatch.setattr("alife.sim.runner._TURBO", 1e-9)
    screen, simulation = _shown(
        [[TogglePause(), Seek(60)]] + [[]] * 5 + [[Seek(3)]] + [[]] * 5 + [[Seek(60)], [Stop()]]
    )
    ticks = [frame.tick for frame in screen.frames]

    assert ticks[:13] == [1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 3, 3, 3]
    assert simulation.tick == 4
    assert all(frame.paused for frame in screen.frames[1:])


def test_a_touch_in_a_replay_is_a_message() -> None:
    """And nothing is done."""
    screen, _ = _shown([[Intervene(Swap())], []])
    assert [frame.message for frame in screen.frames] == [
        "",
        "a replay cannot be touched",
        "a replay cannot be touched",
    ]


@pytest.mark.slow
def test_interventions_of_a_replay_are_seen_when_they_are_applied() -> None:
    """Once each, in the copy in view, with the tick at which they were."""
    screen, _ = _shown([[]] * 70)
    seen = [(one.tick, one.cause) for frame in screen.frames for one in frame.events if one.source == "intervention"]

    assert seen == [(7, "lesion"), (20, "let learn"), (33, "heal"), (60, "swap")]


def test_a_replay_that_is_left_early_is_not_compared() -> None:
    """The line says how far it came; one that has been at its end and went back is compared."""
    screen, simulation = _shown([[], []])
    run = PastRun(Path(), small(None), (), 60, "00", {})
    assert verdict(run, simulation) == "the replay ended at tick 3 of 60, so it was not compared with the run"
    simulation.seek(60)
    digest = simulation.events.digest.hex()
    simulation.seek(10)
    assert verdict(run._replace(digest=digest), simulation) == "the replay equals the run"
    assert len(screen.frames) == 3


def test_a_replay_may_begin_at_a_state() -> None:
    """It goes on from there to the bit, and goes back no further."""
    config = small(None)
    whole, state = build_replay(config, (), 60), None
    for _ in range(60):
        state = whole.state_dict() if whole.tick == 33 else state
        whole.run_tick()
    part = build_replay(config, (), 60, state=state)
    assert part.tick == 33
    part.seek(60)
    assert part.digest_at_end == whole.digest_at_end
    part.seek(5)
    assert part.tick == 33
