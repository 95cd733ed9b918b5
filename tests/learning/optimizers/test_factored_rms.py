"""Factored RMS against the full RMS it stands in for."""

import numpy as np
import pytest
import torch
from torch import Tensor

from alife.learning.optimizers.factored_rms import FactoredRMS, FactoredRMSState

ROWS, OUT, INPUTS = 3, 4, 5
ERRORS = np.ones(ROWS, np.float32)  # of which this step knows nothing


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _start(decay: float = 0.9, epsilon: float = 1e-3) -> tuple[Tensor, FactoredRMSState]:
    weight = _random(ROWS, OUT, INPUTS)
    return weight, FactoredRMS(decay, epsilon).start(weight)


def test_where_the_squares_have_rank_one_it_is_full_rms() -> None:
    """For gradients of size sqrt(a b') with any signs, five steps equal RMS with a mean square for each weight."""
    weight, state = _start()
    sizes = (_random(ROWS, OUT, 1, seed=1) * _random(ROWS, 1, INPUTS, seed=2)).abs()
    expected, squares = weight.numpy().copy(), np.zeros((ROWS, OUT, INPUTS))
    for step in range(5):
        gradient = (step + 1) * sizes * _random(ROWS, OUT, INPUTS, seed=3 + step).sign()
        state.apply_to(weight, slice(None), gradient, ERRORS, 0.01)
        squares = 0.9 * squares + 0.1 * gradient.numpy() ** 2
        expected += 0.01 * gradient.numpy() / (np.sqrt(squares) + 1e-3)

        assert weight.numpy() == pytest.approx(expected, rel=1e-9)


def test_in_general_it_follows_its_equations() -> None:
    """For any gradients the step divides by sqrt(r c / mean(r)) + epsilon."""
    weight, state = _start()
    expected = weight.numpy().copy()
    row_means, column_means = np.zeros((ROWS, OUT)), np.zeros((ROWS, INPUTS))
    for step in range(5):
        gradient = _random(ROWS, OUT, INPUTS, seed=step + 1)
        state.apply_to(weight, slice(None), gradient, ERRORS, 0.01)
        squares = gradient.numpy() ** 2
        row_means = 0.9 * row_means + 0.1 * squares.mean(2)
        column_means = 0.9 * column_means + 0.1 * squares.mean(1)
        for row in range(ROWS):
            scale = np.sqrt(np.outer(row_means[row], column_means[row]) / row_means[row].mean()) + 1e-3
            expected[row] += 0.01 * gradient[row].numpy() / scale

    assert weight.numpy() == pytest.approx(expected, rel=1e-9)


def test_everybody_by_slice_and_by_index_is_the_same() -> None:
    """A slice only spares copies."""
    (sliced, by_slice), (indexed, by_index) = _start(), _start()
    for step in range(3):
        gradient = _random(ROWS, OUT, INPUTS, seed=step + 1)
        by_slice.apply_to(sliced, slice(None), gradient.clone(), ERRORS, 0.01)
        by_index.apply_to(indexed, torch.arange(ROWS), gradient.clone(), ERRORS, 0.01)

    torch.testing.assert_close(sliced, indexed)
    torch.testing.assert_close(by_slice.row_means, by_index.row_means)
    torch.testing.assert_close(by_slice.column_means, by_index.column_means)


def test_rows_that_do_not_learn_keep_everything() -> None:
    """Weights and mean squares of the other rows stay as they are, to the bit."""
    weight, state = _start()
    state.apply_to(weight, slice(None), _random(ROWS, OUT, INPUTS, seed=1), ERRORS, 0.01)
    before = [tensor.clone() for tensor in (weight, state.row_means, state.column_means)]
    state.apply_to(weight, torch.tensor([1]), _random(1, OUT, INPUTS, seed=2), ERRORS, 0.01)

    for old, new in zip(before, (weight, state.row_means, state.column_means), strict=True):
        assert torch.equal(old[[0, 2]], new[[0, 2]])
        assert not torch.equal(old[1], new[1])


def test_a_step_goes_uphill() -> None:
    """Every weight moves the way its gradient points."""
    weight, state = _start()
    before, gradient = weight.clone(), _random(ROWS, OUT, INPUTS, seed=1)
    state.apply_to(weight, slice(None), gradient.clone(), ERRORS, 0.01)

    assert torch.equal(gradient.sign(), (weight - before).sign())


