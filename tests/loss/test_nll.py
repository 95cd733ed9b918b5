"""nll against autograd, against cross_entropy through a softmax, and where a probability is 0."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.loss import TINIEST, Loss, cross_entropy, nll


def _random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("shape", [(1,), (4,), (3, 4), (2, 3, 5)])
def test_the_signal_is_the_derivative_of_the_value(shape: tuple[int, ...]) -> None:
    """Value and signal are what autograd makes of -sum t log p."""
    probabilities = _random(*shape).softmax(-1).requires_grad_()
    target = _random(*shape, seed=1).softmax(-1)
    value, signal = nll(probabilities, target)
    expected = -(target * probabilities.log()).sum(-1)
    expected.sum().backward()

    torch.testing.assert_close(value, expected.detach(), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(signal, probabilities.grad, rtol=1e-9, atol=1e-12)
    assert value.shape == shape[:-1]
    assert value.grad_fn is None
    assert signal.grad_fn is None


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.floats(0.01, 100.0))
def test_through_a_softmax_it_is_the_signal_of_cross_entropy(rows: int, outputs: int, seed: int, scale: float) -> None:
    """One softmax in all, and the signal at probabilities is not the one at logits: its Jacobian is between them."""
    logits = (scale * _random(rows, outputs, seed=seed)).clamp(-30.0, 30.0).requires_grad_()
    index = torch.arange(rows) % outputs
    probabilities = logits.softmax(-1)
    value, signal = nll(probabilities, index)
    probabilities.backward(signal)
    expected = cross_entropy(logits, index)

    torch.testing.assert_close(logits.grad, expected.signal, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(value, expected.value, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_impossible_target_has_a_finite_signal(dtype: torch.dtype) -> None:
    """Where p is 0 the tiniest probability stands in for it; where nothing is asked for there is no signal."""
    value, signal = nll(torch.tensor([1.0, 0.0, 0.0], dtype=dtype), torch.tensor(1))

    assert value.item() == pytest.approx(-math.log(TINIEST))
    assert signal.tolist() == pytest.approx([0.0, -1.0 / TINIEST, 0.0])


def test_one_output_is_always_right() -> None:
    """With nothing to choose there is no loss."""
    assert nll(torch.tensor([1.0]), torch.tensor(0)).value.item() == 0.0


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.sampled_from([torch.float32, torch.float64]))
def test_a_row_is_the_row_alone(rows: int, outputs: int, seed: int, dtype: torch.dtype) -> None:
    """What the other rows hold does not matter, in both number types."""
    probabilities, target = _random(2, rows, outputs, seed=seed).softmax(-1).to(dtype)
    together = nll(probabilities, target)
    for row in range(rows):
        alone = nll(probabilities[row], target[row])

        torch.testing.assert_close(Loss(together.value[row], together.signal[row]), alone)
        assert alone.signal.dtype == dtype


def test_a_target_has_a_shape() -> None:
    """Another shape is refused in one sentence that says which would be right."""
    with pytest.raises(ValueError, match=r"^nll got a target of shape \(3,\) .* of shape \(2,\) or .* \(2, 3\)$"):
        nll(torch.full((2, 3), 1 / 3), torch.tensor([0, 1, 2]))
