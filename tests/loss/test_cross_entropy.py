"""cross_entropy against autograd, at the ends of the numbers, and row by row."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.loss import Loss, cross_entropy


def _random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("shape", [(1,), (4,), (3, 4), (2, 3, 5)])
@pytest.mark.parametrize("total", [1.0, 2.5])
def test_the_signal_is_the_derivative_of_the_value(shape: tuple[int, ...], total: float) -> None:
    """Value and signal are what autograd makes of log(softmax), also for targets that do not add up to 1."""
    logits = _random(*shape).requires_grad_()
    target = total * _random(*shape, seed=1).softmax(-1)
    value, signal = cross_entropy(logits, target)
    expected = -(target * logits.softmax(-1).log()).sum(-1)
    expected.sum().backward()

    torch.testing.assert_close(value, expected.detach(), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(signal, logits.grad, rtol=1e-9, atol=1e-12)
    assert value.shape == shape[:-1]
    assert value.grad_fn is None
    assert signal.grad_fn is None


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int32, torch.int64])
def test_an_index_is_a_certain_target(dtype: torch.dtype) -> None:
    """A class index says the same as a one-hot vector, and the signal is softmax minus that vector."""
    logits, index = _random(4, 3), torch.tensor([0, 2, 1, 2])
    seen = cross_entropy(logits, index.to(dtype))
    target = torch.eye(3, dtype=torch.float64)[index]

    torch.testing.assert_close(seen, cross_entropy(logits, target))
    torch.testing.assert_close(seen.signal, logits.softmax(-1) - target, rtol=1e-9, atol=1e-12)


def test_there_is_one_softmax_inside() -> None:
    """Certain logits cost nothing; had they gone through a second softmax they still would."""
    logits = torch.tensor([60.0, 0.0, 0.0])

    assert cross_entropy(logits, torch.tensor(0)).value.item() == pytest.approx(0.0, abs=1e-6)
    assert cross_entropy(logits.softmax(-1), torch.tensor(0)).value.item() > 0.5


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("scale", [1e3, 1e20, 1e38])
def test_huge_logits_are_safe(dtype: torch.dtype, scale: float) -> None:
    """The signal stays between -1 and 1 and the value is the difference of the logits."""
    logits = torch.tensor([[scale, 0.0, -scale]] * 2, dtype=dtype)
    value, signal = cross_entropy(logits, torch.tensor([0, 1]))

    assert value.tolist() == pytest.approx([0.0, scale])
    assert signal.tolist() == [[0.0, 0.0, 0.0], [1.0, -1.0, 0.0]]


def test_an_output_may_be_ruled_out() -> None:
    """A logit of minus infinity takes no part, unless it is asked for, which costs infinitely much."""
    logits = torch.tensor([[0.0, 0.0, -math.inf]] * 2)
    value, signal = cross_entropy(logits, torch.tensor([0, 2]))

    assert value.tolist() == [pytest.approx(math.log(2.0)), math.inf]
    assert signal.tolist() == [[-0.5, 0.5, 0.0], [0.5, 0.5, -1.0]]


def test_one_output_is_always_right() -> None:
    """With nothing to choose there is no loss and no signal."""
    assert cross_entropy(torch.tensor([7.0]), torch.tensor(0)) == (torch.tensor(0.0), torch.tensor([0.0]))


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.sampled_from([torch.float32, torch.float64]))
def test_a_row_is_the_row_alone(rows: int, outputs: int, seed: int, dtype: torch.dtype) -> None:
    """What the other rows hold does not matter, in both number types."""
    logits, index = _random(rows, outputs, seed=seed).to(dtype), torch.arange(rows) % outputs
    together = cross_entropy(logits, index)
    for row in range(rows):
        alone = cross_entropy(logits[row], index[row])

        torch.testing.assert_close(Loss(together.value[row], together.signal[row]), alone)
        assert alone.signal.dtype == dtype
        assert alone.signal.sum().item() == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize(
    "target",
    [torch.tensor([0, 1, 2]), torch.tensor([[0, 1, 0]] * 2), torch.rand(2), torch.rand(3), torch.tensor([True, False])],
)
def test_a_target_is_indices_or_probabilities(target: torch.Tensor) -> None:
    """Another shape or type is refused in one sentence that says both shapes that would be right."""
    with pytest.raises(
        ValueError, match=r"^cross_entropy got a target .* whole numbers of shape \(2,\) or .* of shape \(2, 3\)$"
    ):
        cross_entropy(torch.zeros(2, 3), target)


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_names_an_output(index: int) -> None:
    """An index out of range is refused."""
    with pytest.raises(ValueError, match=rf"^cross_entropy got indices from .*{index}.*, it takes 0 to 2$"):
        cross_entropy(torch.zeros(2, 3), torch.tensor([1, index]))
