"""An image of ticks that moves to the left as they pass, so that only the newest have to be painted."""

import pygame

from alife.view.draw import pen
from alife.view.panels.brain._time_axis import TimeAxis


class Scroll:
    """Keeps the image, and knows which ticks of a time axis are on it."""

    def __init__(self) -> None:
        self._image: pygame.Surface | None = None
        self._of: tuple[object, ...] = ()
        self._total = 0

    def scroll_image(
        self, surface: pygame.Surface, size: tuple[int, int], axis: TimeAxis, *depends_on: object
    ) -> tuple[pygame.Surface, int]:
        """Return the image, and how many of the newest ticks are to be painted on it; all where it is an empty one.

        Args:
            surface: that it will be drawn on.
            size: of the image.
            axis: whose ticks it shows.
            depends_on: all else that the image depends on.
        """
        key = size, axis.column, axis.life, *depends_on
        new = axis.total - self._total
        if self._image is None or key != self._of or not 0 <= new < len(axis.ticks):
            self._image, self._of, new = pen.new_surface(size, 0, surface), key, len(axis.ticks)
        self._total = axis.total
        return self._image, new
