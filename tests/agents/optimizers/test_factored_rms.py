"""Factored RMS against the full RMS it stands in for."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.optimizers.factored_rms import FactoredRMS

ROWS, INPUTS, OUT = 3, 5, 4
ALL, ERRORS, RATES = np.arange(ROWS), np.ones(ROWS), np.full(ROWS, 0.01)  # of errors this optimizer knows nothing


def _random(*shape: int, seed: int = 0) -> NDArray[Any]:
    return np.random.default_rng(seed).normal(size=shape)


def test_where_the_squares_have_rank_one_it_is_full_rms() -> None:
    """For gradients of size sqrt(a b') with any signs, five steps equal RMS with a mean square for each weight."""
    weight = _random(ROWS, INPUTS, OUT)
    state = FactoredRMS(0.9, 1e-3).start(weight)
    sizes = np.abs(_random(ROWS, INPUTS, 1, seed=1) * _random(ROWS, 1, OUT, seed=2))
    expected, squares = weight.copy(), np.zeros((ROWS, INPUTS, OUT))
    for step in range(5):
        gradient = (step + 1) * sizes * np.sign(_random(ROWS, INPUTS, OUT, seed=3 + step))
        state.update(ALL, weight, gradient, ERRORS, RATES)
        squares = 0.9 * squares + 0.1 * gradient**2
        expected += 0.01 * gradient / (np.sqrt(squares) + 1e-3)

        assert weight == pytest.approx(expected, rel=1e-9)


def test_in_general_it_follows_its_equations() -> None:
    """For any gradients the step divides by sqrt(r c / mean(r)) + epsilon."""
    weight = _random(ROWS, INPUTS, OUT)
    state, expected = FactoredRMS(0.9, 1e-3).start(weight), weight.copy()
    of_neurons, of_inputs = np.zeros((ROWS, OUT)), np.zeros((ROWS, INPUTS))
    for step in range(5):
        gradient = _random(ROWS, INPUTS, OUT, seed=step + 1)
        state.update(ALL, weight, gradient, ERRORS, RATES)
        of_neurons = 0.9 * of_neurons + 0.1 * (gradient**2).mean(1)
        of_inputs = 0.9 * of_inputs + 0.1 * (gradient**2).mean(2)
        for row in ALL:
            scale = np.sqrt(np.outer(of_inputs[row], of_neurons[row]) / of_neurons[row].mean()) + 1e-3
            expected[row] += 0.01 * gradient[row] / scale

    assert weight == pytest.approx(expected, rel=1e-9)


def test_one_dead_neuron_and_one_dead_input_stay_finite() -> None:
    """Those without any gradient, beside others that have one, do not move."""
    weight = _random(ROWS, INPUTS, OUT)
    before, gradient = weight.copy(), _random(ROWS, INPUTS, OUT, seed=1)
    gradient[:, 0], gradient[:, :, 1] = 0.0, 0.0
    FactoredRMS().start(weight).update(ALL, weight, gradient, ERRORS, RATES)

    assert np.array_equal(before[:, 0], weight[:, 0])
    assert np.array_equal(before[:, :, 1], weight[:, :, 1])
    assert np.isfinite(weight).all()


def test_with_bias_correction_the_mean_squares_are_means_of_all_events_so_far() -> None:
    """Each is sum b^age g^2 / sum b^age, row by row over the events of that row."""
    weight = _random(ROWS, INPUTS, OUT)
    state = FactoredRMS(0.9, bias_correction=True).start(weight)
    seen: list[list[NDArray[Any]]] = [[] for _ in range(ROWS)]
    for step, rows in enumerate(([0, 1, 2], [0, 2], [2], [0, 2])):
        gradient = _random(len(rows), INPUTS, OUT, seed=step + 1)
        before = weight.copy()
        state.update(np.array(rows), weight, gradient, ERRORS[: len(rows)], RATES)
        for place, row in enumerate(rows):
            seen[row].append(gradient[place] ** 2)
            ages = 0.9 ** np.arange(len(seen[row]))[::-1]
            squares = np.tensordot(ages, seen[row], 1) / ages.sum()
            scale = np.sqrt(np.outer(squares.mean(1), squares.mean(0)) / squares.mean()) + 1e-3

            assert state.of_neurons[row] == pytest.approx(squares.mean(0))
            assert state.of_inputs[row] == pytest.approx(squares.mean(1))
            assert (weight - before)[row] == pytest.approx(0.01 * gradient[place] / scale)


@pytest.mark.parametrize(("bias_correction", "length"), [(False, 0.1), (True, 0.01)])
def test_the_first_step_is_as_long_as_the_rate_only_with_bias_correction(bias_correction: bool, length: float) -> None:
    """Else it is 1 / sqrt(1 - .99) = 10 times as long."""
    weight = np.zeros((1, INPUTS, OUT), np.float32)
    state = FactoredRMS(0.99, bias_correction=bias_correction).start(weight)
    gradient, ones = np.full((1, INPUTS, OUT), 1e3, np.float32), np.ones(1, np.float32)
    state.update(np.array([0]), weight, gradient, ones, np.full(1, 0.01, np.float32))

    assert weight == pytest.approx(length, rel=1e-3)
