"""Slots against e-prop, whose eligibility they sample."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.layer import Layer
from agents.neurons.lif import LIF
from agents.rules.eprop import EProp
from agents.rules.gated_trace import GatedTrace
from agents.rules.slots import Slots
from alife.core.errors import ConfigError
from alife.core.random import Stream
from tests.agents.episode import ACTIONS, ALL, FORGETS, INPUTS, ROWS, Episode, brain, gradients, think
from tests.pairwise import pairwise

Gradients = list[NDArray[Any]]


def _sampled(rule: Slots, layers: Sequence[Layer], draws: int) -> tuple[Gradients, Gradients]:
    """Return e-prop's gradients of an episode, and those of many draws of slots, (draws, rows, inputs, size)."""
    exact = EProp(discount=rule.discount, trace_decay=rule.trace_decay).traces(layers)
    many = [rule.traces(layers) for _ in range(draws)]
    for k, traces in enumerate(many):
        traces.draw_from(Stream(k, "slots"))
    Episode(layers, [exact, *many])
    found = [np.stack(of_layer) for of_layer in zip(*map(gradients, many), strict=True)]
    return gradients(exact), found


@pytest.mark.slow
@pytest.mark.parametrize(("slots", "depth", "control"), pairwise([1, 8], [1, 2], [0.0, 1.0]))
def test_they_are_right_on_average(slots: int, depth: int, control: float) -> None:
    """The mean over many draws is e-prop's eligibility within its error; the readout is exact in each."""
    rule = Slots(slots=slots, control_variate=control, discount=0.9, trace_decay=0.8)
    layers = brain(*[LIF] * depth, decay=FORGETS if depth > 1 else (0.5, 0.9), readout_decay=FORGETS)
    count = 1200 // slots  # of as many decisions kept in all
    exact, found = _sampled(rule, layers, count)

    assert found[-1] == pytest.approx(np.broadcast_to(exact[-1], found[-1].shape))
    for expected, draws in zip(exact[:-1], found[:-1], strict=True):
        error = np.linalg.norm(draws.std(0, ddof=1)) / count**0.5
        mean = draws.mean(0)
        assert np.linalg.norm(mean - expected) < 2.0 * error + 1e-9
        assert np.vdot(mean, expected) > 0.95 * np.linalg.norm(mean) * np.linalg.norm(expected)


@pytest.mark.parametrize("decay", [0.6, (0.3, 0.9)])
def test_what_is_forgotten_at_once_leaves_the_last_decision(decay: Any) -> None:
    """With g l = 0 every slot holds the last decision, which is what e-prop has then."""
    layers = brain(LIF, decay=decay, readout_decay=FORGETS)
    exact, found = _sampled(Slots(slots=4, trace_decay=0.0), layers, 2)

    for expected, draws in zip(exact, found, strict=True):
        assert draws == pytest.approx(np.broadcast_to(expected, draws.shape), rel=1e-6, abs=1e-8)


def test_a_control_variate_spares_variance() -> None:
    """With half of the rest the draws lie closer to what is right than without."""
    spread = []
    for control in (0.0, 0.5):
        rule = Slots(slots=4, control_variate=control, discount=0.9, trace_decay=0.8)
        exact, found = _sampled(rule, brain(LIF, decay=0.6, readout_decay=FORGETS), 50)
        spread.append(np.square(found[0] - exact[0]).mean())

    assert spread[1] < 0.5 * spread[0]


def test_a_control_variate_rests_on_the_gated_trace() -> None:
    """While all slots are empty the gradient is the gated form."""
    layers = brain(LIF, decay=0.6)
    slots, gated = Slots(control_variate=0.5).traces(layers), GatedTrace().traces(layers)
    Episode(layers, [slots, gated])
    slots.grads[:] = 0.0

    for found, expected in zip(gradients(slots), gradients(gated), strict=True):
        assert found == pytest.approx(expected)


def _filled(seed: int, parts: Sequence[NDArray[np.int64]], until: int = 9) -> NDArray[Any]:
    """Return what is in the slots after some decisions, each recorded by one part of the rows after the other."""
    layers = brain(LIF)
    traces = Slots(slots=6).traces(layers)
    traces.draw_from(Stream(seed, "learning"))
    for k in range(until):
        think(layers, np.ones((ROWS, INPUTS)))
        for rows in parts:
            traces.perceive(rows)
            traces.record(rows, np.full((ROWS, ACTIONS), k + 1.0))
        traces.count_decision()
    return traces.grads


def test_the_draws_are_keyed_and_counted() -> None:
    """The same stream fills the same slots, another one others; slices of rows draw as all rows do."""
    assert np.array_equal(_filled(0, [ALL]), _filled(0, [ALL]))
    assert np.array_equal(_filled(0, [ALL]), _filled(0, [ALL[:1], ALL[1:]]))
    assert not np.array_equal(_filled(0, [ALL]), _filled(1, [ALL]))


def test_they_are_the_draws_of_the_stream_at_each_decision() -> None:
    """Decision n enters where the numbers of the stream at n are less than 1 - g l."""
    stream, rule, expected = Stream(3, "learning"), Slots(slots=6), np.zeros((ROWS, 6))
    for k in range(9):
        expected[stream.at(k).random((ROWS, 6)) < 1.0 - rule.discount * rule.trace_decay] = k + 1.0

    assert np.array_equal(_filled(3, [ALL])[:, :, 0], expected)


@pytest.mark.parametrize("control", [0.0, 0.5])
def test_what_took_on_a_state_goes_on_to_the_bit(control: float) -> None:
    """Slots, filters and the count of decisions are all in it."""
    layers, rule = brain(LIF, LIF, decay=0.6), Slots(slots=3, control_variate=control)
    first, second = rule.traces(layers), rule.traces(layers)
    Episode(layers, [first])
    second.load_state_dict(first.state_dict())
    Episode(layers, [first, second], decisions=7, seed=4)

    assert all(map(np.array_equal, gradients(first), gradients(second)))
    assert gradients(first)[0].any()


def test_an_empty_slot_counts_as_nothing() -> None:
    """A row that began anew has no gradient, and the others keep theirs."""
    layers = brain(LIF)
    traces = Slots().traces(layers)
    Episode(layers, [traces])
    before = gradients(traces)
    traces.reset(np.array([1]))

    for old, new in zip(before, gradients(traces), strict=True):
        assert not new[1].any()
        assert np.array_equal(old[[0, 2, 3]], new[[0, 2, 3]])


def test_what_cannot_be_is_refused() -> None:
    """A slot is overwritten with probability 1 - g l, and what was accumulated would go with it."""
    with pytest.raises(ConfigError, match="must be less than 1"):
        Slots(discount=1.0, trace_decay=1.0).traces(brain(LIF))
    with pytest.raises(ConfigError, match="slots cannot accumulate credit"):
        replace(Slots(), accumulate=True).traces(brain(LIF))
