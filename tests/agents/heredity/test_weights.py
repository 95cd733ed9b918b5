"""Weights of newborns: mutated, and crossed where there are two parents."""

import math
from typing import Any

import numpy as np
import pytest

from agents import Population
from agents.neurons.lif import LIF
from agents.neurons.rlif import RLIF
from agents.readouts.lis import LIS
from agents.rules.none import NoLearning
from agents.rules.ring import Ring
from agents.triggers.every import Every
from alife.core.brain import Rule
from alife.core.heredity import Heredity
from alife.core.world import Lives, Outcome, reward_events
from tests.agents.heredity.test_newborns import BOX, DISCRETE, WIDTH

ROWS, SIZE = 200, 8
NOBODY = np.empty(0, np.int64)


def _population(heredity: Heredity, rule: Rule | None = None, kind: Any = LIF, **options: Any) -> Population:
    layers = [kind(size=SIZE, threshold=2.0, **options)]
    return Population("them", ROWS, BOX, DISCRETE, layers, LIS(), rule or NoLearning(), seed=3, heredity=heredity)


def _bear(population: Population, parent: int, partner: int | None = None) -> None:
    """Let all rows from the third on be children of these, who learn nothing meanwhile."""
    born = np.arange(2, ROWS)
    partners = None if partner is None else np.full(len(born), partner)
    lives = Lives(np.ones(ROWS, bool), born, np.full(len(born), parent), NOBODY, NOBODY, partners)
    population.skip_learning(np.arange(2))
    population.act(Outcome.at_reset(np.zeros((ROWS, WIDTH), np.float32), lives))


@pytest.mark.parametrize("inherit", ["birth_weights", "learned_weights"])
def test_a_mutant_is_its_parent_plus_noise(inherit: Any) -> None:
    """In units of each layer's weights at birth, of 1 / sqrt(inputs) where they begin at zero; nothing else mutates."""
    population = _population(Heredity(inherit, mutation=0.3), kind=RLIF)
    _bear(population, 0)
    hidden, readout = population.brain.layers
    assert hidden.recurrent is not None
    units = {
        "hidden": 2.0 / math.sqrt(hidden.inputs),
        "between": 1.0 / math.sqrt(SIZE),
        "readout": 1.0 / math.sqrt(SIZE),
    }
    for unit, array in zip(units.values(), (hidden.weight, hidden.recurrent, readout.weight), strict=True):
        off = array[2:] - array[0]
        assert abs(off.std() / (0.3 * unit) - 1.0) < 4.0 / math.sqrt(2 * off.size)
        assert abs(off.mean()) < 4.0 * 0.3 * unit / math.sqrt(off.size)


def test_without_inheritance_nothing_mutates() -> None:
    """A readout begins at zero."""
    population = _population(Heredity("nothing", mutation=0.3))
    _bear(population, 0, 1)

    assert not population.brain.layers[1].weight.any()


def test_all_that_comes_into_a_neuron_is_of_one_parent() -> None:
    """Of either in half of the cases, with its learned decay; so in each layer."""
    rule = Ring(trigger=Every(), decay_pace=1.0, learning_rate=0.1)
    population = _population(Heredity("learned_weights"), rule, decay=0.5)
    for tick in range(30):
        population.act(_wide(tick))
    arrays = [each for layer in population.brain.layers for each in layer.learned_arrays()]
    _bear(population, 0, 1)
    weight, decay = arrays[:2]
    from_first, from_second = ((weight[2:] == weight[k]).all(1) for k in (0, 1))

    assert (from_first ^ from_second).all()
    assert abs(from_first.mean() - 0.5) < 2.0 / math.sqrt(from_first.size)
    assert (np.where(from_first, decay[0, 0], decay[1, 0]) == decay[2:, 0]).all()
    assert (decay[0] != decay[1]).any()


def _wide(tick: int) -> Outcome:
    random = np.random.default_rng(tick)
    rewards = random.normal(size=ROWS)
    start = Outcome.at_reset(random.random((ROWS, WIDTH), np.float32))
    return Outcome(start.observations, rewards, start.terminated, start.truncated, reward_events(rewards))
