"""What interventions do to brains: neurons that put out what they must, and creatures that may not learn."""

from typing import Any

import numpy as np
import pytest

from agents import Population
from agents.neurons.alif import ALIF
from agents.neurons.li import LI
from agents.neurons.lif import LIF
from agents.neurons.rlif import RLIF
from agents.neurons.tanh import Tanh
from agents.readouts.lis import LIS
from agents.rules.eprop import EProp
from agents.rules.gated_trace import GatedTrace
from agents.rules.none import NoLearning
from agents.rules.reflect import ReflectRule
from agents.rules.ring import Ring
from agents.rules.rstdp import RSTDP
from agents.rules.slots import Slots
from agents.rules.trace import Trace
from alife.core.brain import Rule
from alife.core.errors import InterventionError
from alife.core.intervention import Clamp, Heal, Lesion, LetLearn
from tests.agents.test_population import BOX, DISCRETE, _live, _outcome
from tests.errors import names

TWO = [LIF(size=8, decay=0.5), LIF(size=6, decay=0.5)]


def _population(rule: Rule | None = None, layers: Any = None, rows: int = 4) -> Population:
    rule = Ring() if rule is None else rule
    layers = TWO if layers is None else layers
    return Population("learners", rows, BOX, DISCRETE, layers, LIS(decay=0.2), rule, 0)


def _outputs(population: Population, layer: int, ticks: range) -> np.ndarray:
    found = []
    for tick in ticks:
        population.act(_outcome(tick, population.rows))
        found.append(population.brain.layers[layer].neurons.output.copy())
    return np.array(found)


def _weights(population: Population) -> dict[str, np.ndarray]:
    brain = population.brain
    weights = {f"layer {k}": layer.weight.copy() for k, layer in enumerate(brain.layers)}
    return weights if brain.learner is None else {**weights, "critic": brain.learner.critic.weight.copy()}


# Neurons


@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("kind", [LIF(size=8), ALIF(size=8), Tanh(size=8), LIF(size=8, refractory=2)])
def test_a_silenced_neuron_never_puts_out_anything_and_a_clamped_one_always_does(kind: Any, layer: int) -> None:
    """In each layer and each kind; in the layer above and in the probe, too, and no other neuron is forced."""
    population = _population(layers=[kind, kind])
    population.apply(Lesion("learners", 1, layer, 3))
    population.apply(Clamp("learners", 2, layer, 5))
    outputs = _outputs(population, layer, range(60))

    assert (outputs[:, 1, 3] == 0.0).all()
    assert (outputs[:, 2, 5] == 1.0).all()
    untouched = _outputs(_population(layers=[kind, kind]), layer, range(60))
    assert np.array_equal(outputs[:, [0, 3]], untouched[:, [0, 3]])
    assert np.ptp(untouched) >= 1.0
    assert population.probe(1).layers[layer].outputs[3] == 0.0
    above = population.brain.layers[layer + 1].input
    assert (above[1, 3], above[2, 5]) == (0.0, 1.0)


def test_a_silenced_neuron_is_not_heard_by_its_neighbours() -> None:
    """What a recurrent layer remembers of its spikes is what it put out."""
    population = _population(NoLearning(), [RLIF(size=8)])
    population.apply(Lesion("learners", 0, 0, 2))
    population.apply(Clamp("learners", 0, 0, 4))
    for tick in range(20):
        population.act(_outcome(tick))
        heard = population.brain.layers[0].neurons.output[0]
        assert (heard[2], heard[4]) == (0.0, 1.0)


def test_a_layer_that_puts_out_its_membrane_keeps_its_membrane() -> None:
    """Only what a clamped neuron puts out is changed, so that a healed one is as it would have been."""
    touched, other = (_population(NoLearning(), [Tanh(size=4), LI(size=4)]) for _ in range(2))
    for each in (touched, other):
        each.brain.layers[1].weight[:] = 0.3
    touched.apply(Lesion("learners", 0, 1, 2))
    _live(touched, range(10))
    _live(other, range(10))

    neurons, untouched = touched.brain.layers[1].neurons, other.brain.layers[1].neurons
    assert neurons.output[0, 2] == 0.0
    assert np.array_equal(neurons.before, untouched.before)
    assert untouched.before[0, 2] != 0.0


def test_a_healed_neuron_is_as_the_others_again() -> None:
    """A lesion that is healed before the next tick has changed nothing."""
    touched, other = _population(), _population()
    _live(touched, range(20))
    _live(other, range(20))
    touched.apply(Clamp("learners", 0, 0, 3))
    touched.apply(Lesion("learners", 0, 0, 3))
    assert touched.snapshot(0).clamped == ((0, 3, 0.0),)
    touched.apply(Heal("learners", 0, 0, 3))

    assert touched.snapshot(0).clamped == ()
    assert _live(touched, range(20, 60)) == _live(other, range(20, 60))
    assert all(np.array_equal(array, _weights(other)[name]) for name, array in _weights(touched).items())


def test_a_snapshot_tells_what_was_done_to_its_brain_and_to_no_other() -> None:
    """Layer, neuron and output, in order."""
    population = _population()
    for intervention in (Clamp("learners", 1, 1, 0), Lesion("learners", 1, 0, 7), Lesion("learners", 2, 0, 1)):
        population.apply(intervention)
    population.apply(LetLearn("learners", 2, False))

    assert [population.snapshot(row).clamped for row in range(3)] == [(), ((0, 7, 0.0), (1, 0, 1.0)), ((0, 1, 0.0),)]
    assert [population.snapshot(row).may_learn for row in range(4)] == [True, True, False, True]


# Learning

