"""LIS against its equations, written down again."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.nn import LIS


def test_it_is_the_softmax_of_a_leaky_membrane() -> None:
    """Over 200 random inputs the probabilities are what a loop over plain numbers gives."""
    layer = LIS(4, 3, decay=0.6, learn=()).double()
    layer.weight.normal_(generator=torch.Generator().manual_seed(0))
    inputs = torch.randn(200, 4, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    weight, membrane = layer.weight.tolist(), [0.0] * 3
    for x in inputs:
        seen = layer(x).tolist()
        for j in range(3):
            membrane[j] = 0.6 * membrane[j] + sum(w * i for w, i in zip(weight[j], x.tolist(), strict=True))
        powers = [math.exp(v) for v in membrane]

        assert [power / sum(powers) for power in powers] == pytest.approx(seen, rel=1e-5)
    assert membrane == pytest.approx(layer.membrane.tolist(), rel=1e-5)


def test_every_choice_is_equally_likely_before_anything_is_learned() -> None:
    """The weights start at zero."""
    layer = LIS(4, 5, rows=(2,))

    assert torch.equal(torch.full((2, 5), 0.2), layer(torch.randn(2, 4)))


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(st.floats(0.01, 0.99), st.floats(-1e4, 1e4))
def test_probabilities_add_up_to_one(decay: float, current: float) -> None:
    """However strong the current, the probabilities are finite, not negative, and add up to 1."""
    layer = LIS(1, 3, decay=decay, learn=())
    layer.weight.copy_(torch.tensor([[1.0], [-0.5], [0.0]]))
    for _ in range(5):
        probabilities = layer(torch.tensor([current]))

        assert probabilities.sum().item() == pytest.approx(1.0, abs=1e-6)
        assert (probabilities >= 0.0).all()


@settings(deadline=None, max_examples=50)
@given(st.floats(1e-4, 1.0 - 1e-4))
def test_the_decay_can_be_read(decay: float) -> None:
    """The decay reads back as it was given."""
    assert LIS(2, 3, decay, rows=(2,)).decay.flatten().tolist() == pytest.approx([decay] * 2, abs=1e-6)


def test_it_does_not_spike() -> None:
    """It has no threshold."""
    assert LIS(2, 3).threshold is None