@pytest.mark.parametrize("rows", [slice(None), torch.arange(ROWS)], ids=["slice", "index"])
def test_no_gradient_is_no_step(rows: Tensor | slice) -> None:
    """A gradient of zero moves nothing, first and later."""
    weight, state = _start()
    before = weight.clone()
    for _ in range(3):
        state.apply_to(weight, rows, torch.zeros(ROWS, OUT, INPUTS, dtype=torch.float64), ERRORS, 0.01)

    assert torch.equal(before, weight)


def test_one_dead_row_of_a_gradient_stays_finite() -> None:
    """Neurons and inputs without any gradient, beside others that have one, do not move."""
    weight, state = _start()
    before, gradient = weight.clone(), _random(ROWS, OUT, INPUTS, seed=1)
    gradient[:, 0], gradient[:, :, 1] = 0.0, 0.0
    state.apply_to(weight, slice(None), gradient, ERRORS, 0.01)

    assert torch.equal(before[:, 0], weight[:, 0])
    assert torch.equal(before[:, :, 1], weight[:, :, 1])
    assert torch.isfinite(weight).all()


@pytest.mark.parametrize("size", [1e-25, 1e-12, 1e12, 1e18])
def test_gradients_of_any_size_give_finite_steps(size: float) -> None:
    """In single precision a step stays finite and at most as long as the first step of an RMS."""
    weight = torch.zeros(1, OUT, INPUTS)
    state = FactoredRMS(0.99, 1e-3).start(weight)
    state.apply_to(weight, slice(None), torch.full((1, OUT, INPUTS), size), ERRORS, 0.01)

    assert (weight.abs() <= 0.1001).all()


def test_a_row_learns_the_same_to_the_bit_whoever_learns_beside_it() -> None:
    """One row among all that learn, and the same row among half of them, end with equal weights and mean squares."""
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(4, 64, 17, generator=generator)
    everybody, some = weights.clone(), weights.clone()
    all_states, some_states = FactoredRMS().start(everybody), FactoredRMS().start(some)
    for _ in range(20):
        gradient = torch.randn(4, 64, 17, generator=generator)
        all_states.apply_to(everybody, slice(None), gradient.clone(), ERRORS, 0.003)
        some_states.apply_to(some, torch.tensor([0, 2]), gradient[[0, 2]].clone(), ERRORS, 0.003)

    assert torch.equal(everybody[[0, 2]], some[[0, 2]])
    assert torch.equal(all_states.row_means[[0, 2]], some_states.row_means[[0, 2]])
    assert torch.equal(weights[1], some[1])


def test_with_bias_correction_the_mean_squares_are_means_of_all_events_so_far() -> None:
    """Each is sum b^age g^2 / sum b^age, row by row over the events of that row."""
    weight = _random(ROWS, OUT, INPUTS)
    state = FactoredRMS(0.9, bias_correction=True).start(weight)
    seen: list[list[np.ndarray]] = [[] for _ in range(ROWS)]
    for step, rows in enumerate(([0, 1, 2], [0, 2], [2], [0, 2])):
        gradient = _random(len(rows), OUT, INPUTS, seed=step + 1)
        before = weight.clone()
        state.apply_to(weight, torch.tensor(rows), gradient, ERRORS[: len(rows)], 0.01)
        for place, row in enumerate(rows):
            seen[row].append(gradient[place].numpy() ** 2)
            ages = 0.9 ** np.arange(len(seen[row]))[::-1]
            squares = np.tensordot(ages, seen[row], 1) / ages.sum()
            scale = np.sqrt(np.outer(squares.mean(1), squares.mean(0)) / squares.mean()) + 1e-3

            assert state.row_means[row].numpy() == pytest.approx(squares.mean(1))
            assert state.column_means[row].numpy() == pytest.approx(squares.mean(0))
            assert (weight - before)[row].numpy() == pytest.approx(0.01 * gradient[place].numpy() / scale)


@pytest.mark.parametrize(("bias_correction", "length"), [(False, 0.1), (True, 0.01)])
def test_the_first_step_is_as_long_as_the_rate_only_with_bias_correction(bias_correction: bool, length: float) -> None:
    """Else it is 1 / sqrt(1 - .99) = 10 times as long."""
    weight = torch.zeros(1, OUT, INPUTS)
    state = FactoredRMS(0.99, bias_correction=bias_correction).start(weight)
    state.apply_to(weight, slice(None), torch.full((1, OUT, INPUTS), 1e3), ERRORS, 0.01)

    assert weight.numpy() == pytest.approx(length, rel=1e-3)
