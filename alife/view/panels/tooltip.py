"""A few lines of text beside the mouse."""

from collections.abc import Sequence

import pygame

from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer


def draw_tooltip(
    surface: pygame.Surface, within: pygame.Rect, renderer: TextRenderer, pixel: tuple[int, int], lines: Sequence[str]
) -> None:
    """Write lines in a box beside a pixel, on the side on which there is room."""
    lines = [line for line in lines if line]
    if not lines:
        return
    pad, line = renderer.pixels(6), renderer.height(theme.SMALL)
    room = max(1, within.width - 2 * pad)
    width = min(room, max(renderer.width(text, theme.SMALL) for text in lines))
    box = pygame.Rect(0, 0, width + 2 * pad, len(lines) * line + pad)
    away = renderer.pixels(12)
    box.left = pixel[0] + away if pixel[0] + away + box.width <= within.right else pixel[0] - away - box.width
    box.top = pixel[1] + away if pixel[1] + away + box.height <= within.bottom else pixel[1] - away - box.height
    box.clamp_ip(within)
    pen.rect(surface, theme.GRID, box, border_radius=renderer.pixels(4))
    pen.rect(surface, theme.AXIS, box, 1, border_radius=renderer.pixels(4))
    for index, text in enumerate(lines):
        at = box.left + pad, box.top + pad // 2 + index * line
        renderer.write(surface, text, at=at, size=theme.SMALL, width=width)
