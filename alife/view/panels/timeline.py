"""The last ticks of a brain, scrolling: spikes, the critic's value and the TD error over one axis."""

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.view import theme
from alife.view.history import TICKS, History, pool
from alife.view.letters import Anchor, Letters
from alife.view.theme import Colour

_GUTTER = 102  # pixels of the design for the names at the left


class Timeline:
    """Draws a history with the newest tick at the right; where it learned, a line crosses everything."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    def draw(self, surface: pygame.Surface, area: pygame.Rect, history: History, colour: Colour) -> None:
        """Draw the history in an area."""
        axis = self._letters.height(theme.SMALL) + self._letters.pixels(2)
        gutter = self._letters.pixels(_GUTTER)
        plot = pygame.Rect(area.left + gutter, area.top, area.width - gutter, area.height - axis)
        if plot.width < 16 or plot.height < 16:
            return
        column = self._letters.pixels(2)
        shown = min(TICKS, plot.width // column)
        gap = self._letters.pixels(5)
        lines = max(self._letters.pixels(30), plot.height // 4)
        raster = pygame.Rect(plot.left, plot.top, plot.width, max(0, plot.height - 2 * (lines + gap)))
        value = pygame.Rect(plot.left, raster.bottom + gap, plot.width, lines)
        error = pygame.Rect(plot.left, value.bottom + gap, plot.width, lines)
        self._raster(surface, raster, history, shown, column, colour)
        self._strip(surface, value, history.value.last(shown), "critic's value", column, colour)
        self._strip(surface, error, history.error.last(shown), "TD error", column, theme.TEXT)
        self._learned(surface, (raster, value, error), history, shown, column)
        self._axis(surface, error, history, shown)

    def _raster(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        history: History,
        shown: int,
        column: int,
        colour: Colour,
    ) -> None:
        if area.height < 8:
            return
        surface.fill(theme.FIELD, area)
        self._name(surface, area, "spikes", f"{history.neurons:,} neurons" if history.neurons else "no neurons")
        spikes = pool(history.spikes.last(shown).T, area.height)
        if spikes.size == 0:
            return
        marks = spikes + 2 * history.skipped.last(shown).astype(np.uint8)
        small = pygame.Surface((marks.shape[1], marks.shape[0]), 0, 8)
        lit = theme.mix(colour, theme.SPIKE, 0.35)
        small.set_palette([theme.FIELD, lit, theme.GRID, lit])
        pygame.surfarray.blit_array(small, marks.T)
        size = marks.shape[1] * column, area.height
        surface.blit(pygame.transform.scale(small, size), (area.right - size[0], area.top))
        for end in np.cumsum(history.sizes[:-1]).tolist():
            y = area.top + round(end * area.height / history.neurons)
            pygame.draw.line(surface, theme.AXIS, (area.left, y), (area.right - 1, y))

    def _strip(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        values: NDArray[np.float64],
        name: str,
        column: int,
        colour: Colour,
    ) -> None:
        surface.fill(theme.FIELD, area)
        finite = np.isfinite(values)
        newest = f"{values[-1]:+.3f}" if len(values) and finite[-1] else "none"
        self._name(surface, area, name, newest)
        if not finite.any():
            return
        low, high = min(0.0, float(values[finite].min())), max(0.0, float(values[finite].max()))
        span = max(high - low, 1e-9)
        pad = self._letters.pixels(4)
        ys = area.bottom - pad - (values - low) / span * (area.height - 2 * pad)
        zero = area.bottom - pad + low / span * (area.height - 2 * pad)
        pygame.draw.line(surface, theme.EDGE, (area.left, zero), (area.right - 1, zero))
        xs = area.right - column * (len(values) - 0.5 - np.arange(len(values)))
        points = np.column_stack([xs, ys])
        for run in np.split(points, np.flatnonzero(~finite)):
            run = run[np.isfinite(run[:, 1])]
            if len(run) > 1:
                pygame.draw.aalines(surface, colour, False, run.tolist())
        self._limits(surface, area, low, high)

    def _limits(self, surface: pygame.Surface, area: pygame.Rect, low: float, high: float) -> None:
        """Write the highest and the lowest number of a strip inside its left edge."""
        if area.height < 2 * self._letters.height(theme.SMALL):
            return
        left = area.left + self._letters.pixels(3)
        top: tuple[float, int, Anchor] = high, area.top, "topleft"
        bottom: tuple[float, int, Anchor] = low, area.bottom, "bottomleft"
        for limit, y, anchor in (top, bottom):
            if limit != 0:
                text = f"{limit:.2g}"
                self._letters.write(surface, text, at=(left, y), anchor=anchor, colour=theme.MUTED, size=theme.SMALL)

    def _learned(
        self,
        surface: pygame.Surface,
        areas: tuple[pygame.Rect, ...],
        history: History,
        shown: int,
        column: int,
    ) -> None:
        """Mark the ticks at which it learned on the upper edges; longer marks would hide what lies below them."""
        learned = history.learned.last(shown)
        half = self._letters.pixels(3)
        for index in np.flatnonzero(learned).tolist():
            x = areas[0].right - column * (len(learned) - index) + column // 2
            for area in areas:
                pygame.draw.line(surface, theme.LEARNED, (x, area.top - half), (x, area.top + half))

    def _axis(self, surface: pygame.Surface, area: pygame.Rect, history: History, shown: int) -> None:
        ticks = history.ticks.last(shown)
        if len(ticks) == 0:
            return
        top, gap = area.bottom + self._letters.pixels(2), self._letters.pixels(14)
        now = self._letters.write(
            surface,
            f"tick {ticks[-1]:,}",
            at=(area.right, top),
            anchor="topright",
            colour=theme.MUTED,
            size=theme.SMALL,
        )
        gaps = ", with gaps" if history.skipped.last(shown)[1:].any() else ""
        texts = [(f"{len(ticks)} ticks seen{gaps}", theme.MUTED)]
        if history.learned.last(shown).any():
            texts.append(("| it learned", theme.LEARNED))
        left = area.left
        for text, colour in texts:
            if left + self._letters.width(text, theme.SMALL) + gap > now.left:
                return
            place = left, top
            left = self._letters.write(surface, text, at=place, colour=colour, size=theme.SMALL).right + gap

    def _name(self, surface: pygame.Surface, area: pygame.Rect, name: str, number: str) -> None:
        right = area.left - self._letters.pixels(8)
        width = self._letters.pixels(_GUTTER - 8)
        two = area.height >= 2 * self._letters.height()
        up = self._letters.height() // 2 if two else 0
        self._letters.write(surface, name, width=width, at=(right, area.centery - up), anchor="midright")
        if two:
            place = (right, area.centery + up)
            self._letters.write(
                surface,
                number,
                colour=theme.MUTED,
                size=theme.SMALL,
                width=width,
                at=place,
                anchor="midright",
            )
