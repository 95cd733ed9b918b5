"""What readouts draw, and the gradients of its log-probability and of their entropy, against torch.distributions."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor
from torch.distributions import Bernoulli, Categorical, Distribution, Normal

from alife.nn import LIB, LIG, LIS, Readout

ROWS, SIZE = 5, 4
KINDS = pytest.mark.parametrize("kind", [LIS, LIB, LIG])


def _distribution(output: Tensor) -> dict[type[Readout], Any]:
    half = output.shape[1] // 2
    return {
        LIS: lambda: Categorical(probs=output),
        LIB: lambda: Bernoulli(probs=output),
        LIG: lambda: Normal(output[:, :half], output[:, half:]),
    }


def _of(kind: type[Readout], output: Tensor) -> Distribution:
    distribution: Distribution = _distribution(output)[kind]()
    return distribution


def _readout(kind: type[Readout], size: int = SIZE, **options: Any) -> Any:
    return kind(3, size, rows=(ROWS,), trace_decay=None, learn=(), **options).double()


def _membranes(seed: int, size: int = SIZE, reach: float = 2.0) -> Tensor:
    drawing = torch.Generator().manual_seed(seed)
    return reach * torch.randn(ROWS, size, generator=drawing, dtype=torch.float64)


def _by_autograd(layer: Any, kind: type[Readout], membranes: Tensor, action: NDArray[Any] | None) -> NDArray[Any]:
    """Return the gradient at the membranes of log pi(action), or of the entropy."""
    membranes = membranes.clone().requires_grad_()
    distribution = _of(kind, layer.read_out(membranes))
    if action is None:
        total = distribution.entropy().sum()
    else:
        numbers = torch.from_numpy(np.asarray(action, np.float64 if action.dtype == bool else action.dtype))
        total = distribution.log_prob(numbers).sum()
    (gradient,) = torch.autograd.grad(total, membranes)
    return gradient.numpy()


@KINDS
@pytest.mark.parametrize("options", [{}, {"spread": 0.05}, {"spread": 3.0}], ids=str)
@pytest.mark.parametrize("seed", range(5))
def test_grad_log_prob_is_the_gradient_of_the_log_probability(
    kind: type[Readout], options: dict[str, Any], seed: int
) -> None:
    """For every kind, at random membranes, it equals what autograd finds through the same expressions."""
    layer, membranes = _readout(kind, **(options if kind is LIG else {})), _membranes(seed)
    output = layer.read_out(membranes).numpy()
    action = layer.draw_action(output, np.random.default_rng(seed))

    np.testing.assert_allclose(
        layer.grad_log_prob(output, action), _by_autograd(layer, kind, membranes, action), rtol=1e-6, atol=1e-6
    )


@KINDS
@pytest.mark.parametrize("seed", range(5))
def test_entropy_gradient_is_the_gradient_of_the_entropy(kind: type[Readout], seed: int) -> None:
    """For every kind it equals what autograd finds through the entropy of the distribution."""
    layer, membranes = _readout(kind), _membranes(seed)
    gradient = layer.entropy_gradient(layer.read_out(membranes).numpy())

    np.testing.assert_allclose(gradient, _by_autograd(layer, kind, membranes, None), rtol=1e-6, atol=1e-6)


@KINDS
def test_grad_log_prob_is_zero_on_average(kind: type[Readout]) -> None:
    """The mean of 20,000 gradients is zero within four standard errors, whatever the distribution."""
    layer = kind(1, 2, rows=(1,), trace_decay=None)
    output = np.tile(layer.read_out(torch.tensor([[0.7, -0.4]])).detach().numpy(), (20_000, 1))
    gradients = layer.grad_log_prob(output, layer.draw_action(output, np.random.default_rng(0)))

    assert (np.abs(gradients.mean(0)) <= 4.0 * gradients.std(0) / np.sqrt(20_000) + 1e-6).all()


@KINDS
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_numbers_keep_their_type_and_outputs_stay(kind: type[Readout], dtype: torch.dtype) -> None:
    """Gradients are of the layer's own precision and (rows, size) wide, and what was given is not changed."""
    layer, membranes = _readout(kind), _membranes(0)
    output = layer.read_out(membranes).to(dtype).numpy()
    kept = output.copy()
    action = layer.draw_action(output, np.random.default_rng(0))
    found = (layer.grad_log_prob(output, action), layer.entropy_gradient(output))

    assert {(each.dtype, each.shape) for each in found} == {(output.dtype, (ROWS, SIZE))}
    assert np.array_equal(kept, output)


@KINDS
def test_rows_are_drawn_in_their_order(kind: type[Readout]) -> None:
    """The first rows draw the same however many come after; a row's gradients are its own alone."""
    layer = _readout(kind)
    output = layer.read_out(_membranes(3)).numpy()
    all_of_them, first = (layer.draw_action(some, np.random.default_rng(9)) for some in (output, output[:2]))

    assert np.array_equal(all_of_them[:2], first)
    assert np.array_equal(layer.grad_log_prob(output, all_of_them)[:2], layer.grad_log_prob(output[:2], first))
    assert np.array_equal(layer.entropy_gradient(output)[:2], layer.entropy_gradient(output[:2]))


# LIS


