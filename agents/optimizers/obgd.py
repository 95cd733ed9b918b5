"""ObGD, overshooting-bounded gradient descent: no change may go further than its error is worth."""

from dataclasses import dataclass

from alife.core.brain import Floats, Optimizer, OptimizerState, Rows
from alife.core.kernel import kernel
from alife.core.types import Positive


@dataclass(frozen=True)
class ObGD(Optimizer):
    """Go along the gradient, but shorten a change that could overshoot what its TD error asks for.

    For a gradient g = delta z (in, out) of a TD error delta and eligibility z, learning rate h, typically 1, and the L1
    norm |.|_1 over one creature's weight matrix, at each event:

        M = h kappa max(|delta|, 1) |z|_1 = h kappa |g|_1 / min(1, |delta|)
        W <- W + h g / max(1, M)

    so the change has an L1 norm of at most min(1, |delta|) / kappa. The published norm is of all layers together; here
    each layer has its own, and kappa counts for each.

    The gradient of the readout also holds the entropy gradient, which the bound takes for a part of z. With a vanishing
    error it vanishes, too, as it does where it was published: there the entropy is a part of z, and weighed by |delta|.
    At delta = 0 nothing moves. Where credit is accumulated, |delta| is the root of the sum of the squared errors since
    the last event.

    State per weight matrix and creature: none.

    Source: Elsayed, Vasan and Mahmood, Streaming deep reinforcement learning finally works (2024).

    Args:
        kappa: how much more a change is taken to do than its gradient says; the larger, the shorter it may be.
    """

    kappa: Positive = 3.0

    def start(self, weight: Floats) -> "ObGDState":
        """Return nothing to remember."""
        return ObGDState(self)


class ObGDState(OptimizerState):
    """Nothing but the bound."""

    def __init__(self, kind: ObGD) -> None:
        self._kappa = kind.kappa

    def update(self, rows: Rows, weight: Floats, gradient: Floats, errors: Floats, learning_rate: Floats) -> None:
        """Change the weights of these rows in place."""
        _update(rows, weight, gradient, errors, learning_rate, self._kappa)


@kernel
def _update(rows: Rows, weight: Floats, gradient: Floats, errors: Floats, learning_rate: Floats, kappa: float) -> None:
    for n in range(rows.size):
        g, w, norm = gradient[n], weight[rows[n]], 0.0
        for i in range(g.shape[0]):
            for j in range(g.shape[1]):
                norm += abs(g[i, j])
        rate, worth = learning_rate[rows[n]], min(abs(errors[n]), 1.0)
        # h / max(1, M), with both sides of the fraction times the worth: an error of zero divides nothing.
        length = rate * worth / max(worth, rate * kappa * norm, 1e-30)
        for i in range(g.shape[0]):
            for j in range(g.shape[1]):
                w[i, j] += length * g[i, j]
