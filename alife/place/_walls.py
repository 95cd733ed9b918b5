"""Walls: the segments that no creature crosses."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alife.core.errors import WorldError
from alife.core.geometry import outlines
from alife.place.things import Point

_SHIFTS = (-1.0, 0.0, 1.0)


def wall_segments(
    walls: Sequence[Sequence[Point]], size: float, wraps: bool, images: bool = True
) -> NDArray[np.float64]:
    """Return the walls (segments, 2, 2), with the border, or on a torus with the images that are near enough to matter.

    Args:
        walls: pairs of points, and longer rows of points, which are closed polygons.
        size: of the arena.
        wraps: whether it is a torus.
        images: whether those of a torus are wanted.

    Raises:
        WorldError: a wall is no row of points.
    """
    inner = sides_of(walls)
    if not wraps:
        corners = np.array([[0.0, 0.0], [size, 0.0], [size, size], [0.0, size]])
        return np.concatenate([inner, np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)])
    if not images:
        return inner
    around = np.concatenate([inner + np.array([x, y]) * size for x in _SHIFTS for y in _SHIFTS])
    near = (around.max(1) > -0.5 * size).all(1) & (around.min(1) < 1.5 * size).all(1)
    return np.asarray(around[near])


def sides_of(walls: Sequence[Sequence[Point]]) -> NDArray[np.float64]:
    """Return the walls, and the sides of those that are polygons, (segments, 2, 2).

    Raises:
        WorldError: a wall is no row of points.
    """
    try:
        return outlines(walls)
    except (WorldError, ValueError, TypeError):
        like = "two points, as in walls = [((2, 0), (2, 5))], or the corners of a polygon"
        raise WorldError(f"walls must be a list, and each wall {like}") from None
