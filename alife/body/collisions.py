"""Collisions: of bodies with walls and with each other. Bodies are discs, walls are segments."""

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import displacement_to

_BENDS = 4  # how often a step may bend at a wall before it ends
_SKIN = 1e-9  # world units kept between a body and a wall, so that rounding never lets it in
_LONG_SKIN = 1e-12  # and for each unit of a long step
_SLACK = 1e-8  # world units beyond its length that a step may touch, far more than all skins together
_LEVEL = 1e-12  # what points less into a wall than this goes along it


def hit_walls(
    positions: NDArray[np.float64],
    steps: NDArray[np.float64],
    radius: float | NDArray[np.float64],
    walls: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the steps (rows, 2) with walls in the way: creatures slide along walls, and stop in corners.

    However long a step is, the straight line from the old place to the new one crosses no wall, and no creature
    comes nearer to a wall than its radius. One that already is nearer may go away or along, but no nearer. On a
    torus, walls near the seam must be given on both sides of it.

    Args:
        positions: where creatures stand, (rows, 2).
        steps: the step each would take without walls, (rows, 2).
        radius: of the creatures, one number or one for each row.
        walls: (segments, 2, 2), from where to where.
    """
    taken = np.array(steps, np.float64)
    if len(walls) == 0 or len(taken) == 0:
        return taken
    lengths = _size(taken)
    reach = radius + _SKIN + _LONG_SKIN * lengths
    close = _size(displacement_to(positions[:, None], walls)) <= (reach + lengths + _SLACK)[:, None]  # (rows, segments)
    rows = np.flatnonzero(close.any(1))
    if len(rows):
        close = close[rows]
        own = np.argsort(~close, axis=1, kind="stable")[:, : close.sum(1).max()]  # fewer: padded with far ones
        taken[rows] = _slide(positions[rows], taken[rows], reach[rows], walls[own])
    return taken


def _slide(
    positions: NDArray[np.float64], steps: NDArray[np.float64], reach: NDArray[np.float64], walls: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Move until one of its walls (rows, walls, 2, 2) is hit, then along it with the rest of the step, and so on."""
    taken, left = np.zeros_like(steps), steps.copy()
    straight = taken
    for bend in range(_BENDS):
        shares, normals, depths = _first_hit(positions + taken, left, reach, walls)
        taken = taken + left * shares[:, None]
        straight = taken if bend == 0 else straight
        hit = shares < 1.0
        if not hit.any():
            break
        left *= np.where(hit, 1.0 - shares, 0.0)[:, None]
        outwards = np.clip(depths, 0.0, _SKIN) - np.minimum(_dot(left, normals), 0.0)
        left += normals * np.where(hit, outwards, 0.0)[:, None]
        left[_dot(left, steps) < 0.0] = 0.0  # a corner never throws a body back
    bent = (taken != straight).any(1) & _crosses(positions, taken, walls)  # the end of a wall stands in the bend
    return np.where(bent[:, None], straight, taken)


def _first_hit(
    places: NDArray[np.float64], steps: NDArray[np.float64], reach: NDArray[np.float64], walls: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of its step each body goes before it meets a wall, 1 if none; the wall's normal; how deep it is.

    What is within reach of a wall is a convex shape, so that a body within it which does not go further in will
    not meet it again on a straight line.
    """
    lengths = _size(steps)
    courses = (steps / np.where(lengths > 0.0, lengths, 1.0)[:, None])[:, None]  # (rows, 1, 2)
    from_there = places[:, None]
    displacements = displacement_to(from_there, walls)
    distances, within = _size(displacements), reach[:, None]
    sides = _side_hits(from_there, courses, within, walls)
    ends = np.minimum(
        _end_hits(from_there, courses, within, walls[..., 0, :]),
        _end_hits(from_there, courses, within, walls[..., 1, :]),
    )
    level = np.where(distances > within - _SKIN / 2.0, _LEVEL, 0.0)
    inwards = np.where(_dot(displacements, courses) > level * distances, 0.0, np.inf)
    travel = np.where(distances <= within, inwards, np.minimum(sides, ends))
    wall = travel.argmin(1)
    every = np.arange(len(wall))
    travel = travel[every, wall]
    hit = travel < lengths
    shares = np.where(hit, travel, 1.0) / np.where(hit, lengths, 1.0)
    away = -displacement_to(places + steps * shares[:, None], walls[every, wall])
    distance = _size(away)
    return shares, away / np.where(distance > 0.0, distance, 1.0)[:, None], reach - distance


def _side_hits(
    places: NDArray[np.float64], courses: NDArray[np.float64], reach: NDArray[np.float64], walls: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far each body goes before it meets the side of each wall, infinity if never: (rows, walls)."""
    along = walls[..., 1, :] - walls[..., 0, :]
    length = _size(along)
    along = along / np.where(length > 0.0, length, 1.0)[..., None]
    start = places - walls[..., 0, :]
    off = _cross(along, start)  # of the wall's line, to its left
    gap, closing = np.maximum(np.abs(off) - reach, 0.0), -_cross(along, courses) * np.sign(off)
    meets = closing > _LEVEL * _LEVEL
    travel = np.where(meets, gap, np.inf) / np.where(meets, closing, 1.0)
    place = _dot(along, start) + np.where(meets, travel, 0.0) * _dot(along, courses)
    return np.where((place >= -_SKIN) & (place <= length + _SKIN), travel, np.inf)


def _end_hits(
    places: NDArray[np.float64], courses: NDArray[np.float64], reach: NDArray[np.float64], ends: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far each body goes before it meets the end of each wall, infinity if never: (rows, walls)."""
    start = ends - places
    ahead, miss = _dot(start, courses), _cross(start, courses)
    under = reach * reach - miss * miss
    meets = (ahead > 0.0) & (under > reach * (_SKIN / 8.0))  # a body that slides along a wall passes its end
    return np.where(meets, np.maximum(ahead - np.sqrt(np.maximum(under, 0.0)), 0.0), np.inf)


def _crosses(
    positions: NDArray[np.float64], steps: NDArray[np.float64], walls: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which rows cross a wall on the straight line from the old place to the new one, (rows,)."""
    start, course, begin, end = positions[:, None], steps[:, None], walls[..., 0, :], walls[..., 1, :]
    along = end - begin
    before, after = _cross(along, start - begin), _cross(along, start + course - begin)
    left, right = _cross(course, begin - start), _cross(course, end - start)
    return np.asarray(((before * after <= 0.0) & (left * right <= 0.0) & (before != after)).any(1))


def push_apart(
    positions: NDArray[np.float64],
    radii: NDArray[np.float64],
    groups: NDArray[np.int64],
    size: float | None = None,
) -> NDArray[np.float64]:
    """Return the pushes (creatures, 2) that bring creatures which overlap apart: to each half of the overlap.

    Among three or more, one push may leave or make a smaller overlap, which the next tick's push takes on. Two in
    the very same place part along x. Pushes ignore walls: pass them through `hit_walls`.

    Args:
        positions: where creatures stand, (creatures, 2), all species together.
        radii: of each creature, (creatures,).
        groups: the copy in which each creature lives; those of different copies never meet.
        size: of a square torus, if they live on one.
    """
    pushes = np.zeros((len(positions), 2))
    if len(positions) < 2:
        return pushes
    who, x = np.arange(len(positions)), positions[:, 0]
    widest = 2.0 * float(radii.max())
    if size is not None:  # those near one side of the seam are looked for beyond the other side, too
        across = np.flatnonzero(x < widest)
        who, x = np.append(who, across), np.append(x, x[across] + size)
    order = np.lexsort((x, groups[who]))
    who, x, twin = who[order], x[order], order >= len(positions)
    for apart in range(1, len(who)):
        near = (groups[who[apart:]] == groups[who[:-apart]]) & (x[apart:] - x[:-apart] < widest)
        if not near.any():
            break
        pair = np.flatnonzero(near & ~(twin[apart:] & twin[:-apart]) & (who[apart:] != who[:-apart]))
        one, other = who[pair], who[pair + apart]
        gap_x, gap_y = x[pair + apart] - x[pair], positions[other, 1] - positions[one, 1]
        if size is not None:
            gap_y -= size * np.rint(gap_y / size)
        distance = np.sqrt(gap_x * gap_x + gap_y * gap_y)
        share = 0.5 * np.maximum(radii[one] + radii[other] - distance, 0.0) / np.where(distance > 0.0, distance, 1.0)
        push = np.stack([np.where(distance > 0.0, gap_x, 1.0) * share, gap_y * share], axis=1)
        np.subtract.at(pushes, one, push)
        np.add.at(pushes, other, push)
    return pushes


def _dot(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(one[..., 0] * other[..., 0] + one[..., 1] * other[..., 1])


def _cross(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0])


def _size(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(_dot(vectors, vectors))
