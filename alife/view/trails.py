"""Where the creatures have been: a short line behind each, fading with age."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.frame import Frame
from alife.scene import Circles, Scene
from alife.view import theme
from alife.view.geometry import Fit, in_view
from alife.view.ring import Ring
from alife.view.theme import Look

_LENGTH = 20  # ticks
_LEAP = 0.2  # of the arena: a longer step is a new life or many ticks at once, and is not drawn
_BRIGHT = 0.75  # of the colour of a creature, for its newest step
_FADE = 220  # of 255, what is left of a step after one more
_CROWD = 60  # creatures: the trails of more than these are drawn one pixel wide, which is quick


class Trails:
    """Remembers the last places of every creature of the copy in view.

    The lines stand on a surface of their own, which is brightened onto the ground. As long as the
    view stays where it is, only the newest steps are drawn, and the older ones fade together.
    """

    def __init__(self) -> None:
        self._rings: dict[str, tuple[NDArray[np.int64], Ring]] = {}
        self._seen: tuple[str, int, int] | None = None
        self._steps = 0  # frames taken in
        self._picture = pygame.Surface((0, 0), 0, 32)
        self._painted: tuple[Any, ...] = ()  # what the picture was painted for
        self._painted_steps = 0

    def take(self, frame: Frame) -> None:
        """Take in the places of a new tick; start anew when the run, the copy or the creatures change."""
        now = (frame.name, frame.copy, frame.tick)
        if now == self._seen:
            return
        if self._seen is None or now[:2] != self._seen[:2] or now[2] < self._seen[2]:
            self.forget()
        self._seen = now
        self._steps += 1
        for shape in frame.scene.shapes:
            if isinstance(shape, Circles) and shape.rows is not None:
                self._ring(shape.species, shape.rows).append(shape.centres)

    def forget(self) -> None:
        """Forget where everybody has been."""
        self._rings.clear()
        self._seen = None
        self._painted = ()

    def _ring(self, species: str, rows: NDArray[np.int64]) -> Ring:
        known = self._rings.get(species)
        if known is None or not np.array_equal(known[0], rows):
            known = self._rings[species] = rows.copy(), Ring(_LENGTH, (len(rows), 2))
            self._painted = ()
        return known[1]

    def draw(self, surface: pygame.Surface, looks: Mapping[str, Look], scene: Scene, fit: Fit, width: int) -> None:
        """Brighten the ground where creatures have been."""
        if not any(len(ring) > 1 for _, ring in self._rings.values()):
            return
        wanted = (*fit.area, fit.scale, fit.corner, width, scene.wraps, tuple(looks.items()))
        fresh = self._steps - self._painted_steps if wanted == self._painted else _LENGTH
        if wanted != self._painted:
            self._picture = pygame.Surface(fit.area.size, 0, 32)
        if fresh:
            self._paint(looks, scene, fit, width, min(fresh, _LENGTH))
            self._painted, self._painted_steps = wanted, self._steps
        surface.blit(self._picture, fit.area, special_flags=pygame.BLEND_RGB_MAX)

    def _paint(self, looks: Mapping[str, Look], scene: Scene, fit: Fit, width: int, fresh: int) -> None:
        if fresh == _LENGTH:
            self._picture.fill(0)
        for _ in range(fresh % _LENGTH):
            self._picture.fill((_FADE,) * 3, special_flags=pygame.BLEND_RGB_MULT)
        here = Fit(self._picture.get_rect(), fit.scale, fit.corner)
        width = width if sum(len(rows) for rows, _ in self._rings.values()) <= _CROWD else 1
        for species, (_, ring) in self._rings.items():
            look = looks.get(species)
            if look is not None:
                _draw(self._picture, ring.last(fresh + 1), look.colour, scene, here, width)


def _draw(
    surface: pygame.Surface, places: NDArray[np.float64], colour: theme.Colour, scene: Scene, fit: Fit, width: int
) -> None:
    """Draw the lines between places (ticks, creatures, 2), the last being the newest."""
    size = np.array([scene.width, scene.height])
    steps = np.diff(places, axis=0)  # (ticks - 1, creatures, 2)
    if scene.wraps and (size > 0).all():
        steps = (steps + size / 2) % size - size / 2  # the shorter way round
    lengths = np.abs(steps)
    ages, creatures = np.nonzero((lengths < size * _LEAP).all(axis=-1) & (lengths > 0).any(axis=-1))
    if not len(ages):
        return
    steps = steps[ages, creatures]
    ends, which = in_view(places[1:][ages, creatures], float(np.abs(steps).max()), scene, fit)
    lines = np.stack([fit.pixels(ends - steps[which]), fit.pixels(ends)], axis=1)
    shades = [theme.mix((0, 0, 0), colour, _BRIGHT * (_FADE / 255) ** age) for age in reversed(range(len(places) - 1))]
    order = np.argsort(ages[which], kind="stable")  # the newest on top
    if width == 1:
        _dot(surface, lines[order], np.array([surface.map_rgb(shade) for shade in shades])[ages[which][order]])
        return
    for age, (start, end) in zip(ages[which][order].tolist(), lines[order].tolist(), strict=True):
        pygame.draw.aaline(surface, shades[age], start, end, width)


def _dot(surface: pygame.Surface, lines: NDArray[np.float64], colours: NDArray[np.int64]) -> None:
    """Draw lines (n, 2, 2) one pixel wide, all at once: far quicker than one after the other."""
    if not len(lines):
        return
    along = lines[:, 1] - lines[:, 0]
    count = min(64, math.ceil(float(np.abs(along).max())) + 1)
    shares = np.linspace(0.0, 1.0, count)[:, None, None]
    dots = np.rint(lines[:, 0] + shares * along).astype(np.intp).reshape(-1, 2)
    x, y = dots.T
    width, height = surface.get_size()
    inside = np.flatnonzero((x >= 0) & (x < width) & (y >= 0) & (y < height))
    # By share and not by line: that a newer line lies on top is lost only where two cross.
    pygame.surfarray.pixels2d(surface)[x[inside], y[inside]] = colours[inside % len(lines)]
