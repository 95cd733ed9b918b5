"""What every optimizer keeps: its rows apart, its bits, and its peace where there is nothing to learn."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.optimizers.factored_rms import FactoredRMS
from agents.optimizers.fading import Fading
from agents.optimizers.intentional import Intentional
from agents.optimizers.obgd import ObGD
from agents.optimizers.sgd import SGD
from alife.core.brain import Optimizer, OptimizerState

OPTIMIZERS: list[Optimizer] = [
    SGD(),
    FactoredRMS(),
    FactoredRMS(bias_correction=True),
    Fading(),
    Fading(events=10, optimizer=Intentional()),
    Intentional(),
    ObGD(),
]
ROWS, INPUTS, OUT = 3, 5, 4
ALL = np.arange(ROWS)

every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda optimizer: type(optimizer).__name__)


def _random(*shape: int, seed: int = 0, dtype: Any = np.float64) -> NDArray[Any]:
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def _rates(weight: NDArray[Any], rate: float = 0.01) -> NDArray[Any]:
    return np.full(len(weight), rate, weight.dtype)


def _everything(weight: NDArray[Any], state: OptimizerState) -> list[NDArray[Any]]:
    return [weight.copy(), *(array.copy() for array in state.arrays() if len(array))]


@pytest.mark.slow
@every_optimizer
def test_rows_that_do_not_learn_keep_everything(optimizer: Optimizer) -> None:
    """Weights and state of the others stay as they are, to the bit; those of the learner move."""
    weight = _random(ROWS, INPUTS, OUT)
    state = optimizer.start(weight)
    state.update(ALL, weight, _random(ROWS, INPUTS, OUT, seed=1), _random(ROWS, seed=1), _rates(weight))
    before = _everything(weight, state)
    state.update(np.array([1]), weight, _random(1, INPUTS, OUT, seed=2), _random(1, seed=2), _rates(weight))

    for old, new in zip(before, _everything(weight, state), strict=True):
        assert np.array_equal(old[[0, 2]], new[[0, 2]])
        assert not np.array_equal(old[1], new[1])


@every_optimizer
def test_a_row_learns_the_same_to_the_bit_whoever_learns_beside_it(optimizer: Optimizer) -> None:
    """One row among all that learn, and the same row among half of them or alone, end with the same numbers."""
    weights = [_random(4, 17, 64, dtype=np.float32) for _ in range(3)]
    states = [optimizer.start(weight) for weight in weights]
    for k in range(20):
        gradient, errors = _random(4, 17, 64, seed=k, dtype=np.float32), _random(4, seed=k, dtype=np.float32)
        for weight, state, some in zip(weights, states, ([0, 1, 2, 3], [0, 2], [2]), strict=True):
            state.update(np.array(some), weight, gradient[some].copy(), errors[some], _rates(weight))

    everybody, half, alone = map(_everything, weights, states)
    for one, other, third in zip(everybody, half, alone, strict=True):
        assert np.array_equal(one[[0, 2]], other[[0, 2]])
        assert np.array_equal(one[2], third[2])


@every_optimizer
def test_what_took_on_a_state_goes_on_to_the_bit(optimizer: Optimizer) -> None:
    """All that is remembered is in it."""
    weight = _random(ROWS, INPUTS, OUT)
    first, second = optimizer.start(weight), optimizer.start(weight)
    for k in range(3):
        first.update(ALL, weight, _random(ROWS, INPUTS, OUT, seed=k), _random(ROWS, seed=k), _rates(weight))
    second.load_state_dict(first.state_dict())
    one, other = weight.copy(), weight.copy()
    for changed, state in ((one, first), (other, second)):
        state.update(ALL, changed, _random(ROWS, INPUTS, OUT, seed=9), _random(ROWS, seed=9), _rates(weight))

    assert np.array_equal(one, other)
    assert not np.array_equal(one, weight)


@every_optimizer
def test_a_new_life_begins_with_nothing_remembered(optimizer: Optimizer) -> None:
    """In its row all is as at the start, and the others keep what they had."""
    weight = _random(ROWS, INPUTS, OUT)
    state, fresh = optimizer.start(weight), optimizer.start(weight)
    state.update(ALL, weight, _random(ROWS, INPUTS, OUT, seed=1), _random(ROWS, seed=1), _rates(weight))
    before = _everything(weight, state)
    state.begin_lives(np.array([1]))

    for old, new, born in zip(before, _everything(weight, state), _everything(weight, fresh), strict=True):
        assert np.array_equal(old[[0, 2]], new[[0, 2]])
        assert np.array_equal(new[1], born[1])


@every_optimizer
@pytest.mark.parametrize("error", [0.0, 1.0])
def test_no_gradient_is_no_change(optimizer: Optimizer, error: float) -> None:
    """A gradient of zero moves nothing, first and later, with an error or without."""
    weight = _random(ROWS, INPUTS, OUT)
    state, before = optimizer.start(weight), weight.copy()
    for _ in range(3):
        state.update(ALL, weight, np.zeros((ROWS, INPUTS, OUT)), np.full(ROWS, error), _rates(weight))

    assert np.array_equal(before, weight)
    assert all(np.isfinite(array).all() for array in state.arrays())


@every_optimizer
@pytest.mark.parametrize("error", [0.0, 1e-30, 1e-6, 1e6])
def test_a_gradient_beside_any_error_gives_a_finite_change(optimizer: Optimizer, error: float) -> None:
    """The entropy gradient is there even where the error is not, first and after other errors."""
    weight = _random(ROWS, INPUTS, OUT, dtype=np.float32)
    state = optimizer.start(weight)
    for size in (error, 1.0, error):
        gradient = _random(ROWS, INPUTS, OUT, seed=1, dtype=np.float32)
        state.update(ALL, weight, gradient, np.full(ROWS, size, np.float32), _rates(weight))

        assert np.isfinite(weight).all()
        assert all(np.isfinite(array).all() for array in state.arrays())


@every_optimizer
@pytest.mark.parametrize("size", [1e-25, 1e-12, 1e12, 1e18])
def test_gradients_of_any_size_give_finite_changes(optimizer: Optimizer, size: float) -> None:
    """In single precision, with errors of 1, as where credit is accumulated."""
    weight = np.zeros((1, INPUTS, OUT), np.float32)
    state = optimizer.start(weight)
    for _ in range(3):
        gradient, errors = np.full((1, INPUTS, OUT), size, np.float32), np.ones(1, np.float32)
        state.update(np.array([0]), weight, gradient, errors, _rates(weight))

    assert np.isfinite(weight).all()
    assert all(np.isfinite(array).all() for array in state.arrays())


@every_optimizer
def test_a_change_goes_uphill_and_the_gradient_stays(optimizer: Optimizer) -> None:
    """Every weight moves the way its gradient points, and the gradient is only read."""
    weight, gradient = _random(ROWS, INPUTS, OUT), _random(ROWS, INPUTS, OUT, seed=1)
    state, before, given = optimizer.start(weight), weight.copy(), gradient.copy()
    state.update(ALL, weight, gradient, np.array([0.5, -0.5, 2.0]), _rates(weight))

    assert np.array_equal(np.sign(gradient), np.sign(weight - before))
    assert np.array_equal(gradient, given)


@every_optimizer
def test_each_row_has_a_learning_rate_of_its_own(optimizer: Optimizer) -> None:
    """A row changes as it would if all had its rate."""
    gradient, errors, rates = _random(ROWS, INPUTS, OUT, seed=1), _random(ROWS, seed=1), np.array([0.001, 0.01, 0.1])
    own = np.zeros((ROWS, INPUTS, OUT))
    optimizer.start(own).update(ALL, own, gradient, errors, rates)
    for row, rate in enumerate(rates):
        same = np.zeros((ROWS, INPUTS, OUT))
        optimizer.start(same).update(ALL, same, gradient, errors, _rates(same, rate))

        assert same[row].any()
        assert np.array_equal(same[row], own[row])
