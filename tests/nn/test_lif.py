"""LIF against its equations, written down again."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.nn import LIF


def _generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.slow
def test_every_spike_is_where_the_equations_put_it() -> None:
    """Over 1,000 random inputs each spike and each membrane is what a loop over plain numbers gives."""
    layer = LIF(5, 8, decay=0.9, threshold=1.3, generator=_generator()).double()
    inputs = torch.randn(1000, 5, generator=_generator(1), dtype=torch.float64)
    spikes, membranes = [], []
    for x in inputs:
        spikes.append(layer(x).tolist())
        membranes.append(layer.tick.membrane.tolist())
    weight, membrane = layer.weight.tolist(), [0.0] * 8
    for x, seen_spikes, seen_membranes in zip(inputs.tolist(), spikes, membranes, strict=True):
        for j in range(8):
            before = 0.9 * membrane[j] + sum(w * i for w, i in zip(weight[j], x, strict=True))
            spike = 1.0 if before >= 1.3 else 0.0
            membrane[j] = before - 1.3 * spike

            assert spike == seen_spikes[j]
            assert before == pytest.approx(seen_membranes[j], abs=1e-5)
    assert membrane == pytest.approx(layer.membrane.tolist(), abs=1e-5)
    assert 0.05 < torch.tensor(spikes).mean() < 0.5


@pytest.mark.slow
@settings(deadline=None)
@given(st.floats(0.01, 0.99), st.integers(1, 60), st.floats(-2.0, 2.0))
def test_below_threshold_the_membrane_has_a_closed_form(decay: float, ticks: int, current: float) -> None:
    """Under a constant current c the membrane is c (1 - d^n) / (1 - d) after n ticks."""
    layer = LIF(1, 1, decay=decay, threshold=1e4, learn=())
    layer.weight.fill_(1.0)
    for _ in range(ticks):
        layer(torch.tensor([current]))

    assert layer.membrane.item() == pytest.approx(current * (1 - decay**ticks) / (1 - decay), rel=1e-4, abs=1e-6)


def test_a_membrane_at_the_threshold_spikes() -> None:
    """The threshold itself is enough, and the reset takes the threshold away."""
    layer = LIF(1, 2, decay=0.5, threshold=1.0, learn=())
    layer.weight.copy_(torch.tensor([[1.0], [2.5]]))
    spikes = layer(torch.ones(1))

    assert torch.equal(torch.ones(2), spikes)
    torch.testing.assert_close(layer.membrane, torch.tensor([0.0, 1.5]))
    torch.testing.assert_close(layer.tick.membrane, torch.tensor([1.0, 2.5]))


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(st.floats(1e-4, 1.0 - 1e-4), st.floats(1e-3, 1e3))
def test_what_the_constructor_gets_can_be_read(decay: float, threshold: float) -> None:
    """Decay and threshold read back as they were given."""
    layer = LIF(2, 3, decay=decay, threshold=threshold, rows=(2,))

    assert layer.decay.flatten().tolist() == pytest.approx([decay] * 2, abs=1e-6)
    assert layer.threshold.flatten().tolist() == pytest.approx([threshold] * 2, abs=1e-6, rel=1e-6)


@pytest.mark.parametrize(("inputs", "threshold"), [(50, 1.0), (8, 2.0)])
def test_the_weights_start_as_stated(inputs: int, threshold: float) -> None:
    """They have mean 0.5 / inputs and variance 1 / inputs in units of the threshold."""
    weight = LIF(inputs, 4000, threshold=threshold, learn=(), generator=_generator()).weight / threshold
    spread = inputs**-0.5

    assert weight.mean().item() == pytest.approx(0.5 / inputs, abs=4 * spread / weight.numel() ** 0.5)
    assert weight.std().item() == pytest.approx(spread, rel=0.02)


def test_the_generator_decides_the_weights() -> None:
    """The same generator gives the same weights, another one others, and each row its own."""
    first, same, other = (LIF(3, 4, rows=(2,), generator=_generator(seed)).weight for seed in (0, 0, 1))

    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert not torch.equal(first[0], first[1])


def test_a_changed_threshold_is_seen_at_the_next_tick() -> None:
    """Writing to the free threshold in place decides the very next spike."""
    layer = LIF(1, 1, threshold=1.0, learn=())
    layer.weight.fill_(5.0)
    before = layer(torch.ones(1)).item()
    with torch.no_grad():
        layer.free_threshold.fill_(100.0)
    after = layer(torch.ones(1)).item()

    assert (before, after) == (1.0, 0.0)


def test_a_silent_layer_comes_to_rest() -> None:
    """Without input nothing ever spikes and the membranes go to zero."""
    layer = LIF(3, 4, decay=0.5, rows=(2,))
    layer.membrane.fill_(0.9)
    spikes = sum(layer(torch.zeros(2, 3)).sum().item() for _ in range(200))

    assert spikes == 0.0
    assert layer.membrane.abs().max().item() < 1e-30


def test_a_saturated_layer_stays_finite() -> None:
    """Under a huge input every neuron spikes at every tick and the membrane settles at a finite height."""
    layer = LIF(3, 4, decay=0.9, learn=())
    layer.weight.fill_(1.0)
    spikes = torch.stack([layer(torch.full((3,), 1e6)) for _ in range(300)])

    assert spikes.all()
    torch.testing.assert_close(layer.membrane, torch.full((4,), (3e6 - 1.0) / 0.1), rtol=1e-4, atol=0.0)
