"""Fading: steps that become shorter as a life goes on, and end."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.core.types import Count
from alife.learning.optimizer import Optimizer, OptimizerState
from alife.learning.optimizers.factored_rms import FactoredRMS


@dataclass(frozen=True)
class Fading(Optimizer):
    """Go a share of another step that falls in a straight line, from all of it at birth to nothing.

    For the n-th event of a creature, n = 0, 1, ..., and the change dW that the other step would make:

        W <- W + max(0, 1 - n / events) dW

    What it has learned by then is no longer shaken by chance; what changes in its world later is not learned. With the
    trigger `every` an event is a tick, and a run's length is a sensible number of events.

    State per weight matrix and creature: one number, and what the other step remembers.

    Source: the schedules of stochastic approximation, Robbins and Monro (1951); a straight line ends where a life does.

    Args:
        events: after which a creature learns no more.
        optimizer: whose shares are gone.
    """

    events: Count = 30_000
    optimizer: Optimizer = FactoredRMS()

    def start(self, weight: Tensor) -> "FadingState":
        """Return a count of zero, and what the other step remembers."""
        return FadingState(self, weight)


class FadingState(OptimizerState):
    """How many events each row has had, and the state of the other step."""

    passed: Tensor  # (rows,)

    def __init__(self, optimizer: Fading, weight: Tensor) -> None:
        super().__init__()
        self._events, self._state = optimizer.events, optimizer.optimizer.start(weight)
        self.register_buffer("passed", weight.new_zeros(len(weight), dtype=weight.dtype))

    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        """Change `weight[rows]` and what is remembered of these rows in place."""
        chosen = rows if isinstance(rows, slice) else rows.numpy()
        weights, passed = weight.detach().numpy(), self.passed.numpy()
        shares = np.maximum(0.0, 1.0 - passed[chosen] / self._events)[:, None, None]
        before = weights[chosen].copy()
        self._state.apply_to(weight, rows, gradient, errors, learning_rate)
        weights[chosen] = before + shares * (weights[chosen] - before)
        passed[chosen] += 1.0
