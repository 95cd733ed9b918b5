"""Returns: what the episodes of environments brought, each with its beginning and its end."""

import numpy as np
from numpy.typing import NDArray

from alife.core.world import Outcome

Floats = NDArray[np.float64]


class EpisodeReturns:
    """The episodes of some creatures, as they end.

    Args:
        rows: how many creatures.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._earned, self._begun = np.zeros(rows), np.zeros(rows, np.int64)
        self._episodes: list[tuple[int, int, int, float]] = []  # row, first tick, last tick, return

    def add_tick(self, tick: int, outcome: Outcome) -> None:
        """Add what a tick brought; ticks are counted from 1."""
        self._earned += outcome.rewards
        for row in np.flatnonzero(outcome.terminated | outcome.truncated):
            self._episodes.append((int(row), int(self._begun[row]) + 1, tick, float(self._earned[row])))
            self._earned[row], self._begun[row] = 0.0, tick

    def mean(self, after: int, until: int, whole: bool = True) -> Floats:
        """Return the mean return of the episodes that ended in a window, (rows,); NaN where none did.

        Args:
            after: the tick before the window.
            until: its last tick.
            whole: whether only those count that began in it, too.
        """
        sums, counts = np.zeros(self._rows), np.zeros(self._rows)
        for row, first, last, earned in self._episodes:
            if after < (first if whole else last) and last <= until:
                sums[row] += earned
                counts[row] += 1
        mean: Floats = np.divide(sums, counts, out=np.full(self._rows, np.nan), where=counts > 0)
        return mean
