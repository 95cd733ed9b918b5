"""Expression: a gene of a value is the hyper-parameter of that value, to the bit."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents import Population
from agents.neurons.alif import ALIF
from agents.neurons.lif import LIF
from agents.neurons.slif import SLIF
from agents.neurons.tanh import Tanh
from agents.readouts.lis import LIS
from agents.rules.eprop import EProp
from agents.rules.gated_trace import GatedTrace
from agents.rules.none import NoLearning
from agents.rules.ring import Ring
from agents.rules.rstdp import RSTDP
from agents.rules.slots import Slots
from agents.triggers.every import Every
from alife.core.errors import ConfigError
from alife.core.heredity import Gene, Heredity
from alife.core.world import Outcome
from tests.agents.heredity.test_newborns import BOX, DISCRETE, ROWS, _equal, _live, _outcome, _population, _weights
from tests.errors import naming

RULE = Ring(learning_rate=0.05, trigger=Every(), scale_rewards=True, restless=3.0)
VALUES = {"learning_rate": 0.02, "trace_decay": 0.6, "entropy": 0.3, "discount": 0.7, "critic_learning_rate": 0.1}


def _of(heredity: Heredity | None, rule: Any, neurons: Any = LIF) -> Population:
    layers = [neurons(size=6, decay=0.5), neurons(size=4, decay=0.5)]
    return Population("them", ROWS, BOX, DISCRETE, layers, LIS(), rule, seed=3, heredity=heredity)


def _with(**values: float) -> Heredity:
    """Return heredity with genes that begin at these values."""
    return Heredity("birth_weights", genes={name: Gene(0.01, 0.95, 0.0, at) for name, at in values.items()})  # type: ignore[misc]


def _lives_equal(one: Population, other: Population, ticks: int = 60) -> None:
    for tick in range(ticks):
        outcome = _outcome(tick, born=[2] if tick == 30 else [], parents=[1] if tick == 30 else [])
        assert one.act(outcome).tolist() == other.act(outcome).tolist()
        assert (one.report.errors == other.report.errors).all()
    assert all(_equal(_weights(one, row), _weights(other, row)) for row in range(ROWS))


@pytest.mark.slow
@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("kind", [Ring, EProp, GatedTrace, RSTDP])
def test_a_gene_of_learning_is_the_number_of_the_rule(kind: Any, name: str) -> None:
    """In the first creatures and in a child, with everything that reads the number."""
    rule = kind(learning_rate=0.05, trigger=Every(), scale_rewards=True, restless=3.0)
    plain = _of(Heredity("birth_weights"), replace(rule, **{name: VALUES[name]}))
    untouched = _of(Heredity("birth_weights"), rule)

    _lives_equal(_of(_with(**{name: VALUES[name]}), rule), plain)
    _live(untouched, range(60))
    assert not _equal(_weights(untouched, 0), _weights(plain, 0))


@pytest.mark.parametrize("kind", [LIF, ALIF, SLIF])
@pytest.mark.parametrize("rule", [RULE, EProp(trigger=Every()), NoLearning()])
def test_a_gene_of_neurons_is_the_number_of_all_that_are_hidden(kind: Any, rule: Any) -> None:
    """Where weights are the same, which are drawn by the plan; of what learning filters by, too."""
    plan = Population(
        "them", ROWS, BOX, DISCRETE, [kind(size=6, decay=0.7, threshold=0.6), kind(size=4, decay=0.7, threshold=0.6)],
        LIS(), rule, seed=3, heredity=Heredity("birth_weights"),
    )  # fmt: skip
    genes = _of(_with(decay=0.7, threshold=0.6), rule, kind)
    for one, other in zip(plan.brain.layers, genes.brain.layers, strict=True):
        one.weight[...] = other.weight
    lived = [_outcome(tick) for tick in range(40)]

    for outcome in lived:
        assert plan.act(outcome).tolist() == genes.act(outcome).tolist()
    assert all(_equal(_weights(plan, row), _weights(genes, row)) for row in range(ROWS))


def test_creatures_differ_by_their_genes() -> None:
    """Each row goes by its own: one that learns ten times faster is that one among others."""
    genes = _of(Heredity(genes={"learning_rate": Gene(0.001, 0.1, 0.1, (0.001, 0.1))}), RULE)
    rates = genes.genes["learning_rate"]
    _live(genes, range(20))
    for row in range(ROWS):
        alone = _of(None, replace(RULE, learning_rate=float(rates[row])))
        _live(alone, range(20))
        assert _equal(_weights(alone, row), _weights(genes, row))
    assert len(set(rates)) == ROWS


@pytest.mark.parametrize(
    ("genes", "options", "words"),
    [
        ({"learning_rate": Gene(0.1, 1, 0.1, 0.5)}, {"rule": NoLearning()}, "genes.learning_rate ... none"),
        ({"discount": Gene(0.1, 1, 0.1, 0.5)}, {"rule": Slots()}, "genes.discount ... slots ... ring"),
        ({"trace_decay": Gene(0.1, 1, 0.1, 0.5)}, {"rule": Slots()}, "genes.trace_decay ... slots ... ring"),
        ({"decay": Gene(0.1, 0.9, 0.1)}, {"layers": [Tanh()]}, "genes.decay ... tanh"),
        ({"decay": Gene(0.1, 0.9, 0.1)}, {"layers": []}, "genes.decay ... no hidden neurons"),
        ({"decay": Gene(0.1, 0.9, 0.1)}, {"rule": Ring(decay_pace=1.0)}, "genes.decay ... learn"),
        ({"threshold": Gene(0.1, 2.0, 0.1)}, {"rule": EProp(threshold_pace=1.0)}, "genes.threshold ... learn"),
        ({"decay": Gene(0.1, 0.9, 0.1)}, {"layers": [LIF(), LIF(decay=0.3)]}, "genes.decay ... start"),
        ({"decay": Gene(0.3, 0.9, 0.1)}, {}, "genes.decay ... 0.2 ... 0.3 and 0.9"),
        ({"neutral": Gene(2, 3, 0.1)}, {}, "genes.neutral ... 1 ... 2 and 3"),
    ],
)
def test_what_a_brain_cannot_take_is_one_sentence(genes: Any, options: Any, words: str) -> None:
    """It names the gene by its path."""
    given = {"layers": [LIF(size=8)], "readout": LIS(), "rule": RULE, "seed": 0, **options}
    with pytest.raises(ConfigError, match=naming(f"creatures.them.heredity.{words}")) as caught:
        Population("them", ROWS, BOX, DISCRETE, heredity=Heredity(genes=genes), **given)

    assert len(caught.value.faults) == 1


@pytest.mark.parametrize("weight", [0.0, 0.5])
@pytest.mark.parametrize("rewards", ["own", "shuffled"])
def test_an_event_of_another_weight_is_one_of_another_value(weight: float, rewards: Any) -> None:
    """To the bit, as in a world in which it is worth so much; of weight 0 it starts no backward pass."""
    causes = ("ate", "stung")
    gene = {"stung": Gene(0.0, 1.0, 0.0, weight)}
    rule = Ring(learning_rate=0.05)
    genes = _population("nothing", rule=rule, heredity=Heredity(reward_weights=gene), causes=causes, rewards=rewards)
    plain = _population("nothing", rule=rule, causes=causes, rewards=rewards)
    random = np.random.default_rng(5)
    for tick in range(80):
        rows, cause = np.array([0, 0, 1, 3]), random.integers(0, 2, 4)
        values = random.random(4)
        worth = np.where(cause == 1, weight * values, values)
        sensed = _outcome(tick).observations
        theirs, ours = (Outcome.of_events(sensed, rows, cause, each) for each in (values, worth))
        assert genes.act(theirs).tolist() == plain.act(ours).tolist()
        assert (genes.report.learned == plain.report.learned).all()

    assert all(_equal(_weights(genes, row), _weights(plain, row)) for row in range(ROWS))
    assert not _equal(_weights(genes, 0), _weights(_population("nothing", rule=rule), 0))
