"""binary_cross_entropy against autograd, against torch, and where a probability is 0 or 1."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.loss import TINIEST, Loss, binary_cross_entropy, nll


def _random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("shape", [(1,), (4,), (3, 4), (2, 3, 5), (0, 3)])
def test_the_signal_is_the_derivative_of_the_value(shape: tuple[int, ...]) -> None:
    """Value and signal are what autograd makes of the loss of torch, summed over outputs."""
    probabilities = _random(*shape).sigmoid().requires_grad_()
    target = _random(*shape, seed=1).sigmoid()
    value, signal = binary_cross_entropy(probabilities, target)
    expected = torch.nn.functional.binary_cross_entropy(probabilities, target, reduction="none").sum(-1)
    expected.sum().backward()

    torch.testing.assert_close(value, expected.detach(), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(signal, probabilities.grad, rtol=1e-9, atol=1e-12)
    assert value.shape == shape[:-1]
    assert value.grad_fn is None
    assert signal.grad_fn is None


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.floats(0.01, 20.0))
def test_through_a_sigmoid_it_is_what_is_too_much(rows: int, outputs: int, seed: int, scale: float) -> None:
    """At the membrane of LIB the signal is p - t."""
    membrane = (scale * _random(rows, outputs, seed=seed)).clamp(-20.0, 20.0).requires_grad_()
    target = (_random(rows, outputs, seed=seed + 1) > 0.0).double()
    probabilities = membrane.sigmoid()
    probabilities.backward(binary_cross_entropy(probabilities, target).signal)

    torch.testing.assert_close(membrane.grad, probabilities.detach() - target, rtol=1e-6, atol=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.sampled_from([torch.float32, torch.float64]))
def test_a_row_is_the_row_alone(rows: int, outputs: int, seed: int, dtype: torch.dtype) -> None:
    """What the other rows hold does not matter, in both number types."""
    probabilities, target = _random(2, rows, outputs, seed=seed).sigmoid().to(dtype)
    together = binary_cross_entropy(probabilities, target)
    for row in range(rows):
        alone = binary_cross_entropy(probabilities[row], target[row])

        torch.testing.assert_close(Loss(together.value[row], together.signal[row]), alone)
        assert alone.signal.dtype == dtype


def test_two_choices_are_one_decision() -> None:
    """Yes with probability p costs what nll says of the choice p, 1 - p."""
    p = 0.3
    for yes in (0, 1):
        of_two = nll(torch.tensor([1.0 - p, p]), yes).value

        torch.testing.assert_close(binary_cross_entropy(torch.tensor([p]), yes).value, of_two)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_impossible_target_has_a_finite_signal(dtype: torch.dtype) -> None:
    """Certain and right costs nothing, certain and wrong what the tiniest probability does."""
    value, signal = binary_cross_entropy(torch.tensor([[0.0, 1.0], [1.0, 0.0]], dtype=dtype), [[0, 1], [0, 1]])

    assert value.tolist() == pytest.approx([0.0, -2.0 * math.log(TINIEST)])
    assert signal.tolist() == [pytest.approx([1.0, -1.0]), pytest.approx([1.0 / TINIEST, -1.0 / TINIEST])]


@pytest.mark.parametrize("target", [1, 1.0, True, [1, 1], [1.0, 1.0], np.ones(2), torch.ones(2).bool()])
def test_a_target_is_made_of_numbers(target: object) -> None:
    """Numbers, lists, arrays and masks say the same as a tensor."""
    output = torch.tensor([0.25, 0.5])
    expected = binary_cross_entropy(output, torch.ones(2))

    torch.testing.assert_close(binary_cross_entropy(output, target), expected)  # type: ignore[arg-type]


def test_what_is_no_target_is_refused() -> None:
    """Another shape, and what is neither yes, no nor between."""
    with pytest.raises(ValueError, match=r"^binary_cross_entropy got a target of shape \(3,\), it takes \(2, 3\)$"):
        binary_cross_entropy(torch.full((2, 3), 0.5), torch.ones(3))
    for wrong in (2.0, -0.5, math.nan):
        with pytest.raises(ValueError, match=r"^binary_cross_entropy got targets from .* to .*, it takes 0 to 1$"):
            binary_cross_entropy(torch.tensor([0.5]), wrong)
