"""Refusals: what a brain takes in no more of, so that every number in it stays finite.

An input, a membrane, a reward, a TD error and a weight may be as large as LARGEST, a gradient as long as SQUARABLE. All
else follows: a trace is a sum of inputs that fades, and what has accumulated is a sum of traces times TD errors, both
far below the largest number of 32 bits.

A row in which something is beyond its limit learns nothing from the tick. It forgets what it was about to learn from,
as at the end of an episode; what it has learned stays.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.brain import Floats, Rows
from alife.core.fault import RowFaults

LARGEST = 1e12
"""Beside a larger number 32 bits lose all others."""

SQUARABLE = 1e19
"""The square of a larger number is none of 32 bits."""


def take_marked(rows: Rows, beyond: NDArray[np.bool_]) -> Rows:
    """Return those of some rows that are marked, (all rows,), as beyond a limit, and unmark them."""
    marked = rows[beyond[rows]]
    beyond[marked] = False
    return marked


def input_faults(rows: Rows, signal: Floats) -> RowFaults:
    """Return the faults of rows whose input, (all rows, inputs), is beyond its limit."""
    own = signal[rows[0]]
    k = _strangest(own)
    return RowFaults("input", rows, f"input {k} of the brain is {own[k]:.6g}, which is {_why(own[k], LARGEST)}")


def membrane_faults(rows: Rows, layer: int, membrane: Floats, weight: Floats) -> RowFaults:
    """Return the faults of rows in which a membrane of a layer, (all rows, size), is beyond its limit."""
    own = membrane[rows[0]]
    k = _strangest(own)
    what = f"membrane {k} of layer {layer} is {own[k]:.6g}, which is {_why(own[k], LARGEST)}; what is sensed is not, "
    return RowFaults("membrane", rows, f"{what}the largest weight into the layer is {_largest(weight[rows[0]])}")


def output_faults(rows: Rows, output: Floats) -> RowFaults:
    """Return the faults of rows in which the readout puts out, (all rows, n), what is beyond its limit."""
    own = output[rows[0]]
    k = _strangest(own)
    return RowFaults("output", rows, f"output {k} of the readout is {own[k]:.6g}; its membranes are finite")


def reward_faults(rows: Rows, rewards: Floats) -> RowFaults:
    """Return the faults of rows whose reward, (all rows,), is too large."""
    reward = rewards[rows[0]]
    return RowFaults("reward", rows, f"the reward is {reward:.6g}, which is {_why(reward, LARGEST)}")


def error_faults(rows: Rows, rewards: Floats, weight: Floats) -> RowFaults:
    """Return the faults of rows whose TD error or value is beyond its limit, by the reward or the critic's weights."""
    reward, largest = rewards[rows[0]], _largest(weight[rows[0]])
    if not abs(reward) <= LARGEST:
        return reward_faults(rows, rewards)
    what = f"the TD error is not finite or above {LARGEST:g}, though the reward is {reward:.6g}: "
    return RowFaults("TD error", rows, f"{what}what the critic expects has grown, its largest weight is {largest}")


def gradient_faults(rows: Rows, layer: int, gradient: Floats, error: float) -> RowFaults:
    """Return the faults of rows in which the gradient of a layer is beyond its limit; that of the first is given."""
    size = _length(gradient)
    what = f"the gradient of layer {layer} is {size:.6g} long, which is {_why(size, SQUARABLE)}; "
    return RowFaults("gradient", rows, f"{what}the TD errors that it was weighed by come to {error:.6g}")


def weight_faults(rows: Rows, weights: Sequence[Floats], gradients: Sequence[Floats], rate: float) -> RowFaults:
    """Return the faults of rows in which an optimizer would leave a weight, or what it remembers, beyond its limit.

    Args:
        rows: whose.
        weights: of the first row in each layer, as they would be.
        gradients: of the first row in each layer.
        rate: its learning rate.
    """
    strange = [k for k, weight in enumerate(weights) if not np.abs(weight).max() <= LARGEST]
    if not strange:
        return RowFaults("weight", rows, "an optimizer would remember what is not finite, from finite gradients")
    k = strange[0]
    what = f"the optimizer would make weights of layer {k} as large as {_largest(weights[k])} at the learning_rate"
    return RowFaults("weight", rows, f"{what} {rate:.6g}, from a gradient {_length(gradients[k]):.6g} long")


def _strangest(numbers: Floats) -> int:
    """Return the place of the first number that is not finite, or of the largest."""
    return int(np.argmax(np.where(np.isfinite(numbers), np.abs(numbers), np.inf)))


def _why(number: Any, limit: float) -> str:
    return f"above {limit:g}" if np.isfinite(number) else "not finite"


def _largest(weight: NDArray[Any]) -> str:
    return f"{np.abs(weight).max(initial=0.0):.6g}"


def _length(gradient: Floats) -> float:
    return float(np.sqrt(np.square(gradient, dtype=np.float64).sum()))
