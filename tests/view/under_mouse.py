"""What a panel says under the mouse, all over it."""

from typing import Any

import pygame


def under_mouse(panel: Any, area: pygame.Rect, step: int = 7) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return the lines at a grid of pixels of a panel that was drawn into an area."""
    pixels = [(x, y) for y in range(area.top, area.bottom, step) for x in range(area.left, area.right, step)]
    return {pixel: tuple(panel.describe_at(pixel)) for pixel in pixels}
