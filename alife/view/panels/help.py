"""All keys, laid over everything else until the next one is pressed."""

import pygame

from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.window.keys import TABLE, Key

_LINE = 1.45  # heights of a text from one line to the next
_FOOT = "Any key closes this."


class HelpOverlay:
    """Draws the table of keys in the middle of a canvas, in as many columns as it needs."""

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self._drawn: tuple[object, ...] = ()
        self._picture = pen.new_surface((1, 1))

    def draw_help(self, surface: pygame.Surface) -> None:
        """Draw the table over a whole canvas, and dim what is around it."""
        drawn = (surface.get_size(), self._renderer.unit)
        if drawn != self._drawn:
            self._drawn, self._picture = drawn, self._table(surface.get_size())
        pen.veil(surface, (0, 0, 0), surface.get_rect(), 150)
        surface.blit(self._picture, self._picture.get_rect(center=surface.get_rect().center))

    def _table(self, most: tuple[int, int]) -> pygame.Surface:
        """Return the picture of the table, no larger than the canvas."""
        pad, line = self._renderer.pixels(18), round(self._renderer.height() * _LINE)
        columns = self._columns(max(1, (most[1] - 4 * pad) // line))
        widths = [self._widths(column) for column in columns]
        gap = self._renderer.pixels(12)
        width = sum(names + gap + meanings + 2 * pad for names, meanings in widths)
        height = max(map(len, columns)) * line + 3 * pad + line // 2
        picture = pen.new_surface((min(width, most[0]), min(height, most[1])))
        picture.fill(theme.CARD)
        pen.rect(picture, theme.EDGE, picture.get_rect(), 1)
        x = pad
        for column, (names, meanings) in zip(columns, widths, strict=True):
            for number, entry in enumerate(column):
                self._entry(picture, entry, x, pad + number * line, names + gap)
            x += names + gap + meanings + 2 * pad
        at = pad, picture.get_height() - pad // 2
        self._renderer.write(picture, _FOOT, colour=theme.MUTED, at=at, anchor="bottomleft", width=picture.get_width())
        return picture

    def _entry(self, picture: pygame.Surface, entry: Key | str | None, x: int, y: int, indent: int) -> None:
        if isinstance(entry, str):
            self._renderer.write(picture, entry, colour=theme.MUTED, bold=True, at=(x, y))
        elif entry is not None:
            self._renderer.write(picture, entry.shown, bold=True, at=(x, y))
            self._renderer.write(picture, entry.meaning, at=(x + indent, y))

    def _columns(self, most: int) -> list[list[Key | str | None]]:
        """Return groups of keys in columns of about equal length, of at most so many lines where that can be."""
        groups: list[list[Key | str | None]] = [[name, *keys] for name, keys in TABLE.items()]
        longest = min(most, -(-sum(len(group) + 1 for group in groups) // 2))
        columns: list[list[Key | str | None]] = [[]]
        for group in groups:
            if columns[-1] and len(columns[-1]) + 1 + len(group) > longest + 1:
                columns.append([])
            columns[-1].extend([None, *group] if columns[-1] else group)
        return columns

    def _widths(self, column: list[Key | str | None]) -> tuple[int, int]:
        keys = [entry for entry in column if isinstance(entry, Key)]
        names = max(self._renderer.width(key.shown, bold=True) for key in keys)
        return names, max(self._renderer.width(key.meaning) for key in keys)
