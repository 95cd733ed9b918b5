"""Small smooth pictures of marks, each painted once, four times too large, and shrunk."""

import math
from collections import OrderedDict

import pygame

from alife.view import marks
from alife.view.marks import Paint
from alife.view.theme import BRIGHT, Colour, Look, role_colour

_OVER = 4  # painted so much larger
_KEPT = 1024
_TURNS = 96  # headings told apart
_ITEMS: dict[str, Paint] = {
    "food": marks.disc,
    "poison": marks.burst,
    "light": marks.lamp,
    "wall": marks.block,
}


class Sprites:
    """Paints sprites on demand and keeps a bounded number of them."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Paint, Colour, float, int], pygame.Surface] = OrderedDict()

    def item(self, role: str, radius: float) -> pygame.Surface:
        """Return a thing of a role."""
        return self._get(_ITEMS.get(role, marks.ring), role_colour(role), radius)

    def creature(self, look: Look, radius: float, heading: float | None) -> pygame.Surface:
        """Return a creature: filled if it learns, hollow if not, a dart if it has a heading."""
        if heading is None or not math.isfinite(heading):
            return self._get(marks.body if look.learns else marks.hollow_body, look.colour, radius)
        turn = round(heading / math.tau * _TURNS) % _TURNS
        return self._get(marks.dart if look.learns else marks.hollow_dart, look.colour, radius, turn)

    def reticle(self, radius: float) -> pygame.Surface:
        """Return the broken ring around the selected creature."""
        return self._get(marks.reticle, BRIGHT, radius)

    def halo(self, colour: Colour, radius: float) -> pygame.Surface:
        """Return a soft light."""
        return self._get(marks.halo, colour, radius)

    def _get(self, paint: Paint, colour: Colour, radius: float, turn: int = 0) -> pygame.Surface:
        radius = max(1.0, round(radius * 2) / 2)
        key = paint, colour, radius, turn
        sprite = self._kept.get(key)
        if sprite is None:
            sprite = self._kept[key] = _shrunk(paint, colour, radius, turn * math.tau / _TURNS)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return sprite


def _shrunk(paint: Paint, colour: Colour, radius: float, heading: float) -> pygame.Surface:
    side = 2 * math.ceil(radius * 1.7) + 2
    large = pygame.Surface((side * _OVER, side * _OVER), pygame.SRCALPHA, 32)
    large.fill((*colour, 0))  # so that shrinking does not mix black into the edges
    paint(large, radius * _OVER, colour, heading)
    return pygame.transform.smoothscale(large, (side, side))
