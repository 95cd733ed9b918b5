"""ObGD, overshooting-bounded gradient descent: no step may go further than its error is worth."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.core.types import Positive
from alife.learning.optimizer import Optimizer, OptimizerState

_TINY = 1e-30  # keeps 0 / 0 away where neither an error nor a gradient is


@dataclass(frozen=True)
class ObGD(Optimizer):
    """Go along the gradient, but shorten a step that could overshoot what its TD error asks for.

    For a gradient g = delta z (out, in) of a TD error delta and eligible z, learning rate h, typically 1, and the L1
    norm |.|_1 over one creature's weight matrix, at each event:

        M = h kappa max(|delta|, 1) |z|_1 = h kappa |g|_1 / min(1, |delta|)
        W <- W + h g / max(1, M)

    so the change has an L1 norm of at most min(1, |delta|) / kappa. The published norm is of all layers together; here
    each layer has its own, and kappa counts for each.

    The gradient of the readout also holds the push of the entropy, which the bound takes for a part of z. With a
    vanishing error the push vanishes, too, as it does where it was published: there the entropy is a part of z, and
    weighed by |delta|. At delta = 0 nothing moves. Where credit is carried, |delta| is the root of the sum of
    the squared errors since the last event.

    State per weight matrix and creature: none.

    Source: Elsayed, Vasan and Mahmood, Streaming deep reinforcement learning finally works (2024).

    Args:
        kappa: how much more a step is taken to do than its gradient says; the larger, the shorter it may be.
    """

    kappa: Positive = 3.0

    def start(self, weight: Tensor) -> "ObGDState":
        """Return nothing to remember."""
        return ObGDState(self)


class ObGDState(OptimizerState):
    """Nothing but the bound."""

    def __init__(self, optimizer: ObGD) -> None:
        super().__init__()
        self._optimizer = optimizer

    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        """Change `weight[rows]` in place."""
        slopes, chosen = gradient.detach().numpy(), rows if isinstance(rows, slice) else rows.numpy()
        norms = np.abs(slopes).reshape(len(slopes), -1).sum(1)
        worth = np.minimum(np.abs(errors), 1.0)
        # h / max(1, M), with both sides of the fraction times the worth: an error of zero divides nothing.
        lengths = (
            learning_rate * worth / np.maximum(np.maximum(worth, learning_rate * self._optimizer.kappa * norms), _TINY)
        )
        weight.detach().numpy()[chosen] += lengths[:, None, None] * slopes
