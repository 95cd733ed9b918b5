"""What every rule keeps: its rows apart, its bits, its gradients as arrays of their own."""

from dataclasses import replace

import numpy as np
import pytest

from agents.actor_critic import ActorCritic
from agents.feedback import WithFeedback
from agents.neurons.lif import LIF
from agents.rules.eprop import EProp
from agents.rules.gated_trace import GatedTrace
from agents.rules.ring import Ring
from agents.rules.rstdp import RSTDP
from agents.rules.slots import Slots
from tests.agents.episode import ALL, INPUTS, ROWS, Episode, brain, gradients, readout_of, think

RULES: list[ActorCritic] = [
    GatedTrace(),
    EProp(),
    RSTDP(),
    Ring(slots=4),
    Slots(slots=4),
    Slots(slots=4, control_variate=0.5),
]
EVERY = [*RULES, *(replace(rule, feedback="random") for rule in RULES if isinstance(rule, WithFeedback))]
every_rule = pytest.mark.parametrize("rule", EVERY, ids=lambda rule: type(rule).__name__)
depths = pytest.mark.parametrize("depth", [0, 1, 2])


@pytest.mark.slow
@every_rule
@depths
def test_rows_taken_by_slices_are_rows_taken_at_once(rule: ActorCritic, depth: int) -> None:
    """To the bit, whatever order the slices come in."""
    layers = brain(*[LIF] * depth, decay=0.6)
    whole, sliced = rule.traces(layers), rule.traces(layers)
    random = np.random.default_rng(3)
    for _ in range(9):
        think(layers, 0.4 + random.normal(size=(ROWS, INPUTS)))
        errors, grads = random.normal(size=ROWS), random.normal(size=(ROWS, layers[-1].size))
        for traces, parts in ((whole, [ALL]), (sliced, [ALL[2:], ALL[:2]])):
            for rows in parts:
                traces.perceive(rows)
                if rule.accumulate:
                    traces.accumulate(rows, errors)
                traces.record(rows, grads)
            traces.count_decision()

    for accumulated in {False, rule.accumulate}:
        found = gradients(whole, accumulated)
        assert all(gradient.any() for gradient in found)
        assert all(map(np.array_equal, found, gradients(sliced, accumulated)))
        some = np.array([1, 3])
        for part, all_rows in zip(sliced.gradients(some, accumulated), found, strict=True):
            assert np.array_equal(part, all_rows[some])


@pytest.mark.slow
@every_rule
@depths
def test_gradients_are_arrays_of_their_own(rule: ActorCritic, depth: int) -> None:
    """They have the shape of the weights and are in C order; what changes one changes no trace and no weight."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces = rule.traces(layers)
    Episode(layers, [traces])
    kept = [array.copy() for array in (*traces.arrays(), *(layer.weight for layer in layers))]
    for gradient, layer in zip(gradients(traces), layers, strict=True):
        assert gradient.shape == layer.weight.shape
        assert gradient.flags.c_contiguous
        gradient[:] = 9.0

    now = [*traces.arrays(), *(layer.weight for layer in layers)]
    assert all(map(np.array_equal, kept, now))


@every_rule
@depths
def test_a_new_episode_clears_only_its_rows(rule: ActorCritic, depth: int) -> None:
    """After a reset a row has nothing to learn from and no features, and the others have all they had."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces = rule.traces(layers)
    Episode(layers, [traces], errors=rule.accumulate)
    before, features = [gradients(traces, each) for each in (False, rule.accumulate)], traces.features.copy()
    traces.reset(np.array([1, 3]))

    assert not traces.features[[1, 3]].any()
    assert np.array_equal(features[[0, 2]], traces.features[[0, 2]])
    for accumulated, found in zip((False, rule.accumulate), before, strict=True):
        for old, new in zip(found, gradients(traces, accumulated), strict=True):
            assert not new[[1, 3]].any()
            assert np.array_equal(old[[0, 2]], new[[0, 2]])


@every_rule
@depths
def test_a_row_that_began_a_life_is_as_good_as_new(rule: ActorCritic, depth: int) -> None:
    """What it then lives through leaves the same gradients as in traces that never knew another."""
    used, fresh = brain(*[LIF] * depth, decay=0.6), brain(*[LIF] * depth, decay=0.6)
    old, new = rule.traces(used), rule.traces(fresh)
    Episode(used, [old], errors=rule.accumulate)
    old.begin_lives(ALL)
    for layer in used:
        layer.reset(ALL)
    for name in old.counters:
        setattr(new, name, getattr(old, name))
    new.load_state_dict(new.state_dict())  # which draws by the count
    for layers, traces in ((used, old), (fresh, new)):
        Episode(layers, [traces], decisions=7, seed=4, errors=rule.accumulate)

    for accumulated in {False, rule.accumulate}:
        for found, expected in zip(gradients(old, accumulated), gradients(new, accumulated), strict=True):
            assert found == pytest.approx(expected, rel=1e-12, abs=1e-15)


@every_rule
@depths
def test_what_took_on_a_state_goes_on_to_the_bit(rule: ActorCritic, depth: int) -> None:
    """Everything that is remembered is in it."""
    layers = brain(*[LIF] * depth, decay=0.6)
    first, second = rule.traces(layers), rule.traces(layers)
    Episode(layers, [first], errors=rule.accumulate)
    second.load_state_dict(first.state_dict())
    Episode(layers, [first, second], decisions=7, seed=4, errors=rule.accumulate)

    for accumulated in {False, rule.accumulate}:
        assert all(map(np.array_equal, gradients(first, accumulated), gradients(second, accumulated)))


@pytest.mark.parametrize("rule", [rule for rule in EVERY if rule.accumulate], ids=lambda rule: type(rule).__name__)
@depths
def test_clearing_forgets_what_was_accumulated_in_its_rows_only(rule: ActorCritic, depth: int) -> None:
    """What is eligible now stays."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces = rule.traces(layers)
    Episode(layers, [traces], errors=True)
    now, before = gradients(traces), gradients(traces, True)
    traces.clear(np.array([2]))

    assert all(map(np.array_equal, now, gradients(traces)))
    for old, new in zip(before, gradients(traces, True), strict=True):
        assert not new[2].any()
        assert np.array_equal(old[[0, 1, 3]], new[[0, 1, 3]])


@every_rule
def test_nothing_is_learned_from_before_the_first_decision(rule: ActorCritic) -> None:
    """There is no gradient in the readout, and none that hears of decisions in a hidden layer."""
    layers = brain(LIF, decay=0.6)
    traces = rule.traces(layers)
    think(layers, np.ones((ROWS, INPUTS)))
    traces.perceive(ALL)

    assert readout_of(layers).output.any()
    found = gradients(traces)
    assert not found[-1].any()
    assert isinstance(rule, RSTDP) or not found[0].any()
