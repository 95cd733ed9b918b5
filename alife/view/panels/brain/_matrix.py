"""A matrix as an image: blue below zero, orange above, dark at zero; what has just changed glows."""

from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.view.draw import pen, theme
from alife.view.draw.theme import Colour

BELOW: Colour = (70, 156, 240)
ABOVE: Colour = (244, 148, 36)
_SIGNED = 15  # shades on each side of zero
_SHADES = 2 * _SIGNED + 1
_CHANGES = 8  # shades of a change
_GLOWS = 16  # levels in which the glow fades
_NARROWING = 0.98  # of the limit that is left after one picture without such large numbers


class Matrix:
    """One matrix and its image; the image is made anew only when the numbers or its size change."""

    def __init__(self) -> None:
        self.values: NDArray[np.float32] | None = None
        self.changes: NDArray[np.float32] | None = None
        self._largest = 0.0
        self.limit = 0.0  # what the brightest shades stand for
        self._image: pygame.Surface | None = None
        self._glow = -1

    def set_values(self, values: NDArray[np.float32]) -> None:
        """Set the values that are drawn; the colours are scaled to the largest."""
        if values is not self.values:
            if self.values is None or not np.array_equal(values, self.values):
                self._image = None
            self.values, self._largest = values, _largest(values)
        limit = max(self._largest, self.limit * _NARROWING)
        if limit != self.limit:
            self._image = None
        self.limit = limit

    def set_changes(self, changes: NDArray[np.float32]) -> None:
        """Set the last changes, which will glow."""
        self.changes, self._image = changes, None

    def draw_matrix(self, surface: pygame.Surface, area: pygame.Rect, glow: float = 0.0) -> None:
        """Draw the image over an area; `glow` is how much of the light of the last change is left."""
        if self.values is None or self.values.size == 0 or area.width < 1 or area.height < 1:
            return
        if self._image is None or self._image.get_size() != area.size:
            self._image, self._glow = self._painted(area.size), -1
        level = round(min(1.0, max(0.0, glow)) * (_GLOWS - 1))
        if level != self._glow:
            self._image.set_palette(_palette(level))
            self._glow = level
        surface.blit(self._image, area)

    def cell_at(self, area: pygame.Rect, pixel: tuple[int, int]) -> tuple[int, int] | None:
        """Return the row and the column of the number whose colour lies at a pixel of an area."""
        if self.values is None or self.values.size == 0 or not area.collidepoint(pixel):
            return None
        rows, columns = self.values.shape
        return (pixel[1] - area.top) * rows // area.height, (pixel[0] - area.left) * columns // area.width

    def _painted(self, size: tuple[int, int]) -> pygame.Surface:
        assert self.values is not None
        levels = _levels(_fitted(self.values, size), self.limit)
        if self.changes is not None and self.changes.shape == self.values.shape:
            levels += _SHADES * _change_levels(_fitted(self.changes, size))
        small = pen.new_surface(levels.shape[::-1], 0, 8)
        pygame.surfarray.blit_array(small, levels.T)
        return pen.scaled(small, size)


def strongest(values: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """Return where the finite numbers that lie furthest from zero stand in a flat array, the strongest first."""
    strength = np.where(np.isfinite(values), np.abs(values), 0.0).ravel()
    count = min(count, strength.size)
    if count <= 0:
        return np.zeros(0, dtype=np.int64)
    top = np.argpartition(-strength, count - 1)[:count]
    order: NDArray[np.int64] = top[np.argsort(-strength[top], kind="stable")]
    return order


def _largest(values: NDArray[np.float32]) -> float:
    """Return how far the number is from zero that lies furthest from it, of those that are finite."""
    sizes = np.abs(values)
    largest = float(sizes.max(initial=0.0))
    return largest if np.isfinite(largest) else float(sizes[np.isfinite(sizes)].max(initial=0.0))


def _levels(values: NDArray[np.float32], limit: float) -> NDArray[np.uint8]:
    """Return 0 to twice the shades; roots, so that weak numbers are seen beside strong ones."""
    shares = np.sqrt(np.minimum(np.abs(values) * np.float32(1.0 / max(limit, 1e-20)), np.float32(1.0)))
    signed = np.copysign(shares * _SIGNED, values)
    levels: NDArray[np.uint8] = (np.nan_to_num(signed, nan=0.0) + (_SIGNED + 0.5)).astype(np.uint8)
    return levels


def _change_levels(changes: NDArray[np.float32]) -> NDArray[np.uint8]:
    strength = np.nan_to_num(np.abs(changes), nan=0.0, posinf=0.0)
    most = float(strength.max(initial=0.0))
    levels: NDArray[np.uint8] = (strength * ((_CHANGES - 1) / max(most, 1e-20)) + 0.5).astype(np.uint8)
    return levels


def _fitted(values: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.float32]:
    """Return at most as many rows and columns as there are pixels; of neighbours the strongest is kept."""
    for axis, most in ((0, size[1]), (1, size[0])):
        count = values.shape[axis]
        if count > most:
            starts = np.arange(most) * count // most
            high, low = np.maximum.reduceat(values, starts, axis), np.minimum.reduceat(values, starts, axis)
            values = np.where(high > -low, high, low)
    return values


@lru_cache(maxsize=_GLOWS)
def _palette(level: int) -> list[Colour]:
    """Return the shades of all numbers, without a change and with ever larger ones, at a level of the glow."""
    glow = level / (_GLOWS - 1)
    shades = [signed_colour((k - _SIGNED) / _SIGNED) for k in range(_SHADES)]
    return [theme.mix(one, theme.BRIGHT, 0.95 * glow * k / (_CHANGES - 1)) for k in range(_CHANGES) for one in shades]


def signed_colour(share: float) -> Colour:
    """Return the colour of a share, -1 to 1, of the largest number."""
    return theme.mix(theme.FIELD, ABOVE if share > 0 else BELOW, min(1.0, abs(share)))
