"""The loop: the same run is the same run, whatever happens beside it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alife.core.errors import CheckpointError, NumericError, WorldError
from alife.core.frame import FrameEvent
from alife.runs.checkpoint import load_state, save_state
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from tests.sim.runs import small

ROOT = Path(__file__).resolve().parents[2]
BRAIN = {"layers": [{"kind": "lif", "size": 8, "decay": 0.5}]}


def _run(simulation: Simulation, ticks: int) -> str:
    for _ in range(ticks):
        simulation.run_tick()
    return simulation.events.digest.hex()


def _flat(state: Any) -> list[Any]:
    if isinstance(state, dict):
        return [leaf for name in sorted(state) for leaf in _flat(state[name])]
    return [np.asarray(state)]


@pytest.mark.slow
def test_the_number_of_threads_changes_nothing() -> None:
    """Species of 600 and of 300 rows live and learn the same in slices, and a state of one goes on in the other."""
    world = {"kind": "forage", "copies": 300, "size": 3.0, "food": 6, "poison": 6}
    creatures = {"learners": {"count": 2, "brain": BRAIN}, "others": {"count": 1, "brain": BRAIN, "learning": "none"}}
    changes: dict[str, Any] = {"world": world, "creatures": creatures}
    one, two = build_simulation(small(**changes)), build_simulation(small(**changes, threads=3))

    assert _run(one, 40) == _run(two, 40)
    assert one.metrics["learners"].backward_share() > 0.0
    assert all(map(np.array_equal, _flat(one.state_dict()), _flat(two.state_dict())))
    two.load_state_dict(one.state_dict())


@pytest.mark.slow
def test_the_same_seed_gives_the_same_events_and_another_seed_others() -> None:
    """Two simulations of one configuration agree in their hash; a third with another seed does not."""
    first, second = _run(build_simulation(small()), 200), _run(build_simulation(small()), 200)
    other = _run(build_simulation(small(seed=1)), 200)

    assert first == second
    assert other != first


@pytest.mark.slow
def test_the_hash_depends_on_every_event() -> None:
    """One tick more with an event in it changes the hash; the hash does not depend on how often metrics are taken."""
    simulation = build_simulation(small())
    hashes = {_run(simulation, 1) for _ in range(200)}

    assert len(hashes) > 20
    assert _run(build_simulation(small(record={"metrics": 7})), 200) == _run(build_simulation(small()), 200)


@pytest.mark.slow
def test_a_state_taken_and_given_back_continues_to_the_bit(tmp_path: Path) -> None:
    """A run stopped at tick 100, saved, loaded into a new simulation and continued equals one never stopped."""
    never_stopped, stopped = build_simulation(small()), build_simulation(small())
    _run(never_stopped, 300)
    _run(stopped, 100)
    save_state(tmp_path / "state", stopped.state_dict())
    resumed = build_simulation(small())
    resumed.load_state_dict(load_state(tmp_path / "state"))
    _run(resumed, 200)

    expected, actual = _flat(never_stopped.state_dict()), _flat(resumed.state_dict())
    assert len(expected) == len(actual) > 30
    assert all(np.array_equal(one, other) for one, other in zip(expected, actual, strict=True))


_CHILD = """
import sys
from pathlib import Path
from alife.runs.checkpoint import load_state, save_state
from alife.sim.build import build_simulation
from tests.sim.runs import small
folder = Path(sys.argv[1])
simulation = build_simulation(small())
simulation.load_state_dict(load_state(folder / "300"))
while simulation.tick < 400:
    simulation.run_tick()
