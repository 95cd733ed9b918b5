"""Span and Met: between which bounds each number of an observation lies, as far as it is known, or has been seen."""

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from alife.core.row_state import RowState

_BOUNDLESS = 1e18  # a bound that is none, but the largest number of its kind
_FIRST = 1.0  # what a number without bounds is taken to stay within until it does not


class Span(RowState):
    """The bounds of a space where it has them; where it has none, as far as each creature has seen.

    A number with only one bound counts as one without. It is first taken to stay within -1 and 1; from then on, its
    span reaches as far to both sides of 0 as the largest that this creature has met, and never shrinks.

    Args:
        space: of the numbers.
        rows: how many creatures.
    """

    def __init__(self, space: Box, rows: int) -> None:
        low, high = space.low.ravel().astype(np.float32), space.high.ravel().astype(np.float32)
        bounded = np.isfinite(low) & np.isfinite(high)
        self._open = np.flatnonzero(~bounded)
        self._low = np.tile(np.where(bounded, low, -_FIRST), (rows, 1)).astype(np.float32)
        self._high = np.tile(np.where(bounded, high, _FIRST), (rows, 1)).astype(np.float32)
        self.reach = np.full((rows, len(self._open)), _FIRST, np.float32)  # of the numbers without bounds

    def update_span(self, observations: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Update the span with observations (rows, numbers), and return its lower and upper ends, of the same shape."""
        if len(self._open):
            reach = self.reach
            np.maximum(reach, np.abs(observations[:, self._open]), out=reach)
            self._high[:, self._open] = reach
            self._low[:, self._open] = -reach
        return self._low, self._high


class Met(RowState):
    """As far to both sides of the middle of its bounds as each creature has met each number, and not beyond them.

    The middle is 0 for a number that lacks a bound, or has one that is larger than anything that is measured.

    Args:
        space: of the numbers.
        rows: how many creatures.
    """

    def __init__(self, space: Box, rows: int) -> None:
        self._low, self._high = space.low.ravel().astype(np.float32), space.high.ravel().astype(np.float32)
        bounded = np.maximum(np.abs(self._low), np.abs(self._high)) < _BOUNDLESS
        self._middle = np.zeros_like(self._low)
        self._middle[bounded] = (self._low[bounded] + self._high[bounded]) / 2.0
        self.reach = np.zeros((rows, len(self._low)), np.float32)

    def update_span(self, observations: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Update the span with observations (rows, numbers), and return its lower and upper ends, of the same shape."""
        reach = self.reach
        np.maximum(reach, np.abs(np.clip(observations, self._low, self._high) - self._middle), out=reach)
        return self._middle - reach, self._middle + reach
