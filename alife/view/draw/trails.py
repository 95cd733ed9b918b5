"""The trails of creatures: a short line behind each, fading with age."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.frame import Frame
from alife.core.geometry import shorten
from alife.core.scene import Circles, Scene
from alife.view.draw import pen, theme
from alife.view.draw.geometry import ANY_NUMBERS, Fit, in_view
from alife.view.draw.last_values import LastValues
from alife.view.draw.theme import Look

_LENGTH = 20  # ticks
_LEAP = 0.2  # of the arena: a longer step is a new life or many ticks at once, and is not drawn
_BRIGHT = 0.75  # of the colour of a creature, for its newest step
_FADE = 220  # of 255, what is left of a step after one more
_TOGETHER = 2  # steps that are painted at once, for that is quicker; a creature covers the one that waits
_MANY = 60  # creatures: the trails of more than these are drawn one pixel wide, which is quick


class Trails:
    """Remembers the last places of every creature of the copy in view.

    The lines stand on a surface of their own, which is brightened onto the floor. As long as the
    view stays where it is, only the newest steps are drawn, and the older ones fade together.
    """

    def __init__(self) -> None:
        self._rings: dict[str, tuple[NDArray[np.int64], LastValues]] = {}
        self._seen: tuple[str, int, int] | None = None
        self._steps = 0  # frames taken in
        self._picture = pen.new_surface((0, 0))
        self._painted: tuple[Any, ...] = ()  # what the picture was painted for
        self._painted_steps = 0

    def record_places(self, frame: Frame) -> None:
        """Record the places of a new tick; start anew when the run, the copy or the creatures change."""
        now = (frame.name, frame.copy, frame.tick)
        if now == self._seen:
            return
        if self._seen is None or now[:2] != self._seen[:2] or now[2] < self._seen[2]:
            self.forget_frames()
        self._seen = now
        self._steps += 1
        for shape in frame.scene.shapes:
            if isinstance(shape, Circles) and shape.rows is not None:
                self._ring_of(shape.species, shape.rows).append(shape.centres)

    def forget_frames(self) -> None:
        """Forget the places of all frames."""
        self._rings.clear()
        self._seen = None
        self._painted = ()

    def _ring_of(self, species: str, rows: NDArray[np.int64]) -> LastValues:
        known = self._rings.get(species)
        if known is None:
            known = self._rings[species] = rows.copy(), LastValues(_LENGTH, (len(rows), 2))
        elif not np.array_equal(known[0], rows):
            known = self._rings[species] = rows.copy(), _of_rows(*known, rows)
        return known[1]

    @ANY_NUMBERS
    def draw_trails(
        self, surface: pygame.Surface, looks: Mapping[str, Look], scene: Scene, fit: Fit, width: int
    ) -> None:
        """Draw the trails: brighten the floor where creatures have been."""
        if not any(len(ring) > 1 for _, ring in self._rings.values()):
            return
        wanted = (*fit.area, fit.scale, fit.corner, width, scene.wraps, tuple(looks.items()))
        new_steps = self._steps - self._painted_steps if wanted == self._painted else _LENGTH
        if wanted != self._painted:
            self._picture = pen.new_surface(fit.area.size)
        if new_steps >= _TOGETHER:
            self._paint_steps(looks, scene, fit, width, min(new_steps, _LENGTH))
            self._painted, self._painted_steps = wanted, self._steps
        surface.blit(self._picture, fit.area, special_flags=pygame.BLEND_RGB_MAX)

    def _paint_steps(self, looks: Mapping[str, Look], scene: Scene, fit: Fit, width: int, new_steps: int) -> None:
        if new_steps == _LENGTH:
            self._picture.fill(0)
        for _ in range(new_steps % _LENGTH):
            self._picture.fill((_FADE,) * 3, special_flags=pygame.BLEND_RGB_MULT)
        here = Fit(self._picture.get_rect(), fit.scale, fit.corner)
        width = width if sum(len(rows) for rows, _ in self._rings.values()) <= _MANY else 1
        for species, (_, ring) in self._rings.items():
            look = looks.get(species)
            if look is not None:
                _draw_lines(self._picture, ring.last(new_steps + 1), look.colour, scene, here, width)


def _of_rows(before: NDArray[np.int64], ring: LastValues, rows: NDArray[np.int64]) -> LastValues:
    """Return the last places of other rows: those of the newborn are no numbers, those of the dead are gone."""
    old, new = ring.last(_LENGTH), LastValues(_LENGTH, (len(rows), 2))
    _, here, there = np.intersect1d(rows, before, return_indices=True)
    for places in old:
        moved = np.full((len(rows), 2), np.nan)
        moved[here] = places[there]
        new.append(moved)
    return new


def _draw_lines(
    surface: pygame.Surface, places: NDArray[np.float64], colour: theme.Colour, scene: Scene, fit: Fit, width: int
) -> None:
    """Draw the lines between places (ticks, creatures, 2), the last being the newest."""
    size = np.array([scene.width, scene.height])
    wraps = scene.wraps and scene.width > 0 and scene.height > 0
    steps = np.diff(places, axis=0)  # (ticks - 1, creatures, 2)
    if wraps:
        shorten(steps, size)
    lengths = np.abs(steps)
    ages, creatures = np.nonzero((lengths < size * _LEAP).all(axis=-1) & (lengths > 0).any(axis=-1))
    if not len(ages):
        return
    ends, steps = places[1:][ages, creatures], steps[ages, creatures]
    shades = [theme.mix((0, 0, 0), colour, _BRIGHT * (_FADE / 255) ** age) for age in reversed(range(len(places) - 1))]
    if width == 1:
        colours = np.array([surface.map_rgb(shade) for shade in shades])[ages]
        _draw_pixels(surface, ends, steps, colours, fit, size if wraps else None)
        return
    ends, which = in_view(ends, float(np.abs(steps).max()), scene, fit)
    lines = np.stack([fit.to_pixels(ends - steps[which]), fit.to_pixels(ends)], axis=1)
    order = np.argsort(ages[which], kind="stable")  # the newest on top
    for age, (start, end) in zip(ages[which][order].tolist(), lines[order].tolist(), strict=True):
        pen.aaline(surface, shades[age], start, end, width)


def _draw_pixels(
    surface: pygame.Surface,
    ends: NDArray[np.float64],
    steps: NDArray[np.float64],
    colours: NDArray[np.int64],
    fit: Fit,
    torus: NDArray[np.float64] | None,
) -> None:
    """Draw lines one pixel wide, all at once: far quicker than one after the other.

    Args:
        surface: that shows no more than the area of the fit.
        ends: (lines, 2) in world units.
        steps: (lines, 2) from the starts to the ends.
        colours: (lines,) as the surface holds them.
        fit: where the world lies.
        torus: (2,) the size of a world whose edges are joined.
    """
    count = min(64, math.ceil(float(np.abs(steps).max()) * fit.scale) + 1)
    shares = np.linspace(0.0, 1.0, count)[:, None]
    pixels = []
    for axis in (0, 1):  # each by itself: numpy is slow on rows of two numbers
        along = (ends[:, axis] - fit.corner[axis]) * fit.scale - shares * (steps[:, axis] * fit.scale)
        if torus is not None:
            length = float(torus[axis]) * fit.scale
            along -= np.floor(along / length) * length
        pixels.append(np.rint(along).astype(np.intp).ravel())
    x, y = pixels[0], fit.area.height - pixels[1]
    inside = np.flatnonzero((x >= 0) & (x < fit.area.width) & (y >= 0) & (y < fit.area.height))
    # By share and not by line: that a newer line lies on top is lost only where two cross.
    pygame.surfarray.pixels2d(surface)[x[inside], y[inside]] = colours[inside % len(ends)]
