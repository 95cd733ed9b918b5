"""Medians: how the ages and genes of those who live have moved, in memory that never grows."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.world import State
from alife.sim.series import Series

EVERY = 100
"""Ticks from one look at a population to the next."""

_SEEN = ("seen",)  # at how many looks there was anybody


class Medians:
    """The median of each column of a species, over its living, every 100 ticks.

    Args:
        columns: their names.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        self._series = Series((*_SEEN, *columns), None)

    def add_medians(self, columns: Mapping[str, NDArray[Any]], there: NDArray[np.bool_]) -> None:
        """Add the medians of this tick.

        Args:
            columns: (rows,) each, by name.
            there: (rows,) who counts; where that is nobody, there are none.
        """
        sums = self._series.begin_tick()
        if there.any():
            medians = np.nan_to_num([np.median(columns[name][there]) for name in self.columns], posinf=0.0, neginf=0.0)
            sums += (1.0, *medians)

    def curve(self, name: str, ticks: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean of the medians before each of these ascending ticks, since the one before; nan for none."""
        looks = ticks / EVERY
        starts = np.minimum(np.concatenate([[0.0], looks])[:-1], looks - 1.0)
        medians, seen = (self._series.sum_between(each, starts, looks) for each in (name, *_SEEN))
        return np.asarray(np.divide(medians, seen, out=np.full(len(ticks), np.nan), where=seen > 0.5))

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        return self._series.state_dict()

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self._series.load_state_dict(state)
