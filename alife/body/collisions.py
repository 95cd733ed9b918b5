"""Collisions: of bodies with walls and with each other. Bodies are discs, walls are segments."""

import math

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import displacement_to_wall, shortest
from alife.core.grid import Grid, find_near
from alife.core.kernel import kernel

_BENDS = 4  # how often a step may bend at a wall before it ends
_SKIN = 1e-9  # world units kept between a body and a wall, so that rounding never lets it in
_LONG_SKIN = 1e-12  # and for each unit of a long step
_SLACK = 1e-8  # world units beyond its length that a step may touch, far more than all skins together
_LEVEL = 1e-12  # what points less into a wall than this goes along it
_NEAREST = 1e-150  # world units below which two things are in one place: the squares of less lose their digits

Floats = NDArray[np.float64]
Vector = tuple[float, float]


def hit_walls(positions: Floats, steps: Floats, radius: float | Floats, walls: Floats) -> Floats:
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
    if len(walls) and len(taken):
        radii = np.full(len(taken), radius, np.float64)
        _hit_walls(positions, radii, walls, np.empty(len(walls), np.int64), taken)
    return taken


@kernel
def _hit_walls(positions: Floats, radii: Floats, walls: Floats, close: NDArray[np.int64], steps: Floats) -> None:
    for r in range(steps.shape[0]):
        x, y, length = positions[r, 0], positions[r, 1], _size(steps[r, 0], steps[r, 1])
        reach = radii[r] + _SKIN + _LONG_SKIN * length
        count = 0
        for w in range(walls.shape[0]):
            away_x, away_y = displacement_to_wall(x, y, walls[w])
            if _size(away_x, away_y) <= reach + length + _SLACK:
                close[count] = w
                count += 1
        if count:
            steps[r, 0], steps[r, 1] = _slide(x, y, steps[r, 0], steps[r, 1], reach, walls, close[:count])


@kernel
def _slide(
    x: float, y: float, step_x: float, step_y: float, reach: float, walls: Floats, close: NDArray[np.int64]
) -> Vector:
    """Move until a wall is hit, then along it with the rest of the step, and so on."""
    taken_x, taken_y = 0.0, 0.0
    left_x, left_y = step_x, step_y
    straight_x, straight_y = 0.0, 0.0
    for bend in range(_BENDS):
        share, normal_x, normal_y, depth = _first_hit(x + taken_x, y + taken_y, left_x, left_y, reach, walls, close)
        taken_x += left_x * share
        taken_y += left_y * share
        if bend == 0:
            straight_x, straight_y = taken_x, taken_y
        if share >= 1.0:
            break
        left_x *= 1.0 - share
        left_y *= 1.0 - share
        outwards = min(max(depth, 0.0), _SKIN) - min(left_x * normal_x + left_y * normal_y, 0.0)
        left_x += normal_x * outwards
        left_y += normal_y * outwards
        if left_x * step_x + left_y * step_y < 0.0:  # a corner never throws a body back
            left_x, left_y = 0.0, 0.0
    if taken_x != straight_x or taken_y != straight_y:
        for w in close:
            if _crosses(x, y, taken_x, taken_y, walls[w]):  # the end of a wall stands in the bend
                return straight_x, straight_y
    return taken_x, taken_y


@kernel
def _first_hit(
    x: float, y: float, step_x: float, step_y: float, reach: float, walls: Floats, close: NDArray[np.int64]
) -> tuple[float, float, float, float]:
    """Return the share of its step a body goes before it meets a wall, 1 if none; the wall's normal; how deep it is.

    What is within reach of a wall is a convex shape, so that a body within it which does not go further in will
    not meet it again on a straight line.
    """
    length = _size(step_x, step_y)
    course_x, course_y = (step_x / length, step_y / length) if length > 0.0 else (0.0, 0.0)
    travel, first = math.inf, close[0]
    for w in close:
        away_x, away_y = displacement_to_wall(x, y, walls[w])
        distance = _size(away_x, away_y)
        if distance <= reach:
            level = _LEVEL if distance > reach - _SKIN / 2.0 else 0.0
            here = 0.0 if away_x * course_x + away_y * course_y > level * distance else math.inf
        else:
            here = min(
                _side_hit(x, y, course_x, course_y, reach, walls[w]),
                _end_hit(walls[w, 0, 0] - x, walls[w, 0, 1] - y, course_x, course_y, reach),
                _end_hit(walls[w, 1, 0] - x, walls[w, 1, 1] - y, course_x, course_y, reach),
            )
        if here < travel:
            travel, first = here, w
    share = travel / length if travel < length else 1.0
    away_x, away_y = displacement_to_wall(x + step_x * share, y + step_y * share, walls[first])
    distance = _size(away_x, away_y)
    unit = distance if distance > 0.0 else 1.0
    return share, -away_x / unit, -away_y / unit, reach - distance


