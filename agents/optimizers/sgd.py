"""SGD: along the gradient, and nothing else."""

from dataclasses import dataclass

from alife.core.brain import Floats, Optimizer, OptimizerState, Rows
from alife.core.kernel import kernel


@dataclass(frozen=True)
class SGD(Optimizer):
    """Go along the gradient, as far as it is long.

    For a gradient g (in, out) and learning rate h, at each event:

        W <- W + h g

    State per weight matrix and creature: none.

    Source: stochastic gradient ascent, Robbins and Monro (1951).
    """

    def start(self, weight: Floats) -> "SGDState":
        """Return nothing to remember."""
        return SGDState()


class SGDState(OptimizerState):
    """Nothing."""

    def update(self, rows: Rows, weight: Floats, gradient: Floats, errors: Floats, learning_rate: Floats) -> None:
        """Change the weights of these rows in place."""
        _update(rows, weight, gradient, learning_rate)


@kernel
def _update(rows: Rows, weight: Floats, gradient: Floats, learning_rate: Floats) -> None:
    for n in range(rows.size):
        r = rows[n]
        for i in range(gradient.shape[1]):
            for j in range(gradient.shape[2]):
                weight[r, i, j] += learning_rate[r] * gradient[n, i, j]
