"""Sprites: small smooth pictures of glyphs, each painted once, several times too large, and shrunk."""

import math
from collections import OrderedDict
from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.view.draw import _glyphs as glyphs
from alife.view.draw import pen
from alife.view.draw._glyphs import Paint
from alife.view.draw.theme import BRIGHT, EDGE, GAIN, LOSS, Colour, Look, role_colour

BAR_LEVELS = 16
SPARK_AGES = 12
"""Pictures of which the opening of a spark consists."""

_KEPT = 2048  # two species in all headings and shades
_KEPT_PIXELS = 6_000_000  # of all sprites together
_TURNS = 96  # headings told apart
EXTENT = 1.7  # radii from the middle of a sprite to its edge
_SPARK_EXTENT = 3.5
_LARGEST = 320.0  # pixels from the middle of a sprite to its edge: it is painted four times as large in a moment
LARGEST = _LARGEST / EXTENT
"""Pixels, the largest radius of a thing or a creature that is a sprite; what is wider must be drawn in another way."""
_ITEMS: dict[str, Paint] = {
    "food": glyphs.disc,
    "poison": glyphs.burst,
    "light": glyphs.lamp,
    "dark": glyphs.lamp_out,
    "wall": glyphs.block,
}


class Sprites:
    """Paints sprites on demand and keeps a bounded number of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Paint, Colour, float, int], pygame.Surface] = OrderedDict()
        self._pixels = 0

    def item_sprite(self, role: str, radius: float, sensed: str = "") -> pygame.Surface:
        """Return a thing of a role, in the colour of the role by which it is sensed."""
        return self._sprite(_ITEMS.get(role, glyphs.ring), role_colour(sensed or role), radius)

    def creature_sprite(self, look: Look, radius: float, heading: float | None) -> pygame.Surface:
        """Return a creature: filled if it learns, hollow if not, a dart if it has a heading."""
        if heading is None or not math.isfinite(heading):
            return self._sprite(_creature_paint(look, False), look.colour, radius)
        return self._sprite(
            _creature_paint(look, True), look.colour, radius, round(heading / math.tau * _TURNS) % _TURNS
        )

    def creature_sprites(self, look: Look, radius: float, headings: NDArray[np.float64]) -> list[pygame.Surface]:
        """Return a creature for each heading; what is no number is no heading."""
        is_number = np.isfinite(headings)
        turns = np.rint(np.where(is_number, headings, 0.0) % math.tau * (_TURNS / math.tau)).astype(int) % _TURNS
        each = np.where(is_number, turns, -1).tolist()
        pictures: dict[int, pygame.Surface] = {}
        paint, size = _creature_paint(look, True), _rounded_radius(radius)
        for turn in set(each):  # most are there already, and a picture has many
            kept = self._kept.get((paint, look.colour, size, turn))
            pictures[turn] = kept or self.creature_sprite(look, radius, None if turn < 0 else turn * math.tau / _TURNS)
        return [pictures[turn] for turn in each]

    def bar_sprite(self, level: int, size: tuple[int, int]) -> pygame.Surface:
        """Return a bar of so many pixels that is filled up to a level, of `BAR_LEVELS`."""
        return _bar(level, size)

    def dot_sprite(self, look: Look, radius: float) -> pygame.Surface:
        """Return a creature that is one of very many."""
        return self._sprite(glyphs.body, look.colour, radius)

    def reticle_sprite(self, radius: float) -> pygame.Surface:
        """Return the broken ring around the selected creature."""
        return self._sprite(glyphs.reticle, BRIGHT, radius)

    def kin_sprite(self, radius: float) -> pygame.Surface:
        """Return the thin ring around a creature of the lineage in view."""
        return self._sprite(glyphs.circle, BRIGHT, radius)

    def spark_sprite(self, colour: Colour, radius: float, age: int) -> pygame.Surface:
        """Return the ring around a creature to which something happened, of an age below `SPARK_AGES`."""
        return self._sprite(_spark_paint(age), colour, radius, extent=_SPARK_EXTENT)

    def _sprite(
        self, paint: Paint, colour: Colour, radius: float, turn: int = 0, extent: float = EXTENT
    ) -> pygame.Surface:
        radius = _rounded_radius(min(radius, _LARGEST / extent))
        key = paint, colour, radius, turn
        sprite = self._kept.get(key)
        if sprite is None:
            sprite = self._kept[key] = _shrunk(paint, colour, radius, turn * math.tau / _TURNS, extent)
            self._pixels += sprite.get_width() * sprite.get_height()
            while len(self._kept) > _KEPT or (self._pixels > _KEPT_PIXELS and len(self._kept) > 1):
                _, oldest = self._kept.popitem(last=False)
                self._pixels -= oldest.get_width() * oldest.get_height()
        else:
            self._kept.move_to_end(key)
        return sprite


def _rounded_radius(radius: float) -> float:
    return max(1.0, round(radius * 2) / 2)


@lru_cache(maxsize=4 * BAR_LEVELS)
def _bar(level: int, size: tuple[int, int]) -> pygame.Surface:
    bar = pen.new_surface(size)
    bar.fill(EDGE)
    bar.fill(GAIN if level * 4 > BAR_LEVELS else LOSS, (0, 0, round(size[0] * level / BAR_LEVELS), size[1]))
    return bar


@lru_cache
def _creature_paint(look: Look, has_heading: bool) -> Paint:
    if has_heading:
        return glyphs.patterned(glyphs.dart if look.learns else glyphs.hollow_dart, look.pattern)
    return glyphs.patterned(glyphs.body if look.learns else glyphs.hollow_body, look.pattern)


@lru_cache
def _spark_paint(age: int) -> Paint:
    share = age / SPARK_AGES

    def paint(surface: pygame.Surface, radius: float, colour: Colour, heading: float) -> None:
        glyphs.spark(surface, radius, colour, share)

    return paint


def _shrunk(paint: Paint, colour: Colour, radius: float, heading: float, extent: float) -> pygame.Surface:
    over = 4 if radius * extent < 80 else 2  # a large sprite is smooth enough
    side = 2 * math.ceil(radius * extent) + 2
    large = pen.new_surface((side * over, side * over), pygame.SRCALPHA)
    large.fill((*colour, 0))  # so that shrinking does not mix black into the edges
    paint(large, radius * over, colour, heading)
    return pen.scaled(large, (side, side), smooth=True)
