"""ReturnScale: rewards in units of what they add up to."""

import math
from typing import Any

import numpy as np

from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel
from alife.core.row_state import RowState


class ReturnScale(RowState):
    """Divide rewards by the standard deviation of all discounted returns so far, each creature's by its own.

        u <- g u + r                        the return up to now, 0 where an episode begins
        r <- r / sd(u)                      over all ticks at which something could have come of a decision

    So a reward of 1 at every tick and one of 1 in a thousand ticks mean values of about the same size, and the
    threshold of a trigger, the push of the entropy and the smallest gradient mean the same in every world. Until two
    returns have differed, rewards stay as they are. Sums of squares are kept around the mean (Welford 1962), so long
    lives lose no digits.

    State per creature: four numbers.

    Source: Elsayed, Vasan and Mahmood, Streaming deep reinforcement learning finally works (2024), the scaling of
    rewards; theirs begins with a variance of 1.

    Args:
        discount: (rows,) g.
    """

    def __init__(self, discount: Floats) -> None:
        rows = len(discount)
        self._discount = discount.astype(np.float64)
        self.returns = np.zeros(rows)  # u
        self.seen = np.zeros(rows)  # how many
        self.means = np.zeros(rows)  # of u
        self.squares = np.zeros(rows)  # sum of (u - mean)^2

    def scale(self, rows: Rows, rewards: Floats, fresh: Any) -> None:
        """Take in the rewards of a tick, (all rows,), where a row is not fresh, and divide them in place."""
        _scale(rows, rewards, fresh, self._discount, self.returns, self.seen, self.means, self.squares)

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows; what was learned of returns stays."""
        self.returns[rows] = 0.0

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows, who know of no returns."""
        for each in self.arrays():
            each[rows] = 0.0


@kernel
def _scale(
    rows: Rows,
    rewards: Floats,
    fresh: Any,
    discount: Floats,
    returns: Floats,
    seen: Floats,
    means: Floats,
    squares: Floats,
) -> None:
    for r in rows:
        returns[r] *= discount[r]
        if not fresh[r]:
            returns[r] += rewards[r]
            seen[r] += 1.0
            off = returns[r] - means[r]
            means[r] += off / seen[r]
            squares[r] += off * (returns[r] - means[r])
        spread = math.sqrt(squares[r] / max(seen[r], 1.0))
        if spread > 1e-6:  # a smaller one is taken for none
            rewards[r] /= spread
