"""A ring buffer: the last values, oldest first."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class LastValues:
    """The last `capacity` arrays of one shape.

    Args:
        capacity: how many are kept.
        shape: of each.
        dtype: of each.
    """

    def __init__(self, capacity: int, shape: tuple[int, ...] = (), dtype: DTypeLike = np.float64) -> None:
        self._values = np.zeros((capacity, *shape), dtype=dtype)
        self._written = 0

    def __len__(self) -> int:
        return min(self._written, len(self._values))

    @property
    def total(self) -> int:
        """How many values it has ever been given."""
        return self._written

    def append(self, value: Any) -> None:
        """Append a value, in place of the oldest if there is no room."""
        self._values[self._written % len(self._values)] = value
        self._written += 1

    def last(self, count: int, column: int | None = None) -> NDArray[Any]:
        """Return the last values as a new array, at most `count` of them, or one column of each."""
        count = min(count, len(self))
        order = np.arange(self._written - count, self._written) % len(self._values)
        return self._values[order] if column is None else self._values[order, column]
