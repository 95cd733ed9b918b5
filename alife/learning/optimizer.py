"""Optimizer, the contract of how a gradient becomes a change of weights."""

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn


class Optimizer(ABC):
    """A way to choose how far to go, as a frozen dataclass of its parameters."""

    @abstractmethod
    def start(self, weight: Tensor) -> "OptimizerState":
        """Return what this step must remember for one weight (rows, out, in)."""


class OptimizerState(nn.Module, ABC):
    """What a step remembers of one weight, in buffers with a leading row axis."""

    @abstractmethod
    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        """Change `weight[rows]` in place, uphill along `gradient`; other rows keep everything.

        Args:
            weight: (all rows, out, in).
            rows: which of them learn.
            gradient: (len(rows), out, in), finite; the errors are in it.
            errors: (len(rows),) the TD errors that the gradient was weighed by; where it is a sum over ticks, the
                root of the sum of their squares.
            learning_rate: size of the step.
        """
