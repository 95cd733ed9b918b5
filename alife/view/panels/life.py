"""How every species has fared over the run so far: its reward over ticks."""

import numpy as np
import pygame

from alife.frame import Frame, SpeciesFrame
from alife.view import theme
from alife.view.geometry import round_numbers
from alife.view.letters import Letters
from alife.view.panels.card import card
from alife.view.plot import Axes, Curve, apart, axes, dashes, finite, thinned
from alife.view.theme import Look

_NOTE = "mean over the creatures of a species; solid learns, dashed does not"
_EMPTY = "The curves start when the first ticks have been counted."


class LifePanel:
    """Draws one curve for each species: solid for those that learn, dashed for those that do not.

    The curves change far more rarely than the picture, so they are drawn once for each new point.
    """

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._drawn: tuple[object, ...] = ()
        self._picture = pygame.Surface((0, 0), 0, 32)

    def draw(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the panel."""
        wanted = (area.size, self._letters.unit, *map(_newest, frame.species))
        if wanted != self._drawn:
            self._drawn = wanted
            self._picture = pygame.Surface(area.size, 0, 32)
            self._picture.fill(theme.BACKGROUND)
            self._draw(self._picture, frame)
        surface.blit(self._picture, area)

    def _draw(self, surface: pygame.Surface, frame: Frame) -> None:
        inside = card(surface, surface.get_rect(), self._letters, "Reward per 100 ticks, over the last 1,000", _NOTE)
        plot, names = self._plot(inside, frame)
        if plot.width < 16 or plot.height < 12:
            return
        curves = {one.name: _curve(one, plot.width // 2) for one in frame.species}
        scales = axes(plot, list(curves.values()))
        self._rewards(surface, scales)
        self._ticks(surface, scales)
        looks = theme.looks(frame.species)
        for name, look in reversed(looks.items()):
            self._line(surface, scales.points(curves[name]), look)
        self._names(surface, scales, curves, looks, names)
        if not any(map(len, curves.values())):
            self._letters.write(surface, _EMPTY, at=plot.center, anchor="center", colour=theme.MUTED, width=plot.width)

    def _plot(self, inside: pygame.Rect, frame: Frame) -> tuple[pygame.Rect, int]:
        """Return the rectangle of the curves, and how much room the names have at its right."""
        room = self._letters.width("-0.00", theme.SMALL) + self._letters.pixels(6)
        names = max((self._letters.width(one.name, bold=True) for one in frame.species), default=0)
        names = min(names + self._letters.pixels(10), inside.width // 3)
        line = self._letters.height(theme.SMALL)
        width, height = inside.width - room - names, inside.height - line
        return pygame.Rect(inside.left + room, inside.top, max(0, width), max(0, height)), names

    def _rewards(self, surface: pygame.Surface, scales: Axes) -> None:
        lines = scales.area.height / (1.7 * self._letters.height(theme.SMALL))
        for reward in round_numbers(scales.low, scales.high, max(1, round(lines))):
            zero = abs(reward) < 1e-12
            left, y = scales.point(0.0, reward)
            colour = theme.AXIS if zero else theme.GRID
            pygame.draw.line(surface, colour, (left, y), (scales.area.right - 1, y))
            at = left - self._letters.pixels(6), y
            text = "0" if zero else f"{reward:g}"
            self._letters.write(surface, text, at=at, anchor="midright", colour=theme.MUTED, size=theme.SMALL)

    def _ticks(self, surface: pygame.Surface, scales: Axes) -> None:
        widest = self._letters.width("000,000,000", theme.SMALL)
        for tick in round_numbers(0.0, scales.ticks, max(1, scales.area.width // (2 * widest))):
            at = scales.point(tick, scales.low)[0], scales.area.bottom + 1
            self._letters.write(
                surface,
                f"tick {tick:,.0f}" if tick == 0 else f"{tick:,.0f}",
                at=at,
                anchor="topright" if tick > 0.97 * scales.ticks else "midtop",
                colour=theme.MUTED,
                size=theme.SMALL,
            )

    def _line(self, surface: pygame.Surface, points: Curve, look: Look) -> None:
        width = self._letters.pixels(2)
        if len(points) == 1:
            pygame.draw.aacircle(surface, look.colour, points[0].tolist(), 1.5 * width)
        elif len(points) > 1 and look.learns:
            for row in range(width):  # several thin lines are smoother than one wide one
                pygame.draw.aalines(surface, look.colour, False, (points + np.array([0, row])).tolist())
        elif len(points) > 1:
            for start, end in dashes(points, self._letters.pixels(6)):
                pygame.draw.aaline(surface, look.colour, start, end, width)

    def _names(
        self,
        surface: pygame.Surface,
        scales: Axes,
        curves: dict[str, Curve],
        looks: dict[str, Look],
        room: int,
    ) -> None:
        """Write each name beside the end of its line, moved apart where the ends are close."""
        ends = sorted((scales.point(*curve[-1])[1], name) for name, curve in curves.items() if len(curve))
        half = self._letters.height() / 2
        area = scales.area
        places = apart([y for y, _ in ends], 2 * half, area.top + half, area.bottom - half)
        for y, (_, name) in zip(places, ends, strict=True):
            at = area.right + self._letters.pixels(8), y
            colour = looks[name].colour
            self._letters.write(surface, name, at=at, anchor="midleft", colour=colour, bold=True, width=room)


def _curve(species: SpeciesFrame, most: int) -> Curve:
    points = np.column_stack([species.ticks, species.reward_per_100_ticks]).astype(np.float64)
    return thinned(finite(points), most)


def _newest(species: SpeciesFrame) -> tuple[object, ...]:
    """Return what tells a curve from the one before."""
    last = (float(species.ticks[-1]), float(species.reward_per_100_ticks[-1])) if len(species.ticks) else ()
    return species.name, species.learns, len(species.ticks), *last