@pytest.mark.parametrize("probabilities", [[0.2, 0.5, 0.3], [1.0, 0.0], [0.01, 0.01, 0.98], [0.0, 1.0, 0.0]])
def test_choices_are_as_frequent_as_they_are_likely(probabilities: list[float]) -> None:
    """Of 20,000 draws each choice's share is its probability, within four standard errors."""
    rows, p = 20_000, np.array(probabilities)
    drawn = LIS(1, len(p)).draw_action(np.tile(p.astype(np.float32), (rows, 1)), np.random.default_rng(0))
    shares = np.bincount(drawn, minlength=len(p)) / rows

    assert (np.abs(shares - p) <= 4 * np.sqrt(p * (1 - p) / rows) + 1e-7).all()


class _Told:
    """Random numbers that were told beforehand."""

    def __init__(self, *numbers: float) -> None:
        self._numbers = np.array(numbers)

    def random(self, count: int) -> NDArray[np.float64]:
        assert count == len(self._numbers)
        return self._numbers


def _choose(probabilities: list[list[float]], *uniform: float) -> list[int]:
    output = np.array(probabilities, np.float32)
    choices: list[int] = LIS(1, output.shape[1]).draw_action(output, _Told(*uniform)).tolist()  # type: ignore[arg-type]
    return choices


@pytest.mark.parametrize(
    ("uniform", "action"), [(0.0, 0), (0.2499, 0), (0.25, 1), (0.7499, 1), (0.75, 2), (0.999999, 2), (1 - 2**-53, 2)]
)
def test_the_cumulative_distribution_is_inverted(uniform: float, action: int) -> None:
    """The choice is the one whose interval holds the uniform number; an interval contains its lower end only."""
    assert _choose([[0.25, 0.5, 0.25]], uniform) == [action]


@pytest.mark.parametrize("uniform", [0.0, 0.5, 0.999999])
def test_an_impossible_choice_is_never_taken(uniform: float) -> None:
    """A choice of probability 0 is skipped, first, last or between."""
    assert _choose([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], *[uniform] * 3) == [1, 0, 2]


@pytest.mark.parametrize("total", [0.999999, 1.000001])
def test_a_sum_beside_one_still_gives_a_choice(total: float) -> None:
    """Where rounding left the probabilities short of 1, or beyond, the last choice takes what is missing."""
    assert _choose([[total / 3] * 3], 1 - 2**-53) == [2]
    assert _choose([[total / 3] * 3], 0.0) == [0]


def test_rows_choose_by_their_own_numbers() -> None:
    """Each row takes its own probabilities and its own uniform number."""
    assert _choose([[0.5, 0.5], [0.5, 0.5], [0.9, 0.1]], 0.2, 0.7, 0.7) == [0, 1, 0]


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.floats(-20.0, 20.0), min_size=1, max_size=6), st.integers(0, 2**32))
def test_grad_log_prob_is_one_at_the_choice_less_the_probabilities(logits: list[float], seed: int) -> None:
    """It is onehot(choice) - probabilities to the bit, and adds up to 0."""
    layer = LIS(1, len(logits))
    output = torch.softmax(torch.tensor([logits]), 1).numpy()
    action = layer.draw_action(output, np.random.default_rng(seed))
    expected = -output
    expected[0, action[0]] += 1.0

    assert np.array_equal(expected, layer.grad_log_prob(output, action))
    assert expected.sum() == pytest.approx(0.0, abs=1e-6)


def test_certainty_has_a_finite_entropy_gradient() -> None:
    """Probabilities of 0 and 1 give a gradient of zero, and no number that is not finite."""
    assert LIS(1, 3).entropy_gradient(np.array([[1.0, 0.0, 0.0]], np.float32)).tolist() == [[0.0, 0.0, 0.0]]
    assert LIB(1, 2).entropy_gradient(np.array([[1.0, 0.0]], np.float32)).tolist() == [[0.0, 0.0]]


# LIG


def test_numbers_are_drawn_around_their_means() -> None:
    """Of 20,000 draws mean and standard deviation are those of the output."""
    output = np.tile(np.array([0.3, -2.0, 0.5, 1.5], np.float32), (20_000, 1))
    drawn = LIG(1, 4).draw_action(output, np.random.default_rng(0))

    assert drawn.mean(0) == pytest.approx([0.3, -2.0], abs=0.05)
    assert drawn.std(0) == pytest.approx([0.5, 1.5], rel=0.03)


@pytest.mark.slow
@settings(deadline=None)
@given(st.floats(-100.0, 100.0), st.floats(-1000.0, 1000.0), st.integers(0, 2**32))
def test_gradients_are_finite_however_narrow(mean: float, membrane: float, seed: int) -> None:
    """From a spread of 0, to which float32 rounds, to one of 1,000, both gradients are finite."""
    layer = LIG(1, 2)
    output = layer.read_out(torch.tensor([[mean, membrane]])).numpy()
    action = layer.draw_action(output, np.random.default_rng(seed))

    assert np.isfinite(layer.grad_log_prob(output, action)).all()
    assert np.isfinite(layer.entropy_gradient(output)).all()
    assert 0.0 < layer.entropy_gradient(output)[0, 1] <= 1.0
