"""BPTT against automatic differentiation of the whole episode."""

from typing import Any

import numpy as np
import pytest

from agents.layer import Layer
from agents.neurons.alif import ALIF
from agents.neurons.lif import LIF
from agents.neurons.slif import SLIF
from agents.neurons.spiking import Spiking
from agents.readouts.lis import LIS
from agents.rules.eprop import EProp
from alife.core.errors import ConfigError
from benchmarks.learning.bptt import BPTT
from tests.agents.episode import ACTIONS, ROWS, Episode, brain, gradients

KEEP = 0.9 * 0.8


def _rule(ticks: int) -> BPTT:
    return BPTT(discount=0.9, trace_decay=0.8, ticks=ticks)


@pytest.mark.slow
@pytest.mark.parametrize("ticks", [20, 50])
@pytest.mark.parametrize(
    ("hidden", "options"),
    [
        ([], {}),
        ([LIF], {"decay": (0.3, 0.6, 0.95)}),
        ([ALIF], {"decay": 0.7, "adaptation": 0.4}),
        ([LIF, LIF, LIF], {"decay": 0.6}),
        ([ALIF, LIF], {"decay": (0.5, 0.9)}),
    ],
    ids=["linear", "groups", "alif", "three", "groups in two"],
)
def test_it_is_the_gradient_where_the_window_holds_the_episode(
    hidden: list[type[Spiking]], options: dict[str, Any], ticks: int
) -> None:
    """In every layer it equals automatic differentiation of all 20 decisions."""
    layers = brain(*hidden, **options)
    traces = _rule(ticks).traces(layers)
    episode = Episode(layers, [traces])

    for ours, exact in zip(gradients(traces), episode.by_autograd(KEEP), strict=True):
        assert exact.any()
        assert ours.flags.c_contiguous
        assert ours == pytest.approx(exact, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("kind", [LIF, ALIF, SLIF])
def test_with_one_hidden_layer_it_is_eprop(kind: type[Spiking]) -> None:
    """Forward in time or backward, it is the same sum."""
    layers = brain(kind, decay=0.7)
    bptt, eprop = _rule(20).traces(layers), EProp(discount=0.9, trace_decay=0.8).traces(layers)
    Episode(layers, [bptt, eprop])

    for ours, theirs in zip(gradients(bptt), gradients(eprop), strict=True):
        assert ours == pytest.approx(theirs, rel=1e-6, abs=1e-12)


@pytest.mark.slow
def test_what_is_accumulated_is_the_sum_of_what_was_eligible_times_the_errors() -> None:
    """For 20 random errors, in every layer, in a window that holds them all."""
    layers = brain(LIF, LIF, decay=0.6)
    traces = _rule(20).traces(layers)
    (expected,) = Episode(layers, [traces], errors=True).weighed

    for found, sums in zip(gradients(traces, accumulated=True), expected, strict=True):
        assert np.abs(sums).max() > 1e-2
        assert found == pytest.approx(sums, rel=1e-9, abs=1e-12)


def test_some_rows_are_those_rows_and_what_is_reset_is_gone() -> None:
    """The gradients of two rows are theirs among all; after a reset theirs are zero, and the others stay."""
    layers = brain(LIF, decay=0.7)
    traces = _rule(20).traces(layers)
    Episode(layers, [traces])
    some, everyone = np.array([1, 3]), gradients(traces)

    for ours, theirs in zip(traces.gradients(some, False), everyone, strict=True):
        assert ours == pytest.approx(theirs[some], rel=1e-9, abs=1e-12)
    traces.reset(some)
    for after, before in zip(gradients(traces), everyone, strict=True):
        assert not after[some].any()
        assert after[[0, 2]] == pytest.approx(before[[0, 2]], rel=1e-9, abs=1e-12)


def test_what_is_older_than_the_window_is_gone() -> None:
    """A window of one decision has the last decision and no input before it."""
    layers = brain()
    traces = _rule(1).traces(layers)
    episode = Episode(layers, [traces])
    (found,) = gradients(traces)
    ratio = found / episode.inputs[-2][:, :, None]

    assert ratio == pytest.approx(np.repeat(ratio[:, :1], ratio.shape[1], 1))
    assert ratio.sum(2) == pytest.approx(0.0, abs=1e-12)  # d log pi / d membranes adds up to 0


def test_delays_are_for_the_lowest_layer() -> None:
    """Above it they are refused in one sentence."""
    lowest = brain(LIF, delay=2)
    traces = _rule(20).traces(lowest)
    Episode(lowest, [traces])

    assert all(gradient.any() for gradient in gradients(traces))
    readout = Layer(LIS(size=ACTIONS, delay=1), 8, ROWS, np.random.default_rng(0), np.float64)
    with pytest.raises(ConfigError, match=r"lowest layer only.*layer 1"):
        _rule(20).traces([*brain(LIF)[:1], readout])
