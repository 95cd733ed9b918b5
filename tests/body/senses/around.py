"""Surroundings for tests, from the displacements to things of which all are neighbours of all rows."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alife.body import Neighbours, Surroundings


class Around(NamedTuple):
    """All that there is around creatures, things as displacements: inf where a row has no such thing."""

    offsets: NDArray[np.float64]  # (rows, things, 2)
    roles: NDArray[np.int64]
    headings: NDArray[np.float64]
    radii: NDArray[np.float64] | None = None
    positions: NDArray[np.float64] | None = None
    walls: NDArray[np.float64] | None = None
    steps: NDArray[np.float64] | None = None
    turns: NDArray[np.float64] | None = None
    got: NDArray[np.float64] | None = None
    energy: NDArray[np.float64] | None = None
    goals: NDArray[np.float64] | None = None
    tick: int = 0

    def surroundings(self) -> Surroundings:
        """Return what a sense is given."""
        neighbours = Neighbours.among(self.offsets, self.roles)
        return Surroundings(neighbours, **{name: getattr(self, name) for name in self._fields[2:]})


def surroundings(*arguments: Any, **more: Any) -> Surroundings:
    """Return the surroundings of these."""
    return Around(*arguments, **more).surroundings()
