"""From world units to pixels and back, and from numbers to round numbers."""

import math
from dataclasses import dataclass, replace

import numpy as np
import pygame
from numpy.typing import ArrayLike, NDArray

from alife.core.scene import Circles, Scene

_REPEATED = np.array([[0.0], [1.0], [-1.0]])
"""Along one axis of a torus, in lengths of it: what can reach into view."""

ANY_NUMBERS = np.errstate(over="ignore", invalid="ignore")
"""A point may be anywhere, or nowhere; what is no number is not in view."""

_TINIEST = 1e-30  # world units: an arena without an extent is drawn as one of this size
_LONGEST = 4000.0  # pixels, of a radius or a reach: beyond every canvas


@dataclass(frozen=True)
class Fit:
    """Where a part of a scene lies on a surface: its aspect kept, y growing upwards."""

    area: pygame.Rect
    scale: float  # pixels per world unit
    corner: tuple[float, float] = (0.0, 0.0)  # what lies at the lower left of the area, in world units

    @property
    def span(self) -> tuple[float, float]:
        """How much of the world the area shows, in world units."""
        return self.area.width / self.scale, self.area.height / self.scale

    def length(self, units: float) -> float:
        """Return a length in pixels."""
        return bounded(units * self.scale)

    @ANY_NUMBERS
    def to_pixels(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return points in world units, the last axis being (x, y), as pixels."""
        pixels = np.array(points, dtype=np.float64)
        x, y = pixels[..., 0], pixels[..., 1]  # views, each by itself: numpy is slow on rows of two numbers
        x -= self.corner[0]
        x *= self.scale
        x += self.area.left
        y -= self.corner[1]
        y *= -self.scale
        y += self.area.bottom
        return pixels

    def to_world(self, pixel: tuple[float, float]) -> tuple[float, float]:
        """Return a pixel in world units."""
        x, y = (pixel[0] - self.area.left) / self.scale, (self.area.bottom - pixel[1]) / self.scale
        return self.corner[0] + x, self.corner[1] + y


@dataclass(frozen=True)
class Spot:
    """A creature of the copy in view, and where it is."""

    species: str
    row: int
    position: tuple[float, float]  # in world units
    radius: float
    heading: float = 0.0  # radians, counter-clockwise from +x; 0 for one that has none
    energy: float | None = None  # the share of what its body holds, where that is known


def bounded(pixels: float) -> float:
    """Return a length that goes no farther than beyond every canvas."""
    return min(_LONGEST, pixels)


def fit_scene(scene: Scene, area: pygame.Rect) -> Fit:
    """Return the largest fit of a scene in the middle of an area."""
    width, height = max(scene.width, _TINIEST), max(scene.height, _TINIEST)
    scale = min(area.width / width, area.height / height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return Fit(pygame.Rect((0, 0), size).move_to(center=area.center), scale)


def tiles(scene: Scene, fit: Fit) -> list[Fit]:
    """Return the fits under which all of a scene has to be drawn: on a torus once for each repetition in view."""
    if not scene.wraps or min(scene.width, scene.height) <= 0:
        return [fit]
    sides = zip(fit.corner, fit.span, (scene.width, scene.height), strict=True)
    pixel = 1 / fit.scale  # an area of whole pixels may be a little too wide
    lefts, bottoms = (
        [corner - tile * size for tile in _numbers(corner // size, (corner + span - pixel) / size)]
        for corner, span, size in sides
    )
    return [replace(fit, corner=(left, bottom)) for left in lefts for bottom in bottoms]


def _numbers(first: float, end: float) -> range:
    """Return the numbers of the repetitions in view; where one is thinner than a pixel, three hide the others."""
    return range(int(first), math.ceil(end) or 1)[:3]


@ANY_NUMBERS
def in_view(
    points: NDArray[np.float64], margin: float, scene: Scene, fit: Fit
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return the finite points in view, or no farther from it than a margin, and the index of each.

    On a torus they are where the view sees them, and those near an edge are there again beyond the opposite one.
    """
    # Each axis by itself: numpy is slow on rows of two numbers.
    joined = scene.wraps and scene.width > 0 and scene.height > 0
    x, near_x = _along(points[:, 0] - fit.corner[0], margin, scene.width if joined else None, fit.span[0])
    y, near_y = _along(points[:, 1] - fit.corner[1], margin, scene.height if joined else None, fit.span[1])
    up, across, which = np.nonzero(near_y[:, None] & near_x)
    seen = np.empty((len(which), 2))
    seen[:, 0], seen[:, 1] = x[across, which] + fit.corner[0], y[up, which] + fit.corner[1]
    return seen, which


def _along(
    places: NDArray[np.float64], margin: float, length: float | None, span: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return where along one axis points lie, (repetitions, points), and which are near what is in view."""
    places = places[None]
    if length is not None:
        places = places - np.floor(places / length) * length + _REPEATED * length
    return places, (places > -margin) & (places < span + margin)  # what is no number is not near either


def pixels_of(point: tuple[float, float], margin: float, scene: Scene, fit: Fit) -> list[tuple[float, float]]:
    """Return where one point is in view, as `in_view` does, as pixels."""
    if not (math.isfinite(point[0]) and math.isfinite(point[1])):
        return []
    joined = scene.wraps and scene.width > 0 and scene.height > 0
    across = _places(point[0] - fit.corner[0], margin, scene.width if joined else None, fit.span[0])
    up = _places(point[1] - fit.corner[1], margin, scene.height if joined else None, fit.span[1])
    left, bottom, scale = fit.area.left, fit.area.bottom, fit.scale
    return [(left + x * scale, bottom - y * scale) for y in up for x in across]


def _places(place: float, margin: float, length: float | None, span: float) -> list[float]:
    """Return where along one axis a point is in view; beyond its length, if it has one, all begins again."""
    places = [place]
    if length is not None:
        place %= length
        places = [place, *([place + length] if place < margin else []), *([place - length] * (place > length - margin))]
    return [one for one in places if -margin < one < span + margin]


def spots(scene: Scene) -> list[Spot]:
    """Return every creature in a scene, in the order of the scene."""
    return [
        Spot(shape.species, int(row), (float(x), float(y)), shape.radius)
        for shape in scene.shapes
        if isinstance(shape, Circles) and shape.rows is not None
        for row, (x, y) in zip(shape.rows, shape.centres, strict=True)
        if math.isfinite(x) and math.isfinite(y)
    ]


def spot_of(scene: Scene, creature: tuple[str, int]) -> Spot | None:
    """Return where one creature is, or None if it is nowhere in the scene."""
    species, row = creature
    for shape in scene.shapes:
        if isinstance(shape, Circles) and shape.rows is not None and shape.species == species:
            index = _index_of(shape.rows, row)
            if index is None:
                continue
            x, y = shape.centres[index].tolist()
            heading = 0.0 if shape.headings is None else float(shape.headings[index])
            if math.isfinite(x) and math.isfinite(y):
                energy = None if shape.energy is None else float(shape.energy[index])
                return Spot(species, row, (x, y), shape.radius, heading if math.isfinite(heading) else 0.0, energy)
    return None


def is_gone(scene: Scene, creature: tuple[str, int]) -> bool:
    """Return whether a scene shows creatures, but not this one: it has died, or its row is empty."""
    shown = [one for one in scene.shapes if isinstance(one, Circles) and one.rows is not None]
    return bool(shown) and not any(one.species == creature[0] and place_of(one, creature[1]) for one in shown)


def place_of(shape: Circles, row: int) -> tuple[float, float] | None:
    """Return where the creature of a row is, in world units, or None if it is none of these circles."""
    index = None if shape.rows is None else _index_of(shape.rows, row)
    if index is None:
        return None
    x, y = shape.centres[index].tolist()
    return x, y


def _index_of(rows: NDArray[np.int64], row: int) -> int | None:
    """Return the index of a row among rows; as a rule they are all there, one after another."""
    if not len(rows):
        return None
    index = row - int(rows[0])
    if 0 <= index < len(rows) and rows[index] == row:
        return index
    found = np.flatnonzero(rows == row)
    return int(found[0]) if len(found) else None


def round_step(span: float, intervals: int) -> float:
    """Return 1, 2 or 5 times a power of ten that cuts a span into about so many intervals."""
    rough = max(span, _TINIEST) / max(intervals, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(factor for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * 0.999)


def round_numbers(low: float, high: float, intervals: int) -> list[float]:
    """Return the round numbers from low to high, both included where they are round."""
    step = round_step(high - low, intervals)
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [number * step for number in range(first, last + 1)]
