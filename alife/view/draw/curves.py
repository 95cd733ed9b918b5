"""Curves in a rectangle: axes, thinning, dashes, and names that keep apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

Curve = NDArray[np.float64]
"""Points (n, 2) of ticks and numbers, in the order of their ticks."""


_LARGEST = 1e100  # far from where the numbers end, so that axes may be drawn around it


@dataclass(frozen=True)
class Axes:
    """Where numbers lie in a rectangle."""

    area: pygame.Rect
    ticks: float  # at the right edge; the left edge is tick 0
    low: float
    high: float

    def points(self, curve: Curve) -> Curve:
        """Return the points of a curve as pixels."""
        scale = self.area.width / self.ticks, -self.area.height / (self.high - self.low)
        points: Curve = (curve - (0.0, self.low)) * scale + self.area.bottomleft
        return points

    def point(self, tick: float, number: float) -> tuple[int, int]:
        """Return one point as pixels."""
        x, y = np.rint(self.points(np.array([[tick, number]]))[0]).astype(int).tolist()
        return x, y


def axes(area: pygame.Rect, curves: Sequence[Curve]) -> Axes:
    """Return axes on which all curves fit, and zero."""
    numbers = np.concatenate([np.zeros(1), *(curve[:, 1] for curve in curves)])
    low, high = float(numbers.min()), float(numbers.max())
    if high - low < 1e-9:
        low, high = -1.0, 1.0
    margin = (high - low) * 0.08
    last = max((float(curve[-1, 0]) for curve in curves if len(curve)), default=0.0)
    return Axes(area, max(100.0, last), low - margin * (low < 0), high + margin)


def finite(curve: Curve) -> Curve:
    """Return the points whose numbers are finite, none of them too large for axes."""
    kept: Curve = np.clip(curve[np.isfinite(curve).all(axis=1)], -_LARGEST, _LARGEST)
    return kept


def finite_numbers(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return numbers none of which is too large for axes; what is no number is 0."""
    return np.clip(np.nan_to_num(numbers), -_LARGEST, _LARGEST)


def thinned(curve: Curve, most: int) -> Curve:
    """Return at most so many points: neighbours become their mean."""
    if len(curve) <= most:
        return curve
    starts = np.arange(most) * len(curve) // most
    lengths = np.diff(np.append(starts, len(curve)))
    means: Curve = np.add.reduceat(curve, starts, axis=0) / lengths[:, None]
    return means


def dashes(points: Curve, length: float) -> list[tuple[list[float], list[float]]]:
    """Return the pieces of a line through points that stay when every other piece is left out."""
    travelled = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    stops = np.arange(0.0, travelled[-1], length)
    ends = np.column_stack([np.interp(stops, travelled, points[:, axis]) for axis in (0, 1)]).tolist()
    return list(zip(ends[::2], ends[1::2], strict=False))


def apart(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Return ascending places moved until neighbours keep a distance, above `high` only for want of room."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + distance if moved else low))
    for index in reversed(range(len(moved))):
        ceiling = high if index == len(moved) - 1 else moved[index + 1] - distance
        moved[index] = max(min(moved[index], ceiling), low + index * distance)
    return moved
