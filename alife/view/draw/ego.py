"""What one creature senses, drawn around it with its heading up: all that its player may know."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.channel import Channel, Field
from alife.view.draw import pen, theme
from alife.view.draw.sprites import Sprites
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Colour, Look
from alife.view.panels.card import draw_card

_UP = math.pi / 2  # radians: the heading of the creature in the picture
_FLASH = 8  # ticks for which a reward is seen
_SELF = Look((86, 180, 233), learns=True)


@dataclass(frozen=True, eq=False)
class Sight:
    """What a player sees of a tick."""

    title: str
    tick: int
    ticks: int | None  # None: until the player goes
    channels: tuple[Channel, ...]
    senses: NDArray[np.float32]  # one number for each channel
    actions: tuple[str, ...]  # what was done at the last ticks, oldest first
    rewards: NDArray[np.float64]  # (ticks so far,)
    keys: str  # how to steer
    message: str = ""  # in the middle, until the first key


class _Kind(NamedTuple):
    """Channels that sense the same things, in all directions."""

    name: str
    role: str  # "" for things of no role


class EgoPicture:
    """Draws sights: wedges for what lies in a direction, bars for everything else, and the rewards."""

    def __init__(self) -> None:
        self._renderer, self._sprites = TextRenderer(), Sprites()

    def draw_sight(self, surface: pygame.Surface, sight: Sight) -> None:
        """Draw a sight over the whole surface."""
        renderer = self._renderer
        renderer.fit_canvas(surface.get_size())
        surface.fill(theme.BACKGROUND)
        page = surface.get_rect().inflate(-2 * renderer.pixels(10), -2 * renderer.pixels(8))
        line = renderer.pixels(26)
        self._draw_head(surface, pygame.Rect(page.left, page.top, page.width, line), sight)
        middle = pygame.Rect(page.left, page.top + line, page.width, page.height - 3 * line)
        self._draw_senses(surface, middle, sight)
        self._draw_actions(surface, pygame.Rect(page.left, middle.bottom, page.width, line), sight)
        place = page.left, middle.bottom + round(1.5 * line)
        renderer.write(surface, sight.keys, at=place, anchor="midleft", colour=theme.MUTED, width=page.width)

    def _draw_head(self, surface: pygame.Surface, area: pygame.Rect, sight: Sight) -> None:
        rate = f"{_reward_rate(sight.rewards):+.1f} per 100 ticks"
        text = f"tick {sight.tick:,}" + ("" if sight.ticks is None else f" of {sight.ticks:,}")
        right = self._renderer.write(
            surface, rate, at=area.midright, anchor="midright", size=theme.TITLE, bold=True, width=area.width
        )
        left = self._renderer.write(
            surface,
            sight.title,
            at=area.midleft,
            anchor="midleft",
            size=theme.TITLE,
            bold=True,
            width=max(0, right.left - area.left),
        )
        gap = self._renderer.pixels(14)
        room = max(0, right.left - left.right - 2 * gap)
        place = left.right + gap, area.centery
        self._renderer.write(surface, text, at=place, anchor="midleft", colour=theme.MUTED, width=room)

    def _draw_actions(self, surface: pygame.Surface, area: pygame.Rect, sight: Sight) -> None:
        """Write the last actions, the newest at the right and brightest."""
        renderer, x = self._renderer, area.right
        for age, action in enumerate(reversed(sight.actions)):
            colour = theme.mix(theme.TEXT, theme.BACKGROUND, min(0.8, round(age / 8, 1)))
            if x - renderer.width(action) < area.left + renderer.pixels(90):
                break
            x = renderer.write(surface, action, at=(x, area.centery), anchor="midright", colour=colour).left
            x -= renderer.pixels(12)
        renderer.write(surface, "you did", at=area.midleft, anchor="midleft", colour=theme.MUTED)

    def _draw_senses(self, surface: pygame.Surface, area: pygame.Rect, sight: Sight) -> None:
        placed = [k for k, channel in enumerate(sight.channels) if channel.field is not None]
        bare = [k for k, channel in enumerate(sight.channels) if channel.field is None]
        disc, bars = area, area
        if placed and bare:
            bars = pygame.Rect(0, 0, min(self._renderer.pixels(300), area.width * 2 // 5), area.height)
            bars.topright = area.topright
            disc = pygame.Rect(area.left, area.top, area.width - bars.width - self._renderer.pixels(10), area.height)
        if bare:
            self._draw_bars(surface, bars, sight, bare)
        if placed:
            self._draw_disc(surface, disc, sight, placed)
        middle = disc if placed else bars
        self._draw_flash(surface, middle.center, self._renderer.pixels(26), sight)
        if sight.message:
            self._draw_message(surface, middle, sight.message)

    def _draw_disc(self, surface: pygame.Surface, area: pygame.Rect, sight: Sight, placed: Sequence[int]) -> None:
        """Draw a wedge for each channel that looks somewhere: the stronger, the brighter and the longer."""
        inside = draw_card(
            surface, area, self._renderer, "What you sense", "up is ahead · the longer and brighter, the stronger"
        )
        kinds = list(dict.fromkeys(_kind_of(sight.channels[k]) for k in placed))
        inside = self._draw_legend(surface, inside, kinds)
        radius = min(inside.width, inside.height) / 2 - self._renderer.pixels(16)
        if radius < 12:
            return
        fields = [field for k in placed if (field := sight.channels[k].field) is not None]
        farthest = max(max(field.reach for field in fields), 1e-9)
        for field in dict.fromkeys(fields):
            self._draw_outline(surface, inside.center, field, radius * field.reach / farthest)
        body = self._renderer.pixels(15)
        for k in sorted(placed, key=lambda k: sight.senses[k]):
            channel, value = sight.channels[k], float(np.clip(np.nan_to_num(sight.senses[k]), 0.0, 1.0))
            if channel.field is None or value <= 0.0:
                continue
            kind = kinds.index(_kind_of(channel))
            lane = _lane(channel.field, kind, len(kinds))
            reach = body + (radius * channel.field.reach / farthest - body) * value
            self._draw_wedge(surface, inside.center, lane, reach, value, _kind_colour(kinds[kind], kind))
            tip = _point_at(inside.center, (lane.start + lane.end) / 2, reach + self._renderer.pixels(2))
            self._draw_glyph(surface, kinds[kind], kind, tip)
        me = self._sprites.creature_sprite(_SELF, body * 0.8, _UP)
        surface.blit(me, me.get_rect(center=inside.center))

    def _draw_outline(self, surface: pygame.Surface, centre: tuple[int, int], field: Field, radius: float) -> None:
        pen.aalines(surface, theme.EDGE, True, _wedge_corners(centre, field, radius))

    def _draw_wedge(
        self,
        surface: pygame.Surface,
        centre: tuple[int, int],
        field: Field,
        radius: float,
        value: float,
        colour: Colour,
    ) -> None:
        shade = theme.mix(theme.CARD, colour, 0.35 + 0.65 * round(value, 2))
        corners = _wedge_corners(centre, field, radius)
        pen.polygon(surface, shade, corners)
        pen.aalines(surface, shade, True, corners)

    def _draw_glyph(self, surface: pygame.Surface, kind: _Kind, index: int, centre: tuple[float, float]) -> None:
        """Draw what tells a kind without its colour: the glyph of its role, or its first letter where it has none."""
        if kind.role:
            glyph = self._sprites.item_sprite(kind.role, self._renderer.pixels(7))
            surface.blit(glyph, glyph.get_rect(center=centre))
            return
        disc = pen.circle(surface, theme.BACKGROUND, centre, self._renderer.pixels(9))
        pen.aacircle(surface, _kind_colour(kind, index), centre, self._renderer.pixels(9), 1)
        self._renderer.write(surface, kind.name[:1], at=disc.center, anchor="center", size=theme.SMALL, bold=True)

    def _draw_legend(self, surface: pygame.Surface, area: pygame.Rect, kinds: Sequence[_Kind]) -> pygame.Rect:
        """Draw what the glyphs mean along the bottom; return what is left."""
        renderer, line = self._renderer, self._renderer.pixels(24)
        if area.height < 5 * line:
            return area
        x, y = area.left + renderer.pixels(10), area.bottom - line // 2
        for index, kind in enumerate(kinds):
            self._draw_glyph(surface, kind, index, (x, y))
            at = x + renderer.pixels(16), y
            x = renderer.write(surface, kind.name, at=at, anchor="midleft", width=max(0, area.right - at[0])).right
            x += renderer.pixels(28)
        return pygame.Rect(area.left, area.top, area.width, area.height - line)

    def _draw_bars(self, surface: pygame.Surface, area: pygame.Rect, sight: Sight, bare: Sequence[int]) -> None:
        """Draw a bar for each channel that looks nowhere, as many as there is room for."""
        renderer = self._renderer
        inside = draw_card(surface, area, renderer, "What you feel")
        line = renderer.pixels(22)
        room = max(0, inside.height // line)
        shown = bare if len(bare) <= room else bare[: max(0, room - 1)]
        for index, k in enumerate(shown):
            row = pygame.Rect(inside.left, inside.top + index * line, inside.width, line)
            self._draw_bar(surface, row, sight.channels[k], float(np.nan_to_num(sight.senses[k])))
        if len(shown) < len(bare) and room:
            at = inside.left, inside.top + len(shown) * line
            text = f"and {len(bare) - len(shown):,} more"
            renderer.write(surface, text, at=at, colour=theme.MUTED, width=inside.width)

    def _draw_bar(self, surface: pygame.Surface, row: pygame.Rect, channel: Channel, value: float) -> None:
        """Draw one number as long as it is far from 0, filled above 0 and hollow below."""
        renderer, half = self._renderer, row.width // 2
        renderer.write(surface, channel.name, at=row.midleft, anchor="midleft", width=half - renderer.pixels(8))
        box = pygame.Rect(row.left + half, row.top, half - renderer.pixels(58), row.height).inflate(0, -row.height // 2)
        if box.width > 4:
            pen.rect(surface, theme.FIELD, box)
            colour = theme.role_colour(channel.role) if channel.role else theme.TEXT
            filled = pygame.Rect(box.left, box.top, round(box.width * min(1.0, abs(value))), box.height)
            pen.rect(surface, colour, filled, 0 if value > 0 else renderer.pixels(1))
            pen.line(surface, theme.AXIS, box.topleft, (box.left, box.bottom - 1))
        renderer.write(surface, f"{value:.3g}", at=row.midright, anchor="midright", size=theme.SMALL)

    def _draw_flash(self, surface: pygame.Surface, centre: tuple[int, int], radius: int, sight: Sight) -> None:
        """Draw the last reward: a ring that opens and a number, for some ticks."""
        recent = sight.rewards[-_FLASH:]
        ticks = np.flatnonzero(recent)
        if not len(ticks):
            return
        age, value = len(recent) - 1 - int(ticks[-1]), float(recent[ticks[-1]])
        colour: Colour = theme.mix(theme.GAIN if value > 0 else theme.LOSS, theme.CARD, age / _FLASH)
        wide = round(radius * (1.2 + 0.25 * age))
        pen.aacircle(surface, colour, centre, wide, self._renderer.pixels(4))
        at = centre[0] + round(wide * 1.1), centre[1] - round(wide * 1.1)
        self._renderer.write(surface, f"{value:+.3g}", at=at, anchor="center", size=26, bold=True, colour=colour)

    def _draw_message(self, surface: pygame.Surface, area: pygame.Rect, message: str) -> None:
        renderer, size = self._renderer, 18
        width = min(renderer.width(message, size, bold=True), area.width)
        box = pygame.Rect(0, 0, width + renderer.pixels(28), renderer.height(size) + renderer.pixels(16))
        box.center = area.centerx, area.centery + area.height // 5
        pen.rect(surface, theme.BACKGROUND, box, border_radius=renderer.pixels(8))
        pen.rect(surface, theme.LEARNED, box, 1, border_radius=renderer.pixels(8))
        renderer.write(surface, message, at=box.center, anchor="center", size=size, bold=True, width=width)


def _kind_of(channel: Channel) -> _Kind:
    """Return the kind that a channel senses: its role, or else the first word of its name."""
    return _Kind(channel.role or channel.name.partition(" ")[0], channel.role)


def _kind_colour(kind: _Kind, index: int) -> Colour:
    """Return the colour of a role, or that of this index for things of no role."""
    return theme.role_colour(kind.role) if kind.role else theme.nameless_colour(index)


def _lane(field: Field, index: int, lanes: int) -> Field:
    """Return the share of a field that belongs to one kind, so that kinds which look at one place lie side by side."""
    width = (field.end - field.start) / lanes
    gap = width * 0.08
    return Field(field.start + index * width + gap, field.start + (index + 1) * width - gap, field.reach)


def _wedge_corners(centre: tuple[int, int], field: Field, radius: float) -> list[tuple[float, float]]:
    """Return the outline of a wedge: its tip at the creature, and an arc."""
    steps = max(2, math.ceil(abs(field.end - field.start) / 0.1))
    angles = np.linspace(field.start, field.end, steps + 1).tolist()
    return [(float(centre[0]), float(centre[1])), *(_point_at(centre, angle, radius) for angle in angles)]


def _point_at(centre: tuple[int, int], angle: float, radius: float) -> tuple[float, float]:
    """Return the point in a direction from the creature, radians counter-clockwise from its heading."""
    return centre[0] + radius * math.cos(angle + _UP), centre[1] - radius * math.sin(angle + _UP)


def _reward_rate(rewards: NDArray[np.float64]) -> float:
    return 100.0 * float(rewards.sum()) / max(1, len(rewards))
