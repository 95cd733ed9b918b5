"""Motion: the steps of creatures, with walls, solid things and each other in the way."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alife.body.collisions import hit_walls, push_apart
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


def moved_spots(
    spots: NDArray[np.float64],
    steps: NDArray[np.float64],
    radius: float,
    walls: NDArray[np.float64],
    stones: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
    size: float | None,
    there: NDArray[np.bool_] | None,
) -> NDArray[np.float64]:
    """Return the positions of creatures after their steps, (copies, creatures, 2), before anything wraps.

    Args:
        spots: where they are.
        steps: the step each would take with nothing in its way.
        radius: of the creatures.
        walls: none of them crosses.
        stones: the displacements from creatures to solid things before the step, far away where things are absent,
            (copies, creatures, stones, 2), and the least distance to each.
        size: of the torus, if it is one.
        there: which creatures block each other, (copies, creatures); None: none do.
    """
    shape, flat = spots.shape, spots.reshape(-1, 2)
    wanted = steps.reshape(-1, 2)
    new = flat + (hit_walls(flat, wanted, radius, walls) if len(walls) else wanted)
    if stones is None and there is None:
        return new.reshape(shape)
    pushes = np.zeros_like(new)
    if stones is not None:
        pushes += _out_of_stones(stones[0] - (new.reshape(shape) - spots)[:, :, None], stones[1]).reshape(-1, 2)
    if there is not None:
        those = np.flatnonzero(there)
        pushes[those] += push_apart(new[those], np.full(len(those), radius), those // shape[1], size)
    return (new + (hit_walls(new, pushes, radius, walls) if len(walls) else pushes)).reshape(shape)


def _out_of_stones(displacements: NDArray[np.float64], reach: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the push that moves each creature out of solid things, (copies, creatures, 2)."""
    distances = np.sqrt(np.square(displacements).sum(-1))
    share = np.maximum(reach - distances, 0.0) / np.where(distances > 0.0, distances, 1.0)
    return np.asarray(-(displacements * share[..., None]).sum(2))
