"""Parameters: what the neurons of a layer learn besides weights, their decays and thresholds."""

from typing import Any, ClassVar

import numpy as np

from alife.core.brain import Floats, Rows
from alife.core.errors import ConfigError
from alife.core.row_state import RowState


class Parameter(RowState):
    """A number of each neuron behind a map that bounds it; what is learned is the free number u.

    Args:
        values: (rows, size) the numbers themselves, written in place.
        shared: whether all neurons of the layer have the same one.
        pace: how many times faster than weights u is learned.

    Raises:
        ConfigError: a number is outside of the bounds.
    """

    name: ClassVar[str]
    bounds: ClassVar[tuple[float, float]]

    def __init__(self, values: Floats, shared: bool, pace: float) -> None:
        low, high = self.bounds
        if (beyond := values[(values < low) | (values > high)]).size:
            raise ConfigError(f"a {self.name} can be learned from {low:g} to {high:g}, got {beyond[0]:g}")
        self._values, self.shared, self.pace = values, shared, pace
        self.free = self._free(values[:, None, :1] if shared else values[:, None])  # u, (rows, 1, 1 or size)
        self._at_birth = self.free.copy()
        self._lowest, self._highest = self._free(np.array(self.bounds, values.dtype))
        self.write(np.arange(len(values)))

    @staticmethod
    def _free(values: Floats) -> Floats:
        """Return u."""
        raise NotImplementedError

    @staticmethod
    def _value(free: Floats) -> Any:
        """Return the number that u stands for."""
        raise NotImplementedError

    def slope(self, rows: Rows) -> Floats:
        """Return how much the numbers of these rows move with u, (n, 1, 1 or size)."""
        raise NotImplementedError

    def write(self, rows: Rows) -> None:
        """Let the numbers of these rows be what u says, within their bounds."""
        self.free[rows] = free = np.clip(self.free[rows], self._lowest, self._highest)
        self._values[rows] = self._value(free)[:, 0]

    def be_born(self, rows: Rows) -> None:
        """Take what these rows had at birth."""
        self.free[rows] = self._at_birth[rows]


class LearnedDecay(Parameter):
    """A membrane decay, 1 / (1 + exp(-u)), and the slower one that learning takes in its place.

    Args:
        values, shared, pace: see Parameter.
        reach: how many times as slow: 1 - d' = (1 - d) / reach.
    """

    name = "decay"
    bounds = (1e-6, 0.9999)

    def __init__(self, values: Floats, shared: bool, pace: float, reach: float) -> None:
        self._reach = reach
        self._seen = values.copy() if reach > 1.0 else values
        super().__init__(values, shared, pace)

    @property
    def seen(self) -> Floats:
        """What learning takes in the place of the decay, d', (rows, size)."""
        return self._seen

    def write(self, rows: Rows) -> None:
        """Let the decays of these rows be what u says, and d' what they say."""
        super().write(rows)
        if self._reach > 1.0:
            self._seen[rows] = 1.0 - (1.0 - self._values[rows]) / self._reach

    @staticmethod
    def _free(values: Floats) -> Floats:
        free: Floats = np.log(values / (1.0 - values))
        return free

    @staticmethod
    def _value(free: Floats) -> Any:
        return 1.0 / (1.0 + np.exp(-free))

    def slope(self, rows: Rows) -> Floats:
        """Return d (1 - d)."""
        decay = self._value(self.free[rows])
        slope: Floats = decay * (1.0 - decay)
        return slope


class LearnedThreshold(Parameter):
    """A threshold, exp(u)."""

    name = "threshold"
    bounds = (1e-3, 1e3)

    @staticmethod
    def _free(values: Floats) -> Floats:
        free: Floats = np.log(values)
        return free

    @staticmethod
    def _value(free: Floats) -> Any:
        return np.exp(free)

    def slope(self, rows: Rows) -> Floats:
        """Return the threshold."""
        slope: Floats = self._value(self.free[rows])
        return slope