save_state(folder / "400", simulation.state_dict())
print(simulation.events.digest.hex())
"""


@pytest.mark.slow
def test_a_new_process_continues_to_the_bit(tmp_path: Path) -> None:
    """Stopped at tick 300, saved, and continued by another process, a run ends as if never stopped."""
    simulation = build_simulation(small())
    _run(simulation, 300)
    save_state(tmp_path / "300", simulation.state_dict())
    command = [sys.executable, "-c", _CHILD, str(tmp_path)]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    assert printed == _run(simulation, 100)
    parts = [_flat(load_state(tmp_path / "400")), _flat(simulation.state_dict())]
    assert all(np.array_equal(one, other) for one, other in zip(*parts, strict=True))


def test_the_learners_change_and_the_control_does_not() -> None:
    """Weights of learners move, weights of the control stay as they were born."""
    simulation = build_simulation(small())
    before = simulation.state_dict()["populations"]
    _run(simulation, 200)
    after = simulation.state_dict()["populations"]

    def moved(name: str) -> bool:
        weights = (state[name]["brain"]["layers.0"]["weight"] for state in (before, after))
        return not np.array_equal(*weights)

    assert moved("learners")
    assert not moved("control")


def test_a_state_of_other_species_is_refused() -> None:
    """Loading a state with other species or other widths is one CheckpointError."""
    state = build_simulation(small()).state_dict()
    other = build_simulation(small(creatures={"others": None}))
    wider = build_simulation(small(creatures={"learners": {"count": 2}, "control": {"learning": "none"}}))

    with pytest.raises(CheckpointError, match="species"):
        other.load_state_dict(state)
    with pytest.raises(CheckpointError, match="does not fit"):
        wider.load_state_dict(state)


BROKEN = "tests.sim.broken_world"


def _one_sentence(caught: pytest.ExceptionInfo[WorldError]) -> str:
    assert caught.value.exit_code == 3
    said = str(caught.value)
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("nan observation", "learners, tick 5, row 1: the observation is not a finite number"),
        ("nan reward", "learners, tick 5, row 1: the reward is not a finite number"),
        ("huge observation", "learners, tick 5, row 1: the observation is not a finite number of 32 bits, it is -1e"),
        ("huge reward", "learners, tick 5, row 1: the reward is not a finite number of 32 bits, it is 1e"),
        ("wrong shape", "observations must be an array of shape"),
        ("missing", "no outcome for species learners"),
        ("raises", "raised RuntimeError at tick 5"),
        ("far event", "an event names a row outside"),
        ("negative row", "an event names a row outside 0 to 1"),
        ("none", "returned None at tick 5, it must return a mapping"),
        ("list", "returned of type list at tick 5, it must return a mapping"),
        ("none each", r"learners, tick 5: the outcome.*an Outcome, it is None"),
        ("no outcome", r"learners, tick 5: the outcome.*an Outcome, it is None"),
        ("text outcome", r"the outcome.*an Outcome, it is of type str"),
        ("text rewards", r"rewards.*of numbers, it is of <U1"),
        ("list rewards", r"rewards.*an array of shape"),
        ("whole terminated", r"terminated.*of bool"),
        ("whole truncated", r"truncated.*of bool"),
        ("no events", r"events.*an Events, it is None"),
        ("tuple events", r"events.*an Events, it is a tuple of"),
        ("list rows", r"events.rows.*an array of one axis"),
        ("square events", r"events.rows.*an array of one axis"),
        ("float rows", r"events.rows.*of int"),
        ("uneven events", r"events.causes.*an array of shape"),
        ("text values", r"events.values.*of numbers"),
        ("unordered events", "row 0: its event stands behind one of a later row"),
        ("far cause", "row 1: an event has a cause outside 0 to 1"),
        ("negative cause", "row 1: an event has a cause outside 0 to 1"),
        ("nan value", "row 1: the value of an event is not a finite number"),
        ("silent reward", r"row 1: the reward 2.0.*no event .* reward_events\(rewards\) of alife.core.world"),
        ("worthless event", r"row 1: the reward 2.0.*no event with a value"),
    ],
)
def test_a_world_that_breaks_its_contract_is_named(fault: str, says: str) -> None:
    """A broken world ends the run with one sentence that names the species, the row and the tick."""
    world = {"kind": f"{BROKEN}:BrokenWorld", "copies": 2, "fault": fault, "at": 5}
    simulation = build_simulation(small(world=world, creatures={"learners": None}))

    with pytest.raises(WorldError, match=says) as caught:
        _run(simulation, 10)
    assert "tick 5" in _one_sentence(caught)


def test_what_was_refused_never_reaches_a_saved_state() -> None:
    """After a NaN from the world, the state still holds the outcomes of the tick before."""
    world = {"kind": f"{BROKEN}:BrokenWorld", "copies": 2, "fault": "nan observation", "at": 5}
    simulation = build_simulation(small(world=world, creatures={"learners": None}))
    with pytest.raises(WorldError):
        _run(simulation, 10)

    assert np.isfinite(simulation.state_dict()["outcomes"]["learners"]["observations"]).all()


@pytest.mark.parametrize(("fault", "says"), [("scene", "no light"), ("no scene", "must be a Scene, it is a NoneType")])
def test_a_world_that_cannot_be_drawn_is_named(fault: str, says: str) -> None:
    """A scene that raises, or is none, is one sentence with the tick."""
    simulation = build_simulation(small(world={"kind": f"{BROKEN}:BrokenWorld", "fault": fault}, creatures={"a": None}))
    with pytest.raises(WorldError, match=says) as caught:
        simulation.scene(0)
    assert "tick 0" in _one_sentence(caught)


def test_a_world_that_cannot_tell_its_state_is_named() -> None:
    """A `state_dict` that raises is one sentence with the file and the line."""
    simulation = build_simulation(
        small(world={"kind": f"{BROKEN}:BrokenWorld", "fault": "state"}, creatures={"a": None})
    )
    with pytest.raises(WorldError, match=r"broken_world.py:\d+\): no memory") as caught:
        simulation.state_dict()
    _one_sentence(caught)


@pytest.mark.parametrize(
    ("about", "fault", "says"),
    [
        *[
            (about, "raises", f"its {about} cannot be read: RuntimeError: I am nobody")
            for about in ("species", "copies", "causes", "observation_spaces", "action_spaces")
        ],
        ("species", "none", r"its species.*a mapping by species, it is None"),
        ("species", "empty", "its species must name every species, learners is missing"),
        ("copies", "none", r"its copies.*a whole number of 1 or more"),
        ("copies", "zero", r"its copies.*a whole number of 1 or more"),
        ("causes", "text", r"its causes.*a tuple of names"),
        ("causes", "none", r"its causes.*a tuple of names"),
        ("observation_spaces", "empty", "its observation_spaces must name every species, learners is missing"),
        ("observation_spaces", "square", r"species learners.*a Box with one axis .* one of shape \(2, 2\)"),
        ("observation_spaces", "narrow", r"species learners.*a Box with one axis .* one of shape \(0,\)"),
        ("observation_spaces", "discrete", r"species learners.*a Box with one axis .* of type Discrete"),
        ("action_spaces", "empty", "its action_spaces must name every species, learners is missing"),
        ("action_spaces", "number", r"action space of species learners.*a gymnasium Space, it is 3"),
    ],
)
def test_a_world_that_says_wrong_things_about_itself_is_named(about: str, fault: str, says: str) -> None:
    """What a world says about itself is checked before a brain is made for it."""
    world = {"kind": f"{BROKEN}:WrongSelf", "about": about, "fault": fault}
    with pytest.raises(WorldError, match=says) as caught:
        build_simulation(small(world=world, creatures={"learners": None}))
    assert "WrongSelf" in _one_sentence(caught)


def _part(**parts: str) -> dict[str, Any]:
    """Return a species with a part of broken_world."""
    brought = {where: f"{BROKEN}:{name}" for where, name in parts.items()}
    layers = {"layers": [{"kind": brought.pop("neuron"), "size": 8}]} if "neuron" in brought else BRAIN
    learning = {"trigger": brought.pop("trigger")} if "trigger" in brought else brought.pop("rule", "gated_trace")
    body = {"senses": [brought.pop("sense")]} if "sense" in brought else brought
    return {"brain": layers, "learning": learning, **({"body": body} if body else {})}


@pytest.mark.parametrize(
    ("species", "says"),
    [
        (_part(neuron="BrokenLayer"), "species learners, tick 0: KeyError: .*broken_world.py:"),
        (_part(neuron="RebindingNeuron"), "species learners, tick 0: rebindingneuron must write into before"),
        (_part(trigger="BrokenTrigger"), "species learners, tick 0: the trigger must tell of each of 2 creatures"),
        (_part(motor="BrokenMotor"), "raised IndexError at tick 1 .*broken_world.py:"),
        (_part(rule="BrokenRule"), "creatures.learners: the brains cannot be made: KeyError: .*no.ntraces"),
        (_part(rule="EmptyHandedRule"), "EmptyHandedRule.traces must return Traces, it gave None"),
        (_part(rule="TypoRule"), "the brains cannot be made: .*nubmer.*broken_world.py:"),
        (_part(rule="WrongShapeRule"), r"species learners, tick .* gradient of layer 0.*an array of float32"),
        (_part(rule="WrongTypeRule"), r"species learners, tick .* gradient of layer 0.*an array of float32"),
        (_part(motor="NamelessMotor"), "the brains cannot be made: IndexError: nameless"),
        (_part(sense="NanSense"), "the sense tests.sim.broken_world:NanSense must write numbers from 0 to 1"),
    ],
)
def test_a_part_of_a_creature_that_fails_is_named(species: dict[str, Any], says: str) -> None:
    """A neuron, trigger, rule, motor or sense that breaks its contract is one sentence with the species."""
    world = {"kind": "forage", "copies": 2, "size": 3.0, "food": 20, "poison": 6}
    with pytest.raises(WorldError, match=says) as caught:
        _run(build_simulation(small(world=world, creatures={"learners": species})), 60)
    _one_sentence(caught)


@pytest.mark.parametrize("rule", ["NanRule", "HugeRule"])
def test_what_is_no_number_never_reaches_a_weight(rule: str) -> None:
    """Gradients that are none, or too large to square, are borne for a while, then end the run with exit code 4."""
    world = {"kind": "forage", "copies": 2, "size": 3.0, "food": 20, "poison": 6}
    simulation = build_simulation(small(world=world, creatures={"learners": _part(rule=rule)}, faults={"most": 3}))
    with pytest.raises(NumericError, match=r"learners, row [01], tick \d+: .*gradient.*; .*most is 3") as caught:
        _run(simulation, 60)
    brain = simulation.state_dict()["populations"]["learners"]["brain"]

    assert caught.value.exit_code == 4
    assert all(np.isfinite(brain[layer]["weight"]).all() for layer in ("layers.0", "layers.1"))


def test_what_happened_in_a_copy_is_found_without_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copies share out all events among them, and an event becomes an object only for its own copy."""
    simulation = build_simulation(small())
    made: list[FrameEvent] = []

    def counting(*columns: Any) -> FrameEvent:
        made.append(FrameEvent(*columns))
        return made[-1]

    monkeypatch.setattr("alife.sim.simulation.FrameEvent", counting)
    counts, both = {"learners": 2, "control": 1}, 0
    for _ in range(200):
        simulation.run_tick()
        made.clear()
        by_copy = [simulation.copy_events(copy) for copy in range(2)]
        assert len(made) == sum(len(records) for records in simulation.events.tick_records)
        assert all(event.row // counts[event.species] == k for k, events in enumerate(by_copy) for event in events)
        both += all(by_copy)
    assert both > 0


def test_a_state_of_another_configuration_is_refused() -> None:
    """Another seed or threshold is refused although all shapes fit; name, ticks, view and records may differ."""
    state = build_simulation(small()).state_dict()
    free = small(ticks=90, name="other", view={"fps": 7}, record={"metrics": 3})
    world = {"kind": "forage", "copies": 2, "size": 5.0, "food": 6, "poison": 6}

    build_simulation(free).load_state_dict(state)
    for other in (small(seed=1), small(world=world)):
        with pytest.raises(CheckpointError, match="does not fit this configuration"):
            build_simulation(other).load_state_dict(state)


def _damaged(state: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a state with one part replaced, or taken out where the value is None."""
    first, _, rest = path.partition("/")
    others = {name: part for name, part in state.items() if name != first}
    if rest:
        return {**others, first: _damaged(state[first], rest, value)}
    return others if value is None else {**others, first: value}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "value"),
    [
        *[(part, None) for part in ("tick", "config", "digest", "world", "populations", "metrics", "outcomes")],
        *[(part, 3) for part in ("config", "digest", "world", "populations", "metrics", "outcomes")],
        ("tick", "x"),
        ("tick", -1),
        ("tick", True),
        ("digest", "abc"),
        ("digest", "zz" * 32),
        ("world/things", None),
        ("populations/control", None),
        ("populations/control/brain", None),
        ("populations/control/ended", np.zeros(7, bool)),
        ("populations/control/tick", "x"),
        ("metrics/control", None),
        ("metrics/control/line", np.zeros(1)),
        ("metrics/control/series/sums", np.zeros(3)),
        ("outcomes/control", None),
        ("outcomes/control/rewards", np.zeros(9)),
        ("outcomes/control/events", None),
        ("outcomes/control/events/rows", None),
    ],
)
def test_a_state_that_is_not_whole_is_refused_and_changes_nothing(path: str, value: Any) -> None:
    """Whatever is missing or wrong in a state, loading it is one CheckpointError and the run goes on as it was."""
    simulation, other = build_simulation(small()), build_simulation(small())
    _run(simulation, 20)
    _run(other, 40)
    before = _flat(simulation.state_dict())

    with pytest.raises(CheckpointError) as caught:
        simulation.load_state_dict(_damaged(other.state_dict(), path, value))
    after = _flat(simulation.state_dict())
    assert "\n" not in str(caught.value)
    assert all(np.array_equal(one, two) for one, two in zip(before, after, strict=True))


@pytest.mark.parametrize("state", [{}, None, [], 3])
def test_a_state_that_is_none_is_refused(state: Any) -> None:
    """Nothing at all is one CheckpointError."""
    with pytest.raises(CheckpointError, match="not whole"):
        build_simulation(small()).load_state_dict(state)


def test_a_world_that_cannot_take_on_a_state_is_one_sentence() -> None:
    """A world whose `load_state_dict` raises even at its own state ends in a CheckpointError."""
    config = small(world={"kind": f"{BROKEN}:BrokenWorld", "fault": "load"}, creatures={"learners": None})
    with pytest.raises(CheckpointError, match="NotImplementedError: no way back") as caught:
        build_simulation(config).load_state_dict(build_simulation(config).state_dict())
    assert "\n" not in str(caught.value)
