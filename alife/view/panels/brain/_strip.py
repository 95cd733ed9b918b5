"""One line of numbers over the ticks of a time axis."""

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.view.draw import pen, theme
from alife.view.draw.text import Anchor, TextRenderer
from alife.view.draw.theme import Colour
from alife.view.panels.brain._scroll import Scroll
from alife.view.panels.brain._time_axis import TimeAxis

GUTTER = 146  # pixels of the design for the names at the left, and the limits of an axis beside them
_LIMITS = 52  # of it
_LONGEST = 6  # signs of a limit
_SHORT = 9  # letters that always fit there


class Strip:
    """Draws numbers as a line, broken where one is not finite; keeps its image and adds only the newest ticks."""

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self._scroll = Scroll()

    def draw_strip(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        axis: TimeAxis,
        values: NDArray[np.floating],
        colour: Colour,
        level: float | None = None,
        source: object = None,
    ) -> None:
        """Draw numbers (ticks,) over the axis, and a dashed line at a level; `source` is what has these numbers."""
        finite = np.isfinite(values)
        if not finite.any():
            surface.fill(theme.FIELD, area)
            return
        ends = values if finite.all() else values[finite]
        low, high = min(0.0, level or 0.0, float(ends.min())), max(0.0, level or 0.0, float(ends.max()))
        image, new = self._scroll.scroll_image(surface, area.size, axis, low, high, colour, source)
        if new == len(axis.ticks):
            self._paint_field(image, image.get_rect(), low, high)
        if new > 0:
            self._paint_newest(image, axis.column, values, finite, new, (low, high), colour)
        surface.blit(image, area)
        if level is not None:
            self._dashes(surface, area, round(float(self._height(area, low, high, np.array([level]))[0])))
        self._limits(surface, area, low, high)

    def _paint_field(self, surface: pygame.Surface, area: pygame.Rect, low: float, high: float) -> None:
        """Paint an empty strip with its line at zero."""
        surface.fill(theme.FIELD, area)
        zero = round(float(self._height(surface.get_rect(), low, high, np.zeros(1))[0]))
        surface.fill(theme.EDGE, (area.left, zero, area.width, 1))

    def _paint_newest(
        self,
        image: pygame.Surface,
        column: int,
        values: NDArray[np.floating],
        finite: NDArray[np.bool_],
        new: int,
        limits: tuple[float, float],
        colour: Colour,
    ) -> None:
        """Move the image to the left and draw the line on to the newest ticks."""
        area, drawn = image.get_rect(), min(len(values), new + 1)
        if new < len(values):
            image.scroll(-new * column, 0)
            self._paint_field(image, pygame.Rect(area.right - new * column, 0, new * column, area.height), *limits)
        xs = area.right - column * (drawn - 0.5 - np.arange(drawn))
        ys = self._height(area, *limits, values[-drawn:].astype(np.float64))
        points = np.column_stack([xs, ys])
        for start, stop in _unbroken(finite[-drawn:]):
            if stop - start > 1:
                pen.lines(image, colour, False, np.rint(points[start:stop]).tolist(), self._renderer.pixels(1))

    def _height(self, area: pygame.Rect, low: float, high: float, values: NDArray[np.float64]) -> NDArray[np.float64]:
        pad = self._renderer.pixels(4)
        return area.bottom - pad - (values - low) / max(high - low, 1e-9) * (area.height - 2 * pad)

    def _dashes(self, surface: pygame.Surface, area: pygame.Rect, y: int) -> None:
        dash = self._renderer.pixels(5)
        for x in range(area.left, area.right - dash, 2 * dash):
            surface.fill(theme.THRESHOLD, (x, y, dash, self._renderer.pixels(1)))

    def _limits(self, surface: pygame.Surface, area: pygame.Rect, low: float, high: float) -> None:
        """Write the highest and the lowest number beside the left edge."""
        if area.height < 2 * self._renderer.height(theme.SMALL):
            return
        right = area.left - self._renderer.pixels(3)
        top: tuple[float, int, Anchor] = high, area.top, "topright"
        bottom: tuple[float, int, Anchor] = low, area.bottom, "bottomright"
        for limit, y, anchor in (top, bottom):
            if limit != 0:
                text = f"{limit:.2g}" if len(f"{limit:.2g}") <= _LONGEST else f"{limit:.1g}"
                self._renderer.write(surface, text, at=(right, y), anchor=anchor, colour=theme.MUTED, size=theme.SMALL)


def write_gutter(
    surface: pygame.Surface, renderer: TextRenderer, area: pygame.Rect, name: str, *notes: str
) -> tuple[pygame.Rect, list[pygame.Rect]]:
    """Write a name at the left of an area and as many notes below it as fit.

    Returns:
        The area left of it, and where each text stands.
    """
    right, width = area.left - renderer.pixels(_LIMITS), renderer.pixels(GUTTER - _LIMITS)
    line = renderer.height(theme.SMALL)
    fit = max(0, (area.height - renderer.height()) // max(1, line))
    texts = [note for note in notes if note][:fit]
    top = area.centery - (renderer.height() + len(texts) * line) // 2
    places = [renderer.write(surface, name, width=width, at=(right, top), anchor="topright")]
    for text in texts:
        at, most = (right, places[-1].bottom), width if len(text) > _SHORT else None
        place = renderer.write(
            surface, text, colour=theme.MUTED, size=theme.SMALL, width=most, at=at, anchor="topright"
        )
        places.append(place)
    gutter = renderer.pixels(GUTTER)
    return pygame.Rect(area.left - gutter, area.top, gutter, area.height), places


def _unbroken(finite: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where runs of finite numbers start and stop."""
    steps = np.flatnonzero(np.diff(np.concatenate([[False], finite, [False]]).astype(np.int8)))
    return list(zip(steps[::2].tolist(), steps[1::2].tolist(), strict=True))
