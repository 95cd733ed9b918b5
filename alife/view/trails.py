"""Where the creatures have been: a short line behind each, fading with age."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.frame import Frame
from alife.scene import Circles
from alife.view import theme
from alife.view.geometry import Fit
from alife.view.ring import Ring
from alife.view.theme import Look

_LENGTH = 20  # ticks
_LEAP = 0.2  # of the arena: a longer step is a wrap, a new life or many ticks at once, and is not drawn


class Trails:
    """Remembers the last places of every creature of the copy in view."""

    def __init__(self) -> None:
        self._rings: dict[str, tuple[NDArray[np.int64], Ring]] = {}
        self._seen: tuple[str, int, int] | None = None

    def add(self, frame: Frame) -> None:
        """Take in the places of a new tick; start anew when the run, the copy or the creatures change."""
        now = (frame.name, frame.copy, frame.tick)
        if now == self._seen:
            return
        if self._seen is None or now[:2] != self._seen[:2] or now[2] < self._seen[2]:
            self._rings.clear()
        self._seen = now
        for shape in frame.scene.shapes:
            if isinstance(shape, Circles) and shape.rows is not None:
                self._ring(shape.species, shape.rows).append(shape.centres)

    def _ring(self, species: str, rows: NDArray[np.int64]) -> Ring:
        known = self._rings.get(species)
        if known is None or not np.array_equal(known[0], rows):
            known = self._rings[species] = rows.copy(), Ring(_LENGTH, (len(rows), 2))
        return known[1]

    def draw(
        self,
        surface: pygame.Surface,
        looks: Mapping[str, Look],
        fit: Fit,
        size: tuple[float, float],
        width: int,
    ) -> None:
        """Draw the trails of an arena of this size in world units."""
        for species, (_, ring) in self._rings.items():
            look = looks.get(species)
            if look is not None and len(ring) > 1:
                _draw(surface, ring.last(_LENGTH), look.colour, fit, size, width)


def _draw(
    surface: pygame.Surface,
    places: NDArray[np.float64],
    colour: theme.Colour,
    fit: Fit,
    size: tuple[float, float],
    width: int,
) -> None:
    steps = np.abs(np.diff(places, axis=0))  # (ticks, creatures, 2)
    drawn = (steps < np.multiply(size, _LEAP)).all(axis=-1) & (steps > 0).any(axis=-1)
    pixels = fit.pixels(places)
    ages, creatures = np.nonzero(drawn)
    starts, ends = pixels[ages, creatures].tolist(), pixels[ages + 1, creatures].tolist()
    shades = _shades(colour, len(steps))
    for age, start, end in zip(ages.tolist(), starts, ends, strict=True):
        pygame.draw.aaline(surface, shades[age], start, end, width)


@lru_cache(maxsize=_LENGTH * 8)
def _shades(colour: theme.Colour, count: int) -> tuple[theme.Colour, ...]:
    """Return the colours of a trail from its oldest step to its newest."""
    return tuple(theme.mix(theme.FIELD, colour, 0.7 * ((age + 1) / count) ** 1.5) for age in range(count))
