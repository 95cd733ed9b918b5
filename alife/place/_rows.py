"""Rows: what a species has of an array of all creatures, by row."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Rows:
    """The part (rows, ...) of a species in an array (copies, creatures, ...) that is never replaced.

    Where a species is alone in its copies, or there is one copy, both are the same memory, and nothing is copied.

    Args:
        array: of all creatures of all copies.
        part: which of a copy's creatures are of the species.
    """

    def __init__(self, array: NDArray[Any], part: slice) -> None:
        self._array, self._part = array, part
        self._own = array[:, part]
        copies, count, *more = self._own.shape
        self._rows = self._own.reshape(copies * count, *more)
        self.shared = np.shares_memory(self._rows, array)
        self._shaped = self._rows.reshape(self._own.shape)

    def read(self) -> NDArray[Any]:
        """Return what is there now, by row."""
        if not self.shared:
            self._shaped[...] = self._own
        return self._rows

    def write(self) -> None:
        """Put back what was read and has changed."""
        if not self.shared:
            self._own[...] = self._shaped

    def put(self, values: NDArray[Any]) -> None:
        """Put values in the place of what is there, by row."""
        self._own[...] = values.reshape(self._own.shape)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the array and not what shares its memory, which would be torn from it."""
        return Rows, (self._array, self._part)


def load_array(array: NDArray[Any], saved: Any) -> None:
    """Load an array from a state, in place.

    Raises:
        ValueError: it has another shape or another kind of numbers.
    """
    given = np.asarray(saved)
    if given.shape != array.shape or given.dtype.kind != array.dtype.kind:
        raise ValueError(
            f"an array of {array.dtype}, of shape {array.shape}, cannot be one of {given.dtype}, of shape {given.shape}"
        )
    array[...] = given
