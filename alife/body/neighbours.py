"""Neighbours: what is near each creature, as columns."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Neighbours(NamedTuple):
    """The things near each creature of a species at one tick: columns of equal length, sorted by row.

    The neighbours of a row stand from starts[row] to starts[row + 1]. There are at least all those whose edge is
    within the range of the senses of the species; there may be others, so a sense looks at the distance itself.
    """

    starts: NDArray[np.int64]  # (rows + 1,) where the neighbours of each row begin
    thing: NDArray[np.int64]  # which, a place among the things of a copy
    role: NDArray[np.int64]  # what it is, a place in the world's list of roles
    dx: NDArray[np.float64]  # the shortest displacement from the middle of the creature, in world units
    dy: NDArray[np.float64]
    distance: NDArray[np.float64]  # its length

    @property
    def row(self) -> NDArray[np.int64]:
        """Whose neighbour each is."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    @classmethod
    def among(cls, displacements: NDArray[np.float64], roles: NDArray[np.int64]) -> "Neighbours":
        """Return all things as neighbours of all rows; those at an infinite displacement are none.

        Args:
            displacements: (rows, things, 2).
            roles: of each thing, (things,).
        """
        rows, things = np.nonzero(np.isfinite(displacements).all(2))
        dx, dy = displacements[rows, things].T.copy()
        starts = np.searchsorted(rows, np.arange(len(displacements) + 1))
        return cls(starts, things, np.asarray(roles, np.int64)[things], dx, dy, np.sqrt(dx * dx + dy * dy))
