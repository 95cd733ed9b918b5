"""Series: numbers summed over the ticks of a run, in memory that never grows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.world import State

_BINS = 1000


class Series:
    """The sums of some numbers over the ticks of a run, in at most 1000 bins that widen as the run grows.

    Args:
        names: of the numbers.
        ticks: how long the run will be, if that is known: then bins fit into its tenths where they can.
    """

    def __init__(self, names: Sequence[str], ticks: int | None) -> None:
        self._places = {name: k for k, name in enumerate(names)}
        self._width = _width(ticks or 0)
        self._sums = np.zeros((len(names), _BINS))
        self.ticks = 0
        self._open, self._end = np.zeros(len(names)), 0  # the bin being filled, and the tick at which it is full

    def begin_tick(self) -> NDArray[np.float64]:
        """Count one more tick, and return the sums to which its numbers are added, in the order of the names."""
        if self.ticks == self._end:
            self._open_bin()
        self.ticks += 1
        return self._open

    def _open_bin(self) -> None:
        """Write the bin that is full, and begin the next; where there is none, make all twice as wide."""
        self._write_open_bin()
        if self.ticks == _BINS * self._width:
            self._sums[:, : _BINS // 2] = self._sums[:, ::2] + self._sums[:, 1::2]
            self._sums[:, _BINS // 2 :] = 0.0
            self._width *= 2
        self._end = self.ticks + self._width
        self._open[:] = 0.0

    def _write_open_bin(self) -> None:
        if self.ticks:
            self._sums[:, (self.ticks - 1) // self._width] = self._open

    def total(self, name: str) -> float:
        """Return the sum over all ticks."""
        return float(self.sum_until(name, np.array(self.ticks)))

    def sum_until(self, name: str, ticks: NDArray[Any]) -> NDArray[np.float64]:
        """Return the sum over all ticks before each of these; between the edges of bins it is interpolated."""
        self._write_open_bin()
        used = -(-self.ticks // self._width)
        edges = np.minimum(np.arange(used + 1) * self._width, self.ticks)
        sums = np.concatenate([[0.0], np.cumsum(self._sums[self._places[name], :used])])
        return np.asarray(np.interp(ticks, edges, sums))

    def sum_between(self, name: str, starts: NDArray[Any], ends: NDArray[Any]) -> NDArray[np.float64]:
        """Return the sum from each start to its end."""
        return self.sum_until(name, ends) - self.sum_until(name, starts)

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        self._write_open_bin()
        return {"width": self._width, "sums": self._sums.copy(), "ticks": self.ticks}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned.

        Raises:
            ValueError: there are more ticks than its bins hold.
        """
        if not 0 <= state["ticks"] <= _BINS * state["width"]:
            raise ValueError(f"ticks must be from 0 to {_BINS} times width, there are {state['ticks']}")
        self._width, self.ticks = max(int(state["width"]), 1), int(state["ticks"])
        self._sums = np.array(state["sums"])
        full = -(-self.ticks // self._width)  # bins that have ticks
        self._end = full * self._width
        self._open = self._sums[:, full - 1].copy() if full else np.zeros(len(self._sums))


def _width(ticks: int) -> int:
    """Return how many ticks a bin holds in a run of this length, a width that fits into its tenths if there is one."""
    least = max(1, -(-ticks // _BINS))
    return next((width for width in range(least, 4 * least) if ticks % (10 * width) == 0), least)
