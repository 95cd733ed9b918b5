"""mse against autograd and against itself, row by row."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.loss import Loss, mse


@pytest.mark.parametrize("shape", [(1,), (4,), (3, 4), (2, 3, 5)])
def test_the_signal_is_the_derivative_of_the_value(shape: tuple[int, ...]) -> None:
    """Value and signal are what autograd makes of the equation, to 1e-9."""
    generator = torch.Generator().manual_seed(0)
    output = torch.randn(shape, generator=generator, dtype=torch.float64, requires_grad=True)
    target = torch.randn(shape, generator=generator, dtype=torch.float64)
    value, signal = mse(output, target)
    expected = ((output - target) ** 2).mean(-1)
    expected.sum().backward()

    torch.testing.assert_close(value, expected.detach(), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(signal, output.grad, rtol=1e-9, atol=1e-12)
    assert value.shape == shape[:-1]
    assert value.grad_fn is None
    assert signal.grad_fn is None


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.sampled_from([torch.float32, torch.float64]))
def test_a_row_is_the_row_alone(rows: int, outputs: int, seed: int, dtype: torch.dtype) -> None:
    """What the other rows hold does not matter, in both number types."""
    output, target = torch.randn(2, rows, outputs, generator=torch.Generator().manual_seed(seed), dtype=dtype)
    together = mse(output, target)
    for row in range(rows):
        alone = mse(output[row], target[row])

        torch.testing.assert_close(Loss(together.value[row], together.signal[row]), alone)
        assert alone.signal.dtype == dtype


def test_nothing_is_broadcast() -> None:
    """A target of another shape is refused in one sentence that names both shapes."""
    with pytest.raises(ValueError, match=r"^mse got a target of shape \(3,\), it takes \(2, 3\)$"):
        mse(torch.zeros(2, 3), torch.zeros(3))


@pytest.mark.parametrize("output", [torch.tensor(1.0), torch.zeros(2, 0)])
def test_there_must_be_an_output(output: torch.Tensor) -> None:
    """A number without an axis, or an axis without a number, is no output."""
    with pytest.raises(ValueError, match=r"it takes \(\*rows, outputs\) with at least one output$"):
        mse(output, output)


@pytest.mark.parametrize("dtype", [torch.int64, torch.float16])
def test_an_output_is_a_float(dtype: torch.dtype) -> None:
    """Other number types than float32 and float64 are refused."""
    with pytest.raises(ValueError, match=r"^mse got an output of type torch\.\w+, it takes torch.float32"):
        mse(torch.zeros(3, dtype=dtype), torch.zeros(3))
