"""Spots: the areas of a panel that answer to the mouse, noted anew whenever it is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

Pixel = tuple[int, int]
Press = Callable[[Pixel], None]
Say = Callable[[Pixel], Sequence[str]]


@dataclass(frozen=True)
class HitArea:
    """An area, what a click on it does, and what it says under the mouse."""

    area: pygame.Rect
    press: Press | None = None
    say: Say | None = None


class HitAreas:
    """The spots of a panel; where two overlap, the later one counts."""

    def __init__(self) -> None:
        self.all: list[HitArea] = []

    def add(self, area: pygame.Rect, press: Press | None = None, say: Say | None = None) -> None:
        """Note a spot."""
        self.all.append(HitArea(area, press, say))

    def press(self, pixel: Pixel) -> None:
        """Do what a click at a pixel does."""
        for spot in reversed(self.all):
            if spot.press is not None and spot.area.collidepoint(pixel):
                spot.press(pixel)
                return

    def say(self, pixel: Pixel) -> Sequence[str]:
        """Return the lines that are said at a pixel."""
        for spot in reversed(self.all):
            if spot.say is not None and spot.area.collidepoint(pixel):
                return spot.say(pixel)
        return ()

    def can_press(self, pixel: Pixel) -> bool:
        """Return whether a click at a pixel does anything."""
        return any(spot.press is not None and spot.area.collidepoint(pixel) for spot in self.all)
