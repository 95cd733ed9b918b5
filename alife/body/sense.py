"""Sense, the contract of what a body perceives of the things around it."""

from abc import ABC, abstractmethod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Surroundings(NamedTuple):
    """What is around each creature of a species at one tick, as the world knows it."""

    offsets: NDArray[np.float64]  # (rows, things, 2) the shortest way from each creature to each thing
    roles: NDArray[np.int64]  # (things,) each thing's place in the world's list of roles
    headings: NDArray[np.float64]  # (rows,) radians, counter-clockwise from +x


class Sense(ABC):
    """One way to perceive: a frozen dataclass of its own parameters, which keeps nothing between ticks."""

    @abstractmethod
    def size(self, roles: int) -> int:
        """Return how many numbers this sense gives in a world with so many roles."""

    @abstractmethod
    def read(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write what each creature perceives into `out` (rows, size), each number in [0, 1]."""
