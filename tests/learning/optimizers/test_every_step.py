"""What every step of the house keeps: its rows apart, its bits, and its peace where there is nothing to learn."""

import numpy as np
import pytest
import torch
from torch import Tensor

from alife.config.resolve import OPTIMIZER, resolve, short_names
from alife.learning import GatedTrace, Optimizer, OptimizerState
from alife.learning.optimizers.factored_rms import FactoredRMS
from alife.testing import check_rule

STEPS: list[Optimizer] = [
    *(resolve(OPTIMIZER, name)() for name in short_names(OPTIMIZER)),
    FactoredRMS(bias_correction=True),
]
RATES = {"ObGD": 1.0, "Intentional": 0.05}  # typical learning rates, where they are not that of the rules
ROWS, OUT, INPUTS = 3, 4, 5

every_step = pytest.mark.parametrize("optimizer", STEPS, ids=lambda optimizer: type(optimizer).__name__)


def _random(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def _errors(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=count).astype(np.float32)


def _everything(weight: Tensor, state: OptimizerState) -> list[Tensor]:
    return [weight.clone(), *(buffer.clone() for buffer in state.buffers())]


def test_the_steps_are_those_expected() -> None:
    """Each is found by its short name."""
    assert {"factored_rms", "fading", "intentional", "obgd", "sgd"} <= set(short_names(OPTIMIZER))


@every_step
def test_a_rule_keeps_its_contract_with_it(optimizer: Optimizer) -> None:
    """Gated traces pass every check, at a typical learning rate and told every error."""
    check_rule(
        GatedTrace(optimizer=optimizer, accumulate=False, learning_rate=RATES.get(type(optimizer).__name__, 0.003))
    )


@every_step
def test_everybody_by_slice_and_by_index_is_the_same(optimizer: Optimizer) -> None:
    """A slice only spares copies."""
    weights = [_random(ROWS, OUT, INPUTS) for _ in range(2)]
    states = [optimizer.start(weight) for weight in weights]
    for k in range(3):
        for weight, state, rows in zip(weights, states, (slice(None), torch.arange(ROWS)), strict=True):
            state.apply_to(weight, rows, _random(ROWS, OUT, INPUTS, seed=k), _errors(ROWS, k), 0.01)

    for sliced, indexed in zip(*map(_everything, weights, states), strict=True):
        torch.testing.assert_close(sliced, indexed)


@every_step
def test_rows_that_do_not_learn_keep_everything(optimizer: Optimizer) -> None:
    """Weights and state of the others stay as they are, to the bit; those of the learner move."""
    weight = _random(ROWS, OUT, INPUTS)
    state = optimizer.start(weight)
    state.apply_to(weight, slice(None), _random(ROWS, OUT, INPUTS, seed=1), _errors(ROWS, 1), 0.01)
    before = _everything(weight, state)
    state.apply_to(weight, torch.tensor([1]), _random(1, OUT, INPUTS, seed=2), _errors(1, 2), 0.01)

    for old, new in zip(before, _everything(weight, state), strict=True):
        assert torch.equal(old[[0, 2]], new[[0, 2]])
        assert not torch.equal(old[1], new[1])


@every_step
def test_a_row_learns_the_same_to_the_bit_whoever_learns_beside_it(optimizer: Optimizer) -> None:
    """One row among all that learn, and the same row among half of them or alone, end with the same numbers."""
    weights = [_random(4, 64, 17, dtype=torch.float32) for _ in range(3)]
    states = [optimizer.start(weight) for weight in weights]
    for k in range(20):
        gradient, errors = _random(4, 64, 17, seed=k, dtype=torch.float32), _errors(4, k)
        for weight, state, rows in zip(weights, states, ([0, 1, 2, 3], [0, 2], [2]), strict=True):
            chosen = slice(None) if len(rows) == 4 else torch.tensor(rows)
            state.apply_to(weight, chosen, gradient[rows].clone(), errors[rows], 0.01)

    everybody, half, alone = map(_everything, weights, states)
    for one, other, third in zip(everybody, half, alone, strict=True):
        assert torch.equal(one[[0, 2]], other[[0, 2]])
        assert torch.equal(one[2], third[2])


@every_step
@pytest.mark.parametrize("error", [0.0, 1.0])
def test_no_gradient_is_no_step(optimizer: Optimizer, error: float) -> None:
    """A gradient of zero moves nothing, first and later, with an error or without."""
    weight = _random(ROWS, OUT, INPUTS)
    state, before = optimizer.start(weight), weight.clone()
    errors = np.full(ROWS, error, np.float32)
    for _ in range(3):
        state.apply_to(weight, slice(None), torch.zeros(ROWS, OUT, INPUTS, dtype=torch.float64), errors, 0.01)

    assert torch.equal(before, weight)
    assert all(buffer.isfinite().all() for buffer in state.buffers())


@every_step
@pytest.mark.parametrize("error", [0.0, 1e-30, 1e-6, 1e6])
def test_a_gradient_beside_any_error_gives_a_finite_step(optimizer: Optimizer, error: float) -> None:
    """The push of the entropy is there even where the error is not, first and after other errors."""
    weight = _random(ROWS, OUT, INPUTS, dtype=torch.float32)
    state = optimizer.start(weight)
    for size in (error, 1.0, error):
        gradient = _random(ROWS, OUT, INPUTS, seed=1, dtype=torch.float32)
        state.apply_to(weight, slice(None), gradient, np.full(ROWS, size, np.float32), 0.01)

        assert weight.isfinite().all()
        assert all(buffer.isfinite().all() for buffer in state.buffers())


@every_step
def test_a_step_goes_uphill(optimizer: Optimizer) -> None:
    """Every weight moves the way its gradient points."""
    weight, gradient = _random(ROWS, OUT, INPUTS), _random(ROWS, OUT, INPUTS, seed=1)
    state, before = optimizer.start(weight), weight.clone()
    state.apply_to(weight, slice(None), gradient.clone(), np.array([0.5, -0.5, 2.0], np.float32), 0.01)

    assert torch.equal(gradient.sign(), (weight - before).sign())
