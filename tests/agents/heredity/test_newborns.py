"""Newborns: whose brain they have, and that nothing else of anybody goes with it."""

from dataclasses import replace
from typing import Any

import gymnasium
import numpy as np
import pytest
from numpy.typing import NDArray

from agents import Population
from agents.neurons.lif import LIF
from agents.optimizers.fading import Fading
from agents.readouts.lis import LIS
from agents.rules.ring import Ring
from agents.triggers.every import Every
from alife.config.resolve import RULE as RULE_FAMILY
from alife.config.resolve import resolve
from alife.core.errors import WorldError
from alife.core.heredity import Heredity
from alife.core.intervention import Lesion, LetLearn
from alife.core.world import Lives, Outcome, reward_events

ROWS, WIDTH = 4, 6
BOX, DISCRETE = gymnasium.spaces.Box(0.0, 1.0, (WIDTH,), np.float32), gymnasium.spaces.Discrete(3)
RULE = Ring(learning_rate=0.1, trigger=Every(), optimizer=Fading(events=50))


def _population(inherit: Any = "nothing", **options: Any) -> Population:
    layers, readout = [LIF(size=8, decay=0.5, connections=0.7)], LIS(decay=0.2)
    given = {"rule": RULE, "seed": 3, "heredity": None if inherit is None else Heredity(inherit), **options}
    return Population("them", ROWS, BOX, DISCRETE, layers, readout, **given)


def _outcome(tick: int, born: Any = (), parents: Any = (), empty: Any = (), died: Any = ()) -> Outcome:
    """Return what a tick brings; in empty rows there is nothing."""
    random = np.random.default_rng(tick)
    alive = ~np.isin(np.arange(ROWS), empty)
    rewards = random.normal(size=ROWS) * alive * ~np.isin(np.arange(ROWS), born)
    columns = [np.array(each, np.int64) for each in (born, parents, died, [0] * len(died))]
    lives = Lives(alive, *columns)
    start = Outcome.at_reset(random.random((ROWS, WIDTH), np.float32) * alive[:, None], lives)
    ended = np.isin(np.arange(ROWS), died)
    return replace(start, rewards=rewards, events=reward_events(rewards), terminated=ended)


def _live(population: Population, ticks: range, **lives: Any) -> None:
    for tick in ticks:
        population.act(_outcome(tick, **lives))


def _weights(population: Population, row: int) -> list[NDArray[Any]]:
    return [weight[row].copy() for layer in population.brain.layers for weight in layer.learned_arrays()]


def _spikes(population: Population, row: int = 1) -> float:
    return float(population.spikes_per_neuron()[0][row])


def _equal(one: list[NDArray[Any]], other: list[NDArray[Any]]) -> bool:
    return all(map(np.array_equal, one, other))


def _newborn_and_parent(inherit: str) -> tuple[list[NDArray[Any]], ...]:
    """Return the weights of a newborn, those its parent has, and those its parent was born with."""
    population = _population(inherit)
    at_birth = _weights(population, 1)
    _live(population, range(20))
    parent = _weights(population, 1)
    population.act(_outcome(20, born=[3], parents=[1]))
    return _weights(population, 3), parent, at_birth


def test_birth_weights_are_those_the_parent_was_born_with() -> None:
    """To the bit, though it has learned since; so are those of a grandchild."""
    child, parent, at_birth = _newborn_and_parent("birth_weights")

    assert not _equal(parent, at_birth)
    assert _equal(child, at_birth)
    population = _population("birth_weights")
    _live(population, range(10))
    population.act(_outcome(10, born=[3], parents=[1]))
    _live(population, range(11, 20))
    population.act(_outcome(20, born=[0], parents=[3]))
    assert _equal(_weights(population, 0), at_birth)


def test_learned_weights_are_those_the_parent_has() -> None:
    """To the bit, as they are before the tick in which the child is born."""
    child, parent, at_birth = _newborn_and_parent("learned_weights")

    assert _equal(child, parent)
    assert not _equal(child, at_birth)


@pytest.mark.parametrize("inherit", ["nothing", "birth_weights", "learned_weights"])
def test_a_newborn_without_a_parent_has_weights_of_its_own(inherit: str) -> None:
    """Unlike everybody's, unlike those of the one born before in its row, and the same in a twin of the population."""
    first, second = _population(inherit), _population(inherit)
    known = [_weights(first, row) for row in range(ROWS)]
    _live(second, range(5))
    for _ in range(2):
        for each in (first, second):
            each.act(_outcome(0, born=[2], parents=[-1]))
        drawn = _weights(first, 2)
        assert _equal(drawn, _weights(second, 2))
        assert not any(np.array_equal(drawn[0], other[0]) for other in known)
        assert abs(float(drawn[0].std()) / float(known[0][0].std()) - 1.0) < 0.5
        known.append(drawn)


