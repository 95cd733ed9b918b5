"""Two lines: which run this is and how far it has come, and which keys there are."""

import pygame

from alife.frame import Frame
from alife.view import theme
from alife.view.letters import Letters

_KEYS = (
    ("space", "pause"),
    (".", "single tick"),
    ("+ -", "faster, slower"),
    ("click, Tab", "select"),
    ("[ ]", "other arena"),
    ("q", "quit"),
)


class StatusLine:
    """Draws the run's name, its tick, its speed, and whether it is paused."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    def draw(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the line, and how much of the run is done as a thin bar below it."""
        gap, middle = self._letters.pixels(16), area.centery
        x = area.left
        for text, colour, bold in self._left(frame):
            room = area.right - x
            if room <= 0:
                return
            x = (
                gap
                + self._letters.write(
                    surface,
                    text,
                    colour=colour,
                    size=theme.TITLE,
                    bold=bold,
                    width=room,
                    at=(x, middle),
                    anchor="midleft",
                ).right
            )
        self._right(surface, pygame.Rect(x, area.top, max(0, area.right - x), area.height), frame)
        if frame.ticks:
            done = min(1.0, frame.tick / frame.ticks)
            bar = pygame.Rect(area.left, area.bottom - self._letters.pixels(2), area.width, self._letters.pixels(2))
            surface.fill(theme.GRID, bar)
            surface.fill(theme.AXIS, (bar.left, bar.top, round(done * bar.width), bar.height))

    def _left(self, frame: Frame) -> list[tuple[str, theme.Colour, bool]]:
        of = f" of {frame.ticks:,}" if frame.ticks is not None else ""
        parts = [(frame.name, theme.BRIGHT, True), (f"tick {frame.tick:,}{of}", theme.TEXT, False)]
        if frame.paused:
            parts.append(("PAUSED", theme.PAUSED, True))
        return parts

    def _right(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        text = f"{frame.ticks_per_second:,.0f} ticks per second · {_pace(frame.ticks_per_frame)}"
        if self._letters.width(text) <= area.width:
            self._letters.write(surface, text, colour=theme.MUTED, at=(area.right, area.centery), anchor="midright")


class HelpLine:
    """Draws the keys and what each does, as many as fit."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters

    def draw(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the line."""
        x = area.left
        for key, meaning in _KEYS:
            if frame.copies == 1 and key == "[ ]":
                continue
            if x + self._letters.width(key, bold=True) + self._letters.width(f" {meaning}") > area.right:
                return
            name = self._letters.write(surface, key, bold=True, at=(x, area.centery), anchor="midleft")
            place = (name.right + self._letters.pixels(6), area.centery)
            x = self._letters.write(surface, meaning, colour=theme.MUTED, at=place, anchor="midleft").right
            x += self._letters.pixels(18)


def _pace(ticks_per_frame: float) -> str:
    if ticks_per_frame == 1:
        return "1 tick per frame"
    if ticks_per_frame > 1 or ticks_per_frame <= 0:
        return f"{ticks_per_frame:,.3g} ticks per frame"
    return f"{1 / ticks_per_frame:,.3g} frames per tick"
