"""Learned decays and thresholds against automatic differentiation through time, and what rules make of them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from agents.actor_critic import ActorCritic
from agents.brain import Brain
from agents.layer import Layer
from agents.neurons.alif import ALIF
from agents.neurons.lif import LIF
from agents.neurons.spiking import Spiking
from agents.rules.eprop import EProp
from agents.rules.membranes import WithMembranes
from agents.rules.ring import Ring
from agents.triggers.every import Every
from alife.core.errors import ConfigError
from tests.agents.episode import ALL, FORGETS, INPUTS, ROWS, Episode, brain, gradients, think

KEEP = 0.9 * 0.8
LEARNS: dict[str, Any] = {"discount": 0.9, "trace_decay": 0.8, "decay_pace": 10.0, "threshold_pace": 5.0, "reach": 1.0}
RULES: list[WithMembranes] = [EProp(**LEARNS), Ring(slots=4, **LEARNS)]
every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: type(rule).__name__)
depths = pytest.mark.parametrize("depth", [0, 1, 2])


def _exact(layers: list[Layer], episode: Episode) -> list[np.ndarray[Any, Any]]:
    """Return the derivatives by all parameters as autograd has them; where one is shared, their sum."""
    exact = episode.of_decays_and_thresholds(KEEP)
    learned = [parameter for layer in layers for parameter in layer.parameters]
    return [
        (each.sum(1, keepdims=True) if parameter.shared else each)[:, None]
        for each, parameter in zip(exact, learned, strict=True)
    ]


@every_rule
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (LIF, {"decay": 0.7}),
        (LIF, {"decay": (0.3, 0.6, 0.95), "threshold": 0.7}),
        (ALIF, {"decay": 0.7, "adaptation": 0.4}),
    ],
    ids=["lif", "groups", "alif"],
)
def test_with_one_hidden_layer_it_is_the_gradient_through_time(
    rule: WithMembranes, kind: type[Spiking], options: dict[str, Any]
) -> None:
    """Of every decay and threshold, that of the readout too, whichever of 20 decisions the ring has room for."""
    if kind is ALIF:
        options = {**options, "adaptation_decay": 0.9}
    layers = brain(kind, **options)
    traces = rule.traces(layers)
    episode = Episode(layers, [traces])
    found = gradients(traces)[len(layers) :]

    assert any(output[0].any() for output in episode.output)
    for ours, exact in zip(found, _exact(layers, episode), strict=True):
        assert np.abs(exact).max() > 1e-2
        assert ours == pytest.approx(exact, rel=1e-9, abs=1e-12)


def test_deeper_it_is_exact_where_membranes_forget() -> None:
    """By e-prop, as it is for weights; one decay is learned for each upper layer."""
    layers = brain(LIF, LIF, decay=1e-6, readout_decay=1e-6)
    traces = RULES[0].traces(layers)
    episode = Episode(layers, [traces])

    assert [parameter.shared for layer in layers for parameter in layer.parameters] == [False, False, True, False, True]
    for ours, exact in zip(gradients(traces)[3:], _exact(layers, episode), strict=True):
        assert ours == pytest.approx(exact, rel=1e-3, abs=1e-5)


def test_a_reach_is_that_of_a_slower_membrane() -> None:
    """Three times as slow, v', d': the decay hears (v' - v) / (d' - d), and the weights what v' would move with."""
    slow, layers = 1.0 - 0.4 / 3.0, brain(readout_decay=0.6)
    slower = brain(readout_decay=slow)
    traces = EProp(decay_pace=1.0, reach=3.0).traces(layers)
    for tick in range(9):
        x = np.random.default_rng(tick).normal(size=(ROWS, INPUTS))
        think(layers, x)
        think(slower, x)
        traces.perceive(ALL)
    grads = np.random.default_rng(9).normal(size=(ROWS, layers[-1].size))
    traces.record(ALL, grads)

    quotient = (slower[0].neurons.before - layers[0].neurons.before) / (slow - 0.6)
    of_weights, of_decay = gradients(traces)
    assert of_decay[:, 0, 0] == pytest.approx((grads * quotient).sum(1))
    assert (of_weights * layers[0].weight).sum((1, 2)) == pytest.approx((grads * slower[0].neurons.before).sum(1))


def test_few_filters_point_where_a_filter_for_each_neuron_does() -> None:
    """The ring's weights, with room for all decisions: a cosine of .9 and more with e-prop's, for any decays."""
    layers = brain(LIF, size=32, decay=tuple(1.0 - 1.0 / np.geomspace(1.25, 200.0, 32)), readout_decay=FORGETS * 1e6)
    rules = [EProp(**LEARNS), *(Ring(slots=21, filters=filters, **LEARNS) for filters in (2, 4, 6, 8))]
    traces = [rule.traces(layers) for rule in rules]
    Episode(layers, traces)
    exact, *found = (gradients(each)[0].reshape(ROWS, -1) for each in traces)
    cosines = [
        float((np.vecdot(each, exact) / np.linalg.norm(each, axis=1) / np.linalg.norm(exact, axis=1)).mean())
        for each in found
    ]

    assert cosines == sorted(cosines)
    assert cosines[2] > 0.9


