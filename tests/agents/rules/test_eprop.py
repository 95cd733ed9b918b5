"""e-prop against automatic differentiation through time."""

from typing import Any

import numpy as np
import pytest

from agents.layer import Layer
from agents.neurons.lif import LIF
from agents.readouts.lis import LIS
from agents.rules.eprop import EProp
from alife.core.errors import ConfigError
from tests.agents.episode import ACTIONS, ALL, FORGETS, Episode, brain, gradients

RULE = EProp(discount=0.9, trace_decay=0.8)
KEEP = 0.9 * 0.8


def _is_exact(layers: list[Layer]) -> None:
    traces = RULE.traces(layers)
    episode = Episode(layers, [traces])

    assert any(output[0].any() for output in episode.output)
    for ours, exact in zip(gradients(traces), episode.by_autograd(KEEP), strict=True):
        assert np.abs(exact).max() > 1e-2
        assert ours == pytest.approx(exact, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("decay", [0.7, (0.3, 0.6, 0.95)], ids=["one decay", "groups"])
def test_with_one_hidden_layer_it_is_the_gradient_through_time(decay: Any) -> None:
    """In both layers it equals automatic differentiation of 20 decisions, resets detached."""
    _is_exact(brain(LIF, decay=decay))


def test_it_is_the_gradient_through_adapting_thresholds() -> None:
    """With the trace eps, of how a synapse has moved the threshold, it equals automatic differentiation, too."""
    alif = pytest.importorskip("agents.neurons.alif")
    layers = brain(alif.ALIF, decay=0.7, adaptation=0.4, adaptation_decay=0.9)
    _is_exact(layers)


@pytest.mark.parametrize("depth", [2, 3])
def test_deeper_it_is_exact_where_membranes_forget(depth: int) -> None:
    """With surrogates of the layers between from the decision nothing is lost if what is above remembers nothing."""
    layers = brain(*[LIF] * depth, decay=FORGETS, readout_decay=FORGETS)
    traces = RULE.traces(layers)
    episode = Episode(layers, [traces])

    for ours, exact in zip(gradients(traces), episode.by_autograd(KEEP), strict=True):
        assert exact.any()
        assert ours == pytest.approx(exact, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("depth", [2, 3])
def test_deeper_the_top_is_exact_and_the_rest_points_the_same_way(depth: int) -> None:
    """Below the last hidden layer the surrogates between are those of the decision, which costs some direction."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces = RULE.traces(layers)
    exact = Episode(layers, [traces]).by_autograd(KEEP)
    found = gradients(traces)
    cosines = [np.vdot(a, b) / np.linalg.norm(a) / np.linalg.norm(b) for a, b in zip(found, exact, strict=True)]

    for ours, theirs in zip(found[-2:], exact[-2:], strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-12)
    assert min(cosines) > 0.3


def test_without_hidden_layers_it_is_the_gated_trace() -> None:
    """A linear brain learns by the exact trace of its readout."""
    layers = brain()
    traces = RULE.traces(layers)
    (exact,) = Episode(layers, [traces]).by_autograd(KEEP)

    assert gradients(traces)[0] == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("depth", [1, 2])
def test_what_is_accumulated_is_the_sum_of_what_was_eligible_times_the_errors(depth: int) -> None:
    """For 20 random errors, in every layer."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces = RULE.traces(layers)
    (expected,) = Episode(layers, [traces], errors=True).weighed

    for found, sums in zip(gradients(traces, accumulated=True), expected, strict=True):
        assert np.abs(sums).max() > 1e-2
        assert found == pytest.approx(sums, rel=1e-9, abs=1e-12)


def test_several_decays_are_for_the_lowest_layer() -> None:
    """Above it they are refused in one sentence."""
    with pytest.raises(ConfigError, match=r"lowest layer only.*layer 1"):
        RULE.traces(brain(LIF, LIF, decay=(0.5, 0.9)))
    readout = Layer(LIS(size=ACTIONS, decay=(0.2, 0.9)), 8, len(ALL), np.random.default_rng(0), np.float64)
    with pytest.raises(ConfigError, match="layer 1 has them"):
        RULE.traces([*brain(LIF)[:1], readout])
