"""Where the last ticks lie: columns of equal width, the newest at the right."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class TimeAxis:
    """As many columns as there is room for."""

    right: int
    column: int  # pixels of a tick
    ticks: NDArray[np.int64]  # those that are shown, oldest first
    total: int  # ticks that were ever recorded
    life: object  # another one when the history has begun anew

    @property
    def left(self) -> int:
        """Where the oldest tick that is shown begins."""
        return self.right - len(self.ticks) * self.column

    def centre_x(self, index: int) -> int:
        """Return the middle of the column of one of the ticks shown."""
        return self.left + index * self.column + self.column // 2

    def index_of(self, tick: int) -> int | None:
        """Return which of the ticks shown this is; None if it was not seen."""
        index = int(np.searchsorted(self.ticks, tick))
        return index if index < len(self.ticks) and self.ticks[index] == tick else None

    def index_at(self, x: int) -> int | None:
        """Return which of the ticks shown lies at a horizontal pixel."""
        index = (x - self.left) // self.column
        return index if 0 <= index < len(self.ticks) else None
