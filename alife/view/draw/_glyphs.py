"""The glyphs of things and creatures: each is painted around the middle of a surface, with a radius and a heading."""

import math
from collections.abc import Callable

import pygame

from alife.view.draw import pen
from alife.view.draw.theme import BRIGHT, FIELD, Colour, mix

Paint = Callable[[pygame.Surface, float, Colour, float], None]
"""Paints a glyph: surface, radius, colour, heading in radians counter-clockwise from the right."""

_Point = tuple[float, float]


def disc(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint food: a smooth disc that shines."""
    x, y = surface.get_rect().center
    pen.circle(surface, colour, (x, y), radius)
    shine = mix(colour, BRIGHT, 0.45)
    pen.circle(surface, shine, (x - radius * 0.3, y - radius * 0.3), radius * 0.28)


def burst(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint poison: all spikes, and a cross."""
    centre = surface.get_rect().center
    tips = [_polar(centre, radius * (1.4, 0.9)[i % 2], i * math.tau / 16) for i in range(16)]
    pen.polygon(surface, colour, tips)
    for turn in (math.pi / 4, 3 * math.pi / 4):
        ends = _polar(centre, radius * 0.5, turn), _polar(centre, -radius * 0.5, turn)
        _draw_thick_line(surface, FIELD, *ends, radius * 0.24)


def ring(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a thing of a role that has no glyph of its own."""
    centre = surface.get_rect().center
    pen.circle(surface, colour, centre, radius)
    pen.circle(surface, mix(colour, FIELD, 0.55), centre, radius * 0.72)


def circle(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a thin circle."""
    pen.circle(surface, colour, surface.get_rect().center, radius, max(1, round(min(radius * 0.13, 9))))


def lamp(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a light: a disc with a glow."""
    halo(surface, radius * 1.6, colour, heading)
    pen.circle(surface, colour, surface.get_rect().center, radius)


def block(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a round piece of wall."""
    pen.circle(surface, colour, surface.get_rect().center, radius)


def halo(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a light that fades outwards."""
    centre = surface.get_rect().center
    for step in range(24):
        pen.circle(surface, (*colour, 6 * step), centre, radius * (1 - step / 24))


def reticle(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a ring with four gaps, which nothing in a world looks like."""
    centre = surface.get_rect().center
    pen.circle(surface, colour, centre, radius, max(1, round(min(radius * 0.11, 9))))
    for quarter in range(4):
        gap = quarter * math.tau / 4
        tips = [_polar(centre, radius * 1.5, gap - 0.28), _polar(centre, radius * 1.5, gap + 0.28)]
        pen.polygon(surface, (*colour, 0), [centre, *tips])


def lamp_out(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a light that is out: a dim disc with a rim and no glow."""
    centre = surface.get_rect().center
    pen.circle(surface, colour, centre, radius)
    pen.circle(surface, mix(colour, FIELD, 0.7), centre, radius * 0.8)


def spark(surface: pygame.Surface, radius: float, colour: Colour, age: float) -> None:
    """Paint a ring that opens out of a soft light and fades, its age from 0 to 1; the radius is its creature's."""
    centre = surface.get_rect().center
    light = max(0.0, 1 - 2 * age)
    for step in range(16):
        pen.circle(surface, (*colour, round(9 * step * light)), centre, radius * 2.6 * (1 - step / 16))
    opened, width = radius * spark_size(age), max(1, round(radius * (0.26 - 0.14 * age)))
    pen.circle(surface, (*colour, round(255 * (1 - age**2))), centre, opened, width)


def spark_size(age: float) -> float:
    """Return how wide the ring of a spark is, in radii of its creature."""
    return 1.7 + 1.6 * age


def dart(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a creature that learns: a filled dart with a bright eye in front."""
    centre = surface.get_rect().center
    _draw_rounded(surface, colour, _dart_corners(centre, radius, heading), radius * 0.3)
    eye = mix(colour, BRIGHT, 0.6)
    pen.circle(surface, eye, _polar(centre, radius * 0.6, heading), radius * 0.26)


def hollow_dart(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a creature that does not learn: the outline of a dart."""
    corners = _dart_corners(surface.get_rect().center, radius, heading)
    _draw_rounded(surface, colour, corners, radius * 0.3)
    pen.polygon(surface, FIELD, corners)


def body(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a creature that learns and has no heading."""
    pen.circle(surface, colour, surface.get_rect().center, radius)


def hollow_body(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
    """Paint a creature that does not learn and has no heading."""
    body(surface, radius, colour, heading)
    pen.circle(surface, FIELD, surface.get_rect().center, radius * 0.6)


def _dart_corners(centre: _Point, radius: float, heading: float) -> list[_Point]:
    corners = ((1.35, 0.0), (1.15, 2.5), (0.45, math.pi), (1.15, -2.5))
    return [_polar(centre, distance * radius, heading + turn) for distance, turn in corners]


def _draw_rounded(surface: pygame.Surface, colour: Colour, corners: list[_Point], radius: float) -> None:
    pen.polygon(surface, colour, corners)
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        _draw_thick_line(surface, colour, start, end, radius * 2)


def _draw_thick_line(surface: pygame.Surface, colour: Colour, start: _Point, end: _Point, width: float) -> None:
    across = math.atan2(start[1] - end[1], end[0] - start[0]) + math.pi / 2
    corners = [_polar(end, width / 2, across), _polar(end, -width / 2, across)]
    corners += [_polar(start, -width / 2, across), _polar(start, width / 2, across)]
    pen.polygon(surface, colour, corners)
    for point in (start, end):
        pen.circle(surface, colour, point, width / 2)


def _polar(centre: _Point, distance: float, angle: float) -> _Point:
    """Return a point at a distance and an angle, counter-clockwise although y grows downwards."""
    return centre[0] + distance * math.cos(angle), centre[1] - distance * math.sin(angle)


def patterned(paint: Paint, pattern: int) -> Paint:
    """Return a glyph with a pattern on it: 0 for none, then a bar across, then a cross."""
    if pattern == 0:
        return paint

    def painted(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
        paint(surface, radius, colour, heading)
        centre = surface.get_rect().center
        ink = FIELD if surface.get_at(centre)[:3] == colour else colour
        for turn in (math.pi / 2, 0.0)[: 1 + (pattern - 1) % 2]:
            ends = _polar(centre, radius * 0.75, heading + turn), _polar(centre, -radius * 0.75, heading + turn)
            _draw_thick_line(surface, ink, *ends, radius * 0.32)

    return painted
