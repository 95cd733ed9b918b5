"""BPTT against automatic differentiation of the whole episode."""

import pytest
import torch

from alife.core.errors import ConfigError
from alife.learning import BPTT, EProp
from alife.nn import ALIF, LIF, LIS, SLIF, Spiking
from tests.learning.episode import ACTIONS, ROWS, Episode, brain

KEEP = 0.9 * 0.8


def _rule(ticks: int) -> BPTT:
    return BPTT(discount=0.9, trace_decay=0.8, ticks=ticks)


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
    hidden: list[type[Spiking]], options: dict[str, object], ticks: int
) -> None:
    """In every layer it equals automatic differentiation of all 20 decisions."""
    layers = brain(*hidden, **options)
    traces = _rule(ticks).traces(layers)
    episode = Episode(layers, [traces])

    for ours, exact in zip(traces.gradients(slice(None)), episode.by_autograd(KEEP), strict=True):
        assert exact.any()
        torch.testing.assert_close(ours, exact, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("kind", [LIF, ALIF, SLIF])
def test_with_one_hidden_layer_it_is_eprop(kind: type[Spiking]) -> None:
    """Forward in time or backward, it is the same sum."""
    layers = brain(kind, decay=0.7)
    bptt, eprop = _rule(20).traces(layers), EProp(discount=0.9, trace_decay=0.8).traces(layers)
    Episode(layers, [bptt, eprop])

    torch.testing.assert_close(bptt.gradients(slice(None)), eprop.gradients(slice(None)), rtol=1e-6, atol=1e-12)


def test_what_is_older_than_the_window_is_gone() -> None:
    """A window of one decision has the last decision and no input before it."""
    layers = brain()
    traces = _rule(1).traces(layers)
    episode = Episode(layers, [traces])
    (found,) = traces.gradients(slice(None))
    ratio = found / episode.inputs[-2][:, None]

    torch.testing.assert_close(ratio, ratio[:, :, :1].expand_as(ratio))
    torch.testing.assert_close(ratio.sum(1), torch.zeros(ROWS, 5).double(), atol=1e-12, rtol=0)  # scores add up to 0


def test_delays_are_for_the_lowest_layer() -> None:
    """Above it they are refused in one sentence."""
    lowest = brain(LIF, delay=2)
    traces = _rule(20).traces(lowest)
    Episode(lowest, [traces])

    assert all(gradient.any() for gradient in traces.gradients(slice(None)))
    with pytest.raises(ConfigError, match="in the lowest layer only; layer 1 has them"):
        _rule(20).traces([*brain(LIF)[:1], LIS(8, ACTIONS, rows=(ROWS,), delay=1)])
