"""Each loss against autograd, row by row, at the ends of the numbers, and what it refuses."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.nn.functional import one_hot, softplus

from alife.loss import LEAST_SPREAD, TINIEST, Loss, binary_cross_entropy, cross_entropy, gaussian_nll, mse, nll

Draw = Callable[[tuple[int, ...], int], Tensor]
"""Numbers of a shape, drawn from a seed."""


def _normal(shape: tuple[int, ...], seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _likely(shape: tuple[int, ...], seed: int = 0) -> Tensor:
    return _normal(shape, seed).softmax(-1)


def _yes(shape: tuple[int, ...], seed: int = 0) -> Tensor:
    return _normal(shape, seed).sigmoid()


def _index(shape: tuple[int, ...], seed: int = 0) -> Tensor:
    return torch.randint(shape[-1], shape[:-1], generator=torch.Generator().manual_seed(seed))


def _gaussian(shape: tuple[int, ...], seed: int = 0) -> Tensor:
    """Return means and standard deviations, n = the last of the shape of each."""
    return torch.cat([_normal(shape, seed), softplus(_normal(shape, seed + 1))], -1)


def _surprise(output: Tensor, action: Tensor) -> Tensor:
    mean, spread = output.chunk(2, -1)
    return -torch.distributions.Normal(mean, spread).log_prob(action).sum(-1)


class Case(NamedTuple):
    """A loss, the equation of its value in the words of torch, and what it is given."""

    loss: Callable[[Any, Any], Loss]
    equation: Callable[[Tensor, Tensor], Tensor]
    output: Draw
    target: Draw


CASES = {
    "mse": Case(mse, lambda y, t: ((y - t) ** 2).mean(-1), _normal, _normal),
    "cross_entropy": Case(
        cross_entropy,
        lambda y, t: -(t * y.softmax(-1).log()).sum(-1),
        _normal,
        lambda shape, seed: 2.5 * _likely(shape, seed),  # need not add up to 1
    ),
    "cross_entropy-index": Case(
        cross_entropy, lambda y, t: -(one_hot(t, y.shape[-1]) * y.softmax(-1).log()).sum(-1), _normal, _index
    ),
    "nll": Case(nll, lambda y, t: -(t * y.log()).sum(-1), _likely, _likely),
    "nll-index": Case(nll, lambda y, t: -(one_hot(t, y.shape[-1]) * y.log()).sum(-1), _likely, _index),
    "binary_cross_entropy": Case(
        binary_cross_entropy,
        lambda y, t: torch.nn.functional.binary_cross_entropy(y, t, reduction="none").sum(-1),
        _yes,
        _yes,
    ),
    "gaussian_nll": Case(gaussian_nll, _surprise, _gaussian, _normal),
}
every_loss = pytest.mark.parametrize("case", CASES.values(), ids=CASES)


@every_loss
def test_the_signal_is_the_derivative_of_the_value(case: Case) -> None:
    """Value and signal are what autograd makes of the equation, to 1e-9, whatever rows there are."""
    for shape in ((1,), (4,), (3, 4), (2, 3, 5), (0, 3)):
        output, target = case.output(shape, 0).requires_grad_(), case.target(shape, 7)
        value, signal = case.loss(output, target)
        expected = case.equation(output, target)
        expected.sum().backward()

        torch.testing.assert_close(value, expected.detach(), rtol=1e-9, atol=1e-12)
        torch.testing.assert_close(signal, output.grad, rtol=1e-9, atol=1e-12)
        assert value.shape == shape[:-1]
        assert value.grad_fn is None
        assert signal.grad_fn is None


@every_loss
@settings(deadline=None, max_examples=15)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.sampled_from([torch.float32, torch.float64]))
def test_a_row_is_the_row_alone(case: Case, rows: int, outputs: int, seed: int, dtype: torch.dtype) -> None:
    """What the other rows hold does not matter, in both number types."""
    output, target = case.output((rows, outputs), seed).to(dtype), case.target((rows, outputs), seed + 7)
    together = case.loss(output, target)
    for row in range(rows):
        alone = case.loss(output[row], target[row])

        torch.testing.assert_close(Loss(together.value[row], together.signal[row]), alone)
        assert alone.signal.dtype == dtype


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.floats(0.01, 100.0))
def test_through_a_softmax_nll_has_the_signal_of_cross_entropy(
    rows: int, outputs: int, seed: int, scale: float
) -> None:
    """One softmax in all, and the signal at probabilities is not the one at logits: its Jacobian is between them."""
    logits = (scale * _normal((rows, outputs), seed)).clamp(-30.0, 30.0).requires_grad_()
    index = torch.arange(rows) % outputs
    probabilities = logits.softmax(-1)
    value, signal = nll(probabilities, index)
    probabilities.backward(signal)
    expected = cross_entropy(logits, index)

    torch.testing.assert_close(logits.grad, expected.signal, rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(value, expected.value, rtol=1e-9, atol=1e-12)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.floats(0.01, 20.0))
def test_through_a_sigmoid_binary_cross_entropy_is_what_is_too_much(
    rows: int, outputs: int, seed: int, scale: float
) -> None:
    """At the membrane of LIB the signal is p - t."""
    membrane = (scale * _normal((rows, outputs), seed)).clamp(-20.0, 20.0).requires_grad_()
    target = (_normal((rows, outputs), seed + 1) > 0.0).double()
    probabilities = membrane.sigmoid()
    probabilities.backward(binary_cross_entropy(probabilities, target).signal)

    torch.testing.assert_close(membrane.grad, probabilities.detach() - target, rtol=1e-6, atol=1e-9)


def test_an_index_may_be_any_whole_number() -> None:
    """A class index says the same as a one-hot vector, and the signal is softmax minus that vector."""
    logits, index = _normal((4, 3)), torch.tensor([0, 2, 1, 2])
    certain = torch.eye(3, dtype=torch.float64)[index]
    for dtype in (torch.uint8, torch.int32, torch.int64):
        seen = cross_entropy(logits, index.to(dtype))

        torch.testing.assert_close(seen, cross_entropy(logits, certain))
        torch.testing.assert_close(seen.signal, logits.softmax(-1) - certain, rtol=1e-9, atol=1e-12)


def test_cross_entropy_has_one_softmax_inside() -> None:
    """Certain logits cost nothing; had they gone through a second softmax they still would."""
    logits = torch.tensor([60.0, 0.0, 0.0])

    assert cross_entropy(logits, torch.tensor(0)).value.item() == pytest.approx(0.0, abs=1e-6)
    assert cross_entropy(logits.softmax(-1), torch.tensor(0)).value.item() > 0.5


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_huge_logits_are_safe(dtype: torch.dtype) -> None:
    """The signal stays between -1 and 1 and the value is the difference of the logits."""
    for scale in (1e3, 1e20, 1e38):
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
    assert nll(torch.tensor([1.0]), torch.tensor(0)).value.item() == 0.0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_impossible_target_has_a_finite_signal(dtype: torch.dtype) -> None:
    """Where p is 0 the tiniest probability stands in for it; where nothing is asked for there is no signal."""
    choice = nll(torch.tensor([1.0, 0.0, 0.0], dtype=dtype), torch.tensor(1))
    yes_or_no = binary_cross_entropy(torch.tensor([[0.0, 1.0], [1.0, 0.0]], dtype=dtype), [[0, 1], [0, 1]])

    assert choice.value.item() == pytest.approx(-math.log(TINIEST))
    assert choice.signal.tolist() == pytest.approx([0.0, -1.0 / TINIEST, 0.0])
    assert yes_or_no.value.tolist() == pytest.approx([0.0, -2.0 * math.log(TINIEST)])
    assert yes_or_no.signal.tolist() == [pytest.approx([1.0, -1.0]), pytest.approx([1.0 / TINIEST, -1.0 / TINIEST])]


def test_two_choices_are_one_decision() -> None:
    """Yes with probability p costs what nll says of the choice p, 1 - p."""
    p = 0.3
    for yes in (0, 1):
        of_two = nll(torch.tensor([1.0 - p, p]), yes).value

        torch.testing.assert_close(binary_cross_entropy(torch.tensor([p]), yes).value, of_two)


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


@pytest.mark.parametrize("loss", [mse, binary_cross_entropy, gaussian_nll])
def test_a_target_may_be_plain_numbers(loss: Callable[[Any, Any], Loss]) -> None:
    """Numbers, lists, arrays and masks say the same as a tensor."""
    output = torch.full((4,) if loss is gaussian_nll else (2,), 0.5)
    for ones in (1, 1.0, True, [1, 1], [1.0, 1.0], np.ones(2), torch.ones(2).bool()):
        torch.testing.assert_close(loss(output, ones), loss(output, torch.ones(2)))


HALF = torch.full((2, 3), 0.5)
REFUSED: list[tuple[Callable[[Any, Any], Loss], Any, Any, str]] = [
    (mse, HALF, torch.zeros(3), r"\(3,\), it takes \(2, 3\)"),
    (mse, torch.tensor(1.0), 1.0, "at least one output"),
    (mse, torch.zeros(2, 0), torch.zeros(2, 0), "at least one output"),
    (mse, torch.zeros(3, dtype=torch.int64), 0.0, r"int64, it takes torch\.float32"),
    (mse, torch.zeros(3, dtype=torch.float16), 0.0, r"float16, it takes torch\.float32"),
    (cross_entropy, HALF, torch.tensor([0, 1, 2]), r"\(2,\) or .* \(2, 3\)"),
    (cross_entropy, HALF, torch.tensor([[0, 1, 0]] * 2), r"\(2,\) or .* \(2, 3\)"),
    (cross_entropy, HALF, torch.rand(2), r"\(2,\) or .* \(2, 3\)"),
    (cross_entropy, HALF, torch.rand(3), r"\(2,\) or .* \(2, 3\)"),
    (cross_entropy, HALF, torch.tensor([True, False]), r"\(2,\) or .* \(2, 3\)"),
    (cross_entropy, HALF, torch.tensor([1, -1]), "-1.*, it takes 0 to 2"),
    (cross_entropy, HALF, torch.tensor([1, 3]), "3, it takes 0 to 2"),
    (nll, HALF, torch.tensor([0, 1, 2]), r"\(3,\) .* \(2,\) or .* \(2, 3\)"),
    (binary_cross_entropy, HALF, torch.ones(3), r"\(3,\), it takes \(2, 3\)"),
    (binary_cross_entropy, HALF, 2.0, "2.*, it takes 0 to 1"),
    (binary_cross_entropy, HALF, -0.5, "-0.5.*, it takes 0 to 1"),
    (binary_cross_entropy, HALF, math.nan, "nan.*, it takes 0 to 1"),
    (gaussian_nll, torch.ones(2, 4), torch.ones(2, 4), r"\(2, 4\), it takes \(2, 2\)"),
    (gaussian_nll, torch.ones(2, 3), torch.ones(2), r"\(2, 3\), it takes \(\*rows, 2 n\)"),
    (gaussian_nll, torch.tensor([1.0, -0.5]), 0.0, "deviation of -0.5, it takes 0 or more"),
    (gaussian_nll, torch.tensor([1.0, math.nan]), 0.0, "deviation of nan, it takes 0 or more"),
]


@pytest.mark.parametrize(("loss", "output", "target", "words"), REFUSED)
def test_what_does_not_fit_is_refused(loss: Callable[[Any, Any], Loss], output: Any, target: Any, words: str) -> None:
    """The error names the loss, what it got and what it takes; nothing is broadcast."""
    with pytest.raises(ValueError, match=f"^{loss.__name__} got .*{words}"):
        loss(output, target)
