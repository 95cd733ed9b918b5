"""Geometry that bodies and worlds share."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alife.core.errors import WorldError
from alife.core.kernel import kernel


def wrap(values: NDArray[np.float64], length: float) -> None:
    """Wrap values into [0, length) in place, as on a circle."""
    values %= length
    values[values >= length] = 0.0  # what lies a rounding error below zero would come out as the length itself


def shorten(gaps: NDArray[np.float64], period: float | NDArray[np.float64]) -> None:
    """Make gaps, along axes of a torus of this period, the shortest, in place."""
    gaps -= period * np.rint(gaps / period)


@kernel
def wrapped(value: float, length: float) -> float:
    """Return a value wrapped into [0, length), as on a circle."""
    if value < 0.0 or value >= length:
        value -= length * np.floor(value / length)
        if value < 0.0 or value >= length:  # what lies a rounding error outside
            value = 0.0
    return value


@kernel
def shortest(gap: float, period: float) -> float:
    """Return the shortest gap along one axis of a torus of this period; one of 0 is none."""
    return gap - period * np.rint(gap / period) if period > 0.0 else gap


@kernel
def displacement_to_wall(x: float, y: float, wall: NDArray[np.float64]) -> tuple[float, float]:
    """Return the shortest displacement from a point to a wall (2, 2)."""
    along_x, along_y = wall[1, 0] - wall[0, 0], wall[1, 1] - wall[0, 1]
    square = along_x * along_x + along_y * along_y
    from_x, from_y = x - wall[0, 0], y - wall[0, 1]
    if square <= 1e-150:  # it is a point: its square is lost in rounding
        return -from_x, -from_y
    share = (from_x * along_x + from_y * along_y) / square
    if 0.0 < share < 1.0:  # there the displacement is square to the wall, exactly
        off = (along_x * from_y - along_y * from_x) / square
        return off * along_y, -off * along_x
    share = min(max(share, 0.0), 1.0)
    return share * along_x - from_x, share * along_y - from_y


def outlines(polygons: Sequence[ArrayLike]) -> NDArray[np.float64]:
    """Return the sides of polygons as segments (segments, 2, 2), from corner to corner; two corners make one side.

    Raises:
        WorldError: a polygon has fewer than two corners, or corners that are not two finite numbers.
    """
    sides = [_sides(np.asarray(polygon, np.float64), place) for place, polygon in enumerate(polygons)]
    return np.concatenate([np.empty((0, 2, 2)), *sides])


def _sides(corners: NDArray[np.float64], place: int) -> NDArray[np.float64]:
    if corners.ndim != 2 or corners.shape[1] != 2 or len(corners) < 2 or not np.isfinite(corners).all():
        raise WorldError(f"polygon {place} must be two or more corners (x, y) of finite numbers")
    sides = np.stack([corners, np.roll(corners, -1, axis=0)], axis=1)
    return sides[:1] if len(corners) == 2 else sides  # there and back again is one wall


def inside(points: NDArray[np.float64], polygon: ArrayLike) -> NDArray[np.bool_]:
    """Return which points (rows, 2) lie inside a polygon (corners, 2)."""
    corners = np.asarray(polygon, np.float64)
    x, y = points[:, 0, None], points[:, 1, None]
    (x0, y0), (x1, y1) = corners.T, np.roll(corners, -1, axis=0).T
    spans = (y0 > y) != (y1 > y)  # (rows, sides)
    rise = np.where(y1 == y0, 1.0, y1 - y0)  # a level side spans nothing
    crossed = spans & (x < x0 + (y - y0) / rise * (x1 - x0))
    return np.asarray(crossed.sum(1) % 2 == 1)  # from inside, a ray crosses the sides an odd number of times


def displacement_to(places: NDArray[np.float64], walls: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shortest displacement from places (..., 2) to walls (..., 2, 2), as (..., 2).

    What stands before the last axes broadcasts: places (rows, 1, 2) and walls (segments, 2, 2) give all pairs.
    """
    start_x, start_y = walls[..., 0, 0], walls[..., 0, 1]
    along_x, along_y = walls[..., 1, 0] - start_x, walls[..., 1, 1] - start_y
    squares = along_x * along_x + along_y * along_y
    long = squares > 1e-150  # what is shorter is a point: its square is lost in rounding
    squares = np.where(long, squares, 1.0)
    from_x, from_y = places[..., 0] - start_x, places[..., 1] - start_y
    share = (from_x * along_x + from_y * along_y) / squares
    off = (along_x * from_y - along_y * from_x) / squares
    beside = long & (share > 0.0) & (share < 1.0)  # there the displacement is square to the wall, exactly
    np.clip(share, 0.0, 1.0, out=share)
    displacements = np.empty((*share.shape, 2))
    displacements[..., 0] = np.where(beside, off * along_y, share * along_x - from_x)
    displacements[..., 1] = np.where(beside, -off * along_x, share * along_y - from_y)
    return displacements


def clearance(places: NDArray[np.float64], walls: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each place (rows, 2) is from the nearest wall (segments, 2, 2); infinity where there is none."""
    displacements = displacement_to(places[:, None], walls)
    nearest: NDArray[np.float64] = np.hypot(displacements[..., 0], displacements[..., 1]).min(1, initial=np.inf)
    return nearest
