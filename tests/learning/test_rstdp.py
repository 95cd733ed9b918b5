"""R-STDP against pairs of spikes counted by hand."""

import pytest
import torch
from torch import Tensor

from alife.learning import RSTDP, GatedTrace
from alife.nn import LIF, Tick
from tests.learning.episode import ROWS, Episode, brain

W, KEEP, DEPRESSION = 0.5, 0.9 * 0.8, 0.3
RULE = RSTDP(discount=0.9, trace_decay=0.8, window=W, depression=DEPRESSION)


def _after(before: list[int], spikes: list[int]) -> float:
    """Return what is eligible in a synapse whose input and whose neuron spiked at these ticks of six."""
    layers = brain(LIF)
    traces = RULE.traces(layers)
    for tick in range(6):
        input = torch.full((ROWS, 5), float(tick in before), dtype=torch.float64)
        output = torch.full((ROWS, 8), float(tick in spikes), dtype=torch.float64)
        traces.perceive([Tick(input, output, output), Tick(output, layers[1].membrane, layers[1].tick.output)])
    hidden = traces.gradients(slice(None))[0]
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
    found = traces.gradients(slice(None))
    traces.write(torch.ones(ROWS, 3, dtype=torch.float64))
    later: list[Tensor] = traces.gradients(slice(None))

    torch.testing.assert_close(found[-1], gated.gradients(slice(None))[-1])
    assert torch.equal(found[0], later[0])
    assert torch.equal(found[1], later[1])
    assert not torch.equal(found[2], later[2])
