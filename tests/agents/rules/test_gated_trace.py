"""Gated traces against automatic differentiation of the same run."""

from typing import Any

import numpy as np
import pytest

from agents.neurons.lif import LIF
from agents.rules.gated_trace import GatedTrace
from alife.core.errors import ConfigError
from tests.agents.episode import ACTIONS, ALL, INPUTS, ROWS, Episode, brain, gradients, think

RULE = GatedTrace(discount=1.0, trace_decay=0.7)


@pytest.mark.parametrize("decay", [0.6, (0.2, 0.6, 0.95)], ids=["one decay", "groups"])
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_it_is_the_gradient_under_a_constant_surrogate(depth: int, decay: Any) -> None:
    """In every layer it equals automatic differentiation of 20 decisions in which surrogates are the mean ones."""
    layers = [
        *brain(LIF, decay=decay)[: min(depth, 1)],
        *brain(*[LIF] * depth, decay=0.6)[1 if depth else 0 :],
    ]
    traces = RULE.traces(layers)
    episode = Episode(layers, [traces])
    exact = episode.by_autograd(0.7, [each.mean_surrogate for each in traces.hidden])

    assert len(gradients(traces)) == depth + 1
    for ours, expected in zip(gradients(traces), exact, strict=True):
        assert np.abs(expected).max() > 1e-3
        assert ours == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_above_the_lowest_layer_several_decays_are_refused() -> None:
    """They would need a filter for every combination; one sentence says so."""
    with pytest.raises(ConfigError, match=r"lowest layer only.*layer 1"):
        RULE.traces(brain(LIF, LIF, decay=(0.5, 0.9)))


def test_the_mean_surrogate_follows_the_surrogate() -> None:
    """It is the leaky mean of 1 / (1 + 4 |v - th|)^2 over the membranes before their resets."""
    layers = brain(LIF, LIF, decay=0.6)
    traces = RULE.traces(layers)
    episode = Episode(layers, [traces])
    for k in range(2):
        mean = np.zeros((ROWS, 8))
        for before in episode.before:
            mean = 0.9 * mean + 0.1 / (1.0 + 4.0 * np.abs(before[k] - 1.0)) ** 2

        assert traces.hidden[k].mean_surrogate == pytest.approx(mean)


def test_the_features_are_the_readout_s_filtered_input() -> None:
    """The readout's membrane is the features times its weights."""
    layers = brain(LIF, decay=0.6)
    traces = RULE.traces(layers)
    Episode(layers, [traces])

    found = np.einsum("ri,rio->ro", traces.features, layers[-1].weight)
    assert found == pytest.approx(layers[-1].neurons.before)


def test_the_rule_decays_its_traces_by_discount_times_trace_decay() -> None:
    """One decision is worth discount * trace_decay less after the next."""
    layers = brain()
    traces = GatedTrace(discount=0.5, trace_decay=0.4).traces(layers)
    think(layers, np.ones((ROWS, INPUTS)))
    traces.perceive(ALL)
    traces.record(ALL, np.ones((ROWS, ACTIONS)))
    (before,) = gradients(traces)
    traces.record(ALL, np.zeros((ROWS, ACTIONS)))

    assert before.any()
    assert gradients(traces)[0] == pytest.approx(0.2 * before)
