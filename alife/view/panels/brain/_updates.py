"""The last weight updates of the selected creature: a row of words, each of which opens one."""

from collections.abc import Callable, Sequence

import pygame

from alife.core.frame import WeightUpdate
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.panels.brain._strip import GUTTER, write_gutter
from alife.view.panels.brain._timeline import event_text, reward_colour
from alife.view.panels.hit_areas import HitAreas


class UpdateStrip:
    """Draws the weight updates that are kept, the newest at the right, as many as fit."""

    def __init__(self, renderer: TextRenderer, hit_areas: HitAreas, open_update: Callable[[int], None]) -> None:
        self._renderer, self._hit_areas, self._open = renderer, hit_areas, open_update

    def draw_updates(
        self, surface: pygame.Surface, area: pygame.Rect, updates: Sequence[WeightUpdate], learns: bool
    ) -> None:
        """Draw the weight updates, or write that there is none."""
        surface.fill(theme.CARD, area)
        field = area.copy()
        field.left, field.width = area.left + self._renderer.pixels(GUTTER), area.width - self._renderer.pixels(GUTTER)
        if field.width < 16:
            return
        gutter, _ = write_gutter(surface, self._renderer, field, "lessons")
        self._hit_areas.explain(gutter, "lessons: the last ticks at which it learned, each opened by a click")
        if not updates:
            text = "no lesson seen yet: slow down to watch one" if learns else "it does not learn"
            at = field.left, field.centery
            self._renderer.write(
                surface, text, at=at, anchor="midleft", colour=theme.MUTED, size=theme.SMALL, width=field.width
            )
            return
        right, pad = field.right, self._renderer.pixels(5)
        for index in reversed(range(len(updates))):
            text = summary(updates[index])
            chip = pygame.Rect(0, field.top, self._renderer.width(text, theme.SMALL) + 2 * pad, field.height)
            chip.right = right
            if chip.left < field.left:
                return
            self._chip(surface, chip, updates[index], index)
            right = chip.left - pad

    def _chip(self, surface: pygame.Surface, chip: pygame.Rect, update: WeightUpdate, index: int) -> None:
        pen.rect(surface, theme.GRID, chip, border_radius=self._renderer.pixels(4))
        reward = sum(one.value for one in update.causes if one.source != "brain")
        colour = reward_colour(reward) if reward else theme.LEARNED
        text = summary(update)
        self._renderer.write(surface, text, at=chip.center, anchor="center", colour=colour, size=theme.SMALL)
        said = f"lesson at tick {update.tick:,}", "click to see what it learned from, and what it changed"
        self._hit_areas.explain(chip, *said, on_press=lambda _: self._open(index))


def summary(update: WeightUpdate) -> str:
    """Return in a word or two what caused a weight update."""
    outer = [one for one in update.causes if one.source != "brain"]
    causes = outer or list(update.causes)
    if not causes:
        return f"tick {update.tick:,}"
    return event_text(causes[0]) + (f" and {len(causes) - 1} more" if len(causes) > 1 else "")
