"""ReturnScale: rewards in units of what they add up to."""

import math
from typing import Any

import numpy as np

from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel
from alife.core.row_state import RowState

_TICKS, _REWARDS = 10_000.0, 1_000.0  # that are remembered
_MOST, _FEW = 100.0, 10.0  # usual sizes that a reward may have, once so many rewards were met


class ReturnScale(RowState):
    """Divide rewards by the standard deviation of a creature's discounted returns, each creature's by its own.

        m <- m + (log|r| - m) / min(k, 1000)        the k-th reward that is not 0; exp(m) is its usual size
        r <- clip(r, -100 exp(m), 100 exp(m))       from the tenth such reward on
        u <- g u + r                                the return up to now, 0 where an episode begins
        r <- r / sd(u)                              means and variances over the last 10,000 ticks or so

    So a reward of 1 at every tick and one of 1 in a thousand ticks mean values of about the same size, and the
    threshold of a trigger, the push of the entropy and the smallest gradient mean the same in every world. Until
    two returns have differed, rewards stay as they are. A goal worth more than a hundred of the usual small rewards
    counts as a hundred of them. Ticks count at which something could have come of a decision. A reward that is
    larger than all others by far counts as the largest that may be, and what was long ago is forgotten: so one slip
    of a world makes no creature deaf to what follows. In the first 10,000 ticks mean and variance are those of all
    returns.

    State per creature: six numbers.

    Source: Elsayed, Vasan and Mahmood, Streaming deep reinforcement learning finally works (2024), the scaling of
    rewards; theirs begins with a variance of 1 and forgets nothing. Means by increments: Welford (1962).

    Args:
        discount: (rows,) g.
    """

    def __init__(self, discount: Floats) -> None:
        rows = len(discount)
        self._discount = discount
        self.returns = np.zeros(rows)  # u
        self.seen = np.zeros(rows)  # how many of them
        self.means, self.variances = np.zeros(rows), np.zeros(rows)  # of u
        self.rewards, self.sizes = np.zeros(rows), np.zeros(rows)  # k, m

    def scale(self, rows: Rows, rewards: Floats, fresh: Any) -> None:
        """Take in the rewards of a tick, (all rows,), where a row is not fresh, and divide them in place."""
        _scale(
            rows,
            rewards,
            fresh,
            self._discount,
            self.returns,
            self.seen,
            self.means,
            self.variances,
            self.rewards,
            self.sizes,
        )

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
    variances: Floats,
    counts: Floats,
    sizes: Floats,
) -> None:
    for r in rows:
        returns[r] *= discount[r]
        if not fresh[r]:
            if rewards[r] != 0.0:
                counts[r] += 1.0
                sizes[r] += (math.log(abs(rewards[r])) - sizes[r]) / min(counts[r], _REWARDS)
                if counts[r] >= _FEW:
                    most = _MOST * math.exp(sizes[r])
                    rewards[r] = min(max(rewards[r], -most), most)
            returns[r] += rewards[r]
            seen[r] += 1.0
            memory = min(seen[r], _TICKS)
            off = returns[r] - means[r]
            means[r] += off / memory
            variances[r] += (off * (returns[r] - means[r]) - variances[r]) / memory
        spread = math.sqrt(variances[r])
        if spread > 1e-6:  # a smaller one is taken for none
            rewards[r] /= spread
