"""Touch: contacts around the body, by direction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.directions import sector_of, sectors
from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.geometry import displacement_to
from alife.core.types import Count, Positive


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
    reach: Positive = 0.4

    def observation_size(self, roles: int) -> int:
        """Return the number of sectors, however many roles there are."""
        return self.count

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, count) values, 0 or 1.

        Raises:
            WorldError: there are walls, but the world does not say where creatures are.
        """
        out[:] = 0.0
        self._feel(surroundings.offsets, self._touched(surroundings), surroundings.headings, out)
        if surroundings.walls is None:
            return
        if surroundings.positions is None:
            raise self.missing_error("positions of creatures where there are walls")
        displacements = displacement_to(surroundings.positions[:, None], surroundings.walls)
        near = displacements[..., 0] ** 2 + displacements[..., 1] ** 2 <= self.reach**2
        self._feel(displacements, near, surroundings.headings, out)

    def _touched(self, surroundings: Surroundings) -> NDArray[np.bool_]:
        if surroundings.touched is not None:
            return surroundings.touched
        dx, dy = surroundings.offsets[..., 0], surroundings.offsets[..., 1]
        radii = 0.0 if surroundings.radii is None else surroundings.radii
        return np.asarray(dx * dx + dy * dy <= (self.reach + radii) ** 2)

    def _feel(
        self,
        displacements: NDArray[np.float64],
        felt: NDArray[np.bool_],
        headings: NDArray[np.float64],
        out: NDArray[np.float32],
    ) -> None:
        rows, _ = np.nonzero(felt)
        dx, dy = displacements[felt].T
        out[rows, sector_of(dx[:, None], dy[:, None], headings[rows], self.count)[:, 0]] = 1.0
        out[rows[(dx == 0.0) & (dy == 0.0)]] = 1.0

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the sectors, named by their direction in degrees."""
        return tuple(Channel(f"touch {where}", "", field) for where, field in sectors(self.count, self.reach))
