"""What all plots over the ticks of a run have: lines, and the numbers at the left and below."""

import numpy as np
import pygame

from alife.view.draw import pen, theme
from alife.view.draw.curves import Axes, Curve, dashes
from alife.view.draw.geometry import round_numbers
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Look


def draw_line(surface: pygame.Surface, renderer: TextRenderer, points: Curve, look: Look) -> None:
    """Draw a line through points as a species looks: solid for one that learns, dashed for one that does not."""
    width = renderer.pixels(2)
    if len(points) == 1:
        pen.aacircle(surface, look.colour, points[0].tolist(), 1.5 * width)
    elif len(points) > 1 and look.learns and look.pattern == 0:
        for row in range(width):  # several thin lines are smoother than one wide one
            pen.aalines(surface, look.colour, False, (points + np.array([0, row])).tolist())
    elif len(points) > 1:
        long = renderer.pixels((24 if look.learns else 6) * (1 + look.pattern))
        for start, end in dashes(points, long):
            pen.aaline(surface, look.colour, start, end, width)


def write_numbers(surface: pygame.Surface, renderer: TextRenderer, scales: Axes) -> None:
    """Write round numbers at the left of a plot, with a line from each."""
    lines = scales.area.height / (1.7 * renderer.height(theme.SMALL))
    for number in round_numbers(scales.low, scales.high, max(1, round(lines))):
        zero = abs(number) < 1e-12
        left, y = scales.point(0.0, number)
        pen.line(surface, theme.AXIS if zero else theme.GRID, (left, y), (scales.area.right - 1, y))
        at, text = (left - renderer.pixels(6), y), "0" if zero else f"{number:g}"
        renderer.write(surface, text, at=at, anchor="midright", colour=theme.MUTED, size=theme.SMALL)


def write_ticks(surface: pygame.Surface, renderer: TextRenderer, scales: Axes) -> None:
    """Write round ticks below a plot."""
    widest = renderer.width("000,000,000", theme.SMALL)
    for tick in round_numbers(0.0, scales.ticks, max(1, scales.area.width // (2 * widest))):
        at = scales.point(tick, scales.low)[0], scales.area.bottom + 1
        renderer.write(
            surface,
            f"tick {tick:,.0f}" if tick == 0 else f"{tick:,.0f}",
            at=at,
            anchor="topleft" if tick == 0 else "topright" if tick > 0.97 * scales.ticks else "midtop",
            colour=theme.MUTED,
            size=theme.SMALL,
        )
