"""Interventions on a run: each is an event of it, and what cannot be done changes nothing."""

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alife
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import SimulationConfig
from alife.core.command import Command, GoOnAlone, Intervene, Seek, Select, Stop, TogglePause
from alife.core.errors import CheckpointError, DiskError, InterventionError, WorldError
from alife.core.frame import Annotation, FrameEvent
from alife.core.intervention import (
    INTERVENTIONS,
    Clamp,
    Drop,
    Heal,
    Intervention,
    Lesion,
    LetLearn,
    Move,
    Swap,
    from_plain,
)
from alife.runs import Run
from alife.runs.checkpoint import load_state, save_state
from alife.runs.checkpoints import last_checkpoint
from alife.runs.run_directory import RunDirectory
from alife.sim._annotations import Annotations
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from tests.errors import names
from tests.sim.runs import small
from tests.sim.test_runner import FakeScreen, _run
from tests.sim.test_simulation import _flat

EVERY: list[Intervention] = [
    Drop(1, "food", 1.0, 2.0),
    Move("control", 1, 3.0, 3.0),
    Swap(),
    Lesion("learners", 3, 0, 5),
    Clamp("control", 0, 0, 1),
    Heal("learners", 3, 0, 5),
    LetLearn("learners", 2, False),
    LetLearn("learners", 2, True),
]


def _steps(simulation: Simulation, ticks: int) -> Simulation:
    for _ in range(ticks):
        simulation.run_tick()
    return simulation


def _equal(one: Simulation, other: Simulation) -> bool:
    first, second = _flat(one.state_dict()), _flat(other.state_dict())
    return len(first) == len(second) and all(map(np.array_equal, first, second))


# Events


def test_every_intervention_is_an_event_of_the_tick_that_has_just_passed() -> None:
    """With its cause, the creature that it concerns, and a value where it has one."""
    simulation = _steps(build_simulation(small()), 7)

    assert [simulation.intervene(intervention) for intervention in EVERY] == [
        FrameEvent(7, "", -1, "drop", 1.0, "intervention"),
        FrameEvent(7, "control", 1, "move", 0.0, "intervention"),
        FrameEvent(7, "", -1, "swap", 0.0, "intervention"),
        FrameEvent(7, "learners", 3, "lesion", 0.0, "intervention"),
        FrameEvent(7, "control", 0, "clamp", 0.0, "intervention"),
        FrameEvent(7, "learners", 3, "heal", 0.0, "intervention"),
        FrameEvent(7, "learners", 2, "let learn", 0.0, "intervention"),
        FrameEvent(7, "learners", 2, "let learn", 1.0, "intervention"),
    ]


def test_a_copy_hears_of_interventions_on_itself_and_its_creatures_until_the_next_tick() -> None:
    """A drop and a creature belong to one copy, a swap to all; after the next tick it is over."""
    simulation = _steps(build_simulation(small()), 7)
    for intervention in EVERY:
        simulation.intervene(intervention)

    def causes(copy: int) -> list[str]:
        return [event.cause for event in simulation.copy_events(copy) if event.source == "intervention"]

    assert causes(0) == ["swap", "clamp"]
    assert causes(1) == ["drop", "move", "swap", "lesion", "heal", "let learn", "let learn"]
    simulation.run_tick()
    assert causes(0) == causes(1) == []


def test_an_intervention_is_in_the_hash_and_no_cause_of_the_world_moved() -> None:
    """Each intervention changes the digest at once; names of interventions stand behind those of the world."""
    simulation = _steps(build_simulation(small()), 3)
    digests = {simulation.events.digest}
    for intervention in EVERY:
        simulation.intervene(intervention)
        digests.add(simulation.events.digest)

    assert len(digests) == len(EVERY) + 1
    assert simulation.events.causes == ("terminated", "truncated", "surprise", "ate", "stung", *INTERVENTIONS)


# What cannot be done


