"""Schedule: how large a creature's steps are, and how far its choices are kept from certainty, as its life goes on."""

import math
from typing import Any

import numpy as np

from agents.refusals import LARGEST
from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel
from alife.core.row_state import RowState

_FAST, _SLOW = 1.0 / 200.0, 1.0 / 5000.0  # of the two means of reward, per tick
_SURE = 3.0  # standard errors of the fast mean
_YOUNG = 2000  # ticks in which a life has no past to fall behind


class Schedule(RowState):
    """Steps that shrink as a creature learns, and grow again, with its restlessness, when reward falls behind its past.

    With r the reward of a tick, n the backward passes of a creature, and the means exact averages at first:

        fast   <- fast + (r - fast) / 200
        slow   <- slow + (r - slow) / 5000
        square <- square + (r^2 - square) / 5000
        sure    = max(|slow|, 3 sqrt(square / 400))             the root is the standard error of fast
        behind  = clip(2 (slow - fast) / sure - 1, 0, 1)        0 in the first 2000 ticks of a life
        n      <- n (1 - forget behind)                         each tick; and n + 1 at a backward pass
        rate    = learning_rate (1 + behind) / sqrt(1 + n / settle)     learning_rate where settle is 0
        entropy = entropy (1 + restless behind)

    So nothing happens until rewards are half of what they were, and less than chance makes of them: where they are so
    few that 200 ticks often hold none, their absence says nothing. Where the world has turned, a creature that did well
    is soon one that does nothing, for whatever it tries is punished; then it meets nothing and has nothing to learn
    from. More entropy lets it try, and larger steps learn from the little it meets. No horizon is known: a life that is
    cut short went as the longer one.

    State per creature: six numbers, and its rate and its entropy.

    Source: steps that shrink as 1 / sqrt(n), Robbins and Monro (1951); the rest is ours.

    Args:
        rows: how many creatures.
        learning_rate, entropy: at birth.
        settle: n at which steps are smaller by the square root of 2; 0 where they stay.
        restless: how many times more entropy there is where there is no reward any more.
        forget: the share of n that is forgotten in a tick then.
        dtype: of rates.
    """

    def __init__(
        self, rows: int, learning_rate: float, entropy: float, settle: float, restless: float, forget: float, dtype: Any
    ) -> None:
        self.learning_rate = np.full(rows, learning_rate, dtype)
        self.entropy = np.full(rows, entropy, dtype)
        self.ticks, self.steps = np.zeros(rows), np.zeros(rows)  # of the life; n
        self.fast, self.slow, self.square = np.zeros(rows), np.zeros(rows), np.zeros(rows)
        self._behind = np.zeros(rows)
        self._born = np.full(rows, learning_rate), np.full(rows, entropy)
        self._settle, self._restless, self._forget = settle, restless, forget

    def update(self, rows: Rows, rewards: Floats, learned: Any) -> Floats:
        """Take in the reward of a tick, and which rows have learned at it; return `behind`; all (all rows,)."""
        _update(
            rows,
            rewards,
            learned,
            *self._born,
            self._settle,
            self._restless,
            self._forget,
            self.ticks,
            self.steps,
            self.fast,
            self.slow,
            self.square,
            self._behind,
            self.learning_rate,
            self.entropy,
        )
        return self._behind

    def set_birth(self, rows: Rows, learning_rate: Any, entropy: Any) -> None:
        """Let those have another learning rate and entropy at birth who are born next into these rows."""
        self._born[0][rows], self._born[1][rows] = learning_rate, entropy

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows, without a past."""
        for each in (self.ticks, self.steps, self.fast, self.slow, self.square):
            each[rows] = 0.0
        self.learning_rate[rows], self.entropy[rows] = (each[rows] for each in self._born)


@kernel
def _update(
    rows: Rows,
    rewards: Floats,
    learned: Any,
    learning_rate: Floats,
    entropy: Floats,
    settle: float,
    restless: float,
    forget: float,
    ticks: Floats,
    steps: Floats,
    fast: Floats,
    slow: Floats,
    square: Floats,
    behinds: Floats,
    rates: Floats,
    entropies: Floats,
) -> None:
    """The equations of Schedule."""
    for r in rows:
        ticks[r] += 1.0
        if abs(rewards[r]) <= LARGEST:  # others were refused
            fast[r] += max(_FAST, 1.0 / ticks[r]) * (rewards[r] - fast[r])
            slow[r] += max(_SLOW, 1.0 / ticks[r]) * (rewards[r] - slow[r])
            square[r] += max(_SLOW, 1.0 / ticks[r]) * (rewards[r] * rewards[r] - square[r])
        behind = 0.0
        if ticks[r] > _YOUNG and slow[r] > fast[r]:
            sure = max(abs(slow[r]), _SURE * math.sqrt(square[r] * _FAST / 2.0), 1e-6)
            behind = min(max(2.0 * (slow[r] - fast[r]) / sure - 1.0, 0.0), 1.0)
        steps[r] *= 1.0 - forget * behind
        if learned[r]:
            steps[r] += 1.0
        rate = learning_rate[r]
        if settle > 0.0:
            rate *= (1.0 + behind) / math.sqrt(1.0 + steps[r] / settle)
        behinds[r], rates[r], entropies[r] = behind, rate, entropy[r] * (1.0 + restless * behind)
