"""The bar of time: the last minute, or a whole replay, to be dragged through with the mouse."""

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from alife.core.frame import Frame
from alife.view.draw import pen, theme
from alife.view.draw.text import Anchor, TextRenderer


@dataclass(frozen=True)
class Span:
    """What the bar shows, each place as a share of its length."""

    first: float  # where what one may look at begins
    at: float  # what is in view
    left: str  # what the ends of the bar are
    right: str


class TimeBar:
    """Draws the bar, and tells which share of it lies left of a pixel.

    Attributes:
        span: what it shows; None draws nothing, as in films.
    """

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self.span: Span | None = None
        self._track = pygame.Rect(0, 0, 0, 0)

    def draw_panel(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the bar: dim where nothing is kept, light where one may go, a knob at what is in view."""
        if self.span is None:
            return
        surface.fill(theme.BACKGROUND, area)
        gap, height = self._renderer.pixels(8), self._renderer.pixels(3)
        left, right = (self._renderer.width(text, theme.SMALL) + gap for text in (self.span.left, self.span.right))
        if left + right > area.width // 2:
            left = right = 0
        else:
            self._write(surface, self.span.left, area.midleft, "midleft")
            self._write(surface, self.span.right, area.midright, "midright")
        self._track = pygame.Rect(area.left + left, area.centery - height // 2, area.width - left - right, height)
        surface.fill(theme.GRID, self._track)
        first, at = self._x(self.span.first), self._x(self.span.at)
        surface.fill(theme.AXIS, (first, self._track.top, self._track.right - first, height))
        surface.fill(theme.TEXT, (first, self._track.top, max(0, at - first), height))
        radius = min(self._renderer.pixels(5), area.height // 2)
        pen.aacircle(surface, theme.BRIGHT, (at, self._track.centery), radius)

    def describe_at(self, pixel: tuple[int, int]) -> Sequence[str]:
        """Return the line that stands under the mouse."""
        return () if self.span is None else ("the past that is kept, from left to right: drag the knob to look back",)

    def share_at(self, pixel: tuple[int, int]) -> float:
        """Return the share of the bar that lies left of a pixel, 0 at the left end and 1 at the right."""
        return min(1.0, max(0.0, (pixel[0] - self._track.left) / max(1, self._track.width)))

    def _x(self, share: float) -> int:
        return self._track.left + round(min(1.0, max(0.0, share)) * self._track.width)

    def _write(self, surface: pygame.Surface, text: str, at: tuple[int, int], anchor: Anchor) -> None:
        self._renderer.write(surface, text, colour=theme.MUTED, size=theme.SMALL, at=at, anchor=anchor)
