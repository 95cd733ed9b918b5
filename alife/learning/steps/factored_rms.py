"""Factored RMS: a step size for every synapse from one number per row and one per column."""

from dataclasses import dataclass

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
        self.register_buffer("row_means", weight.new_zeros(rows, out))
        self.register_buffer("column_means", weight.new_zeros(rows, inputs))

    def apply_to(self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, learning_rate: float) -> None:
        """Change `weight[rows]` and the mean squares of these rows in place."""
        squares = gradient * gradient
        row_means = _advance(self.row_means, rows, squares.mean(-1), self._step.decay)
        column_means = _advance(self.column_means, rows, squares.mean(-2), self._step.decay)
        row_factors = (row_means / row_means.mean(-1, keepdim=True).clamp_min(_TINY)).sqrt_()
        scale = row_factors.unsqueeze(-1) * column_means.sqrt().unsqueeze(-2)
        scale += self._step.epsilon
        # The same roundings in both branches: a row learns the same whoever learns beside it.
        change = gradient.div(scale).mul_(learning_rate)
        if isinstance(rows, slice):
            weight[rows].add_(change)
        else:
            weight.index_add_(0, rows, change)


def _advance(means: Tensor, rows: Tensor | slice, new: Tensor, decay: float) -> Tensor:
    """Move means[rows] towards `new` and return them."""
    if isinstance(rows, slice):
        return means[rows].lerp_(new, 1.0 - decay)
    moved = means[rows].lerp_(new, 1.0 - decay)
    means[rows] = moved
    return moved
