"""Fading: a share of another optimizer's change that falls to nothing."""

from dataclasses import dataclass

import numpy as np

from agents.optimizers.factored_rms import FactoredRMS
from alife.core.brain import Floats, Optimizer, OptimizerState, Rows
from alife.core.kernel import kernel
from alife.core.types import Count


@dataclass(frozen=True)
class Fading(Optimizer):
    """Go a share of another optimizer's change that falls in a straight line, from all of it at birth to nothing.

    For the n-th event of a creature, n = 0, 1, ..., and the change dW that the other optimizer would make:

        W <- W + max(0, 1 - n / events) dW

    What was learned by then is no longer shaken by chance; what changes in the world later is not learned. With the
    trigger `every` an event is a tick, and a run's length is a sensible number of events.

    State per weight matrix and creature: one number, and what the other optimizer remembers.

    Source: the schedules of stochastic approximation, Robbins and Monro (1951); a straight line ends where a life does.

    Args:
        events: after which a creature learns no more.
        optimizer: whose changes are made in part.
    """

    events: Count = 30_000
    optimizer: Optimizer = FactoredRMS()

    def start(self, weight: Floats) -> "FadingState":
        """Return a count of zero, and what the other optimizer remembers."""
        return FadingState(self, weight)


class FadingState(OptimizerState):
    """How many events each row has had, and the state of the other optimizer."""

    def __init__(self, kind: Fading, weight: Floats) -> None:
        self.passed = np.zeros(len(weight))  # events so far
        self.faded = kind.optimizer.start(weight)
        self._events = kind.events

    def update(self, rows: Rows, weight: Floats, gradient: Floats, errors: Floats, learning_rate: Floats) -> None:
        """Change the weights of these rows, and what is remembered of them, in place."""
        before = weight[rows]
        self.faded.update(rows, weight, gradient, errors, learning_rate)
        _fade(rows, before, self._events, self.passed, weight)

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows."""
        self.passed[rows] = 0.0
        self.faded.begin_lives(rows)


@kernel
def _fade(rows: Rows, before: Floats, events: int, passed: Floats, weight: Floats) -> None:
    """W <- W_before + max(0, 1 - n / events) dW, then n <- n + 1."""
    for n in range(rows.size):
        r = rows[n]
        share = max(0.0, 1.0 - passed[r] / events)
        for i in range(before.shape[1]):
            for j in range(before.shape[2]):
                weight[r, i, j] = before[n, i, j] + share * (weight[r, i, j] - before[n, i, j])
        passed[r] += 1.0
