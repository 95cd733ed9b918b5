"""Sectors: the nearest thing of each role in each direction."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.directions import sector_edges, sector_of
from alife.body.directions import sectors as directions_of
from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.kernel import kernel
from alife.core.types import Count, Length


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
    range: Length = 5.0

    def observation_size(self, roles: int) -> int:
        """Return sectors times roles."""
        return self.count * roles

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, roles * count) values in [0, 1]."""
        near = surroundings.neighbours
        _see(
            near.starts,
            near.role,
            near.dx,
            near.dy,
            near.distance,
            surroundings.headings,
            sector_edges(self.count),
            self.range,
            out,
        )

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the sectors of each role, named by their direction in degrees."""
        directions = tuple(directions_of(self.count, self.range))
        return tuple(Channel(f"{role} {where}", role, field) for role in roles for where, field in directions)


@kernel
def _see(
    starts: NDArray[np.int64],
    role: NDArray[np.int64],
    dx: NDArray[np.float64],
    dy: NDArray[np.float64],
    distance: NDArray[np.float64],
    headings: NDArray[np.float64],
    edges: NDArray[np.float64],
    far: float,
    out: NDArray[np.float32],
) -> None:
    """out_k = 1 - d / range of the nearest in each sector of each role."""
    for r in range(headings.size):
        seen = out[r]
        seen[:] = 0.0
        cosine, sine = math.cos(headings[r]), math.sin(headings[r])
        for n in range(starts[r], starts[r + 1]):
            nearness = 1.0 - distance[n] / far
            if nearness > 0.0:
                k = role[n] * edges.size + sector_of(dx[n], dy[n], cosine, sine, edges)
                seen[k] = max(seen[k], np.float32(nearness))