RULES = [
    Ring(),
    Ring(accumulate=False),
    GatedTrace(),
    GatedTrace(accumulate=False),
    Trace(),
    EProp(),
    RSTDP(),
    Slots(),
    ReflectRule(),
    Ring(readout_only=True),
]


@pytest.mark.slow
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
def test_a_row_kept_from_learning_keeps_its_weights_and_the_others_learn_as_without_an_intervention(rule: Rule) -> None:
    """To the bit, with every rule: its layers and its critic stay as they were, and no other row notices."""
    touched, other = _population(rule), _population(rule)
    _live(touched, range(25))
    _live(other, range(25))
    touched.apply(LetLearn("learners", 1, False))
    before = _weights(touched)
    actions = np.array(_live(touched, range(25, 90)))
    expected = np.array(_live(other, range(25, 90)))

    others = [0, 2, 3]
    assert np.array_equal(actions[:, others], expected[:, others])
    learned = 0
    for name, array in _weights(touched).items():
        assert np.array_equal(array[1], before[name][1])
        assert np.array_equal(array[others], _weights(other)[name][others])
        learned += not np.array_equal(_weights(other)[name][1], before[name][1])
    assert learned >= 2
    assert not touched.report.learned[1]
    assert touched.report.errors[1] == 0.0


@pytest.mark.parametrize("rule", [Ring(), GatedTrace(accumulate=False), RSTDP()], ids=["ring", "gated", "rstdp"])
def test_a_row_that_may_learn_again_begins_with_empty_traces(rule: Rule) -> None:
    """Nothing of what it did before, or while it could not learn, is credited; and from then on it learns."""
    population = _population(rule)
    _live(population, range(30))
    population.apply(LetLearn("learners", 1, False))
    _live(population, range(30, 60))
    population.apply(LetLearn("learners", 1, True))

    assert population.snapshot(1).may_learn
    assert all(not trace.any() for trace in population.snapshot(1).traces if trace is not None)
    assert any(trace.any() for trace in population.snapshot(0).traces if trace is not None)
    before = _weights(population)
    _live(population, range(60, 120))
    assert any(not np.array_equal(array[1], before[name][1]) for name, array in _weights(population).items())


# State


def test_a_state_remembers_what_interventions_did() -> None:
    """A population that takes on the state of a clamped one goes on as that one."""
    touched, fresh = _population(), _population()
    _live(touched, range(20))
    for intervention in (Lesion("learners", 0, 0, 1), Clamp("learners", 3, 1, 2), LetLearn("learners", 2, False)):
        touched.apply(intervention)
    state = touched.state_dict()
    fresh.load_state_dict(state)

    assert [fresh.snapshot(row).clamped for row in range(4)] == [touched.snapshot(row).clamped for row in range(4)]
    assert _live(fresh, range(20, 60)) == _live(touched, range(20, 60))
    assert all(np.array_equal(array, _weights(touched)[name]) for name, array in _weights(fresh).items())


def test_a_state_is_not_changed_by_the_next_intervention() -> None:
    """What was saved stays as it was."""
    population = _population()
    population.apply(Lesion("learners", 0, 0, 1))
    state = population.state_dict()
    population.apply(Heal("learners", 0, 0, 1))
    population.apply(LetLearn("learners", 0, False))

    assert state["interventions"] == {"outputs": [[0, 0, 1, 0.0]], "kept": []}


# What cannot be done


@pytest.mark.parametrize(
    ("intervention", "says"),
    [
        (
            Lesion("learners", 0, 2, 0),
            "layer 2 of learners is the readout, which acts; interventions are for neurons below it",
        ),
        (Clamp("learners", 0, 3, 0), "learners ... layer 3 ... 0 to 1"),
        (Clamp("learners", 0, -1, 0), "learners ... layer -1 ... 0 to 1"),
        (Lesion("learners", 0, 1, 6), "layer 1 of learners ... neuron 6 ... 0 to 5"),
        (Lesion("learners", 0, 0, -1), "layer 0 of learners ... neuron -1 ... 0 to 7"),
        (Lesion("learners", 4, 0, 0), "learners ... row 4 ... 0 to 3"),
        (
            Heal("learners", 0, 0, 1),
            "neuron 1 of layer 0 of row 0 of learners is neither silenced nor clamped, so there is nothing to heal",
        ),
        (LetLearn("learners", 1, True), "row 1 of learners may learn already"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(intervention: Any, says: str) -> None:
    """The state is as before."""
    population = _population()
    _live(population, range(5))
    before = population.state_dict()
    with pytest.raises(InterventionError) as caught:
        population.apply(intervention)

    assert names(caught.value, says)
    after = population.state_dict()
    assert after["interventions"] == before["interventions"] == {"outputs": [], "kept": []}
    np.testing.assert_equal(after["brain"], before["brain"])


def test_who_cannot_learn_can_neither_be_let_nor_kept() -> None:
    """A species without a rule says so; and a row that may not learn already cannot be kept once more."""
    control = _population(NoLearning())
    for learns in (True, False):
        with pytest.raises(InterventionError, match=r"^learners.*no learning rule"):
            control.apply(LetLearn("learners", 0, learns))
    population = _population()
    population.apply(LetLearn("learners", 0, False))
    with pytest.raises(InterventionError, match=r"^row 0 of learners.*already"):
        population.apply(LetLearn("learners", 0, False))


def test_a_brain_of_a_readout_alone_has_no_neuron_for_an_intervention() -> None:
    """The sentence says that there is none."""
    with pytest.raises(InterventionError, match=r"layer 0 of learners.*readout"):
        _population(layers=[]).apply(Lesion("learners", 0, 0, 0))
    with pytest.raises(InterventionError, match=r"learners.*layer 1.*readout"):
        _population(layers=[]).apply(Lesion("learners", 0, 1, 0))
