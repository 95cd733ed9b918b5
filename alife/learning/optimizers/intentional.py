"""Intentional: a step as long as it takes to change the policy by what was intended."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.core.types import Decay, Positive
from alife.learning.factored import FactoredState, advance, all_events
from alife.learning.optimizer import Optimizer

_EPSILON = 1e-8  # added to the root of the mean squares
_SMALLEST = 1e-12  # mean error that is taken for a unit
_TINY = 1e-30  # keeps 0 / 0 away where there is no gradient


@dataclass(frozen=True)
class Intentional(Optimizer):
    """Choose the length of each step so that the policy changes by about h, more or less as the error is large.

    For a gradient g = delta z (out, in) of a TD error delta and learning rate h, typically .05, at each event, where
    mean_b is a running mean over this creature's events, bias-corrected, with decay b:

        d     = min(|delta|, clip * sqrt(mean_e delta^2)),  m = mean_e d     e the error_decay
        u     = g (d / |delta|) / m                                          (out, in); g / m where delta = 0
        v     = sqrt(mean_b u^2, factored) + 1e-8                            (out, in), see FactoredRMS
        alpha = h / sqrt(sigma S),  S = sum u^2 / v,  sigma = mean_b S
        W    <- W + alpha (d / m) u / v

    What is published sees single decisions: their gradients make v and sigma, z makes S, and the change is
    alpha delta z / v. Here there is only the weighed gradient at events. So the mean squares and sigma are of u, which
    has the error in it as a share of its mean size, and not of decisions one by one; sigma has the decay of the mean
    squares, not that of the traces; mean squares are factored; and each layer has its own sigma and S where they are
    those of the whole brain. As published, alpha does not know how large this error is, and the change is proportional
    to it: S has it twice, hence the factor d / m. With it nothing is divided by delta, and all that moves with the push
    of the entropy vanishes with the error.

    Rewards c times as large, or small, change nothing but the share of the entropy. Where credit is carried, delta is
    the root of the sum of the squared errors since the last event.

    State per weight matrix and creature: out + in + 4 numbers.

    Source: Sharifnassab, Elsayed, De Asis, Mahmood and Sutton, Intentional updates for streaming reinforcement learning
    (2026), the policy step; the factored second moment of Shazeer and Stern, Adafactor (2018).

    Args:
        decay: b, of the mean squares and of sigma per event.
        clip: how many root mean squares of the errors an error may be long.
        error_decay: e, of the mean errors per event.
    """

    decay: Decay = 0.999
    clip: Positive = 20.0
    error_decay: Decay = 0.9998

    def start(self, weight: Tensor) -> "IntentionalState":
        """Return means of nothing."""
        return IntentionalState(self, weight)


class IntentionalState(FactoredState):
    """The means of one weight, each row's over its own events."""

    events: Tensor  # (rows,) so far
    error_squares: Tensor  # (rows,)
    error_sizes: Tensor  # (rows,) m
    sigma: Tensor  # (rows,)

    def __init__(self, optimizer: Intentional, weight: Tensor) -> None:
        super().__init__(weight)
        self._optimizer = optimizer
        for name in ("events", "error_squares", "error_sizes", "sigma"):
            self.register_buffer(name, weight.new_zeros(len(weight)))

    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        """Change `weight[rows]` and the means of these rows in place."""
        chosen = rows if isinstance(rows, slice) else rows.numpy()
        self.events.numpy()[chosen] += 1.0
        units, intended = self._weigh(np.abs(errors), chosen)
        slopes = gradient.detach().numpy() * units[:, None, None]
        keep = self._keep(self._optimizer.decay, chosen)
        scale = self.roots(slopes, chosen, keep[:, None])
        scale += _EPSILON
        change = np.divide(slopes, scale, out=scale)
        reach = (slopes * change).reshape(len(change), -1).sum(1)  # S
        sigma = advance(self.sigma, chosen, reach.copy(), keep)
        alpha = learning_rate / np.maximum(np.sqrt(sigma) * np.sqrt(reach), _TINY)
        change *= (alpha * intended)[:, None, None]
        weight.detach().numpy()[chosen] += change

    def _weigh(self, sizes: NDArray[Any], chosen: slice | NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Take in the sizes of the errors, (n,); return what a gradient is multiplied by to be u, and d / m."""
        keep = self._keep(self._optimizer.error_decay, chosen)
        squares = advance(self.error_squares, chosen, sizes * sizes, keep)
        clipped = np.minimum(sizes, self._optimizer.clip * np.sqrt(squares))
        mean = advance(self.error_sizes, chosen, clipped.copy(), keep)
        # Before the first error there is no unit, and nothing is taken in.
        per_unit = (mean > 0.0) / np.maximum(mean, _SMALLEST)
        left = np.divide(clipped, sizes, out=np.ones_like(clipped), where=sizes > 0.0)
        return (left * per_unit).astype(mean.dtype), clipped * per_unit

    def _keep(self, decay: float, chosen: slice | NDArray[np.int64]) -> NDArray[Any]:
        """Return what a bias-corrected mean keeps of itself in these rows, (n,)."""
        return all_events(decay, self.events.numpy()[chosen])
