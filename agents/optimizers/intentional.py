"""Intentional: a change as long as it takes to move the policy by what was intended."""

import math
from dataclasses import dataclass

import numpy as np

from agents.optimizers.factored_rms import FactoredSquares, mean_so_far, root_mean_square, take_in_squares
from alife.core.brain import Floats, Optimizer, Rows
from alife.core.kernel import kernel
from alife.core.types import Decay, Positive

_SMALLEST = 1e-12  # mean error that is taken for a unit
_EPSILON = 1e-8  # added to the root of the mean squares
_TINY = 1e-30  # keeps 0 / 0 away where there is no gradient


@dataclass(frozen=True)
class Intentional(Optimizer):
    """Choose the length of each change so that the policy moves by about h, more or less as the error is large.

    For a gradient g = delta z (in, out) of a TD error delta and learning rate h, typically .05, at each event, where
    mean_b is a running mean over this creature's events, bias-corrected, with decay b:

        d     = min(|delta|, clip * sqrt(mean_e delta^2)),  m = mean_e d     e the error_decay
        u     = g (d / |delta|) / m                                          (in, out); g / m where delta = 0
        v     = sqrt(mean_b u^2, factored) + 1e-8                            (in, out), see FactoredRMS
        alpha = h / sqrt(sigma S),  S = sum u^2 / v,  sigma = mean_b S
        W    <- W + alpha (d / m) u / v

    What is published sees single decisions: their gradients make v and sigma, z makes S, and the change is
    alpha delta z / v. Here there is only the weighed gradient at events. So the mean squares and sigma are of u, which
    has the error in it as a share of its mean size, and not of decisions one by one; sigma has the decay of the mean
    squares, not that of the traces; mean squares are factored; and each layer has its own sigma and S where they are
    those of the whole brain. As published, alpha does not know how large this error is, and the change is proportional
    to it: S has it twice, hence the factor d / m. With it nothing is divided by delta, and all that moves with the
    entropy gradient vanishes with the error.

    Rewards c times as large, or small, change nothing but the share of the entropy. Where credit is accumulated, delta
    is the root of the sum of the squared errors since the last event.

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

    def start(self, weight: Floats) -> "IntentionalState":
        """Return means of nothing."""
        return IntentionalState(self, weight)


class IntentionalState(FactoredSquares):
    """The means of one weight, each row's over its own events."""

    def __init__(self, kind: Intentional, weight: Floats) -> None:
        super().__init__(weight)
        self._kind = kind
        rows, dtype = len(weight), weight.dtype
        self.events = np.zeros(rows)  # so far
        self.error_squares = np.zeros(rows, dtype)  # mean_e delta^2
        self.error_sizes = np.zeros(rows, dtype)  # m
        self.sigma = np.zeros(rows, dtype)

    def update(self, rows: Rows, weight: Floats, gradient: Floats, errors: Floats, learning_rate: Floats) -> None:
        """Change the weights of these rows, and what is remembered of them, in place."""
        kind, units, intended = self._kind, np.empty_like(errors), np.empty_like(errors)
        _weigh(
            rows,
            errors,
            kind.error_decay,
            kind.clip,
            self.events,
            self.error_squares,
            self.error_sizes,
            units,
            intended,
        )
        _update(
            rows,
            weight,
            gradient * units[:, None, None],
            intended,
            learning_rate,
            kind.decay,
            self.events,
            self.of_neurons,
            self.of_inputs,
            self.sigma,
        )


@kernel
def _weigh(
    rows: Rows,
    errors: Floats,
    decay: float,
    clip: float,
    events: Floats,
    error_squares: Floats,
    error_sizes: Floats,
    units: Floats,
    intended: Floats,
) -> None:
    """Take in the errors; a gradient times its unit is u, (d / |delta|) / m, and what is intended is d / m."""
    for n in range(rows.size):
        r, size = rows[n], abs(errors[n])
        events[r] += 1.0
        keep = mean_so_far(decay, events[r])
        error_squares[r] = keep * error_squares[r] + (1.0 - keep) * size * size
        clipped = min(size, clip * math.sqrt(error_squares[r]))
        error_sizes[r] = keep * error_sizes[r] + (1.0 - keep) * clipped
        # Before the first error there is no unit, and nothing is taken in.
        per_unit = 1.0 / max(error_sizes[r], _SMALLEST) if error_sizes[r] > 0.0 else 0.0
        units[n] = clipped / size * per_unit if size > 0.0 else per_unit
        intended[n] = clipped * per_unit


@kernel
def _update(
    rows: Rows,
    weight: Floats,
    u: Floats,
    intended: Floats,
    learning_rate: Floats,
    decay: float,
    events: Floats,
    of_neurons: Floats,
    of_inputs: Floats,
    sigma: Floats,
) -> None:
    for n in range(rows.size):
        r, w, change = rows[n], weight[rows[n]], u[n]
        keep = mean_so_far(decay, events[r])
        mean = take_in_squares(change, keep, of_neurons[r], of_inputs[r])
        reach = 0.0  # S
        for i in range(change.shape[0]):
            for j in range(change.shape[1]):
                scaled = change[i, j] / (root_mean_square(of_neurons[r, j], of_inputs[r, i], mean) + _EPSILON)
                reach += change[i, j] * scaled
                change[i, j] = scaled
        sigma[r] = keep * sigma[r] + (1.0 - keep) * reach
        alpha = learning_rate[r] / max(math.sqrt(sigma[r]) * math.sqrt(reach), _TINY)
        for i in range(change.shape[0]):
            for j in range(change.shape[1]):
                w[i, j] += alpha * intended[n] * change[i, j]
