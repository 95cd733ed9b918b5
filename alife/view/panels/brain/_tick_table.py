"""Named rows of numbers over a few ticks: what was sensed, and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.frame import BrainProbe, Choice
from alife.view.draw import pen, theme
from alife.view.draw.kinds import kinds
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Colour
from alife.view.panels.brain._matrix import ABOVE, BELOW
from alife.view.panels.brain._names import Names
from alife.view.panels.hit_areas import HitAreas, Pixel


@dataclass(frozen=True)
class Line:
    """One number at each of some ticks."""

    name: str
    values: NDArray[np.float64]  # (ticks,)
    colour: Colour  # above zero
    chosen: NDArray[np.bool_] | None = None  # (ticks,) where this action was taken


class TickTable:
    """Draws lines as rows of cells, the newest tick at the right, as many as there is room for."""

    def __init__(self, renderer: TextRenderer, hit_areas: HitAreas) -> None:
        self._renderer, self._hit_areas = renderer, hit_areas

    def draw_table(
        self, surface: pygame.Surface, area: pygame.Rect, groups: Sequence[Sequence[Line]], ticks: Sequence[int]
    ) -> None:
        """Draw groups of lines over the same ticks; of groups that are too long the strongest lines are kept."""
        line, gap = self._renderer.height(theme.SMALL), self._renderer.pixels(5)
        groups = [group for group in groups if group]
        room = (area.height - line - gap * max(0, len(groups) - 1)) // max(1, line)
        kept = _fitting(groups, room)
        lines = [one for group in kept for one in group]
        if not lines or not ticks:
            return
        height = min(2 * line, (area.height - line - gap * (len(kept) - 1)) // len(lines))
        names = min(area.width // 3, max(self._renderer.width(one.name, theme.SMALL) for one in lines))
        cells = pygame.Rect(area.left + names + gap, area.top, area.width - names - gap, 0)
        for group in kept:
            cells.height = height * len(group)
            self._group(surface, cells, group, ticks)
            cells = cells.move(0, cells.height + gap)
        self._below(surface, pygame.Rect(cells.left, cells.top - gap, cells.width, line), ticks)

    def _group(self, surface: pygame.Surface, area: pygame.Rect, group: Sequence[Line], ticks: Sequence[int]) -> None:
        image = pygame.surfarray.make_surface(np.stack([_colours(one) for one in group], axis=1))
        surface.blit(pen.scaled(image, area.size), area)
        height, columns = area.height // len(group), len(ticks)
        for number, one in enumerate(group):
            middle = area.top + number * height + height // 2
            at = area.left - self._renderer.pixels(5), middle
            self._renderer.write(surface, one.name, at=at, anchor="midright", size=theme.SMALL)
            if number:
                pen.line(surface, theme.CARD, (area.left, middle - height // 2), (area.right, middle - height // 2))
            for column in np.flatnonzero(one.chosen).tolist() if one.chosen is not None else ():
                left, right = (area.left + area.width * k // columns for k in (column, column + 1))
                box = pygame.Rect(left, area.top + number * height, right - left, height).inflate(-1, -1)
                pen.rect(surface, theme.BRIGHT, box, max(1, self._renderer.pixels(1.5)))
        self._hit_areas.add_hit_area(area, None, lambda pixel: _describe(area, group, ticks, pixel))

    def _below(self, surface: pygame.Surface, area: pygame.Rect, ticks: Sequence[int]) -> None:
        first, last = f"tick {ticks[0]:,}", f"{ticks[-1]:,}: it learned"
        place = self._renderer.write(surface, first, at=area.topleft, colour=theme.MUTED, size=theme.SMALL)
        if place.right + self._renderer.pixels(10) + self._renderer.width(last, theme.SMALL) <= area.right:
            at = area.topright
            self._renderer.write(surface, last, at=at, anchor="topright", colour=theme.LEARNED, size=theme.SMALL)


def sensed_lines(ticks: Sequence[BrainProbe], names: Names) -> list[Line]:
    """Return a line for each channel that was sensed."""
    width = min(len(probe.senses) for probe in ticks)
    shown = min(width, len(names.channels)) if names.channels else width
    senses = np.stack([probe.senses[:shown] for probe in ticks]).astype(np.float64)
    return [Line(names.input_name(0, k), senses[:, k], _sense_colour(names, k)) for k in range(shown)]


def action_lines(ticks: Sequence[BrainProbe], colour: Colour) -> list[Line]:
    """Return a line for each action, or for each number that was drawn."""
    actions = range(min(len(probe.action_names) for probe in ticks))
    return [_action_line(ticks, action, colour) for action in actions]


def critic_lines(ticks: Sequence[BrainProbe]) -> list[Line]:
    """Return the critic's value and the TD error, if there is a critic."""
    lines = [
        Line("critic's value", np.array([np.nan if one.value is None else one.value for one in ticks]), ABOVE),
        Line("TD error", np.array([np.nan if one.error is None else one.error for one in ticks]), ABOVE),
    ]
    return [line for line in lines if np.isfinite(line.values).any()]


