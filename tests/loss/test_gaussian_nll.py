"""gaussian_nll against the density of torch and autograd, and where a standard deviation is 0."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from alife.loss import LEAST_SPREAD, Loss, gaussian_nll


def _output(*shape: int, seed: int = 0) -> Tensor:
    """Return means and standard deviations, n = the last of the shape of each."""
    both = torch.randn(2, *shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return torch.cat([both[0], torch.nn.functional.softplus(both[1])], -1)


@pytest.mark.parametrize("shape", [(1,), (4,), (3, 4), (2, 3, 5), (0, 3)])
def test_the_signal_is_the_derivative_of_the_value(shape: tuple[int, ...]) -> None:
    """Value and signal are what autograd makes of the density of torch, summed over actions."""
    output = _output(*shape).requires_grad_()
    action = torch.randn(shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    value, signal = gaussian_nll(output, action)
    expected = -torch.distributions.Normal(*output.chunk(2, -1)).log_prob(action).sum(-1)
    expected.sum().backward()

    torch.testing.assert_close(value, expected.detach(), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(signal, output.grad, rtol=1e-9, atol=1e-12)
    assert value.shape == shape[:-1]
    assert value.grad_fn is None
    assert signal.grad_fn is None


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.sampled_from([torch.float32, torch.float64]))
def test_a_row_is_the_row_alone(rows: int, actions: int, seed: int, dtype: torch.dtype) -> None:
    """What the other rows hold does not matter, in both number types."""
    output, action = _output(rows, actions, seed=seed).to(dtype), _output(rows, actions, seed=seed + 1)[..., :actions]
    together = gaussian_nll(output, action)
    for row in range(rows):
        alone = gaussian_nll(output[row], action[row])

        torch.testing.assert_close(Loss(together.value[row], together.signal[row]), alone)
        assert alone.signal.dtype == dtype


def test_the_right_spread_has_no_signal() -> None:
    """At an action one standard deviation from the mean, and only there, the spread is as it should be."""
    output = torch.tensor([0.0, 2.0])

    assert [gaussian_nll(output, a).signal[1].item() for a in (2.0, -2.0)] == [0.0, 0.0]
    assert gaussian_nll(output, 1.0).signal[1] > 0.0
    assert gaussian_nll(output, 3.0).signal[1] < 0.0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_no_spread_is_the_least(dtype: torch.dtype) -> None:
    """A standard deviation of 0, which a softplus can round to, leaves finite numbers."""
    value, signal = gaussian_nll(torch.tensor([1.0, 0.0], dtype=dtype), 0.0)
    hit = gaussian_nll(torch.tensor([1.0, 0.0], dtype=dtype), 1.0)

    assert value.item() == pytest.approx(0.5 / LEAST_SPREAD**2, rel=1e-5)
    assert signal.tolist() == pytest.approx([LEAST_SPREAD**-2, -(LEAST_SPREAD**-3)], rel=1e-5)
    assert hit.value.item() == pytest.approx(math.log(LEAST_SPREAD) + math.log(2.0 * math.pi) / 2.0, rel=1e-5)


@pytest.mark.parametrize("action", [1, 1.0, [1, 1], [1.0, 1.0], np.ones(2)])
def test_an_action_is_made_of_numbers(action: object) -> None:
    """Numbers, lists and arrays say the same as a tensor."""
    output = _output(2)
    expected = gaussian_nll(output, torch.ones(2))

    torch.testing.assert_close(gaussian_nll(output, action), expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("output", "action", "message"),
    [
        (torch.ones(2, 4), torch.ones(2, 4), r"an action of shape \(2, 4\), it takes \(2, 2\)"),
        (torch.ones(2, 3), torch.ones(2), r"an output of shape \(2, 3\), it takes \(\*rows, 2 n\): n means, then .*"),
        (torch.tensor([1.0, -0.5]), 0.0, r"a standard deviation of -0.5, it takes 0 or more, as LIG gives"),
        (torch.tensor([1.0, math.nan]), 0.0, r"a standard deviation of nan, it takes 0 or more, as LIG gives"),
    ],
)
def test_what_does_not_fit_is_refused(output: Tensor, action: Tensor | float, message: str) -> None:
    """Each in one sentence."""
    with pytest.raises(ValueError, match=f"^gaussian_nll got {message}$"):
        gaussian_nll(output, action)
