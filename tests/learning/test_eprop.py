"""e-prop against automatic differentiation through time."""

import pytest
import torch

from alife.core.errors import ConfigError
from alife.learning import EProp
from alife.nn import ALIF, LIF, LIS, SLIF, Spiking
from tests.learning.episode import ACTIONS, Episode, brain

RULE = EProp(discount=0.9, trace_decay=0.8)
KEEP = 0.9 * 0.8


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (LIF, {"decay": 0.7}),
        (LIF, {"decay": (0.3, 0.6, 0.95)}),
        (ALIF, {"decay": 0.7, "adaptation": 0.4, "adaptation_decay": 0.9}),
    ],
    ids=["lif", "groups", "alif"],
)
def test_with_one_hidden_layer_it_is_the_gradient_through_time(kind: type[Spiking], options: dict[str, object]) -> None:
    """In both layers it equals automatic differentiation of 20 decisions, resets detached."""
    layers = brain(kind, **options)
    traces = RULE.traces(layers)
    episode = Episode(layers, [traces])

    assert layers[0].spikes.any() if isinstance(layers[0], ALIF) else layers[0].tick.output.any()
    for ours, exact in zip(traces.gradients(slice(None)), episode.by_autograd(KEEP), strict=True):
        assert exact.abs().max() > 1e-2
        torch.testing.assert_close(ours, exact, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("depth", [2, 3])
def test_deeper_it_is_exact_where_membranes_forget(depth: int) -> None:
    """With slopes of the layers between from the decision nothing is lost if what is above remembers nothing."""
    layers = brain(*[LIF] * depth, decay=1e-12, readout_decay=1e-12)
    traces = RULE.traces(layers)
    episode = Episode(layers, [traces])

    for ours, exact in zip(traces.gradients(slice(None)), episode.by_autograd(KEEP), strict=True):
        assert exact.any()
        torch.testing.assert_close(ours, exact, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("depth", [2, 3])
def test_deeper_the_top_is_exact_and_the_rest_points_the_same_way(depth: int) -> None:
    """Below the last hidden layer the slopes between are taken at the decision, which costs some of the direction."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces = RULE.traces(layers)
    exact = Episode(layers, [traces]).by_autograd(KEEP)
    found = traces.gradients(slice(None))
    cosines = [torch.cosine_similarity(a.flatten(1), b.flatten(1)).mean() for a, b in zip(found, exact, strict=True)]

    torch.testing.assert_close(found[-2:], exact[-2:], rtol=1e-6, atol=1e-12)
    assert min(cosines) > 0.3


def test_without_hidden_layers_it_is_the_gated_trace() -> None:
    """A linear brain learns by the exact trace of its readout."""
    layers = brain()
    traces = RULE.traces(layers)
    (exact,) = Episode(layers, [traces]).by_autograd(KEEP)

    torch.testing.assert_close(traces.gradients(slice(None)), [exact])


def test_a_synaptic_current_is_filtered_like_a_membrane() -> None:
    """Every leaky pass of a layer filters its input in turn."""
    layers = brain(SLIF, decay=0.7, synaptic_decay=0.5)
    traces = RULE.traces(layers)
    Episode(layers, [traces])
    arrived = torch.from_numpy(traces.hidden[0].input.of_neurons())

    assert traces.hidden[0].input.filtered.shape[0] == 2
    assert ((arrived * layers[0].weight).sum(-1) >= layers[0].membrane - 1e-9).all()  # which spikes have lowered


def test_several_decays_are_for_the_lowest_layer() -> None:
    """Above it they are refused in one sentence."""
    with pytest.raises(ConfigError, match="in the lowest layer only; layer 1 has them"):
        RULE.traces(brain(LIF, LIF, decay=(0.5, 0.9)))
    with pytest.raises(ConfigError, match="layer 1 has them"):
        RULE.traces([*brain(LIF)[:1], LIS(8, ACTIONS, (0.2, 0.9), rows=(4,))])