@pytest.mark.parametrize(
    ("intervention", "says"),
    [
        (Move("nobody", 0, 1.0, 1.0), "there is no species 'nobody'; there are learners, control"),
        (Lesion("control", 2, 0, 0), "control has no row 2; the rows are 0 to 1"),
        (Clamp("learners", -1, 0, 0), "learners has no row -1; the rows are 0 to 3"),
        (Move("learners", 4, 1.0, 1.0), "learners ... row 4 ... 0 to 3"),
        (Drop(2, "food", 1.0, 1.0), "there is no copy 2; the copies are 0 to 1"),
        (Drop(-1, "food", 1.0, 1.0), "there is no copy -1; the copies are 0 to 1"),
        (Drop(0, "creature", 1.0, 1.0), "'creature' ... food, poison"),
        (Drop(0, "food", math.inf, 1.0), "(inf, 1.0) is nowhere ... finite numbers"),
        (Move("learners", 0, 1.0, math.nan), "(1.0, nan) is nowhere ... finite numbers"),
        (
            Lesion("learners", 0, 1, 0),
            "layer 1 of learners is the readout",
        ),
        (Lesion("learners", 0, 0, 8), "layer 0 of learners ... neuron 8 ... 0 to 7"),
        (
            LetLearn("control", 0, False),
            "control have no learning rule",
        ),
        (Move("learners", 1.0, 1.0, 1.0), "the row of the intervention move ... a whole number ... '1.0'"),  # type: ignore[arg-type]
        (LetLearn("learners", 0, 1), "the learns of the intervention let learn ... true or false ... '1'"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_nothing_has_changed(intervention: Intervention, says: str) -> None:
    """No event, no hash, no state is other than before."""
    simulation, other = (_steps(build_simulation(small()), 5) for _ in range(2))
    with pytest.raises(InterventionError) as caught:
        simulation.intervene(intervention)

    assert names(caught.value, says)
    assert simulation.events.intervention_records == []
    assert _equal(simulation, other)


def test_a_numpy_number_does_the_same_as_a_plain_one() -> None:
    """What is done is what would be written down."""
    one, other = (_steps(build_simulation(small()), 5) for _ in range(2))
    move = Move("learners", np.int64(1), np.float32(13.7), np.float32(0.1))  # type: ignore[arg-type]
    one.intervene(move)
    other.intervene(Move("learners", 1, float(np.float32(13.7)), float(np.float32(0.1))))

    assert _equal(one, other)


# State


@pytest.mark.slow
def test_a_run_with_interventions_goes_on_from_a_saved_state_to_the_bit(tmp_path: Path) -> None:
    """Whether it was saved or not, clamped brains, swapped worlds and annotations included."""
    whole, stopped = build_simulation(small()), build_simulation(small())
    for simulation in (whole, stopped):
        _steps(simulation, 40)
        for intervention in EVERY[:5] + EVERY[6:7]:
            simulation.intervene(intervention)
        _steps(simulation, 20)
    save_state(tmp_path / "state", stopped.state_dict())
    resumed = build_simulation(small())
    resumed.load_state_dict(load_state(tmp_path / "state"))
    for simulation in (whole, resumed):
        _steps(simulation, 60)

    assert whole.annotations(0) == resumed.annotations(0) == (Annotation(40, "swap"),)
    assert resumed.snapshot("learners", 3).clamped == ((0, 5, 0.0),)
    assert not resumed.snapshot("learners", 2).may_learn
    assert _equal(whole, resumed)


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("outputs", [[0, 9, 0, 0.0]]),
        ("outputs", [[1, 0, 0, 0.0]]),
        ("outputs", [[0, 0]]),
        ("kept", [4]),
        ("kept", ["x"]),
        ("kept", 3),
    ],
)
def test_a_state_with_damaged_interventions_is_refused_whole(part: str, value: Any) -> None:
    """A clamped neuron that does not exist does not fit, and nothing has changed."""
    simulation = _steps(build_simulation(small()), 30)
    state, before = simulation.state_dict(), _flat(simulation.state_dict())
    state["populations"]["learners"]["interventions"] = {"outputs": [], "kept": [], part: value}
    with pytest.raises(CheckpointError, match="does not fit this configuration"):
        simulation.load_state_dict(state)

    assert all(map(np.array_equal, before, _flat(simulation.state_dict())))


@pytest.mark.parametrize("annotations", [3, [], {"x": []}, {"0": [3]}, {"0": [["x", "y", "z"]]}])
def test_a_state_with_damaged_annotations_is_refused(annotations: Any) -> None:
    """One sentence."""
    simulation = build_simulation(small())
    with pytest.raises(CheckpointError, match=r"annotations.*ticks and texts"):
        simulation.load_state_dict({**simulation.state_dict(), "annotations": annotations})


# Annotations


def test_annotations_are_those_of_the_world_and_of_swaps() -> None:
    """In the copies that they concern, in order."""
    world = {"kind": "reversal", "copies": 2, "size": 4.0, "season": 20}
    simulation = _steps(build_simulation(small(world=world)), 30)
    simulation.intervene(Swap())
    _steps(simulation, 15)

    assert (
        simulation.annotations(0)
        == simulation.annotations(1)
        == (Annotation(20, "season"), Annotation(30, "swap"), Annotation(40, "season"))
    )


def test_annotations_of_a_copy_are_those_of_its_own_light() -> None:
    """What one copy sees is no annotation of another."""
    world = {"kind": "lantern", "copies": 2, "size": 4.0, "flip": 0.1}
    simulation = _steps(build_simulation(small(world=world)), 100)
    first, second = simulation.annotations(0), simulation.annotations(1)

    assert min(len(first), len(second)) > 2
    assert first != second
    assert [annotation.text for annotation in first] == (["dark", "lit"] * 50)[: len(first)]


def test_the_newest_two_hundred_annotations_of_a_copy_stay() -> None:
    """However often the world changes, memory does not grow."""
    annotations = Annotations(2)
    for tick in range(1000):
        annotations.add_annotations(tick, [(1, "lit")])
    annotations.annotate_all_copies(1000, "swap")

    assert [annotation.tick for annotation in annotations.copy_annotations(1)] == list(range(801, 1001))
    assert annotations.copy_annotations(0) == (Annotation(1000, "swap"),)


@pytest.mark.parametrize("annotations", [[(2, "lit")], [(-1, "lit")], [(0, 3)], [3], 3])
def test_annotations_that_are_none_are_an_error_of_the_world(annotations: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence with the tick."""
    simulation = build_simulation(small())
    monkeypatch.setattr(simulation.world, "annotations", lambda: annotations)
    with pytest.raises(WorldError, match=r"annotations.*tick 1") as caught:
        simulation.run_tick()
    assert "\n" not in str(caught.value)


# In front of a screen


def test_an_intervention_from_the_screen_is_applied_written_down_and_seen_once(tmp_path: Path) -> None:
    """Also while the clock stands; the last frame before the end has it, and later frames do not."""
    script: list[list[Command]] = [
        [TogglePause()],
        [Intervene(Swap()), Intervene(Lesion("learners", 0, 0, 2))],
        [],
        [TogglePause()],
        [],
    ]
    screen = FakeScreen(script)
    simulation = _run(small(None), tmp_path, screen)
    from_interventions = [
        [one.cause for one in frame.events if one.source == "intervention"] for frame in screen.frames
    ]

    assert from_interventions == [[], [], ["swap", "lesion"], [], [], []]
    assert screen.frames[2].snapshot.clamped == ((0, 2, 0.0),)
    assert screen.frames[2].annotations == (Annotation(1, "swap"),)
    lines = [json.loads(line) for line in (tmp_path / "run" / "interventions.jsonl").read_text().splitlines()]
    assert [line.pop("tick") for line in lines] == [1, 1]
    assert [from_plain(line) for line in lines] == [Swap(), Lesion("learners", 0, 0, 2)]
    assert simulation.snapshot("learners", 0).clamped == ((0, 2, 0.0),)


def test_an_intervention_that_cannot_be_applied_is_a_message_until_one_can(tmp_path: Path) -> None:
    """The run goes on; nothing is written; the sentence stays until an intervention is applied."""
    wrong, right = Intervene(Drop(0, "gold", 1.0, 1.0)), Intervene(Drop(1, "food", 1.0, 1.0))
    screen = FakeScreen([[], [wrong], [], [right], []])
    _run(small(None), tmp_path, screen)

    message = "there is no role 'gold' in this world; there are food, poison"
    assert [frame.message for frame in screen.frames] == ["", "", message, message, "", ""]
    assert len((tmp_path / "run" / "interventions.jsonl").read_text().splitlines()) == 1
    assert all(
        one.source != "intervention" for frame in screen.frames for one in frame.events
    )  # it was in the other copy


def test_a_run_without_interventions_has_no_file_of_them(tmp_path: Path) -> None:
    """Nor one in which all were refused."""
    _run(small(None), tmp_path, FakeScreen([[Intervene(Drop(9, "food", 1.0, 1.0))], []]))

    assert not (tmp_path / "run" / "interventions.jsonl").exists()


def test_only_a_replay_can_go_to_another_tick(tmp_path: Path) -> None:
    """A run says so and goes on."""
    screen = FakeScreen([[Seek(0)], []])
    _run(small(None), tmp_path, screen)

    assert [frame.tick for frame in screen.frames] == [1, 2, 3]
    assert screen.frames[1].message.startswith("only a replay can go to another tick")
    assert screen.frames[1].replay_until is None


@pytest.mark.slow
def test_a_run_goes_on_alone_to_its_end(tmp_path: Path) -> None:
    """Whoever looked is let go, and sees nothing more; the run is the one that nobody saw."""
    screen = FakeScreen([[], [GoOnAlone()]] + [[Stop()]] * 9)
    simulation = _run(small(200), tmp_path / "a", screen)

    assert (simulation.tick, len(screen.frames), screen.closed) == (200, 2, True)
    assert simulation.events.digest == _run(small(200), tmp_path / "b").events.digest


@pytest.mark.slow
def test_a_weight_update_claims_nothing_that_an_intervention_did(tmp_path: Path) -> None:
    """Between the weights before and after an update of a clamped brain lies one backward pass, as without looking."""
    interventions: list[Command] = [Intervene(Lesion("learners", 0, 0, k)) for k in range(4)]
    kept, again = Intervene(LetLearn("learners", 0, False)), Intervene(LetLearn("learners", 0, True))
    screen = FakeScreen([[]] * 40 + [interventions] + [[]] * 40 + [[kept]] + [[]] * 40 + [[again]] + [[]] * 80)
    _run(small(None), tmp_path, screen)
    updates = [update for frame in screen.frames for update in frame.updates]

    assert len(updates) > 10
    assert not any(82 <= update.tick <= 122 for update in updates)
    for earlier, later in pairwise(updates):
        assert all(map(np.array_equal, earlier.after, later.before))
    assert all(update.ticks[-1].learned for update in updates)


def test_a_disk_that_takes_no_intervention_ends_the_run_with_one_sentence(tmp_path: Path) -> None:
    """A file that cannot be written is an error of the disk."""
    directory = RunDirectory(tmp_path / "run", "")
    (tmp_path / "run" / "interventions.jsonl").mkdir()
    with pytest.raises(DiskError, match=r"run: .*\(Is a directory\)"):
        directory.append_intervention(3, Swap())
    directory.write_summary({})


# On disk


@dataclass
class _Touching:
    """A screen that lays on interventions at its third frame and stops after a while."""

    shown: int = 0

    def show(self, frame: object) -> None:
        self.shown += 1

    def say(self, text: str) -> None: ...

    def commands(self) -> list[Command]:
        if self.shown == 3:
            return [*map(Intervene, EVERY), Select("learners", 2)]
        return [Stop()] if self.shown == 30 else []

    def close(self) -> None: ...


def _touched_run(folder: Path, monkeypatch: pytest.MonkeyPatch, config: SimulationConfig) -> Path:
    monkeypatch.setattr("alife.view.window.window.Window", lambda *_, **__: _Touching())
    return launch(config, LaunchOptions(out=folder / "run")).directory


@pytest.mark.slow
def test_interventions_are_among_the_events_of_a_run_that_is_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With their names; what concerns no creature has no species."""
    run = alife.load(_touched_run(tmp_path, monkeypatch, small(None)))
    assert isinstance(run, Run)
    events = run.events
    from_interventions = events["source"] == "intervention"

    assert events["cause"][from_interventions].tolist() == [intervention.cause for intervention in EVERY]
    assert events["species"][from_interventions].tolist() == [
        "",
        "control",
        "",
        "learners",
        "control",
        "learners",
        "learners",
        "learners",
    ]
    assert events["row"][from_interventions].tolist() == [-1, 1, -1, 3, 0, 3, 2, 2]
    assert events["value"][from_interventions].tolist() == [1.0, 0, 0, 0, 0, 0, 0, 1]
    assert set(events["tick"][from_interventions]) == {3}
    assert "" not in set(events["species"][~from_interventions])


@pytest.mark.slow
def test_a_run_that_ends_in_order_leaves_its_last_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped or done, the last checkpoint is that of its last tick; on demand there is none."""
    stopped = last_checkpoint(_touched_run(tmp_path, monkeypatch, small(None)) / "checkpoints").state
    launch(small(40), LaunchOptions(headless=True, out=tmp_path / "done"))
    launch(small(40, record={"checkpoint": {"keep": 0}}), LaunchOptions(headless=True, out=tmp_path / "none"))

    assert stopped["tick"] == 30
    assert stopped["populations"]["control"]["interventions"]["outputs"] == [[0, 0, 1, 1.0]]
    simulation = build_simulation(small(40))
    simulation.load_state_dict(last_checkpoint(tmp_path / "done" / "checkpoints").state)
    assert simulation.tick == 40
    assert _steps(simulation, 40).events.digest == _steps(build_simulation(small(40)), 80).events.digest
    assert not (tmp_path / "none" / "checkpoints").exists()


def test_a_run_that_fails_leaves_no_state(tmp_path: Path) -> None:
    """Its summary says why, and there is nothing to go on from."""
    world = {"kind": "tests.sim.broken_world:BrokenWorld", "fault": "raises", "at": 150}
    with pytest.raises(WorldError):
        launch(small(200, world=world), LaunchOptions(headless=True, out=tmp_path / "run"))

    assert (tmp_path / "run" / "summary.json").exists()
    assert not (tmp_path / "run" / "checkpoints").exists()
