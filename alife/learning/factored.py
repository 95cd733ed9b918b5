"""Mean squares of a gradient as row means and column means, which most are when one number for each is too many."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.learning.optimizer import OptimizerState

_TINY = 1e-30  # keeps 0 / 0 away where no gradient has been seen yet

Keep = float | NDArray[Any]
"""What a mean keeps of itself: one number, or one for each row, shaped to go with what is averaged."""


class FactoredState(OptimizerState):
    """What a step remembers that divides by root mean squares, r (out,) and c (in,) for each row.

        r <- b r + (1 - b) mean_in g^2,   c <- b c + (1 - b) mean_out g^2
        root mean square = sqrt(r c / mean(r)), which is exact where the squares have rank one

    Source: Shazeer and Stern, Adafactor (2018).

    Args:
        weight: (rows, out, in), whose gradient it is.
    """

    row_means: Tensor  # (rows, out)
    column_means: Tensor  # (rows, in)

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        rows, out, inputs = weight.shape
        self._ones = np.ones(max(out, inputs), np.float32)
        self.register_buffer("row_means", weight.new_zeros(rows, out))
        self.register_buffer("column_means", weight.new_zeros(rows, inputs))

    def roots(self, slopes: NDArray[Any], rows: slice | NDArray[np.int64], keep: Keep) -> NDArray[Any]:
        """Let the mean squares of these rows take in a gradient, and return their roots, both (n, out, in).

        Args:
            slopes: the gradient.
            rows: whose it is.
            keep: b, one number or (n, 1).
        """
        out, inputs = slopes.shape[1:]
        squares = slopes * slopes
        # Sums are products with ones: several times faster than `sum` over short axes.
        row_means = advance(self.row_means, rows, squares @ self._ones[:inputs], keep, inputs)
        column_means = advance(self.column_means, rows, self._ones[:out] @ squares, keep, out)
        mean = np.vecdot(row_means, self._ones[:out])[:, None] / out  # row by row, so that no row depends on another
        row_factors = np.sqrt(row_means / np.maximum(mean, _TINY))
        roots: NDArray[Any] = row_factors[:, :, None] * np.sqrt(column_means)[:, None, :]
        return roots


def all_events(decay: float, events: NDArray[Any]) -> NDArray[Any]:
    """Return what a mean over the events so far keeps of itself, (n,): all but 1 / events at first, then the decay.

    A mean that moves by (1 - b) / (1 - b^t) at its t-th event is the bias-corrected one, sum of b^age g / sum of b^age.

    Args:
        decay: b.
        events: (n,) t, this one among them.
    """
    faded = decay ** events.astype(np.float64)
    return np.asarray((decay - faded) / (1.0 - faded), events.dtype)


def advance(
    means: Tensor, rows: slice | NDArray[np.int64], sums: NDArray[Any], keep: Keep, count: int = 1
) -> NDArray[Any]:
    """Move means[rows] towards sums / count and return them; the sums are used up."""
    all_means = means.numpy()
    moved: NDArray[Any] = all_means[rows]
    moved *= keep
    sums *= (1.0 - keep) / count
    moved += sums
    all_means[rows] = moved
    return moved
