"""Critic: what a creature expects from here."""

from typing import Any

import numpy as np

from agents.refusals import LARGEST
from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel
from alife.core.row_state import RowState


class Critic(RowState):
    """A linear critic with eligibility traces and a normalised step, learning at every tick.

    For features f (what it hears, times 1 - d, which makes a mean of what a membrane of decay d has filtered, and a
    constant 1; or the constant alone, so that it expects the mean return), weights w, discount g and trace decay l:

        V     = w . f
        delta = r + g V(s') - V(s)              V(s') = 0 only where the episode terminated;
                                                V(s) as it was expected when s was sensed;
                                                0 where nothing was decided yet
        w    <- w + c delta E / (1 + |E|^2)    c the learning rate
        E    <- g l E + f                       for the decision that is made in s'

    Where no feature is negative, as none of spikes is, f . E <= |E|^2, so a step moves V(s) by less than c delta. At c
    up to 1 it never overshoots, and a bound on it, as in SwiftTD (Javed and others 2024), would never hold it back.

    Source: TD(lambda), Sutton and Barto (2018), chapter 12; the step is that of normalised least mean squares.

    Args:
        inputs: how many numbers it hears; 0 for the mean return.
        decay: (rows,) d.
        discount: (rows,) g.
        keep: (rows,) g l.
        learning_rate: (rows,) c.
    """

    def __init__(self, inputs: int, decay: Floats, discount: Floats, keep: Floats, learning_rate: Floats) -> None:
        shape, dtype = (len(decay), inputs + 1), decay.dtype
        self.weight, self.features, self.traces = np.zeros(shape, dtype), np.ones(shape, dtype), np.zeros(shape, dtype)
        self.values = np.zeros(len(decay), dtype)
        self._decay = decay
        self._discount, self._keep, self._learning_rate = discount, keep, learning_rate

    def judge(
        self, rows: Rows, heard: Floats, rewards: Floats, terminated: Any, fresh: Any, errors: Floats, beyond: Any
    ) -> int:
        """Judge the new state of these rows by what they hear, and write the TD error of the decision before it.

        Rewards are as the return scale has left them; a row is fresh that has decided nothing yet. Where the value or
        the error is not finite or larger than the most that may be learned from, the row is marked in `beyond`, its
        error is 0 and its value stays. Return how many there are.
        """
        return _judge(
            rows,
            heard,
            self._decay,
            self._discount,
            rewards,
            terminated,
            fresh,
            self.weight,
            self.features,
            self.values,
            errors,
            beyond,
            LARGEST,
        )

    def update(self, rows: Rows, errors: Floats) -> None:
        """Take one step along the traces; then let them decay, and add the features of the new state."""
        _update(rows, errors, self._learning_rate, self._keep, self.features, self.traces, self.weight)

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows; what was learned stays."""
        self.traces[rows] = 0.0
        self.values[rows] = 0.0

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows."""
        self.reset(rows)
        self.weight[rows] = 0.0


@kernel
def _judge(
    rows: Rows,
    heard: Floats,
    decay: Floats,
    discount: Floats,
    rewards: Floats,
    terminated: Any,
    fresh: Any,
    weight: Floats,
    features: Floats,
    values: Floats,
    errors: Floats,
    beyond: Any,
    most: float,
) -> int:
    """V = w . f and delta = r + g V(s') - V(s)."""
    constant, found = features.shape[1] - 1, 0
    for r in rows:
        value = weight[r, constant] * features[r, constant]
        for i in range(constant):
            features[r, i] = (1.0 - decay[r]) * heard[r, i]
            value += weight[r, i] * features[r, i]
        expected = 0.0 if terminated[r] else discount[r] * value
        errors[r] = 0.0 if fresh[r] else rewards[r] + expected - values[r]
        if abs(errors[r]) <= most and abs(value) <= most:
            values[r] = value
        else:
            errors[r], beyond[r] = 0.0, True
            found += 1
    return found


@kernel
def _update(
    rows: Rows,
    errors: Floats,
    learning_rate: Floats,
    keep: Floats,
    features: Floats,
    traces: Floats,
    weight: Floats,
) -> None:
    """w <- w + c delta E / (1 + |E|^2), then E <- g l E + f."""
    for r in rows:
        if errors[r] != 0.0:
            squares = 1.0
            for i in range(traces.shape[1]):
                squares += traces[r, i] * traces[r, i]
            step = learning_rate[r] * errors[r] / squares
            for i in range(traces.shape[1]):
                weight[r, i] += step * traces[r, i]
        for i in range(features.shape[1]):
            traces[r, i] = keep[r] * traces[r, i] + features[r, i]
