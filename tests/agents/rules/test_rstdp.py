"""R-STDP against pairs of spikes counted by hand."""

import numpy as np
import pytest

from agents.neurons.lif import LIF
from agents.rules.gated_trace import GatedTrace
from agents.rules.rstdp import RSTDP
from tests.agents.episode import ACTIONS, ALL, INPUTS, ROWS, Episode, brain, gradients, think

W, KEEP, DEPRESSION = 0.5, 0.9 * 0.8, 0.3
RULE = RSTDP(discount=0.9, trace_decay=0.8, window=W, depression=DEPRESSION)


def _after(before: list[int], spikes: list[int]) -> float:
    """Return what is eligible in a synapse whose input and whose neuron spiked at these ticks of six."""
    layers = brain(LIF)
    traces = RULE.traces(layers)
    for tick in range(6):
        think(layers, np.full((ROWS, INPUTS), float(tick in before)))
        layers[0].neurons.output[:] = float(tick in spikes)
        traces.perceive(ALL)
    hidden = gradients(traces)[0]
    assert (hidden == hidden[0, 0, 0]).all()
    return float(hidden[0, 0, 0])


@pytest.mark.parametrize(
    ("before", "spikes", "expected"),
    [
        ([1], [3], W**2 * KEEP**2),
        ([3], [3], KEEP**2),
        ([3], [1], -DEPRESSION * W**2 * KEEP**2),
        ([0, 2], [3], (W + W**3) * KEEP**2),
        ([2], [0, 5], W**3 - DEPRESSION * W**2 * KEEP**3),
        ([], [1, 2], 0.0),
        ([1, 2], [], 0.0),
    ],
    ids=["before", "together", "after", "two before", "after and before", "no input", "no spike"],
)
def test_order_decides_the_sign_and_distance_the_size(before: list[int], spikes: list[int], expected: float) -> None:
    """An input before a spike is eligible for more, one after it for less, and both fade."""
    assert _after(before, spikes) == pytest.approx(expected)


def test_the_hidden_layers_do_not_hear_what_was_decided() -> None:
    """What is eligible there depends on spikes alone; the readout has its gated trace."""
    layers = brain(LIF, LIF)
    traces, gated = RULE.traces(layers), GatedTrace(discount=0.9, trace_decay=0.8).traces(layers)
    Episode(layers, [traces, gated])
    found = gradients(traces)
    traces.record(ALL, np.ones((ROWS, ACTIONS)))
    later = gradients(traces)

    assert found[-1] == pytest.approx(gradients(gated)[-1])
    assert np.array_equal(found[0], later[0])
    assert np.array_equal(found[1], later[1])
    assert not np.array_equal(found[2], later[2])


def test_what_is_accumulated_is_the_sum_of_what_was_eligible_times_the_errors() -> None:
    """For 20 random errors, in every layer."""
    layers = brain(LIF, LIF, decay=0.6)
    traces = RULE.traces(layers)
    (expected,) = Episode(layers, [traces], errors=True).weighed

    for found, sums in zip(gradients(traces, accumulated=True), expected, strict=True):
        assert np.abs(sums).max() > 1e-2
        assert found == pytest.approx(sums, rel=1e-9, abs=1e-12)
