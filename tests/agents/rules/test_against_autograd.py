"""Each compiled gradient against torch's automatic differentiation of the same brain, in double precision."""

from typing import Any

import numpy as np
import pytest

from agents.actor_critic import ActorCritic
from agents.neurons.lif import LIF
from agents.rules.eprop import EProp
from agents.rules.gated_trace import GatedTrace
from agents.rules.ring import Ring
from agents.rules.slots import Slots
from alife.core.random import Stream
from tests.agents.episode import FORGETS, Episode, brain, gradients


@pytest.mark.parametrize("decay", [0.7, (0.3, 0.6, 0.95)], ids=["one decay", "groups"])
@pytest.mark.parametrize("rule", [Ring(slots=21), EProp(), GatedTrace()], ids=lambda rule: type(rule).__name__)
def test_it_is_the_gradient_of_20_decisions(rule: ActorCritic, decay: Any) -> None:
    """In all layers where the ring has room for all; in the readout for gated traces, whose surrogate is a mean."""
    layers = brain(LIF, decay=decay, readout_decay=FORGETS)
    traces = rule.traces(layers)
    exact = Episode(layers, [traces]).by_autograd(rule.keep)
    first = 1 if isinstance(rule, GatedTrace) else 0

    for ours, theirs in zip(gradients(traces)[first:], exact[first:], strict=True):
        assert np.abs(theirs).max() > 1e-2
        assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("control", [0.0, 1.0])
def test_slots_expect_the_gradient(control: float) -> None:
    """The mean over 400 draws is within twice its standard error of it, control variate 0 or 1."""
    rule, draws = Slots(slots=4, control_variate=control, discount=0.9, trace_decay=0.8), 400
    layers = brain(LIF, decay=0.6, readout_decay=FORGETS)
    many = [rule.traces(layers) for _ in range(draws)]
    for k, traces in enumerate(many):
        traces.draw_from(Stream(k, "slots"))
    exact = Episode(layers, many).by_autograd(rule.keep)[0]
    found = np.stack([gradients(traces)[0] for traces in many])

    error = np.linalg.norm(found.std(0, ddof=1)) / draws**0.5
    off = np.linalg.norm(found.mean(0) - exact)
    assert off < 2.0 * error
    assert error < 0.3 * np.linalg.norm(exact)
