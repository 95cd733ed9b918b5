"""ReturnScale: rewards in units of what they add up to."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

_SMALLEST = 1e-6  # spread of returns that is taken for one


class ReturnScale(nn.Module):
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
        rows: how many creatures.
        discount: g.
    """

    returns: Tensor  # (rows,) u
    seen: Tensor  # (rows,) how many
    means: Tensor  # (rows,) of u
    squares: Tensor  # (rows,) sum of (u - mean)^2

    def __init__(self, rows: int, discount: float) -> None:
        super().__init__()
        self._discount = discount
        for name in ("returns", "seen", "means", "squares"):
            self.register_buffer(name, torch.zeros(rows, dtype=torch.float64))

    def scale(self, rewards: NDArray[np.float32], fresh: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Take in the rewards of a tick, (rows,), where a row is not fresh, and return them divided."""
        returns, seen, means, squares = (each.numpy() for each in (self.returns, self.seen, self.means, self.squares))
        counts = ~fresh
        returns *= self._discount
        returns += rewards * counts
        seen += counts
        off = (returns - means) * counts
        means += off / np.maximum(seen, 1.0)
        squares += off * (returns - means)
        spread = np.sqrt(squares / np.maximum(seen, 1.0))
        scaled: NDArray[np.float32] = (rewards / np.where(spread > _SMALLEST, spread, 1.0)).astype(np.float32)
        return scaled

    def zero_states(self, rows: Tensor) -> None:
        """Begin a new episode in these rows; what was learned of returns stays."""
        self.returns[rows] = 0.0

    def begin_lives(self, rows: Tensor) -> None:
        """Let other creatures begin in these rows, who know of no returns."""
        for each in self.buffers():
            each[rows] = 0.0
