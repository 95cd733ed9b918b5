"""From world units to pixels and back, and from numbers to round numbers."""

import math
from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import ArrayLike, NDArray

from alife.scene import Circles, Scene


@dataclass(frozen=True)
class Fit:
    """Where a scene lies on a surface: its aspect kept, its origin at the lower left."""

    area: pygame.Rect
    scale: float  # pixels per world unit

    def pixels(self, points: ArrayLike) -> NDArray[np.float64]:
        """Return points in world units, the last axis being (x, y), as pixels."""
        points = np.asarray(points, dtype=np.float64)
        return points * (self.scale, -self.scale) + (self.area.left, self.area.bottom)


@dataclass(frozen=True)
class Spot:
    """A creature of the copy in view, and where it is."""

    species: str
    row: int
    position: tuple[float, float]  # in world units
    radius: float


def fit(scene: Scene, area: pygame.Rect) -> Fit:
    """Return the largest place for a scene in the middle of an area."""
    width, height = max(scene.width, 1e-9), max(scene.height, 1e-9)
    scale = max(1e-9, min(area.width / width, area.height / height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return Fit(pygame.Rect((0, 0), size).move_to(center=area.center), scale)


def spots(scene: Scene) -> list[Spot]:
    """Return every creature in a scene, in the order of the scene."""
    return [
        Spot(shape.species, int(row), (float(x), float(y)), shape.radius)
        for shape in scene.shapes
        if isinstance(shape, Circles) and shape.rows is not None
        for row, (x, y) in zip(shape.rows, shape.centres, strict=True)
        if math.isfinite(x) and math.isfinite(y)
    ]


def round_step(span: float, intervals: int) -> float:
    """Return 1, 2 or 5 times a power of ten that cuts a span into about so many intervals."""
    rough = max(span, 1e-12) / max(intervals, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(factor for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= rough * 0.999)


def round_numbers(low: float, high: float, intervals: int) -> list[float]:
    """Return the round numbers from low to high, both included where they are round."""
    step = round_step(high - low, intervals)
    first, last = math.ceil(low / step - 1e-6), math.floor(high / step + 1e-6)
    return [number * step for number in range(first, last + 1)]
