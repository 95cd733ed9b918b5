"""ThreeFactor keeps the contract of a rule, and computes what its docstring says."""

import numpy as np
import pytest

from agents.layer import Layer
from agents.neurons.lif import LIF
from agents.readouts.lis import LIS
from alife.app.templates.rule import ThreeFactor
from alife.testing import check_rule


def test_it_keeps_the_contract() -> None:
    """Shapes, rows, forgetting, saving, silence, floods, memory, and a reward that makes an action likelier."""
    check_rule(ThreeFactor())


def test_two_decisions_by_hand() -> None:
    """An input at both ticks, a spike at the first: pre .5 and .75, post .5 and .25, E .25, then .45 * .25 + .1875."""
    rows, random = np.arange(1), np.random.default_rng(0)
    hidden, readout = Layer(LIF(size=3), 2, 1, random), Layer(LIS(size=2), 3, 1, random)
    readout.weight[:, :, 0] = 2.0  # so that grad log pi of .5 for the first action comes down as 1
    traces = ThreeFactor(window=0.5, discount=0.9, trace_decay=0.5).traces([hidden, readout])
    for spike in (1.0, 0.0):
        readout.tick(rows, hidden.tick(rows, np.ones((1, 2), np.float32)))
        hidden.neurons.output[:] = spike
        traces.perceive(rows)
        traces.record(rows, np.array([[0.5, -0.5]], np.float32))

    found, _ = traces.gradients(rows, accumulated=False)
    assert found == pytest.approx(np.full((1, 2, 3), 0.3))
