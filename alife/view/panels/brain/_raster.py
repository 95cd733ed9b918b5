"""The spikes of the last ticks: one line for each neuron, scrolling to the left."""

from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.view.draw import pen, theme
from alife.view.draw.theme import Colour
from alife.view.panels.brain._history import History, pool
from alife.view.panels.brain._scroll import Scroll
from alife.view.panels.brain._time_axis import TimeAxis


class Raster:
    """Keeps the image of the ticks it has drawn and adds only the new ones."""

    def __init__(self) -> None:
        self._scroll = Scroll()

    def draw_raster(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        axis: TimeAxis,
        history: History,
        shown: NDArray[np.int64] | None,
        colour: Colour,
    ) -> None:
        """Draw the neurons of these lines of the raster, all of them if None."""
        count = history.neurons if shown is None else len(shown)
        if count == 0 or len(axis.ticks) == 0 or area.width < 1 or area.height < 1:
            surface.fill(theme.FIELD, area)
            return
        which = None if shown is None else shown.tobytes()
        image, new = self._scroll.scroll_image(surface, area.size, axis, which, colour)
        if new == len(axis.ticks):
            image.fill(theme.FIELD)
        if new > 0:
            self._paint_newest(image, axis.column, history, shown, new, colour)
        surface.blit(image, area)

    def _paint_newest(
        self,
        image: pygame.Surface,
        column: int,
        history: History,
        shown: NDArray[np.int64] | None,
        new: int,
        colour: Colour,
    ) -> None:
        """Move the image to the left and paint the newest ticks at its right."""
        spikes = history.spikes.last(new)
        spikes = spikes if shown is None else spikes[:, shown]
        lines = pool(spikes.T, image.get_height())
        levels = lines + 2 * history.skipped.last(new).astype(np.uint8)
        small = pen.new_surface((levels.shape[1], levels.shape[0]))
        pygame.surfarray.blit_array(small, _shades(colour)[levels.T])
        width = levels.shape[1] * column
        image.scroll(-width, 0)
        image.blit(pen.scaled(small, (width, image.get_height())), (image.get_width() - width, 0))


@lru_cache(maxsize=32)
def _shades(colour: Colour) -> NDArray[np.uint32]:
    """Return as pixels (4,): no spike, a spike, and both at the first tick after a gap."""
    lit = theme.mix(colour, theme.SPIKE, 0.35)
    return theme.as_pixels([theme.FIELD, lit, theme.GRID, lit])


def line_at(area: pygame.Rect, y: int, count: int) -> int:
    """Return which of `count` lines lies at a height of an area."""
    return min(count - 1, max(0, (y - area.top) * count // max(1, area.height)))
