"""ThreeFactor keeps the contract of a rule, and computes what its docstring says."""

import torch

from alife.app.templates.rule import ThreeFactor
from alife.nn import LIF, LIS, Tick
from alife.testing import check_rule


def test_it_keeps_the_contract() -> None:
    """Shapes, rows, forgetting, saving, silence, floods, memory, and a reward that makes an action likelier."""
    check_rule(ThreeFactor())


def test_two_decisions_by_hand() -> None:
    """An input at both ticks, a spike at the first: pre .5 and .75, post .5 and .25, E .25, then .45 * .25 + .1875."""
    hidden = LIF(2, 3, rows=(1,), trace_decay=None, learn=())
    readout = LIS(3, 2, rows=(1,), trace_decay=None, learn=())
    readout.weight[:, 0] = 2.0  # so that a score of .5 for the first action comes down as 1
    traces = ThreeFactor(window=0.5, discount=0.9, trace_decay=0.5).traces([hidden, readout])
    for spike in (1.0, 0.0):
        input, spikes, choice = torch.ones(1, 2), torch.full((1, 3), spike), torch.full((1, 2), 0.5)
        traces.perceive([Tick(input, spikes, spikes), Tick(spikes, choice, choice)])
        traces.write(torch.tensor([[0.5, -0.5]]))

    found, _ = traces.gradients(slice(None))
    assert torch.allclose(found, torch.full((1, 3, 2), 0.3))
