"""Eligibility: what a gradient is linear in, as it is now and as TD errors have accumulated it since the last event."""

from typing import Any

import numpy as np

from agents.kernels import accumulate
from alife.core.brain import Floats, Rows
from alife.core.row_state import RowState


class Eligibility(RowState):
    """Numbers that a gradient is linear in.

        accumulated <- accumulated + TD error * trace        at each tick, where credit is accumulated

    Args:
        shape: (rows, ...).
        dtype: of the numbers.
        accumulates: whether credit is accumulated.
    """

    def __init__(self, shape: tuple[int, ...], dtype: Any, accumulates: bool) -> None:
        self.trace = np.zeros(shape, dtype)
        self.accumulated = np.zeros(shape if accumulates else (0, *shape[1:]), dtype)
        numbers = int(np.prod(shape[1:]))
        self._flat = self.trace.reshape(-1, numbers), self.accumulated.reshape(-1, numbers)

    def accumulate(self, rows: Rows, errors: Floats) -> None:
        """Weigh what is eligible by the TD errors of this tick, (all rows,)."""
        accumulate(rows, errors, *self._flat)

    def now(self, accumulated: bool) -> Floats:
        """Return what was accumulated, or what is eligible now."""
        return self.accumulated if accumulated else self.trace

    def clear(self, rows: Rows) -> None:
        """Set what was accumulated to zero."""
        if len(self.accumulated):
            self.accumulated[rows] = 0.0

    def reset(self, rows: Rows) -> None:
        """Forget everything in these rows."""
        self.trace[rows] = 0.0
        self.clear(rows)
