"""Rays: the nearest thing on each line of sight, and what it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Gt, Le
from numpy.typing import NDArray

from alife.body.directions import in_words
from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel, Field
from alife.core.geometry import displacement_to
from alife.core.types import Count, Positive

_EDGE = 1e-9  # radians by which a wall is taken to be wider than it is, so that no ray slips through a corner


class _Hits(NamedTuple):
    """What each ray of each row met, as columns of equal length."""

    rows: NDArray[np.int64]
    rays: NDArray[np.int64]
    roles: NDArray[np.int64]
    distances: NDArray[np.float64]


@dataclass(frozen=True)
class Rays(Sense):
    """Thin rays over a field of view, each in the middle of an equal slice of it, counter-clockwise from the right.

    For each role and each ray the value is 1 - distance / range of what the ray meets first, 0 where that is of
    another role or nothing is within range. Things are discs and distances go to their edge, from the middle of
    the body; from within a thing it is seen at distance 0 all around. What is nearer hides what lies behind it, walls
    always; what is equally near is seen together. The numbers of one role stand together, ray by ray; those of
    walls, where they are wanted, come last.

    Args:
        count: rays in the field of view.
        range: how far a ray reaches, in world units.
        view: the angle of the field of view, in radians, half of it to each side of the heading.
        walls: whether to see walls, too, as one more role.
    """

    count: Count = 24
    range: Positive = 5.0
    view: Annotated[float, Gt(0), Le(math.tau)] = math.tau / 3
    walls: bool = False

    def observation_size(self, roles: int) -> int:
        """Return rays times roles, walls counted as a role where they are seen."""
        return self.count * (roles + self.walls)

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, roles * count) values in [0, 1].

        Raises:
            WorldError: things have no radii and there are no walls, or walls are given but not positions of creatures.
        """
        things, walls = surroundings.radii is not None, surroundings.walls is not None
        if not (things or (walls and self.walls)):
            raise self.missing_error("radii of things" + " or walls" * self.walls)
        hits = [self._things(surroundings)] if things else []
        hits += [self._walls(surroundings, out.shape[1] // self.count - 1)] if walls else []
        rows, rays, roles, distances = (np.concatenate(column) for column in zip(*hits, strict=True))
        nearness = 1.0 - distances / self.range
        lines = rows * self.count + rays
        best = np.zeros(len(out) * self.count)
        np.maximum.at(best, lines, nearness)
        seen = nearness >= best[lines]  # nothing on the same ray is nearer
        if not self.walls:
            seen &= roles >= 0
        out[:] = 0.0
        out[rows[seen], roles[seen] * self.count + rays[seen]] = nearness[seen]

    def _things(self, surroundings: Surroundings) -> _Hits:
        radii = surroundings.radii
        assert radii is not None
        dx, dy = surroundings.offsets[..., 0], surroundings.offsets[..., 1]
        squares = dx * dx + dy * dy
        within = squares < (self.range + radii) ** 2
        rows, things = np.divmod(np.flatnonzero(within), max(within.shape[1], 1))
        dx, dy, distances, radii = dx[within], dy[within], np.sqrt(squares[within]), radii[things]
        outside = distances > radii
        reach = np.arcsin(np.divide(radii, distances, out=np.zeros(len(radii)), where=outside))
        reach[~outside] = math.pi
        angles = np.arctan2(dy, dx) - surroundings.headings[rows]
        hit, rays, off = self._met(angles, reach)
        distances, radii = distances[hit], radii[hit]
        miss = distances * np.sin(off)
        edge = distances * np.cos(off) - np.sqrt(np.maximum(radii * radii - miss * miss, 0.0))
        edge = np.where(distances > radii, np.maximum(edge, 0.0), 0.0)
        return self._reached(_Hits(rows[hit], rays, surroundings.roles[things[hit]], edge))

    def _walls(self, surroundings: Surroundings, role: int) -> _Hits:
        walls, positions = surroundings.walls, surroundings.positions
        assert walls is not None
        if positions is None:
            raise self.missing_error("positions of creatures where there are walls")
        displacements = displacement_to(positions[:, None], walls)
        nearest = np.hypot(displacements[..., 0], displacements[..., 1])
        rows, which = np.nonzero(nearest < self.range)
        nearest, start = nearest[rows, which], walls[which, 0] - positions[rows]
        along = walls[which, 1] - walls[which, 0]
        begin = np.arctan2(start[:, 1], start[:, 0]) - surroundings.headings[rows]
        end = np.arctan2(start[:, 1] + along[:, 1], start[:, 0] + along[:, 0]) - surroundings.headings[rows]
        half = 0.5 * ((end - begin + math.pi) % math.tau - math.pi)
        hit, rays, _ = self._met(begin + half, np.abs(half) + _EDGE)
        direction = self._angles()[rays] + surroundings.headings[rows[hit]]
        x, y = along[hit, 0], along[hit, 1]
        facing = np.cos(direction) * y - np.sin(direction) * x
        across = start[hit, 0] * y - start[hit, 1] * x
        level = np.abs(facing) * self.range < np.abs(across) * (1.0 - 1e-9)  # farther than a ray reaches
        distances = np.where(level, np.inf, across) / np.where(level | (facing == 0.0), 1.0, facing)
        distances = np.where(level, np.inf, np.maximum(distances, nearest[hit]))
        return self._reached(_Hits(rows[hit], rays, np.full(len(rays), role if self.walls else -1), distances))

    def _angles(self) -> NDArray[np.float64]:
        """Return where each ray points, in radians from the heading."""
        width = self.view / self.count
        return (np.arange(self.count, dtype=np.float64) + 0.5) * width - 0.5 * self.view

    def _met(
        self, angles: NDArray[np.float64], reach: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Return all rays that point to within `reach` of one of these angles: which angle, which ray, how far off."""
        width = self.view / self.count
        turn = math.tau / width  # the whole circle, counted in rays
        reach = reach / width
        low = (angles + 0.5 * self.view) / width - 0.5 - reach
        low -= turn * np.floor(low / turn)
        high = low + 2.0 * reach
        # The circle is cut at ray 0: what lies across the cut is met at the end of a turn and at the start of the next.
        across = np.flatnonzero(high >= turn)
        which = np.append(np.arange(len(low)), across)
        low, high = np.append(low, low[across] - turn), np.append(high, high[across] - turn)
        first = np.maximum(np.ceil(low), 0.0)
        number = np.maximum(np.minimum(np.floor(high), self.count - 1) - first + 1.0, 0.0).astype(np.int64)
        part = np.repeat(np.arange(len(number)), number)
        start = first.astype(np.int64) - np.cumsum(number) + number
        rays = np.arange(len(part)) + start[part]
        which = which[part]
        return which, rays, (rays - low[part] - reach[which]) * width

    def _reached(self, hits: _Hits) -> _Hits:
        within = hits.distances < self.range
        return _Hits(hits.rows[within], hits.rays[within], hits.roles[within], hits.distances[within])

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the rays of each role, named by their direction in degrees, and those of walls."""
        half = 0.5 * self.view / self.count
        rays = [(in_words(angle), Field(angle - half, angle + half, self.range)) for angle in self._angles().tolist()]
        kinds = (*roles, "wall") if self.walls else tuple(roles)
        return tuple(Channel(f"{role} in sight {where}", role, field) for role in kinds for where, field in rays)
