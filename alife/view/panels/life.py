"""How every species has fared over the run so far: its reward over ticks, and a few numbers about its life."""

from collections.abc import Sequence

import numpy as np
import pygame

from alife.core.frame import Annotation, Frame, SpeciesFrame
from alife.view.draw import theme
from alife.view.draw.changes import draw_changes
from alife.view.draw.curves import Axes, Curve, apart, axes, finite, thinned
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Look
from alife.view.panels._plot import draw_line, write_numbers, write_ticks
from alife.view.panels._species_rows import SpeciesRows, curve_meaning, species_text
from alife.view.panels.card import draw_card
from alife.view.panels.hit_areas import HitAreas, Pixel
from alife.view.panels.tabbed import Tabbed

_TITLE = "Reward per 100 ticks, over the last 1,000"
_RETURNS = "Return of an episode, mean of those in the last 1,000 ticks"
_NOTE = "solid learns, dashed does not"
_EMPTY = "The curves start when the first ticks have been counted."
_PATIENCE = 10  # pictures that a new point of a curve may wait for, so that not every one is drawn anew
_NEAR = 4  # pixels of the design from a change that still tell of it


class LifePanel(Tabbed):
    """Draws one curve for each species: solid for those that learn, dashed for those that do not.

    The curves change far more rarely than the picture, so they are drawn once for each new point.
    """

    def __init__(self, renderer: TextRenderer) -> None:
        super().__init__(renderer)
        self._age = 0  # pictures since it was drawn
        self._species_rows = SpeciesRows(renderer)
        self._scales: Axes | None = None
        self._hit_areas = HitAreas()  # of the picture
        self._annotations: tuple[Annotation, ...] = ()  # of the frame that was drawn

    def describe_at(self, pixel: Pixel) -> Sequence[str]:
        """Return the lines that stand under the mouse at a pixel."""
        here = self._inside(pixel)
        told = self._species_rows.explain(here) or self._changes_at(here, self._annotations)
        return told or self._hit_areas.describe_at(here)

    def draw_panel(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the panel."""
        names = tuple((one.name, one.learns) for one in frame.species)
        layout = (
            area.size,
            self._renderer.unit,
            None if self.tabs is None else self.tabs.get_width(),
            frame.name,
            _title(frame),
            names,
            len(frame.annotations),
            *frame.annotations[-1:],
        )
        wanted = layout, tuple(map(_newest, frame.species))
        self._age += 1
        if self._drawn[:1] != wanted[:1] or (self._drawn != wanted and self._age >= _PATIENCE):
            self._age, self._scales = 0, None
            self._hit_areas.all.clear()
            self._draw_curves(self._begin_picture(area, wanted), frame)
        self._copy_picture(surface, area)
        self._annotations = frame.annotations

    def _changes_at(self, pixel: tuple[int, int], annotations: tuple[Annotation, ...]) -> list[str]:
        """Return the annotations near a pixel, the newest three."""
        if self._scales is None or not annotations or not self._scales.area.collidepoint(pixel):
            return []
        xs = self._scales.points(np.array([[annotation.tick, 0.0] for annotation in annotations]))[:, 0]
        near = np.flatnonzero(np.abs(xs - pixel[0]) <= self._renderer.pixels(_NEAR)).tolist()
        lines = [f"tick {annotations[index].tick:,}: {annotations[index].text}" for index in near[-3:]]
        return [*lines, "changes of the arena in view"] if lines else []

    def _draw_curves(self, surface: pygame.Surface, frame: Frame) -> None:
        inside = draw_card(surface, surface.get_rect(), self._renderer, _title(frame), icon=self.tabs)
        self._hit_areas.explain(surface.get_rect(), *curve_meaning(_title(frame) == _RETURNS))
        plot = self._plot(inside, frame)
        if plot.width < 16 or plot.height < 12:
            return
        self._note(surface, inside, plot, _title(frame))
        curves = {one.name: _curve(one, plot.width // 4) for one in frame.species}
        self._scales = scales = axes(plot, list(curves.values()))
        write_numbers(surface, self._renderer, scales)
        write_ticks(surface, self._renderer, scales)
        draw_changes(surface, self._renderer, scales, frame.annotations)
        looks, species = theme.looks(frame.species), {one.name: one for one in frame.species}
        for name, look in reversed(looks.items()):
            draw_line(surface, self._renderer, scales.points(curves[name]), look)
        self._names(surface, scales, curves, looks, species)
        if not any(map(len, curves.values())):
            self._renderer.write(surface, _EMPTY, at=plot.center, anchor="center", colour=theme.MUTED, width=plot.width)

    def _plot(self, inside: pygame.Rect, frame: Frame) -> pygame.Rect:
        """Return the rectangle of the curves, between the numbers at its left and the names at its right."""
        room = self._renderer.width("-0.00", theme.SMALL) + self._renderer.pixels(6)
        names = max((self._renderer.width(one.name, bold=True) for one in frame.species), default=0)
        names = min(names + self._renderer.pixels(10), inside.width // 3)
        numbers = self._species_rows.place_columns(inside, frame.species, most=inside.width - room - names)
        line = self._renderer.height(theme.SMALL)
        above = line if frame.annotations else 0  # for their words
        width, height = inside.width - room - names - numbers, inside.height - line - above
        self._room = names
        return pygame.Rect(inside.left + room, inside.top + above, max(0, width), max(0, height))

    def _note(self, surface: pygame.Surface, inside: pygame.Rect, plot: pygame.Rect, title: str) -> None:
        """Write what the lines are, between the title and the headings of the numbers."""
        left = inside.left + self._renderer.width(title, theme.TITLE, bold=True) + self._renderer.pixels(16)
        left += 0 if self.tabs is None else self.tabs.get_width() + self._renderer.pixels(4)
        room = plot.right - left
        if room >= self._renderer.width(_NOTE, theme.SMALL):
            at = left, self._species_rows.heading_y(inside)
            self._renderer.write(surface, _NOTE, at=at, anchor="midleft", colour=theme.MUTED, size=theme.SMALL)

    def _names(
        self,
        surface: pygame.Surface,
        scales: Axes,
        curves: dict[str, Curve],
        looks: dict[str, Look],
        species: dict[str, SpeciesFrame],
    ) -> None:
        """Write each name beside the end of its line, moved apart where the ends are close, and its numbers."""
        ends = sorted((scales.point(*curve[-1])[1], name) for name, curve in curves.items() if len(curve))
        half = self._renderer.height() / 2
        area = scales.area
        places = apart([y for y, _ in ends], 2 * half, area.top + half, area.bottom - half)
        for y, (_, name) in zip(places, ends, strict=True):
            at = area.right + self._renderer.pixels(8), y
            room = self._room - self._renderer.pixels(8)
            colour = looks[name].colour
            written = self._renderer.write(surface, name, at=at, anchor="midleft", colour=colour, bold=True, width=room)
            self._hit_areas.explain(written, species_text(species[name]))
            self._species_rows.write_row(surface, name, y)
        if ends:
            self._species_rows.write_headings(surface)


def _title(frame: Frame) -> str:
    return _RETURNS if any(one.returns is not None for one in frame.species) else _TITLE


def _curve(species: SpeciesFrame, most: int) -> Curve:
    """Return the returns of a species that has episodes, or its rewards."""
    shown = species.reward_per_100_ticks if species.returns is None else species.returns
    points = np.column_stack([species.ticks, shown]).astype(np.float64)
    return thinned(finite(points), most)


def _newest(species: SpeciesFrame) -> tuple[object, ...]:
    """Return what the picture of a curve depends on."""
    last = (float(species.ticks[-1]), float(species.reward_per_100_ticks[-1])) if len(species.ticks) else ()
    return species.name, species.learns, len(species.ticks), *last
