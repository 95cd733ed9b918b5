"""The areas of a panel that answer to the mouse, noted anew whenever it is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pygame

Pixel = tuple[int, int]
OnPress = Callable[[Pixel], None]
Describe = Callable[[Pixel], Sequence[str]]


@dataclass(frozen=True)
class HitArea:
    """An area, what a click on it does, and the lines that stand under the mouse there."""

    area: pygame.Rect
    on_press: OnPress | None = None
    describe: Describe | None = None


class HitAreas:
    """The areas of a panel that answer to the mouse; where two overlap, the later one counts."""

    def __init__(self) -> None:
        self.all: list[HitArea] = []

    def add_hit_area(
        self, area: pygame.Rect, on_press: OnPress | None = None, describe: Describe | None = None
    ) -> None:
        """Note an area that answers to the mouse."""
        self.all.append(HitArea(area, on_press, describe))

    def explain(self, area: pygame.Rect, *lines: str, on_press: OnPress | None = None) -> None:
        """Note an area over which these lines always stand under the mouse."""
        self.add_hit_area(area, on_press, lambda _: lines)

    def press_at(self, pixel: Pixel) -> None:
        """Do what a click at a pixel does."""
        for one in reversed(self.all):
            if one.on_press is not None and one.area.collidepoint(pixel):
                one.on_press(pixel)
                return

    def describe_at(self, pixel: Pixel) -> Sequence[str]:
        """Return the lines that stand under the mouse at a pixel."""
        for one in reversed(self.all):
            if one.describe is not None and one.area.collidepoint(pixel):
                return one.describe(pixel)
        return ()

    def can_press(self, pixel: Pixel) -> bool:
        """Return whether a click at a pixel does anything."""
        return any(one.on_press is not None and one.area.collidepoint(pixel) for one in self.all)
