"""Factored RMS: a step size for every synapse from one number per row and one per column."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.learning.step import Step, StepState
from alife.types import Decay, Positive

_TINY = 1e-30  # keeps 0 / 0 away where no gradient has been seen yet


@dataclass(frozen=True)
class FactoredRMS(Step):
    """Divide each gradient by the root of its mean square, the mean squares kept as row means and column means.

    For a gradient g (out, in), decay b and learning rate h, at each event:

        r <- b r + (1 - b) mean_in g^2            (out,)
        c <- b c + (1 - b) mean_out g^2           (in,)
        W <- W + h g / (sqrt(r c / mean(r)) + epsilon)

    There is no bias correction. A creature's r and c move only when it learns.

    Source: the factored second moment of Shazeer and Stern, Adafactor (2018).

    Args:
        decay: b, of the mean squares per event.
        epsilon: added to the root; the smallest gradient taken seriously.
    """

    decay: Decay = 0.99
    epsilon: Positive = 1e-3

    def start(self, weight: Tensor) -> "FactoredRMSState":
        """Return mean squares of zero."""
        return FactoredRMSState(self, weight)


class FactoredRMSState(StepState):
    """The mean squares of one weight: `row_means` (rows, out) and `column_means` (rows, in)."""

    row_means: Tensor
    column_means: Tensor

    def __init__(self, step: FactoredRMS, weight: Tensor) -> None:
        super().__init__()
        self._step = step
        rows, out, inputs = weight.shape
        self._ones = np.ones(max(out, inputs), np.float32)
        self.register_buffer("row_means", weight.new_zeros(rows, out))
        self.register_buffer("column_means", weight.new_zeros(rows, inputs))

    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        """Change `weight[rows]` and the mean squares of these rows in place."""
        # In numpy, where an operation on one creature's numbers takes half of what it takes in torch.
        slopes, chosen = gradient.detach().numpy(), rows if isinstance(rows, slice) else rows.numpy()
        out, inputs = slopes.shape[1:]
        squares = slopes * slopes
        # Sums are products with ones: several times faster than `sum` over short axes.
        row_means = self._advance(self.row_means, chosen, squares @ self._ones[:inputs], inputs)
        column_means = self._advance(self.column_means, chosen, self._ones[:out] @ squares, out)
        mean = np.vecdot(row_means, self._ones[:out])[:, None] / out  # row by row, so that no row depends on another
        row_factors = np.sqrt(row_means / np.maximum(mean, _TINY))
        scale = row_factors[:, :, None] * np.sqrt(column_means)[:, None, :]
        scale += self._step.epsilon
        change = np.divide(slopes, scale, out=scale)
        change *= learning_rate
        weight.detach().numpy()[chosen] += change

    def _advance(self, means: Tensor, rows: slice | NDArray[np.int64], sums: NDArray[Any], count: int) -> NDArray[Any]:
        """Move means[rows] towards sums / count and return them."""
        all_means, decay = means.numpy(), self._step.decay
        moved: NDArray[Any] = all_means[rows]
        moved *= decay
        sums *= (1.0 - decay) / count
        moved += sums
        all_means[rows] = moved
        return moved
