"""What a readout that chooses makes of the spikes: its membranes, and the probability of each action."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import pygame

from alife.core.frame import BrainProbe, Choice
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Colour
from alife.view.panels.brain.membranes import Range
from alife.view.panels.hit_areas import HitAreas

_mixed = lru_cache(64)(theme.mix)
_MEMBRANE = "membrane: the inputs of an action by their weights, summed up, some of it forgotten at each tick"
_PROBABILITY = "probability: that of each action by its membrane; by chance the marked one was drawn"


class _Columns(NamedTuple):
    """The areas of the names, the membranes and the probabilities."""

    names: pygame.Rect
    membranes: pygame.Rect
    probabilities: pygame.Rect


class ReadoutView:
    """Draws a line for each action: its name, its membrane, its probability; the chosen one is marked."""

    def __init__(self, renderer: TextRenderer, hit_areas: HitAreas) -> None:
        self._renderer, self._hit_areas = renderer, hit_areas
        self._range = Range()

    def widen_range(self, probe: BrainProbe) -> None:
        """Widen the range of the axis to hold the membranes of a tick."""
        if probe.layers:
            self._range.include_values(probe.layers[-1].membranes)

    def draw_readout(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        probe: BrainProbe,
        choice: Choice,
        colour: Colour,
        about: Sequence[str],
    ) -> None:
        """Draw the readout in an area; `about` is what it is."""
        columns = self._columns(area, probe.action_names)
        for column, lines in zip(columns, (about, (_MEMBRANE,), (_PROBABILITY,)), strict=True):
            self._hit_areas.explain(column, *lines)
        top = self._headline(surface, columns, probe.layers[-1].name if probe.layers else "readout")
        room = max(0, area.bottom - top)
        shown, line = self._lines(room, len(choice.probabilities))
        for action in range(shown):
            row = pygame.Rect(area.left, top + action * line, area.width, line)
            self._action(surface, row, columns, probe, choice, action, colour)
        hidden = len(choice.probabilities) - shown
        if hidden > 0 and room >= line:
            text = f"and {hidden:,} more; chosen: {probe.action_names[choice.action]}"
            self._note(surface, text, pygame.Rect(area.left, top + shown * line, area.width, line))

    def _lines(self, room: int, count: int) -> tuple[int, int]:
        """Return how many actions get a line of their own, and how high it is."""
        line = max(self._renderer.height() + 2, min(self._renderer.pixels(40), room // max(1, count)))
        fit = room // line
        return (count if count <= fit else max(0, fit - 1)), line

    def _columns(self, area: pygame.Rect, actions: Sequence[str]) -> _Columns:
        gap = self._renderer.pixels(12)
        width = max((self._renderer.width(f"▸ {name}", bold=True) for name in actions), default=0)
        names = pygame.Rect(area.left, area.top, min(width, area.width // 3), area.height)
        half = max(0, (area.right - names.right - 2 * gap) // 2)
        membranes = pygame.Rect(names.right + gap, area.top, half, area.height)
        return _Columns(names, membranes, membranes.move(half + gap, 0))

    def _headline(self, surface: pygame.Surface, columns: _Columns, name: str) -> int:
        """Write the names of the columns; return where the lines begin."""
        written = self._renderer.write(surface, name, at=columns.names.topleft, bold=True, width=columns.names.width)
        for column, text in ((columns.membranes, "membrane"), (columns.probabilities, "probability")):
            self._note(surface, text, pygame.Rect(column.left, written.top, column.width, written.height))
        return written.bottom + self._renderer.pixels(2)

    def _action(
        self,
        surface: pygame.Surface,
        row: pygame.Rect,
        columns: _Columns,
        probe: BrainProbe,
        choice: Choice,
        action: int,
        colour: Colour,
    ) -> None:
        chosen = action == choice.action
        self._renderer.write(
            surface,
            f"▸ {probe.action_names[action]}" if chosen else probe.action_names[action],
            at=(columns.names.right, row.centery),
            anchor="midright",
            colour=theme.BRIGHT if chosen else theme.MUTED,
            bold=chosen,
            width=columns.names.width,
        )
        height = max(2, min(row.height - self._renderer.pixels(6), self._renderer.pixels(22)))
        field = pygame.Rect(columns.membranes.left, 0, columns.membranes.width, height)
        field.centery = row.centery
        if probe.layers and action < len(probe.layers[-1].membranes):
            self._membrane(surface, field, float(probe.layers[-1].membranes[action]), colour)
        field.left = columns.probabilities.left
        self._probability(surface, field, float(choice.probabilities[action]), chosen, colour)

    def _membrane(self, surface: pygame.Surface, field: pygame.Rect, membrane: float, colour: Colour) -> None:
        bar = self._numbered(surface, field, f"{membrane:+.2f}")
        zero, end = self._range.share(0.0) * bar.width, self._range.share(membrane) * bar.width
        left, length = bar.left + round(min(zero, end)), max(1, round(abs(end - zero)))
        surface.fill(_mixed(colour, theme.FIELD, 0.35), (left, bar.top, length, bar.height))
        surface.fill(theme.AXIS, (min(bar.left + round(zero), bar.right - 1), bar.top, 1, bar.height))

    def _probability(
        self, surface: pygame.Surface, field: pygame.Rect, probability: float, chosen: bool, colour: Colour
    ) -> None:
        share = min(1.0, max(0.0, probability))
        bar = self._numbered(surface, field, f"{100 * share:.0f} %")
        lit = colour if chosen else _mixed(colour, theme.FIELD, 0.45)
        surface.fill(lit, (bar.left, bar.top, round(share * bar.width), bar.height))
        if chosen:
            pen.rect(surface, theme.BRIGHT, bar, 1)

    def _numbered(self, surface: pygame.Surface, field: pygame.Rect, number: str) -> pygame.Rect:
        """Write a number at the right of a field; return the bar that is left, painted empty."""
        self._renderer.write(surface, number, at=field.midright, anchor="midright", size=theme.SMALL)
        room = self._renderer.width("-00.00", theme.SMALL) + self._renderer.pixels(4)
        bar = pygame.Rect(field.left, field.top, max(1, field.width - room), field.height)
        surface.fill(theme.FIELD, bar)
        return bar

    def _note(self, surface: pygame.Surface, text: str, area: pygame.Rect) -> None:
        self._renderer.write(
            surface,
            text,
            at=area.midleft,
            anchor="midleft",
            colour=theme.MUTED,
            size=theme.SMALL,
            width=area.width,
        )
