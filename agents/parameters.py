"""Parameters: what the neurons of a layer learn besides weights, their decays and thresholds."""

import math
from typing import ClassVar

import numpy as np

from alife.core.brain import Floats, Rows
from alife.core.errors import ConfigError
from alife.core.kernel import kernel
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
        self.free = self.to_free(values[:, None, :1] if shared else values[:, None])  # u, (rows, 1, 1 or size)
        self._at_birth = self.free.copy()
        self._lowest, self._highest = self.to_free(np.array(self.bounds, values.dtype))
        self.write(np.arange(len(values)))

    def to_free(self, values: Floats) -> Floats:
        """Return u."""
        raise NotImplementedError

    def write(self, rows: Rows) -> None:
        """Let the numbers of these rows be what u says, within their bounds."""
        raise NotImplementedError

    def slope(self, rows: Rows) -> Floats:
        """Return how much the numbers of these rows move with u, (n, 1, 1 or size)."""
        raise NotImplementedError

    def values(self, rows: Rows) -> Floats:
        """Return the numbers of these rows, (n, 1, 1 or size)."""
        found: Floats = self._values[rows, None, : self.free.shape[2]]
        return found

    def be_born(self, rows: Rows) -> None:
        """Take what these rows had at birth."""
        self.free[rows] = self._at_birth[rows]


class LearnedDecay(Parameter):
    """A membrane decay, 1 / (1 + exp(-u)), and the slower one that learning takes in its place.

    Args:
        values: see Parameter, as shared and pace.
        shared: whether all neurons have the same.
        pace: of learning.
        reach: how many times as slow: 1 - d' = (1 - d) / reach.
    """

    name = "decay"
    bounds = (1e-6, 0.9999)

    def __init__(self, values: Floats, shared: bool, pace: float, reach: float) -> None:
        self._reach, self._seen = reach, values if reach == 1.0 else values.copy()
        super().__init__(values, shared, pace)

    @property
    def seen(self) -> Floats:
        """What learning takes in the place of the decay, d', (rows, size); the decay itself at a reach of 1."""
        return self._seen

    def to_free(self, values: Floats) -> Floats:
        """Return log(d / (1 - d))."""
        free: Floats = np.log(values / (1.0 - values))
        return free

    def write(self, rows: Rows) -> None:
        """Let the decays of these rows be what u says, and d' what they say."""
        _write_decays(rows, self.free, self._lowest, self._highest, self._values)
        if self._reach != 1.0:
            self._seen[rows] = 1.0 - (1.0 - self._values[rows]) / self._reach

    def slope(self, rows: Rows) -> Floats:
        """Return d (1 - d)."""
        decays = self.values(rows)
        return decays * (1.0 - decays)


class LearnedThreshold(Parameter):
    """A threshold, exp(u)."""

    name = "threshold"
    bounds = (1e-3, 1e3)

    def to_free(self, values: Floats) -> Floats:
        """Return log(th)."""
        free: Floats = np.log(values)
        return free

    def write(self, rows: Rows) -> None:
        """Let the thresholds of these rows be what u says."""
        _write_thresholds(rows, self.free, self._lowest, self._highest, self._values)

    def slope(self, rows: Rows) -> Floats:
        """Return th."""
        return self.values(rows)


@kernel
def _write_decays(rows: Rows, free: Floats, lowest: float, highest: float, values: Floats) -> None:
    """Bound u, and write 1 / (1 + exp(-u))."""
    each = free.shape[2] > 1
    for r in rows:
        for j in range(free.shape[2]):
            free[r, 0, j] = min(max(free[r, 0, j], lowest), highest)
        for j in range(values.shape[1]):
            values[r, j] = 1.0 / (1.0 + math.exp(-free[r, 0, j if each else 0]))


@kernel
def _write_thresholds(rows: Rows, free: Floats, lowest: float, highest: float, values: Floats) -> None:
    """Bound u, and write exp(u)."""
    for r in rows:
        for j in range(free.shape[2]):
            free[r, 0, j] = min(max(free[r, 0, j], lowest), highest)
            values[r, j] = math.exp(free[r, 0, j])