def test_fresh_newborns_inherit_nothing_from_their_parents() -> None:
    """They have one, and a brain of their own."""
    population = _population("nothing")
    _live(population, range(20))
    population.act(_outcome(20, born=[3], parents=[1]))
    hidden, readout = (layer.weight for layer in population.brain.layers)

    assert not np.array_equal(hidden[3], hidden[1])
    assert readout[1].any()
    assert not readout[3].any()  # as a readout begins


@pytest.mark.parametrize("kind", ["eprop", "gated_trace", "reflect", "ring", "rstdp", "slots", "trace"])
def test_a_newborn_begins_as_one_of_the_first_with_its_weights(kind: str) -> None:
    """By any rule it decides and learns as a creature in its first tick: nothing of the dead is left."""
    rule = resolve(RULE_FAMILY, kind)(
        learning_rate=0.05, trigger=Every(), optimizer=Fading(events=50), scale_rewards=True
    )
    old, young = (_population("learned_weights", rule=rule) for _ in range(2))
    _live(old, range(15))
    for layer, other in zip(old.brain.layers, young.brain.layers, strict=True):
        other.weight[2] = layer.weight[0]
        other.rewire(np.array([2]))
    traces, others = (each.brain.learner.traces for each in (old, young))
    for name in traces.counters:  # what rows share: how many decisions there were
        setattr(others, name, getattr(traces, name))
    others.load_state_dict(others.state_dict())  # which draws by the count
    young.tick = old.tick
    for tick in range(15, 25):
        born = {"born": [2], "parents": [0]} if tick == 15 else {}
        assert old.act(_outcome(tick, **born))[2] == young.act(_outcome(tick))[2]
        assert old.report.errors[2] == pytest.approx(young.report.errors[2], abs=1e-4)

    assert all(np.allclose(*pair, atol=1e-4) for pair in zip(_weights(old, 2), _weights(young, 2), strict=True))
    assert not np.allclose(_weights(old, 1)[0], _weights(young, 1)[0], atol=1e-3)


def test_what_interventions_did_to_the_dead_is_not_done_to_the_newborn() -> None:
    """No neuron of its is silenced, and it may learn."""
    population = _population("learned_weights")
    population.apply(Lesion("them", 2, 0, 3))
    population.apply(Lesion("them", 1, 0, 3))
    population.apply(LetLearn("them", 2, False))
    population.act(_outcome(0, born=[2], parents=[0]))

    assert population.snapshot(2).clamped == ()
    assert population.snapshot(2).may_learn
    assert population.snapshot(1).clamped == ((0, 3, 0.0),)


def test_an_empty_row_learns_nothing_and_does_not_count() -> None:
    """Its weights stay as they are, it makes no backward pass, and its spikes are in no rate."""
    population = _population("nothing")
    _live(population, range(10))
    before, spikes, lived = _weights(population, 1), _spikes(population), population.state_dict()["lived"]
    for tick in range(10, 30):
        population.act(_outcome(tick, empty=[1]))
        assert not population.report.learned[1]
        assert population.report.errors[1] == 0.0

    assert _equal(_weights(population, 1), before)
    assert _spikes(population) == spikes > 0.0
    assert population.state_dict()["lived"] == lived + 20 * (ROWS - 1)


def test_rows_learn_as_they_would_beside_empty_rows_and_births() -> None:
    """What becomes of other rows changes nothing, to the bit, in a row that goes on."""
    quiet, busy = _population("learned_weights"), _population("learned_weights")
    _live(quiet, range(40))
    for tick in range(40):
        busy.act(_outcome(tick, born=[3] if tick % 7 == 0 else [], parents=[0] if tick % 7 == 0 else [],
                          empty=[1] if tick > 20 else []))  # fmt: skip

    assert _equal(_weights(quiet, 0), _weights(busy, 0))
    assert _equal(_weights(quiet, 2), _weights(busy, 2))
    assert not _equal(_weights(quiet, 3), _weights(busy, 3))


@pytest.mark.parametrize("inherit", ["nothing", "birth_weights"])
def test_a_state_goes_on_to_the_bit(inherit: str) -> None:
    """In the middle of births, with all that newborns are made from."""
    first, second = _population(inherit), _population(inherit)
    lives: list[dict[str, Any]] = [{"born": [t % 4], "parents": [(t + 1) % 4]} if t % 3 else {} for t in range(30)]
    for tick in range(15):
        first.act(_outcome(tick, **lives[tick]))
    second.load_state_dict(first.state_dict())
    for tick in range(15, 30):
        assert first.act(_outcome(tick, **lives[tick])).tolist() == second.act(_outcome(tick, **lives[tick])).tolist()

    assert all(_equal(_weights(first, row), _weights(second, row)) for row in range(ROWS))
    assert first.firing_rates() == second.firing_rates()


def test_births_without_a_metabolism_are_an_error() -> None:
    """The sentence names the species."""
    with pytest.raises(WorldError, match=r"creatures\.them: .*no metabolism"):
        _population(None).act(_outcome(0, born=[1], parents=[-1]))
