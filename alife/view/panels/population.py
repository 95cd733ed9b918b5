"""Who lives: the numbers of every species, their births and deaths, and how an age or a gene is spread among them."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.frame import Distribution, Frame, PopulationFrame, SpeciesFrame
from alife.view.draw import pen, theme
from alife.view.draw.curves import Axes, Curve, apart, axes, finite, thinned
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Look
from alife.view.panels._plot import draw_line, write_numbers
from alife.view.panels.card import draw_card
from alife.view.panels.hit_areas import HitAreas, Pixel
from alife.view.panels.tabbed import Tabbed

_PATIENCE = 10  # pictures that a change of numbers may wait for
_SHORTEST = 100.0  # ticks of an axis
_GAP = 16  # pixels of the design between plots
_SHARES = (0.36, 0.25, 0.39)  # of the width: numbers, births and deaths, what is spread
_BARS = 0.34  # of the last one: those who live now
_LIVING = ("how many live, in all arenas together",)
_TURNOVER = ("births and deaths in 100 ticks, in all arenas together", "each counted over the last 200 ticks or more")
_Mortal = dict[str, PopulationFrame]
_Looks = dict[str, Look]
_SPREAD = "line: the median of those who lived; bars: how many live now with so much of it; a click or y: the next"


class PopulationPanel(Tabbed):
    """Draws three plots side by side, of all species that are born and die."""

    def __init__(self, renderer: TextRenderer) -> None:
        super().__init__(renderer)
        self._age = 0  # pictures since
        self._spread_of = "age"
        self._names: list[str] = []  # of what may be shown
        self._last = _SHORTEST  # tick, at the right edge of the plots
        self._hit_areas = HitAreas()  # of the picture

    def describe_at(self, pixel: Pixel) -> Sequence[str]:
        """Return the lines that stand under the mouse at a pixel."""
        return self._hit_areas.describe_at(self._inside(pixel))

    def press(self, pixel: Pixel) -> None:
        """Show the next of what is spread, if that is there."""
        self._hit_areas.press_at(self._inside(pixel))

    def show_next_spread(self) -> str:
        """Show how the next of ages, energy and genes is spread; return which that is, "" where there is none."""
        if not self._names:
            return ""
        after = self._names.index(self._spread_of) + 1 if self._spread_of in self._names else 0
        self._spread_of = self._names[after % len(self._names)]
        self._drawn = ()
        return self._spread_of

    def draw_panel(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the panel."""
        shown = self._shown(frame)
        self._names = [] if shown is None or shown.population is None else _names(shown.population)
        looks = tuple(theme.looks(frame.species).items())
        layout = area.size, self._renderer.unit, frame.name, shown and shown.name, self._spread_of, looks
        wanted = layout, tuple(_numbers(one) for one in frame.species)
        self._age += 1
        waited = frame.paused or self._age >= _PATIENCE
        if self._drawn[:1] != wanted[:1] or (self._drawn != wanted and waited):
            self._age = 0
            self._hit_areas.all.clear()
            self._draw(self._begin_picture(area, wanted), frame, shown)
        self._copy_picture(surface, area)

    def _shown(self, frame: Frame) -> SpeciesFrame | None:
        """Return the species of which something is shown as spread: that of the selected creature, if it can be."""
        mortal = [one for one in frame.species if one.population is not None]
        return next((one for one in mortal if one.name == frame.selected[0]), mortal[0] if mortal else None)

    def _draw(self, surface: pygame.Surface, frame: Frame, shown: SpeciesFrame | None) -> None:
        inside = draw_card(surface, surface.get_rect(), self._renderer, "", _totals(frame), icon=self.tabs)
        mortal = {one.name: one.population for one in frame.species if one.population is not None}
        looks, gap = theme.looks(frame.species), self._renderer.pixels(_GAP)
        self._last = max(_SHORTEST, float(frame.tick))
        left, areas = inside.left, []
        for share in _SHARES:
            width = round(share * (inside.width - gap * (len(_SHARES) - 1)))
            areas.append(pygame.Rect(left, inside.top, width, inside.height))
            left += width + gap
        self._sizes(surface, areas[0], mortal, looks)
        self._turnover(surface, areas[1], mortal, looks)
        if shown is not None and shown.population is not None:
            self._spread(surface, areas[2], shown.name, shown.population, looks[shown.name])

    def _plot(self, surface: pygame.Surface, area: pygame.Rect, heading: str, right: int = 0) -> pygame.Rect:
        """Write the heading of a plot, and return the rectangle of its curves."""
        line, numbers = self._renderer.height(theme.SMALL), self._renderer.width("00000", theme.SMALL)
        self._renderer.write(surface, heading, at=area.topleft, colour=theme.MUTED, size=theme.SMALL, width=area.width)
        top, left = area.top + line + line // 2, area.left + numbers
        return pygame.Rect(left, top, max(1, area.right - right - left), max(1, area.bottom - line - top))

    def _sizes(self, surface: pygame.Surface, area: pygame.Rect, mortal: _Mortal, looks: _Looks) -> None:
        """Draw how many have lived, and write who they are and how many live now."""
        texts = {name: f"{name} {one.living:,}" for name, one in mortal.items()}
        room = max((self._renderer.width(text, bold=True) for text in texts.values()), default=0)
        room = min(room + self._renderer.pixels(8), area.width // 2)
        plot = self._plot(surface, area, "living", room)
        self._hit_areas.explain(area, *_LIVING)
        curves = {name: _curve(plot, one.ticks, one.sizes) for name, one in mortal.items()}
        scales = self._draw_curves(surface, plot, [(curve, looks[name]) for name, curve in curves.items()])
        ends = sorted((scales.point(*curve[-1])[1], name) for name, curve in curves.items() if len(curve))
        half = self._renderer.height() / 2
        places = apart([y for y, _ in ends], 2 * half, plot.top + half, plot.bottom - half)
        for y, (_, name) in zip(places, ends, strict=True):
            at, colour = (plot.right + self._renderer.pixels(6), y), looks[name].colour
            written = self._renderer.write(
                surface, texts[name], at=at, anchor="midleft", colour=colour, bold=True, width=area.right - round(at[0])
            )
            one = mortal[name]
            said = f"{name}: {one.living:,} live, {one.births:,} were born and {one.deaths:,} have died in this run"
            self._hit_areas.explain(written, said)

    def _turnover(self, surface: pygame.Surface, area: pygame.Rect, mortal: _Mortal, looks: _Looks) -> None:
        """Draw births as solid lines and deaths as dashed ones."""
        plot = self._plot(surface, area, "births solid, deaths dashed, per 100 ticks")
        self._hit_areas.explain(area, *_TURNOVER)
        lines = [
            (_curve(plot, one.ticks, numbers), replace(looks[name], learns=solid, pattern=0))
            for name, one in mortal.items()
            for numbers, solid in ((one.births_per_100_ticks, True), (one.deaths_per_100_ticks, False))
        ]
        self._draw_curves(surface, plot, lines)

    def _draw_curves(self, surface: pygame.Surface, plot: pygame.Rect, curves: Sequence[tuple[Curve, Look]]) -> Axes:
        """Draw curves in axes that hold all of them; return these."""
        scales = replace(axes(plot, [curve for curve, _ in curves]), ticks=self._last)
        write_numbers(surface, self._renderer, scales)
        self._ticks(surface, scales)
        for curve, look in curves:
            draw_line(surface, self._renderer, scales.points(curve), look)
        return scales

    def _ticks(self, surface: pygame.Surface, scales: Axes) -> None:
        """Write the first tick and the last one below a plot."""
        y, said = scales.area.bottom + 1, f"{scales.ticks:,.0f}"
        first = self._renderer.write(surface, "tick 0", at=(scales.area.left, y), colour=theme.MUTED, size=theme.SMALL)
        if first.right + self._renderer.width(said, theme.SMALL) + self._renderer.pixels(8) < scales.area.right:
            at = scales.area.right, y
            self._renderer.write(surface, said, at=at, anchor="topright", colour=theme.MUTED, size=theme.SMALL)

    def _spread(
        self, surface: pygame.Surface, area: pygame.Rect, species: str, population: PopulationFrame, look: Look
    ) -> None:
        """Draw the median over the run, and beside it, on the same axis, how many live now."""
        spread = next((one for one in population.distributions if one.name == self._spread_of), None)
        spread = spread or next(iter(population.distributions), None)
        if spread is None:
            return
        bars = round(_BARS * area.width)
        plot = self._plot(surface, area, _heading(species, spread), bars)
        self._hit_areas.explain(area, f"{spread.name} of {species}", _SPREAD, on_press=lambda _: self._press_spread())
        low, high = _scaled(spread, np.array([spread.low, spread.high])).tolist()
        scales = Axes(plot, self._last, low, high)
        self._ends(surface, scales, spread)
        self._ticks(surface, scales)
        medians = _curve(plot, population.ticks, _scaled(spread, spread.medians))
        draw_line(surface, self._renderer, scales.points(medians), replace(look, learns=True))
        self._bars(surface, pygame.Rect(plot.right + 1, plot.top, bars - 1, plot.height), spread, look)

    def _press_spread(self) -> None:
        self.show_next_spread()

    def _ends(self, surface: pygame.Surface, scales: Axes, spread: Distribution) -> None:
        """Write what the ends of the axis stand for."""
        for number, y, anchor in (
            (spread.high, scales.area.top, "topright"),
            (spread.low, scales.area.bottom, "bottomright"),
        ):
            at = scales.area.left - self._renderer.pixels(6), y
            text = f"{number:.4g}"
            self._renderer.write(surface, text, at=at, anchor=anchor, colour=theme.MUTED, size=theme.SMALL)  # type: ignore[arg-type]
            edge = y - (anchor == "bottomright")
            pen.line(surface, theme.GRID, (scales.area.left, edge), (scales.area.right - 1, edge))

    def _bars(self, surface: pygame.Surface, area: pygame.Rect, spread: Distribution, look: Look) -> None:
        """Draw a bar for each part of the axis, from below, and below them how many the longest one is."""
        most, parts = int(spread.counts.max(initial=0)), len(spread.counts)
        edges = [area.bottom - round(k * area.height / parts) for k in range(parts + 1)]
        colour = theme.mix(look.colour, theme.CARD, 0.35)
        for count, bottom, top in zip(spread.counts.tolist(), edges, edges[1:], strict=False):
            if count:
                length = max(1, round(count / most * area.width))
                surface.fill(colour, (area.left, top, length, max(1, bottom - top - (area.height > 3 * parts))))
        pen.line(surface, theme.AXIS, (area.left, area.top), (area.left, area.bottom))
        text = f"{most:,} in the longest bar" if most else "nobody lives"
        self._renderer.write(
            surface,
            text,
            at=(area.right, area.bottom + 1),
            anchor="topright",
            colour=theme.MUTED,
            size=theme.SMALL,
            width=area.width,
        )


def _curve(plot: pygame.Rect, ticks: NDArray[np.int64], numbers: NDArray[np.float64]) -> Curve:
    """Return numbers over ticks, as many points as a plot can show."""
    return thinned(finite(np.column_stack([ticks, numbers])), max(2, plot.width // 2))


def _heading(species: str, spread: Distribution) -> str:
    digits = ",.0f" if abs(spread.median) >= 100.0 else ".3g"
    now = f" now {spread.median:{digits}}" if math.isfinite(spread.median) else ""
    return f"{spread.name} of {species}: median{now}; bars: who lives now"


def _scaled(spread: Distribution, numbers: np.ndarray[Any, Any]) -> Any:
    """Return numbers as they lie on the axis: their logarithms where it is one of ratios."""
    if not spread.in_ratios:
        return numbers
    return np.log(np.where(numbers > 0, numbers, np.nan))


def _totals(frame: Frame) -> str:
    """Return how many were born and have died."""
    return "     ".join(
        f"{one.name}: {one.population.births:,} born, {one.population.deaths:,} died"
        for one in frame.species
        if one.population is not None
    )


def _names(population: PopulationFrame) -> list[str]:
    return [one.name for one in population.distributions]


def _numbers(species: SpeciesFrame) -> tuple[object, ...]:
    """Return what the picture of a species depends on."""
    one = species.population
    return () if one is None else (one.living, one.births, one.deaths, len(one.ticks), *one.ticks[-1:].tolist())
