"""Plain: along the gradient, and nothing else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.learning.optimizer import Step, StepState


@dataclass(frozen=True)
class Plain(Step):
    """Go along the gradient, as far as it is long.

    For a gradient g (out, in) and learning rate h, at each event:

        W <- W + h g

    State per weight matrix and creature: none.

    Source: stochastic gradient ascent, Robbins and Monro (1951).
    """

    def start(self, weight: Tensor) -> "PlainState":
        """Return nothing to remember."""
        return PlainState()


class PlainState(StepState):
    """Nothing."""

    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        """Change `weight[rows]` in place."""
        chosen = rows if isinstance(rows, slice) else rows.numpy()
        weight.detach().numpy()[chosen] += learning_rate * gradient.detach().numpy()
