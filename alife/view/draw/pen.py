"""The pen: all that pygame draws and allocates, with numbers that it can bear.

pygame follows a line, an edge or a circle pixel by pixel, far beyond its surface and, what is no number, for ever; a
size that no memory holds ends the process. So whatever comes here is kept within some thousands of pixels: what lies
farther away is drawn at that distance. Nothing else in this house calls what pygame draws with.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import chain

import pygame

from alife.view.draw.theme import Colour

Point = Sequence[float]
Ink = Colour | tuple[int, int, int, int]

FAR = 16_000
"""Pixels: how far away something is drawn at most, and how long, wide or high it is."""

_MOST_PIXELS = 1 << 26  # of a surface: more than the largest screens have


def line(surface: pygame.Surface, colour: Ink, start: Point, end: Point, width: int = 1) -> None:
    """Draw a line."""
    start, end = _near((start, end))
    pygame.draw.line(surface, colour, start, end, _within(width))


def aaline(surface: pygame.Surface, colour: Ink, start: Point, end: Point, width: int = 1) -> None:
    """Draw a smooth line."""
    start, end = _near((start, end))
    pygame.draw.aaline(surface, colour, start, end, _within(width))


def lines(surface: pygame.Surface, colour: Ink, closed: bool, points: Sequence[Point], width: int = 1) -> None:
    """Draw a line through points."""
    pygame.draw.lines(surface, colour, closed, _near(points), _within(width))


def aalines(surface: pygame.Surface, colour: Ink, closed: bool, points: Sequence[Point]) -> None:
    """Draw a smooth line through points."""
    pygame.draw.aalines(surface, colour, closed, _near(points))


def polygon(surface: pygame.Surface, colour: Ink, corners: Sequence[Point]) -> None:
    """Fill a polygon."""
    pygame.draw.polygon(surface, colour, _near(corners))


def circle(surface: pygame.Surface, colour: Ink, centre: Point, radius: float, width: int = 0) -> pygame.Rect:
    """Draw a circle, filled where it has no width."""
    return pygame.draw.circle(surface, colour, _near((centre,))[0], within(radius), _within(width))


def aacircle(surface: pygame.Surface, colour: Ink, centre: Point, radius: float, width: int = 0) -> None:
    """Draw a smooth circle, filled where it has no width."""
    pygame.draw.aacircle(surface, colour, _near((centre,))[0], within(radius), _within(width))


def rect(surface: pygame.Surface, colour: Ink, area: pygame.Rect, width: int = 0, border_radius: int = -1) -> None:
    """Draw a rectangle, filled where it has no width."""
    pygame.draw.rect(surface, colour, area, _within(width), border_radius)


def veil(surface: pygame.Surface, colour: Colour, area: pygame.Rect, opacity: int) -> None:
    """Lay a colour over an area, of an opacity of 0 to 255."""
    shade = new_surface(area.size)
    shade.fill(colour)
    shade.set_alpha(opacity)
    surface.blit(shade, area)


def new_surface(size: tuple[int, int], flags: int = 0, like: pygame.Surface | int = 32) -> pygame.Surface:
    """Return a new surface, as near to a size as can be, of a depth or like another one."""
    return pygame.Surface(_bearable(size), flags, like)


def scaled(image: pygame.Surface, size: tuple[int, int], smooth: bool = False) -> pygame.Surface:
    """Return a picture of another size; a smooth one is of 24 or 32 bits."""
    return (pygame.transform.smoothscale if smooth else pygame.transform.scale)(image, _bearable(size))


def within(number: float) -> float:
    """Return a number of pixels that is bearable; what is no number is none."""
    return number if -FAR < number < FAR else FAR if number > 0 else -FAR


def _within(width: float) -> int:
    return int(within(width))


def _near(points: Sequence[Point]) -> Sequence[Point]:
    """Return points that are bearable, as a rule themselves; what is no number lies far away."""
    if math.hypot(*chain.from_iterable(points)) < FAR:  # quick, and never so where one of them is no number
        return points
    return [(within(x), within(y)) for x, y in points]


def _bearable(size: Iterable[int]) -> tuple[int, int]:
    width, height = (max(0, int(within(side))) for side in size)
    return width, min(height, _MOST_PIXELS // max(1, width))
