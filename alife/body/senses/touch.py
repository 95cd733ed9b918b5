"""Touch: contacts around the body, by direction."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.directions import sector_edges, sector_of, sectors
from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.geometry import displacement_to_wall
from alife.core.kernel import kernel
from alife.core.types import Count, Length


@dataclass(frozen=True)
class Touch(Sense):
    """Equal sectors of skin, the first centred straight ahead, the others following counter-clockwise.

    The value of a sector is 1 while something is felt there, whatever it is, else 0: things that the world says are
    touched or, where the world does not say, whose edge is no farther than `reach`; and walls that near. What
    lies exactly at the middle of the body is felt all around.

    Args:
        count: sectors in the full circle.
        reach: how far from its middle a body feels, in world units: a little more than its radius.
    """

    count: Count = 8
    reach: Length = 0.4

    @property
    def range(self) -> float:  # type: ignore[override]  # it is called a reach
        """The reach."""
        return self.reach

    def observation_size(self, roles: int) -> int:
        """Return the number of sectors, however many roles there are."""
        return self.count

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, count) values, 0 or 1.

        Raises:
            WorldError: there are walls, but the world does not say where creatures are.
        """
        out[:] = 0.0
        near, headings = surroundings.neighbours, surroundings.headings
        if len(near.thing):
            felt = surroundings.touched if surroundings.contact is not None else self._within_reach(surroundings)
            _feel_things(near.starts, near.dx, near.dy, felt, headings, sector_edges(self.count), out)
        if surroundings.walls is None or not len(surroundings.walls):
            return
        if surroundings.positions is None:
            raise self.missing_error("positions of creatures where there are walls")
        _feel_walls(surroundings.positions, surroundings.walls, headings, sector_edges(self.count), self.reach, out)

    def _within_reach(self, surroundings: Surroundings) -> NDArray[np.bool_]:
        near = surroundings.neighbours
        radii = 0.0 if surroundings.radii is None else surroundings.radii[near.thing]
        return np.asarray(near.distance <= self.reach + radii)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the sectors, named by their direction in degrees."""
        return tuple(Channel(f"touch {where}", "", field) for where, field in sectors(self.count, self.reach))


@kernel
def _feel_things(
    starts: NDArray[np.int64],
    dx: NDArray[np.float64],
    dy: NDArray[np.float64],
    felt: NDArray[np.bool_],
    headings: NDArray[np.float64],
    edges: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    for r in range(headings.size):
        for n in range(starts[r], starts[r + 1]):
            if felt[n]:
                _feel(dx[n], dy[n], headings[r], edges, out[r])


@kernel
def _feel_walls(
    positions: NDArray[np.float64],
    walls: NDArray[np.float64],
    headings: NDArray[np.float64],
    edges: NDArray[np.float64],
    reach: float,
    out: NDArray[np.float32],
) -> None:
    for r in range(headings.size):
        for w in range(walls.shape[0]):
            dx, dy = displacement_to_wall(positions[r, 0], positions[r, 1], walls[w])
            if dx * dx + dy * dy <= reach * reach:
                _feel(dx, dy, headings[r], edges, out[r])


@kernel
def _feel(dx: float, dy: float, heading: float, edges: NDArray[np.float64], skin: NDArray[np.float32]) -> None:
    """Mark the sector of skin in which something is; all of them where it is at the middle of the body."""
    if dx == 0.0 and dy == 0.0:
        skin[:] = 1.0
    else:
        skin[sector_of(dx, dy, math.cos(heading), math.sin(heading), edges)] = 1.0
