"""Readouts: what they draw, and their gradients against finite differences of log probability and entropy."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.readouts.lib import LIB
from agents.readouts.lig import LIG
from agents.readouts.lis import LIS
from alife.core.brain import Neuron
from alife.core.errors import ConfigError

Log = Callable[[NDArray[Any], NDArray[Any]], float]
_ROWS = np.arange(50)
_NUDGE = 1e-5


def _lis(p: NDArray[Any], action: NDArray[Any]) -> float:
    return math.log(p[action])


def _lib(p: NDArray[Any], action: NDArray[Any]) -> float:
    return float(np.log(np.where(action, p, 1.0 - p)).sum())


def _lig(output: NDArray[Any], action: NDArray[Any]) -> float:
    mean, spread = np.split(output, 2)
    return float((-(((action - mean) / spread) ** 2) / 2.0 - np.log(spread)).sum()) - math.log(2.0 * math.pi)


def _entropy_of_choices(p: NDArray[Any]) -> float:
    return float(-(p * np.log(p)).sum())


def _entropy_of_decisions(p: NDArray[Any]) -> float:
    return _entropy_of_choices(p) + _entropy_of_choices(1.0 - p)


def _entropy_of_movements(output: NDArray[Any]) -> float:
    return float(np.log(output[2:]).sum())


@pytest.mark.parametrize(
    ("kind", "log_prob", "entropy"),
    [
        (LIS(size=4), _lis, _entropy_of_choices),
        (LIB(size=3), _lib, _entropy_of_decisions),
        (LIG(size=4, spread=0.4), _lig, _entropy_of_movements),
    ],
    ids=["lis", "lib", "lig"],
)
def test_gradients_are_those_of_log_probability_and_entropy(
    kind: Neuron, log_prob: Log, entropy: Callable[[NDArray[Any]], float]
) -> None:
    """Both, by finite differences at each membrane, in 50 states with an action drawn in each."""
    currents = np.random.default_rng(0).normal(0.0, 1.0, (len(_ROWS), kind.size))
    readout: Any = kind.start(len(_ROWS), np.float64)
    readout.step(_ROWS, currents)
    readout.sample(_ROWS, readout.random_numbers(np.random.default_rng(1), 1)[0])
    logs, entropies = np.zeros((2, *currents.shape))
    for j in range(kind.size):
        for sign in (1.0, -1.0):
            nudged: Any = kind.start(len(_ROWS), np.float64)
            moved = currents.copy()
            moved[:, j] += sign * _NUDGE
            nudged.step(_ROWS, moved)
            for row in _ROWS:
                logs[row, j] += sign * log_prob(nudged.output[row], readout.action[row]) / (2.0 * _NUDGE)
                entropies[row, j] += sign * entropy(nudged.output[row]) / (2.0 * _NUDGE)

    np.testing.assert_allclose(readout.grad_log_prob(_ROWS), logs, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(readout.entropy_gradient(_ROWS), entropies, rtol=1e-5, atol=1e-7)


def _drawn(kind: Neuron, current: list[float], dtype: Any = np.float32) -> Any:
    """Return a readout that has drawn an action in 20,000 rows with the same membranes."""
    rows = np.arange(20_000)
    readout: Any = kind.start(len(rows), dtype)
    readout.step(rows, np.tile(np.array(current, dtype), (len(rows), 1)))
    readout.sample(rows, readout.random_numbers(np.random.default_rng(2), 1)[0])
    return readout


def test_decisions_are_drawn_as_often_as_the_output_says() -> None:
    """The share of yes is sigmoid(v), each decision by itself."""
    readout = _drawn(LIB(size=3), [-1.0, 0.0, 2.0])

    np.testing.assert_allclose(readout.output[0], 1.0 / (1.0 + np.exp([1.0, 0.0, -2.0])), rtol=1e-6)
    np.testing.assert_allclose(readout.action.mean(0), readout.output[0], atol=0.02)
    assert abs(np.corrcoef(readout.action[:, 0], readout.action[:, 1])[0, 1]) < 0.03
    assert readout.action.dtype == bool


def test_movements_are_drawn_around_the_means_by_the_spreads() -> None:
    """Mean and standard deviation are those of the output; the spread is what was asked for where v is zero."""
    readout = _drawn(LIG(size=4, spread=0.3), [-1.0, 2.0, 0.0, 1.5])
    start = math.log(math.expm1(0.3))

    np.testing.assert_allclose(readout.output[0], [-1.0, 2.0, 0.3, math.log1p(math.exp(1.5 + start))], rtol=1e-6)
    np.testing.assert_allclose(readout.action.mean(0), [-1.0, 2.0], atol=0.03)
    np.testing.assert_allclose(readout.action.std(0), readout.output[0, 2:], rtol=0.02)
    assert readout.action.dtype == np.float32


def test_actions_are_those_of_the_numbers_drawn() -> None:
    """One uniform number for each decision, one standard normal for each movement, in the order of the rows."""
    random = [np.random.default_rng(2) for _ in range(2)]
    decisions, movements = _drawn(LIB(size=2), [0.1, -0.3]), _drawn(LIG(size=2), [0.1, 0.2])
    uniform, normal = random[0].random((20_000, 2)), random[1].standard_normal((20_000, 1)).astype(np.float32)

    np.testing.assert_array_equal(decisions.action, uniform < decisions.output)
    np.testing.assert_allclose(movements.action, movements.output[:, :1] + movements.output[:, 1:] * normal, atol=1e-6)


def test_only_some_movements_are_possible() -> None:
    """A mean needs a spread, and a spread is more than zero."""
    with pytest.raises(ConfigError, match="size must be even"):
        LIG(size=3).start(1, np.float32)
    with pytest.raises(ConfigError, match=r"spread.*finite"):
        LIG(size=2, spread=math.inf).start(1, np.float32)
