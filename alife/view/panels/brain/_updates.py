"""The last lessons of the selected creature: a row of words, each of which opens one."""

from collections.abc import Callable, Sequence

import pygame

from alife.core.frame import Lesson
from alife.view.draw import theme
from alife.view.draw.text import Letters
from alife.view.panels.brain._strip import GUTTER, gutter_lines
from alife.view.panels.brain._timeline import event_text, worth_colour
from alife.view.panels.spots import Spots


class LessonStrip:
    """Draws the lessons that are remembered, the newest at the right, as many as fit."""

    def __init__(self, letters: Letters, spots: Spots, open_lesson: Callable[[int], None]) -> None:
        self._letters, self._spots, self._open = letters, spots, open_lesson

    def draw(self, surface: pygame.Surface, area: pygame.Rect, lessons: Sequence[Lesson], learns: bool) -> None:
        """Draw the lessons, or say that there is none."""
        surface.fill(theme.CARD, area)
        field = area.copy()
        field.left, field.width = area.left + self._letters.pixels(GUTTER), area.width - self._letters.pixels(GUTTER)
        if field.width < 16:
            return
        gutter_lines(surface, self._letters, field, "lessons")
        if not lessons:
            text = "no lesson seen yet: slow down to watch one" if learns else "it does not learn"
            at = field.left, field.centery
            self._letters.write(
                surface, text, at=at, anchor="midleft", colour=theme.MUTED, size=theme.SMALL, width=field.width
            )
            return
        right, pad = field.right, self._letters.pixels(5)
        for index in reversed(range(len(lessons))):
            text = summary(lessons[index])
            chip = pygame.Rect(0, field.top, self._letters.width(text, theme.SMALL) + 2 * pad, field.height)
            chip.right = right
            if chip.left < field.left:
                return
            self._chip(surface, chip, lessons[index], index)
            right = chip.left - pad

    def _chip(self, surface: pygame.Surface, chip: pygame.Rect, lesson: Lesson, index: int) -> None:
        pygame.draw.rect(surface, theme.GRID, chip, border_radius=self._letters.pixels(4))
        worth = sum(one.value for one in lesson.causes if one.source != "brain")
        colour = worth_colour(worth) if worth else theme.LEARNED
        text = summary(lesson)
        self._letters.write(surface, text, at=chip.center, anchor="center", colour=colour, size=theme.SMALL)
        said = [f"lesson at tick {lesson.tick:,}", "click to see what it learned from, and what it changed"]
        self._spots.add(chip, lambda _: self._open(index), lambda _: said)


def summary(lesson: Lesson) -> str:
    """Return in a word or two what a lesson was about."""
    outer = [one for one in lesson.causes if one.source != "brain"]
    causes = outer or list(lesson.causes)
    if not causes:
        return f"tick {lesson.tick:,}"
    return event_text(causes[0]) + (f" and {len(causes) - 1} more" if len(causes) > 1 else "")
