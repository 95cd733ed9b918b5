"""Sense, the contract of what a body perceives of the things around it."""

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from alife.body.neighbours import Neighbours
from alife.core.channel import Channel, unnamed
from alife.core.errors import WorldError


@dataclass(slots=True)
class Surroundings:
    """What is around each creature of a species at one tick, as the world knows it; to be read only.

    A world may give the same object and the same arrays again at the next tick, with other numbers.
    """

    neighbours: Neighbours
    headings: NDArray[np.float64]  # (rows,) radians, counter-clockwise from +x
    radii: NDArray[np.float64] | None = None  # (things,) what hides other things; None where all are points
    positions: NDArray[np.float64] | None = None  # (rows, 2) world units; needed where there are walls
    walls: NDArray[np.float64] | None = None  # (segments, 2, 2) from where to where, world units, in all copies alike
    steps: NDArray[np.float64] | None = None  # (rows, 2) the step of each creature at this tick, as it came about
    turns: NDArray[np.float64] | None = None  # (rows,) radians each creature has turned at this tick
    contact: NDArray[np.float64] | None = None  # (things,) from which distance on each thing is touched
    got: NDArray[np.float64] | None = None  # (rows, roles) how many of each role each creature got at this tick
    energy: NDArray[np.float64] | None = None  # (rows,) 0 to 1 where creatures live on what they eat
    goals: NDArray[np.float64] | None = None  # (rows, 2) to where each was rewarded last; not a number if it knows none
    tick: int = 0

    @property
    def touched(self) -> NDArray[np.bool_]:
        """Which neighbours are touched now; none where the world does not say from where on.

        A neighbour that the body only stands near is no contact: see `contact`.
        """
        if self.contact is None:
            return np.zeros(len(self.neighbours.thing), bool)
        return np.asarray(self.neighbours.distance <= self.contact[self.neighbours.thing])


class Sense(ABC):
    """One way to perceive. A frozen dataclass of its own parameters, which keeps nothing between ticks."""

    range: float = math.inf
    """How far away the edge of a thing may be to be sensed, in world units: what is nearer is among the neighbours.

    Infinity compares every creature with every thing of its copy; a sense that needs no neighbours has 0.
    """

    needs_goals: ClassVar[bool] = False
    """Whether it reads `goals`: they are kept only where a sense does."""

    @abstractmethod
    def observation_size(self, roles: int) -> int:
        """Return the size of this sense in a world with so many roles."""

    @abstractmethod
    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write the observation of each creature into `out` (rows, size), each number in [0, 1].

        At first `out` holds zeros.
        """

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the channel of each of its numbers in a world with these roles, for people who look."""
        return unnamed(self.observation_size(len(roles)))

    def missing_error(self, what: str) -> WorldError:
        """Return the error of a world that does not give an input of this sense."""
        kind = type(self).__module__.rpartition(".")[2]
        return WorldError(f"the sense {kind} needs {what}, and this world gives none")
