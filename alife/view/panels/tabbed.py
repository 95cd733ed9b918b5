"""What the panels that share one place have in common: tabs before the title, and a picture that is kept."""

from typing import Any

import pygame

from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.panels.hit_areas import Pixel


class Tabbed:
    """A panel that is painted into a picture of its own, and copied from there until it shows something else.

    Attributes:
        tabs: a picture that stands before the title; None for none.
    """

    tabs: pygame.Surface | None = None

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self._picture = pen.new_surface((0, 0))
        self._drawn: tuple[Any, ...] = ()  # what the picture shows
        self._corner = (0, 0)  # where it was drawn

    def forget_frames(self) -> None:
        """Discard the picture."""
        self._drawn = ()

    def _begin_picture(self, area: pygame.Rect, shown: tuple[Any, ...]) -> pygame.Surface:
        """Return an empty picture as large as an area, which is going to show this."""
        self._drawn, self._picture = shown, pen.new_surface(area.size)
        self._picture.fill(theme.BACKGROUND)
        return self._picture

    def _copy_picture(self, surface: pygame.Surface, area: pygame.Rect) -> None:
        surface.blit(self._picture, area)
        self._corner = area.topleft

    def _inside(self, pixel: Pixel) -> Pixel:
        """Return a pixel of the window as one of the picture."""
        return pixel[0] - self._corner[0], pixel[1] - self._corner[1]
