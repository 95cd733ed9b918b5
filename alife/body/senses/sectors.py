"""Sectors: the nearest thing of each role in each direction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.directions import sector_of
from alife.body.directions import sectors as directions_of
from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.types import Count, Positive


@dataclass(frozen=True)
class Sectors(Sense):
    """Equal sectors around the body, the first centred straight ahead, the others following counter-clockwise.

    For each role and each sector the value is 1 - distance / range of the nearest thing there, 0 where
    there is none within range. The numbers of one role stand together, sector by sector.

    Args:
        count: sectors in the full circle.
        range: how far a thing is seen, in world units.
    """

    count: Count = 8
    range: Positive = 5.0

    def observation_size(self, roles: int) -> int:
        """Return sectors times roles."""
        return self.count * roles

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, roles * count) values in [0, 1]."""
        offsets, roles, headings = surroundings[:3]
        dx, dy = offsets[..., 0], offsets[..., 1]
        nearness = 1.0 - np.sqrt(dx * dx + dy * dy) / self.range  # (rows, things), below 0 beyond the range
        sectors = sector_of(dx, dy, headings, self.count)
        if out.size == 0:
            return  # there is nothing to see
        places = np.arange(0, out.size, out.shape[1])[:, None] + (roles * self.count + sectors)
        flat = np.zeros(out.size)
        np.maximum.at(flat, places.ravel(), nearness.ravel())
        out[:] = flat.reshape(out.shape)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the sectors of each role, named by their direction in degrees."""
        directions = tuple(directions_of(self.count, self.range))
        return tuple(Channel(f"{role} {where}", role, field) for role in roles for where, field in directions)
