"""SGD: along the gradient, and nothing else."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.learning.optimizer import Optimizer, OptimizerState


@dataclass(frozen=True)
class SGD(Optimizer):
    """Go along the gradient, as far as it is long.

    For a gradient g (out, in) and learning rate h, at each event:

        W <- W + h g

    State per weight matrix and creature: none.

    Source: stochastic gradient ascent, Robbins and Monro (1951).
    """

    def start(self, weight: Tensor) -> "SGDState":
        """Return nothing to remember."""
        return SGDState()


class SGDState(OptimizerState):
    """Nothing."""

    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        """Change `weight[rows]` in place."""
        chosen = rows if isinstance(rows, slice) else rows.numpy()
        weight.detach().numpy()[chosen] += learning_rate * gradient.detach().numpy()
