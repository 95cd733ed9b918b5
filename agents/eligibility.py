"""Eligibility: what a gradient is linear in, as it is now and as TD errors have accumulated it since the last event."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from agents.kernels import accumulate, clear_rows
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
        self._flat = self.trace.reshape(shape[0], numbers), self.accumulated.reshape(len(self.accumulated), numbers)

    @property
    def flat(self) -> tuple[Floats, Floats]:
        """What is eligible and what was accumulated, (rows, numbers) both, in the same memory."""
        return self._flat

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


class Accumulator:
    """Weighs all that is eligible in some brains by the TD errors of a tick.

    Args:
        parts: what is eligible; three are done in one pass, for a pass has its price.
    """

    def __init__(self, parts: Sequence[Eligibility]) -> None:
        flat = [part.flat for part in parts]
        rows, dtype = parts[0].trace.shape[0], parts[0].trace.dtype
        nothing = (np.zeros((rows, 0), dtype), np.zeros((rows, 0), dtype))
        flat += [nothing] * (-len(flat) % 3)
        self._passes = [(*flat[k], *flat[k + 1], *flat[k + 2]) for k in range(0, len(flat), 3)]

    def accumulate(self, rows: Rows, errors: Floats) -> None:
        """Add TD error times eligibility, errors (all rows,)."""
        for arrays in self._passes:
            accumulate(rows, errors, *arrays)

    def clear(self, rows: Rows) -> None:
        """Set what was accumulated to zero."""
        for _, one, _, two, _, three in self._passes:
            clear_rows(rows, one, two, three)
