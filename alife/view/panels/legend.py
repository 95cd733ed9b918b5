"""Which colour is which species, and which symbol is what."""

from dataclasses import dataclass

import pygame

from alife.frame import Frame
from alife.scene import Circles, Polygon, Segments
from alife.view import theme
from alife.view.letters import Letters
from alife.view.sprites import Sprites

_GAP = 16
_HEADING = 0.4  # radians: a dart that points up a little looks alive


@dataclass(frozen=True)
class _Entry:
    picture: pygame.Surface
    text: str


class Legend:
    """A line or two of symbols and names under the arena."""

    def __init__(self, letters: Letters, sprites: Sprites) -> None:
        self._letters = letters
        self._sprites = sprites

    def draw(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> pygame.Rect:
        """Draw the legend at the bottom of an area if there is room; return what is left of the area."""
        line = self._letters.pixels(22)
        rows = self._rows(self._species(frame) + self._items(frame), area.width)
        height = line * len(rows)
        if not rows or height * 4 > area.height:
            return area
        for index, row in enumerate(rows):
            x = area.left
            for entry in row:
                x = self._entry(surface, entry, x, area.bottom - height + round((index + 0.6) * line))
        return pygame.Rect(area.left, area.top, area.width, area.height - height - self._letters.pixels(4))

    def _entry(self, surface: pygame.Surface, entry: _Entry, x: int, y: int) -> int:
        box = self._letters.pixels(22)
        surface.blit(entry.picture, entry.picture.get_rect(center=(x + box // 2, y)))
        place = (x + box + self._letters.pixels(4), y)
        return self._letters.write(surface, entry.text, at=place, anchor="midleft").right + self._letters.pixels(_GAP)

    def _rows(self, entries: list[_Entry], width: int) -> list[list[_Entry]]:
        rows: list[list[_Entry]] = []
        used = width + 1
        for entry in entries:
            need = self._letters.pixels(26 + _GAP) + self._letters.width(entry.text)
            if used + need > width + self._letters.pixels(_GAP):
                rows.append([])
                used = 0
            rows[-1].append(entry)
            used += need
        return rows

    def _species(self, frame: Frame) -> list[_Entry]:
        radius = 7.5 * self._letters.unit
        return [
            _Entry(
                self._sprites.creature(look, radius, _HEADING),
                f"{name} ({'learns' if look.learns else 'does not learn'})",
            )
            for name, look in theme.looks(frame.species).items()
        ]

    def _items(self, frame: Frame) -> list[_Entry]:
        roles: dict[str, bool] = {}
        for shape in frame.scene.shapes:
            if isinstance(shape, Circles) and shape.rows is None and shape.headings is None and len(shape.centres):
                roles.setdefault(shape.role, True)
            elif isinstance(shape, Segments | Polygon):
                roles.setdefault(shape.role, False)
        return [_Entry(self._symbol(role, is_round), role) for role, is_round in roles.items()]

    def _symbol(self, role: str, is_round: bool) -> pygame.Surface:
        if is_round:
            return self._sprites.item(role, 6 * self._letters.unit)
        bar = pygame.Surface((self._letters.pixels(16), self._letters.pixels(6)), 0, 32)
        bar.fill(theme.role_colour(role))
        return bar
