"""ObGD against its equations as they are published, from the error and what is eligible."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agents.optimizers.obgd import ObGD

ROWS, INPUTS, OUT = 4, 5, 3
SIZES = st.floats(1e-6, 1e6)
ERRORS = np.array([0.3, -2.5, 1e-3, -1.0])


def _change(kind: ObGD, gradient: NDArray[Any], errors: NDArray[Any], learning_rate: float) -> NDArray[Any]:
    weight, rows = np.zeros(gradient.shape), len(gradient)
    kind.start(weight).update(np.arange(rows), weight, gradient, errors, np.full(rows, learning_rate))
    return weight


@pytest.mark.parametrize("learning_rate", [1e-3, 0.1, 1.0])
def test_it_follows_the_published_equations(learning_rate: float) -> None:
    """M = h kappa max(|delta|, 1) |z|_1, and the step is min(h / M, h) delta z; some are bounded and some are not."""
    eligible, kappa = np.random.default_rng(0).normal(size=(ROWS, INPUTS, OUT)), 2.0
    found = _change(ObGD(kappa), ERRORS[:, None, None] * eligible, ERRORS, learning_rate)
    for row in range(ROWS):
        overshoot = learning_rate * kappa * max(abs(ERRORS[row]), 1.0) * np.abs(eligible[row]).sum()
        expected = min(learning_rate / overshoot, learning_rate) * ERRORS[row] * eligible[row]

        assert found[row] == pytest.approx(expected, rel=1e-12)


@pytest.mark.slow
@settings(deadline=None)
@given(
    seed=st.integers(0, 2**31),
    error=st.one_of(st.just(0.0), SIZES),
    size=SIZES,
    learning_rate=st.floats(1e-4, 10.0),
    kappa=st.floats(0.5, 10.0),
)
def test_no_change_is_longer_than_its_error_is_worth(
    seed: int, error: float, size: float, learning_rate: float, kappa: float
) -> None:
    """The L1 norm of a change is at most min(1, |delta|) / kappa, and h times that of the gradient."""
    gradient = size * np.random.default_rng(seed).normal(size=(1, INPUTS, OUT))
    norm = np.abs(_change(ObGD(kappa), gradient, np.array([error]), learning_rate)).sum()

    assert norm <= min(1.0, error) / kappa * (1.0 + 1e-9)
    assert norm <= learning_rate * np.abs(gradient).sum() * (1.0 + 1e-9)


def test_an_entropy_gradient_without_an_error_moves_nothing() -> None:
    """What is weighed by the error goes with it, continuously."""
    gradient = np.ones((2, INPUTS, OUT))

    assert not _change(ObGD(), gradient, np.zeros(2), 1.0).any()
    assert np.abs(_change(ObGD(), gradient, np.full(2, 1e-9), 1.0)).max() < 1e-9


def test_it_remembers_nothing() -> None:
    """There is no state."""
    assert ObGD().start(np.zeros((3, 1, 2))).state_dict() == {}
