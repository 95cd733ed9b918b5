"""Span and Met: between which bounds each number of an observation lies, as far as it is known, or has been seen."""

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from alife.core.row_state import RowState

_BOUNDLESS = 1e18  # a bound, or a number, that is none but the largest of its kind
_FIRST = 1.0  # what a number without bounds is taken to stay within until it does not


class Span(RowState):
    """The bounds of a space where it has them; where it has none, as far as each creature has seen.

    A number with only one bound counts as one without, as does one with a bound that is larger than anything that is
    measured. It is first taken to stay within -1 and 1; from then on, its span reaches as far to both sides of 0 as the
    largest that this creature has met, and never shrinks. What is larger than anything that is measured was not met:
    many a sensor says so that there is nothing.

    Args:
        space: of the numbers.
        rows: how many creatures.
    """

    def __init__(self, space: Box, rows: int) -> None:
        low, high = space.low.ravel().astype(np.float32), space.high.ravel().astype(np.float32)
        bounded = np.maximum(np.abs(low), np.abs(high)) < _BOUNDLESS
        self._open = np.flatnonzero(~bounded)
        self._low = np.tile(np.where(bounded, low, -_FIRST), (rows, 1)).astype(np.float32)
        self._high = np.tile(np.where(bounded, high, _FIRST), (rows, 1)).astype(np.float32)
        self.reach = np.full((rows, len(self._open)), _FIRST, np.float32)  # of the numbers without bounds

    def update_span(self, observations: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Update the span with observations (rows, numbers), and return its lower and upper ends, of the same shape."""
        if len(self._open):
            reach = self.reach
            size = np.abs(observations[:, self._open])
            np.maximum(reach, size, out=reach, where=size < _BOUNDLESS)
            self._high[:, self._open] = reach
            self._low[:, self._open] = -reach
        return self._low, self._high

    def begin_lives(self, rows: NDArray[np.int64]) -> None:
        """Let other creatures begin in these rows, who have met nothing."""
        self.reach[rows] = _FIRST


class Met(RowState):
    """As far to both sides of the middle of its bounds as each creature has met each number, and not beyond them.

    The middle is 0 for a number that lacks a bound, or has one that is larger than anything that is measured. What is
    larger than that was not met.

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
        size = np.abs(np.clip(observations, self._low, self._high) - self._middle)
        np.maximum(reach, size, out=reach, where=size < _BOUNDLESS)
        return self._middle - reach, self._middle + reach

    def begin_lives(self, rows: NDArray[np.int64]) -> None:
        """Let other creatures begin in these rows, who have met nothing."""
        self.reach[rows] = 0.0
