"""Sectors: the nearest thing of each role in each direction."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.channel import Channel, Field
from alife.types import Count, Positive


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

    def size(self, roles: int) -> int:
        """Return sectors times roles."""
        return self.count * roles

    def read(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, roles * count) values in [0, 1]."""
        offsets, roles, headings = surroundings[:3]
        dx, dy = offsets[..., 0], offsets[..., 1]
        nearness = 1.0 - np.sqrt(dx * dx + dy * dy) / self.range  # (rows, things), below 0 beyond the range
        turns = (np.arctan2(dy, dx) - headings[:, None]) * (self.count / math.tau)  # in sectors from straight ahead
        sectors = np.floor(turns + 0.5).astype(np.int64) % self.count
        places = np.arange(0, out.size, out.shape[1])[:, None] + (roles * self.count + sectors)
        flat = np.zeros(out.size)
        np.maximum.at(flat, places.ravel(), nearness.ravel())
        out[:] = flat.reshape(out.shape)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the sectors of each role, named by their direction in degrees."""
        return tuple(self._channel(role, sector) for role in roles for sector in range(self.count))

    def _channel(self, role: str, sector: int) -> Channel:
        width = math.tau / self.count
        middle = sector * width
        degrees = round(math.degrees(middle))
        where = "ahead" if degrees == 0 else f"{degrees}° left" if degrees <= 180 else f"{360 - degrees}° right"
        where = "behind" if degrees == 180 else where
        return Channel(f"{role} {where}", role, Field(middle - width / 2, middle + width / 2, self.range))