@kernel
def _side_hit(x: float, y: float, course_x: float, course_y: float, reach: float, wall: Floats) -> float:
    """Return how far a body goes before it meets the side of a wall, infinity if never."""
    along_x, along_y = wall[1, 0] - wall[0, 0], wall[1, 1] - wall[0, 1]
    length = _size(along_x, along_y)
    if length > 0.0:
        along_x, along_y = along_x / length, along_y / length
    start_x, start_y = x - wall[0, 0], y - wall[0, 1]
    off = along_x * start_y - along_y * start_x  # of the wall's line, to its left
    sign = 1.0 if off > 0.0 else (-1.0 if off < 0.0 else 0.0)
    closing = -(along_x * course_y - along_y * course_x) * sign
    if closing <= _LEVEL * _LEVEL:
        return math.inf
    travel = max(abs(off) - reach, 0.0) / closing
    place = along_x * start_x + along_y * start_y + travel * (along_x * course_x + along_y * course_y)
    return travel if -_SKIN <= place <= length + _SKIN else math.inf


@kernel
def _end_hit(start_x: float, start_y: float, course_x: float, course_y: float, reach: float) -> float:
    """Return how far a body goes before it meets the end of a wall, infinity if never."""
    ahead, miss = start_x * course_x + start_y * course_y, start_x * course_y - start_y * course_x
    under = reach * reach - miss * miss
    if ahead <= 0.0 or under <= reach * (_SKIN / 8.0):  # a body that slides along a wall passes its end
        return math.inf
    return max(ahead - math.sqrt(under), 0.0)


@kernel
def _crosses(x: float, y: float, step_x: float, step_y: float, wall: Floats) -> bool:
    """Return whether the straight line of a step crosses a wall."""
    begin_x, begin_y = wall[0, 0] - x, wall[0, 1] - y
    end_x, end_y = wall[1, 0] - x, wall[1, 1] - y
    along_x, along_y = end_x - begin_x, end_y - begin_y
    before = along_y * begin_x - along_x * begin_y
    after = along_x * (step_y - begin_y) - along_y * (step_x - begin_x)
    left, right = step_x * begin_y - step_y * begin_x, step_x * end_y - step_y * end_x
    return bool(before * after <= 0.0 and left * right <= 0.0 and before != after)


def push_apart(crowd: Grid, radii: Floats, widest: float) -> Floats:
    """Return the pushes (copies, creatures, 2) that bring creatures which overlap apart: to each half of the overlap.

    Among three or more, one push may leave or make a smaller overlap, which the next tick's push takes on. Two in
    the very same place part along x. Pushes ignore walls: pass them through `hit_walls`.

    Args:
        crowd: where creatures stand, all species together, filled; those of different copies never meet.
        radii: of each creature, (copies, creatures).
        widest: the largest they can be.
    """
    pushes = np.zeros_like(crowd.points)
    creatures = radii.shape[1]
    found, offsets = np.empty(creatures, np.int64), np.empty((3, creatures))
    cells = (crowd.period, crowd.cells, crowd.scale, crowd.starts, crowd.order)
    _push(crowd.points, crowd.present, *cells, radii, 2.0 * widest, found, offsets, pushes)
    return pushes


@kernel
def _push(
    points: Floats,
    present: NDArray[np.bool_],
    period: float,
    cells: int,
    scale: float,
    starts: NDArray[np.int64],
    order: NDArray[np.int64],
    radii: Floats,
    reach: float,
    found: NDArray[np.int64],
    offsets: Floats,
    pushes: Floats,
) -> None:
    for c in range(points.shape[0]):
        for i in range(points.shape[1]):
            if not present[c, i]:
                continue
            x, y = points[c, i, 0], points[c, i, 1]
            near = find_near(c, x, y, reach, points, present, period, cells, scale, starts, order, found, offsets, 0)
            for n in range(near):
                j, distance = found[n], offsets[2, n]
                overlap = radii[c, i] + radii[c, j] - distance
                if j == i or overlap <= 0.0:
                    continue
                if distance > _NEAREST:
                    pushes[c, i, 0] -= 0.5 * overlap * offsets[0, n] / distance
                    pushes[c, i, 1] -= 0.5 * overlap * offsets[1, n] / distance
                else:
                    pushes[c, i, 0] += -0.5 * overlap if i < j else 0.5 * overlap


@kernel
def push_out(
    points: Floats,
    present: NDArray[np.bool_],
    solid: NDArray[np.bool_],
    least: Floats,
    period: float,
    spots: Floats,
    pushes: Floats,
) -> None:
    """Add to the pushes (copies, creatures, 2) what moves each creature out of solid things.

    Args:
        points: where things are, (copies, things, 2).
        present: whether they are there, (copies, things).
        solid: which keep creatures out, (things,).
        least: how near the middle of a creature may come, (things,).
        period: of the torus, or 0.
        spots: where creatures are, (copies, creatures, 2).
        pushes: added to.
    """
    for t in range(solid.size):
        if not solid[t]:
            continue
        for c in range(spots.shape[0]):
            if not present[c, t]:
                continue
            for i in range(spots.shape[1]):
                dx = shortest(points[c, t, 0] - spots[c, i, 0], period)
                dy = shortest(points[c, t, 1] - spots[c, i, 1], period)
                distance = _size(dx, dy)
                if _NEAREST < distance < least[t]:
                    pushes[c, i, 0] -= dx * (least[t] - distance) / distance
                    pushes[c, i, 1] -= dy * (least[t] - distance) / distance


@kernel
def _size(x: float, y: float) -> float:
    return math.sqrt(x * x + y * y)
