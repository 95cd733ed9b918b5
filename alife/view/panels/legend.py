"""Which colour is which species, which symbol is what, and what the rings around the selected creature tell."""

from collections.abc import Sequence
from dataclasses import dataclass

import pygame

from alife.core.frame import Frame
from alife.core.scene import Circles, Polygon, Segments
from alife.view.draw import pen, theme
from alife.view.draw.sensed import rings
from alife.view.draw.sprites import Sprites
from alife.view.draw.text import TextRenderer
from alife.view.panels._species_rows import species_text
from alife.view.panels.hit_areas import HitAreas

_Meaning = tuple[str, tuple[theme.Colour, ...]]
_GAP = 16
_HEADING = 0.4  # radians: a dart that points up a little looks alive
_THING = "a thing or a part of this world"
_SENSED_AS = "its shape says what it does, its colour as what creatures sense it"
_SCALE = "what the colour of a creature says (k): reward of the last 100 ticks or so; a gene, of the selected species"
_SENSES = "what the selected creature senses: rings around it, brighter where it is more, and numbers (v)"


@dataclass(frozen=True)
class _Entry:
    picture: pygame.Surface
    text: str
    said: str  # under the mouse


class Legend:
    """A line or two of symbols and names under the arena, and a line about the senses."""

    def __init__(self, renderer: TextRenderer, sprites: Sprites, hit_areas: HitAreas) -> None:
        self._renderer = renderer
        self._sprites, self._hit_areas = sprites, hit_areas
        self._line: pygame.Rect | None = None  # of the senses
        self._values = 0  # where the values begin in it

    def cache_key(self, frame: Frame, show_senses: bool) -> tuple[object, ...]:
        """Return what the picture of the legend depends on."""
        species = tuple((one.name, one.learns) for one in frame.species)
        return species, tuple(_items(frame).items()), frame.channels if show_senses else ()

    def draw_legend(
        self, surface: pygame.Surface, area: pygame.Rect, frame: Frame, show_senses: bool, scale: _Meaning = ("", ())
    ) -> pygame.Rect:
        """Draw the legend at the bottom of an area if there is room; return what is left of the area.

        Args:
            surface: to draw on.
            area: of which it takes the bottom.
            frame: what is seen.
            show_senses: whether a line is about senses.
            scale: what the colours of creatures mean, and these from low to high; "" where they are of a species.
        """
        line = self._renderer.pixels(22)
        rows = self._rows(self._species(frame) + self._shades(scale) + self._symbols(frame), area.width)
        with_senses = show_senses and any(one.field is not None or one.name for one in frame.channels)
        height = line * (len(rows) + with_senses)
        self._line = None
        if not rows or height * 4 > area.height:
            return area
        for index, row in enumerate(rows):
            x = area.left
            for entry in row:
                x = self._entry(surface, entry, x, area.bottom - height + round((index + 0.6) * line))
        if with_senses:
            self._line = pygame.Rect(area.left, area.bottom - line + round(0.1 * line), area.width, line)
            self._hit_areas.explain(self._line, _SENSES)
            self._senses(surface, frame, self._line)
        return pygame.Rect(area.left, area.top, area.width, area.height - height - self._renderer.pixels(4))

    def write_readings(
        self, surface: pygame.Surface, corner: tuple[int, int], readings: Sequence[str], count: int
    ) -> None:
        """Write the values of senses that have no direction, as many as fit, on a legend drawn at this corner.

        Args:
            surface: the legend is on.
            corner: of the panel.
            readings: the first values, with their names.
            count: of all values.
        """
        if self._line is None or not readings:
            return
        line = self._line.move(corner)
        room = line.right - corner[0] - self._values
        for shown in range(len(readings), -1, -1):
            more = [f"and {count - shown:,} more"] if shown < count else []
            text = "   ".join([*readings[:shown], *more])
            if self._renderer.width(text, theme.SMALL) <= room:
                break
        at = corner[0] + self._values, line.centery
        self._renderer.write(surface, text, at=at, anchor="midleft", colour=theme.TEXT, size=theme.SMALL, width=room)

    def _senses(self, surface: pygame.Surface, frame: Frame, line: pygame.Rect) -> None:
        """Write what the rings around the selected creature tell, each in its colour."""
        around, x = rings(frame.channels, theme.looks(frame.species)), line.left
        said = "" if not around else " around it:" if len(around) == 1 else " around it, from inside out:"
        words: list[tuple[str, theme.Colour]] = [(f"It senses{said or ':'}", theme.MUTED)]
        words += [(kind.name or "all things", kind.colour) for kind in around]
        if around and any(one.field is None for one in frame.channels):
            words.append((" also:", theme.MUTED))
        for text, colour in words:
            at, room = (x, line.centery), max(0, line.right - x)
            written = self._renderer.write(
                surface, text, at=at, anchor="midleft", colour=colour, size=theme.SMALL, width=room
            )
            x = written.right + self._renderer.pixels(4) * bool(text)
        self._values = x + self._renderer.pixels(2)

    def _entry(self, surface: pygame.Surface, entry: _Entry, x: int, y: int) -> int:
        box = self._renderer.pixels(22)
        surface.blit(entry.picture, entry.picture.get_rect(center=(x + box // 2, y)))
        at = (x + box + self._renderer.pixels(4), y)
        written = self._renderer.write(surface, entry.text, at=at, anchor="midleft")
        self._hit_areas.explain(written.union((x, written.top, box, written.height)), entry.said)
        return written.right + self._renderer.pixels(_GAP)

    def _rows(self, entries: list[_Entry], width: int) -> list[list[_Entry]]:
        rows: list[list[_Entry]] = []
        used = width + 1
        for entry in entries:
            need = self._renderer.pixels(26 + _GAP) + self._renderer.width(entry.text)
            if used + need > width + self._renderer.pixels(_GAP):
                rows.append([])
                used = 0
            rows[-1].append(entry)
            used += need
        return rows

    def _species(self, frame: Frame) -> list[_Entry]:
        radius = 7.5 * self._renderer.unit
        looks = theme.looks(frame.species)
        return [
            _Entry(
                self._sprites.creature_sprite(looks[one.name], radius, _HEADING),
                f"{one.name} ({'learns' if one.learns else 'does not learn'})",
                species_text(one),
            )
            for one in frame.species
        ]

    def _shades(self, scale: _Meaning) -> list[_Entry]:
        text, colours = scale
        bar = pen.new_surface((len(colours), 1))
        for index, colour in enumerate(colours):
            bar.set_at((index, 0), colour)
        bar = pen.scaled(bar, (self._renderer.pixels(22), self._renderer.pixels(9)))
        return [_Entry(bar, text, _SCALE)] if text else []

    def _symbols(self, frame: Frame) -> list[_Entry]:
        return [
            _Entry(
                self._symbol(role, sensed, is_round),
                f"{role}, sensed as {sensed}" if sensed else role,
                _SENSED_AS if sensed else _THING,
            )
            for (role, sensed), is_round in _items(frame).items()
        ]

    def _symbol(self, role: str, sensed: str, is_round: bool) -> pygame.Surface:
        if is_round:
            return self._sprites.item_sprite(role, 6 * self._renderer.unit, sensed)
        bar = pen.new_surface((self._renderer.pixels(16), self._renderer.pixels(6)))
        bar.fill(theme.role_colour(role))
        return bar


def _items(frame: Frame) -> dict[tuple[str, str], bool]:
    """Return the roles of the things in an arena, that by which they are sensed if it is another, and who is round."""
    roles: dict[tuple[str, str], bool] = {}
    for shape in frame.scene.shapes:
        if isinstance(shape, Circles) and shape.rows is None and shape.headings is None and len(shape.centres):
            roles.setdefault((shape.role, shape.sensed), True)
        elif isinstance(shape, Segments | Polygon):
            roles.setdefault((shape.role, ""), False)
    return roles
