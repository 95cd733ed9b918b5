"""Rays: the nearest thing on each line of sight, and what it is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Gt, Le
from numpy.typing import NDArray

from alife.body.directions import in_words
from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel, Field
from alife.core.geometry import displacement_to_wall
from alife.core.kernel import kernel
from alife.core.types import Count, Length

_EDGE = 1e-9  # radians by which a wall is taken to be wider than it is, so that no ray slips through a corner


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
    range: Length = 5.0
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
        out[:] = 0.0
        nearest = np.full((len(out), self.count), self.range)  # (rows, rays), how far each has got
        lens = (self.count, float(self.view), float(self.range))
        near, headings = surroundings.neighbours, surroundings.headings
        if surroundings.radii is not None:
            columns = (near.starts, near.thing, near.role, near.dx, near.dy, near.distance)
            _look_at_things(*columns, headings, surroundings.radii, *lens, nearest, out)
        if surroundings.walls is not None and len(surroundings.walls):
            if surroundings.positions is None:
                raise self.missing_error("positions of creatures where there are walls")
            role = out.shape[1] // self.count - 1 if self.walls else -1
            _look_at_walls(surroundings.positions, surroundings.walls, headings, role, *lens, nearest, out)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the rays of each role, named by their direction in degrees, and those of walls."""
        half = 0.5 * self.view / self.count
        rays = [(in_words(angle), Field(angle - half, angle + half, self.range)) for angle in self._angles()]
        kinds = (*roles, "wall") if self.walls else tuple(roles)
        return tuple(Channel(f"{role} in sight {where}", role, field) for role in kinds for where, field in rays)

    def _angles(self) -> list[float]:
        """Return where each ray points, in radians from the heading."""
        width = self.view / self.count
        return [(ray + 0.5) * width - 0.5 * self.view for ray in range(self.count)]


@kernel
def _look_at_things(
    starts: NDArray[np.int64],
    thing: NDArray[np.int64],
    role: NDArray[np.int64],
    dx: NDArray[np.float64],
    dy: NDArray[np.float64],
    distance: NDArray[np.float64],
    headings: NDArray[np.float64],
    radii: NDArray[np.float64],
    count: int,
    view: float,
    far: float,
    nearest: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Follow each ray to the edge of each disc: d cos a - sqrt(r^2 - (d sin a)^2), a the angle off its middle."""
    width = view / count
    for r in range(headings.size):
        for n in range(starts[r], starts[r + 1]):
            d, radius = distance[n], radii[thing[n]]
            if d >= far + radius:
                continue
            reach = math.asin(radius / d) if d > radius else math.pi
            angle = math.atan2(dy[n], dx[n]) - headings[r]
            low, high, turn = _span(angle, reach, count, view)
            for around in range(2):  # the circle is cut at ray 0: what lies across is met at both ends
                begin = low - turn * around
                for ray in range(max(math.ceil(begin), 0), min(math.floor(high - turn * around), count - 1) + 1):
                    edge = 0.0
                    if d > radius:
                        off = (ray - begin) * width - reach
                        miss = d * math.sin(off)
                        edge = max(d * math.cos(off) - math.sqrt(max(radius * radius - miss * miss, 0.0)), 0.0)
                    _meet(edge, role[n], ray, far, nearest[r], out[r])


@kernel
def _look_at_walls(
    positions: NDArray[np.float64],
    walls: NDArray[np.float64],
    headings: NDArray[np.float64],
    role: int,
    count: int,
    view: float,
    far: float,
    nearest: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Follow each ray to the walls that it may meet, which is seen as a role, or as none below 0."""
    width = view / count
    for r in range(headings.size):
        x, y = positions[r, 0], positions[r, 1]
        for w in range(walls.shape[0]):
            dx, dy = displacement_to_wall(x, y, walls[w])
            gap = math.sqrt(dx * dx + dy * dy)
            if gap >= far:
                continue
            start_x, start_y = walls[w, 0, 0] - x, walls[w, 0, 1] - y
            along_x, along_y = walls[w, 1, 0] - walls[w, 0, 0], walls[w, 1, 1] - walls[w, 0, 1]
            begin = math.atan2(start_y, start_x) - headings[r]
            end = math.atan2(start_y + along_y, start_x + along_x) - headings[r]
            half = 0.5 * ((end - begin + math.pi) % math.tau - math.pi)
            low, high, turn = _span(begin + half, abs(half) + _EDGE, count, view)
            across = start_x * along_y - start_y * along_x
            for around in range(2):
                first = max(math.ceil(low - turn * around), 0)
                for ray in range(first, min(math.floor(high - turn * around), count - 1) + 1):
                    direction = (ray + 0.5) * width - 0.5 * view + headings[r]
                    facing = math.cos(direction) * along_y - math.sin(direction) * along_x
                    if abs(facing) * far < abs(across) * (1.0 - 1e-9):
                        continue  # farther than a ray reaches
                    distance = across / facing if facing != 0.0 else across
                    _meet(max(distance, gap), role, ray, far, nearest[r], out[r])


@kernel
def _span(angle: float, reach: float, count: int, view: float) -> tuple[float, float, float]:
    """Return the first and the last place, counted in rays, within reach of an angle, and a whole turn."""
    width = view / count
    turn = math.tau / width
    low = (angle + 0.5 * view) / width - 0.5 - reach / width
    low -= turn * math.floor(low / turn)
    return low, low + 2.0 * reach / width, turn


@kernel
def _meet(
    distance: float, role: int, ray: int, far: float, nearest: NDArray[np.float64], seen: NDArray[np.float32]
) -> None:
    """Let a ray end at what it meets, unless it has met something nearer; what is equally near is seen together."""
    if distance >= far or distance > nearest[ray]:
        return
    if distance < nearest[ray]:
        for k in range(ray, seen.size, nearest.size):
            seen[k] = 0.0
        nearest[ray] = distance
    if role >= 0:
        seen[role * nearest.size + ray] = 1.0 - distance / far