def _action_line(ticks: Sequence[BrainProbe], action: int, colour: Colour) -> Line:
    values, chosen = [], []
    for probe in ticks:
        choice = probe.decision
        values.append(choice.probabilities[action] if isinstance(choice, Choice) else choice.drawn[action])
        chosen.append(isinstance(choice, Choice) and choice.action == action)
    return Line(ticks[-1].action_names[action], np.array(values, np.float64), colour, np.array(chosen))


def _sense_colour(names: Names, channel: int) -> Colour:
    kind = next(iter(kinds(names.channels[channel : channel + 1], dict(names.looks))), None)
    return kind.colour if kind is not None and kind.name else theme.THRESHOLD


def _colours(line: Line) -> NDArray[np.uint8]:
    """Return the colour of each cell (ticks, 3); numbers of up to 1 keep their proportions from line to line."""
    values = np.nan_to_num(line.values, nan=0.0, posinf=0.0, neginf=0.0)
    shares = np.abs(values) / max(1.0, float(np.abs(values).max(initial=0.0)))
    ends = np.where(values[:, None] >= 0, np.array(line.colour), np.array(BELOW))
    colours: NDArray[np.uint8] = (np.array(theme.FIELD) + (ends - theme.FIELD) * shares[:, None]).astype(np.uint8)
    return colours


def _fitting(groups: Sequence[Sequence[Line]], room: int) -> list[list[Line]]:
    """Return the groups with as many lines in all as there is room for: short ones whole, long ones shortened."""
    left, kept = room, dict[int, list[Line]]()
    for number, group in sorted(enumerate(groups), key=lambda one: len(one[1])):
        share = min(len(group), left // max(1, len(groups) - len(kept)))
        kept[number] = _strongest(group, share)
        left -= share
    return [kept[number] for number in range(len(groups)) if kept[number]]


def _strongest(group: Sequence[Line], count: int) -> list[Line]:
    if count >= len(group):
        return list(group)
    strength = [float(np.abs(np.nan_to_num(one.values)).sum()) for one in group]
    chosen = sorted(np.argsort(strength)[::-1][:count].tolist())
    return [group[index] for index in chosen]


def _describe(area: pygame.Rect, group: Sequence[Line], ticks: Sequence[int], pixel: Pixel) -> list[str]:
    column = min(len(ticks) - 1, (pixel[0] - area.left) * len(ticks) // area.width)
    line = group[min(len(group) - 1, (pixel[1] - area.top) * len(group) // area.height)]
    chosen = line.chosen is not None and bool(line.chosen[column])
    return [f"tick {ticks[column]:,}", f"{line.name}: {line.values[column]:+.3f}", "it did this" if chosen else ""]