@pytest.mark.parametrize(("rule", "depth"), [*((rule, depth) for rule in RULES for depth in (0, 1)), (RULES[0], 2)])
def test_what_is_accumulated_is_the_sum_of_what_was_eligible_times_the_errors(rule: WithMembranes, depth: int) -> None:
    """For 20 random errors, of every parameter; deeper, the ring takes the mean surrogates of the event."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces = rule.traces(layers)
    (expected,) = Episode(layers, [traces], errors=True).weighed
    for found, sums in zip(gradients(traces, accumulated=True)[depth + 1 :], expected[depth + 1 :], strict=True):
        assert found == pytest.approx(sums, rel=1e-9, abs=1e-12)


def _live(learner: Brain, ticks: int, seed: int, rows: np.ndarray[Any, Any] = ALL) -> None:
    random, never = np.random.default_rng(seed), np.zeros(ROWS, bool)
    for _ in range(ticks):
        learner.think(rows, random.normal(size=(ROWS, INPUTS)))
        rewards = random.normal(size=ROWS)
        learner.learn(rows, rewards, never, ~never, never)
        learner.decide(rows, random.random(ROWS))
        learner.count_tick()


def _state(learner: Brain) -> list[np.ndarray[Any, Any]]:
    return [array.copy() for array in learner.arrays()]


@every_rule
@depths
def test_a_brain_goes_on_to_the_bit(rule: ActorCritic, depth: int) -> None:
    """What took on a state has the decays in its neurons, in every filter and in the critic."""
    rule = replace(rule, trigger=Every(), learning_rate=0.01)
    first, second = (Brain(brain(*[LIF] * depth, decay=0.6, dtype=np.float32), rule) for _ in range(2))
    _live(first, 40, 1)
    second.load_state_dict(first.state_dict())
    for learner in (first, second):
        _live(learner, 40, 2)

    moved = [np.unique(layer.neurons.decays[-1]).size for layer in first.layers]
    assert min(moved) >= ROWS
    assert all(map(np.array_equal, _state(first), _state(second)))


@every_rule
def test_a_newborn_has_the_decays_of_its_kind_and_an_heir_those_of_its_parent(rule: ActorCritic) -> None:
    """Drawn again they are as at birth; copied, the neurons have them once the layer is told."""
    learner = Brain(brain(LIF, decay=0.6), replace(rule, trigger=Every(), learning_rate=0.01))
    _live(learner, 40, 1)
    layer = learner.layers[0]
    learned = layer.neurons.decays[0].copy()
    layer.draw_weights(ALL[:1], np.random.default_rng(0))
    for array in layer.learned_arrays():
        array[1] = array[2]
    layer.rewire(ALL[1:2])

    assert np.abs(learned - 0.6).max() > 1e-3
    assert layer.neurons.decays[0][0] == pytest.approx(0.6)
    assert np.array_equal(layer.neurons.decays[0][1:], learned[[2, 2, 3]])
    assert layer.neurons.threshold[0] == pytest.approx(1.0)


@every_rule
def test_they_stay_within_their_bounds(rule: ActorCritic) -> None:
    """However fast they are learned."""
    fast = replace(rule, trigger=Every(), learning_rate=1.0, decay_pace=1e3, threshold_pace=1e3)
    learner = Brain(brain(LIF, decay=0.6), fast)
    _live(learner, 60, 1)
    decays, thresholds = learner.layers[0].neurons.decays[0], learner.layers[0].neurons.threshold

    assert ((decays > 0.0) & (decays < 0.99991)).all()
    assert ((thresholds > 0.0009) & (thresholds < 1001)).all()


def test_what_is_not_learned_costs_nothing() -> None:
    """No array more than a rule that never heard of it, and decays as they were."""
    layers = brain(LIF, decay=0.6)
    learner = Brain(layers, Ring())
    _live(learner, 20, 1)

    assert not any(layer.parameters for layer in layers)
    assert (layers[0].neurons.decays[0] == 0.6).all()
    assert Brain(brain(LIF, decay=0.6), RULES[1]).learner.state_bytes() > learner.learner.state_bytes()  # type: ignore[union-attr]


def test_a_decay_that_cannot_be_learned_is_refused() -> None:
    """In one sentence, with the bounds."""
    with pytest.raises(ConfigError, match=r"from 1e-06 to 0.9999"):
        RULES[0].traces(brain(LIF, decay=0.99995))
