"""What a readout that gives numbers is about to do: the mean and the spread of each number, and what was drawn."""

import math
from collections.abc import Sequence
from functools import lru_cache

import pygame

from alife.core.frame import BrainProbe, Motion
from alife.view.draw import theme
from alife.view.draw.text import Anchor, TextRenderer
from alife.view.draw.theme import Colour
from alife.view.panels.hit_areas import HitAreas

_mixed = lru_cache(64)(theme.mix)
_NOTE = "-1 to 1: mean, spread, drawn"
_DRAWN = "coloured line: its mean; band: one spread to each side; white line: what was drawn by chance and done"


class MotionView:
    """Draws a line for each number: its name, its field from -1 to 1 with a band of one spread, mean and spread."""

    def __init__(self, renderer: TextRenderer, hit_areas: HitAreas) -> None:
        self._renderer, self._hit_areas = renderer, hit_areas

    def draw_motion(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        probe: BrainProbe,
        motion: Motion,
        colour: Colour,
        about: Sequence[str],
    ) -> None:
        """Draw the numbers in an area; `about` is what this readout is."""
        self._hit_areas.explain(area, *about, _DRAWN)
        top = self._headline(surface, area, probe.layers[-1].name if probe.layers else "readout")
        room, count = max(0, area.bottom - top), len(motion.means)
        line = max(self._renderer.height() + 2, min(self._renderer.pixels(40), room // max(1, count)))
        shown = count if count * line <= room else max(0, room // line - 1)
        names = self._names(area, probe)
        for number in range(shown):
            row = pygame.Rect(area.left, top + number * line, area.width, line)
            self._write(surface, probe.action_names[number], (names.right, row.centery), "midright", names.width)
            self._number(surface, self._field(row, names), motion, number, colour)
        if shown < count and room >= line:
            text = f"and {count - shown:,} more"
            self._write(surface, text, (area.left, top + shown * line + line // 2), "midleft", area.width)

    def _headline(self, surface: pygame.Surface, area: pygame.Rect, name: str) -> int:
        """Write what is shown; return where the lines begin."""
        written = self._renderer.write(surface, name, at=area.topleft, bold=True, width=area.width // 3)
        room = max(0, area.right - written.right - self._renderer.pixels(12))
        self._write(surface, _NOTE, (area.right, written.centery), "midright", room)
        return written.bottom + self._renderer.pixels(2)

    def _names(self, area: pygame.Rect, probe: BrainProbe) -> pygame.Rect:
        widest = max((self._renderer.width(name, theme.SMALL) for name in probe.action_names), default=0)
        return pygame.Rect(area.left, area.top, min(widest, area.width // 3), area.height)

    def _field(self, row: pygame.Rect, names: pygame.Rect) -> pygame.Rect:
        left = names.right + self._renderer.pixels(12)
        height = max(2, min(row.height - self._renderer.pixels(6), self._renderer.pixels(22)))
        field = pygame.Rect(left, 0, max(0, row.right - left), height)
        field.centery = row.centery
        return field

    def _number(self, surface: pygame.Surface, field: pygame.Rect, motion: Motion, number: int, colour: Colour) -> None:
        mean, spread = float(motion.means[number]), float(motion.spreads[number])
        drawn = float(motion.drawn[number])
        text = f"{mean:+.2f} ± {spread:.2f}"
        self._renderer.write(surface, text, at=field.midright, anchor="midright", size=theme.SMALL)
        room = self._renderer.width("-00.00 ± 00.00", theme.SMALL) + self._renderer.pixels(4)
        bar = pygame.Rect(field.left, field.top, max(1, field.width - room), field.height)
        surface.fill(theme.FIELD, bar)
        if not all(map(math.isfinite, (mean, spread, drawn))):
            return
        low, high = _at(bar, mean - spread), _at(bar, mean + spread)
        surface.fill(_mixed(colour, theme.FIELD, 0.55), (low, bar.top, max(1, high - low), bar.height))
        for value, shade, width in ((0.0, theme.AXIS, 1), (mean, colour, 3), (drawn, theme.BRIGHT, 2)):
            wide = self._renderer.pixels(width)
            surface.fill(shade, (min(_at(bar, value), bar.right - wide), bar.top, wide, bar.height))

    def _write(self, surface: pygame.Surface, text: str, at: tuple[int, int], anchor: Anchor, width: int) -> None:
        self._renderer.write(surface, text, at=at, anchor=anchor, colour=theme.MUTED, size=theme.SMALL, width=width)


def _at(bar: pygame.Rect, value: float) -> int:
    """Return where in a bar from -1 to 1 a value stands; what lies beyond stands at the end."""
    return bar.left + round((min(1.0, max(-1.0, value)) + 1.0) / 2.0 * bar.width)
