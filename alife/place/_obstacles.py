"""Obstacles: walls that enclose something, into which no creature and no thing is put."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alife.core.errors import WorldError
from alife.core.geometry import clearance, inside, outlines

_ROUNDS = 2000  # of redrawing: with a thousandth of a box free, one thing in seven is given up, with 2 % none
_OUT = 1e-6  # world units beyond a side to which what has come inside is brought
_SHIFTS = (-1.0, 0.0, 1.0)


class Obstacles:
    """The walls of more than two points: closed polygons.

    Args:
        walls: all walls of a place, two points or more each.
        size: of the arena.
        wraps: whether its edges are joined; then an obstacle that reaches over one goes on at the other.
    """

    def __init__(self, walls: Sequence[ArrayLike], size: float, wraps: bool) -> None:
        self._size = size
        solid = [np.asarray(wall, np.float64) for wall in walls if len(np.asarray(wall)) > 2]
        shifts = [np.array([x, y]) * size for x in _SHIFTS for y in _SHIFTS] if wraps else [np.zeros(2)]
        images = [corners + shift for corners in solid for shift in shifts]
        self.polygons = [one for one in images if (one.max(0) > 0.0).all() and (one.min(0) < size).all()]
        self._sides = outlines(images)  # those beyond the edge, too: what is near them may be here

    def __bool__(self) -> bool:
        return len(self._sides) > 0

    def contains(self, points: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Return which points (rows, 2) lie in an obstacle, (rows,)."""
        covered = np.zeros(len(points), bool)
        for corners in self.polygons:
            covered |= inside(points, corners)
        return covered

    def draw_outside(
        self,
        draw_points: Callable[[], NDArray[np.float64]],
        radii: NDArray[np.float64] | float,
        names: Sequence[str],
    ) -> NDArray[np.float64]:
        """Draw points, (rows, 2 or more), and redraw those whose discs reach into an obstacle.

        Where there are no obstacles, it draws once.

        Raises:
            WorldError: there is no room.
        """
        drawn = draw_points()
        if not self:
            return drawn
        for _ in range(_ROUNDS):
            blocked = self.contains(drawn[:, :2]) | (clearance(drawn[:, :2], self._sides) < radii)
            if not blocked.any():
                return drawn
            drawn = np.where(blocked[:, None], draw_points(), drawn)
        name = names[int(blocked.argmax())]
        raise WorldError(f"there is no room for {name} beside the obstacles; give them a larger box or smaller walls")

    def bring_out(self, points: NDArray[np.float64]) -> None:
        """Bring points (..., 2) that lie in an obstacle to the nearest place just outside of it, in place.

        Where obstacles overlap so that none of their sides is free nearby, it stays where it is.
        """
        if not self:
            return
        flat = points.reshape(-1, 2)  # a copy where they are a view
        for row in np.flatnonzero(self.contains(flat)):
            flat[row] = self._beside(flat[row])
        points[...] = flat.reshape(points.shape)

    def _beside(self, point: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the nearest place outside, a hair away from a side."""
        starts, along = self._sides[:, 0], self._sides[:, 1] - self._sides[:, 0]
        squares = np.maximum(np.square(along).sum(1), 1e-300)
        shares = np.clip(((point - starts) * along).sum(1) / squares, 0.0, 1.0)
        nearest = starts + shares[:, None] * along
        normals = np.stack([-along[:, 1], along[:, 0]], axis=1) * (_OUT / np.sqrt(squares))[:, None]
        places = np.concatenate([nearest + normals, nearest - normals])
        free = ~self.contains(places) & (places >= 0.0).all(1) & (places <= self._size).all(1)
        distances = np.where(free, np.square(places - point).sum(1), np.inf)
        return places[distances.argmin()] if free.any() else point
