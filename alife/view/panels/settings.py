"""What a person may change while a run goes on: a slider for each number."""

from collections.abc import Sequence

import pygame

from alife.core.command import Intervene
from alife.core.frame import Frame, Setting
from alife.core.intervention import Set
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.panels.card import draw_card
from alife.view.panels.hit_areas import Pixel
from alife.view.panels.tabbed import Tabbed

_NOTE = "a click on a line sets the number, for good; the notch is what the configuration says"
_POWER = 5  # of a slider: fine at its low end, and in the middle, as a rule, what the configuration says
_COLUMN = 300  # pixels of the design, of a column at least
_DIGITS = 2  # of a number that is set
_NEAR = 5  # pixels of the design from the notch that set what the configuration says


class SettingsPanel(Tabbed):
    """Draws the sliders in columns, as many as there is room for; a click is an intervention."""

    def __init__(self, renderer: TextRenderer) -> None:
        super().__init__(renderer)
        self._rows: list[tuple[pygame.Rect, pygame.Rect, Setting]] = []  # of the picture: the row and its track

    def describe_at(self, pixel: Pixel) -> Sequence[str]:
        """Return the lines that stand under the mouse at a pixel."""
        for row, track, one in self._rows:
            if row.collidepoint(self._inside(pixel)):
                here = f"a click sets {_value_at(one, track, self._inside(pixel)[0], self._near):g}"
                on_track = track.left <= self._inside(pixel)[0] <= track.right
                return (f"{one.path}: {one.value:g}, {one.first:g} at first", here if on_track else _NOTE)
        return (_NOTE,)

    def press(self, pixel: Pixel) -> Intervene | None:
        """Return the intervention that sets a number to where the pixel is on its slider."""
        x = self._inside(pixel)[0]
        for row, track, one in self._rows:
            if row.collidepoint(self._inside(pixel)) and track.left - self._near <= x <= track.right + self._near:
                return Intervene(Set(one.path, _value_at(one, track, x, self._near)))
        return None

    @property
    def _near(self) -> int:
        return self._renderer.pixels(_NEAR)

    def draw_panel(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the panel."""
        wanted = area.size, self._renderer.unit, frame.settings
        if self._drawn != wanted:
            self._draw(self._begin_picture(area, wanted), frame.settings)
        self._copy_picture(surface, area)

    def _draw(self, surface: pygame.Surface, settings: Sequence[Setting]) -> None:
        inside = draw_card(surface, surface.get_rect(), self._renderer, "", _NOTE, icon=self.tabs)
        line = self._renderer.height() + self._renderer.pixels(5)
        lines, columns = max(1, inside.height // line), max(1, inside.width // self._renderer.pixels(_COLUMN))
        lines = min(lines, max(1, -(-len(settings) // columns)))
        shown = settings[: lines * columns]
        columns = min(columns, -(-len(shown) // lines)) or 1
        labels = max((self._renderer.width(_label(one)) for one in shown), default=0)
        self._rows = []
        for index, one in enumerate(shown):
            column, row = divmod(index, lines)
            left = inside.left + column * inside.width // columns
            box = pygame.Rect(left, inside.top + row * line, inside.width // columns - self._renderer.pixels(20), line)
            self._draw_row(surface, box, one, min(labels, box.width // 2))

    def _draw_row(self, surface: pygame.Surface, box: pygame.Rect, one: Setting, labels: int) -> None:
        gap, numbers = self._renderer.pixels(10), self._renderer.width("0.00e-00")
        self._renderer.write(surface, _label(one), at=box.midleft, anchor="midleft", width=labels)
        left = box.left + labels + gap
        track = pygame.Rect(left, box.centery - 1, max(1, box.right - numbers - gap - left), self._renderer.pixels(3))
        pen.rect(surface, theme.AXIS, track)
        notch = _x(one, track, one.first)
        pen.line(surface, theme.MUTED, (notch, box.top + box.height // 4), (notch, box.bottom - box.height // 4))
        changed = one.value != one.first
        colour = theme.INTERVENTION if changed else theme.TEXT
        pen.aacircle(surface, colour, (_x(one, track, one.value), track.centery), self._renderer.pixels(5))
        text = f"{one.value:.3g}"
        self._renderer.write(surface, text, at=box.midright, anchor="midright", colour=colour, bold=changed)
        self._rows.append((box, track, one))


def _label(one: Setting) -> str:
    """Return what a number is called beside its slider: the species it is of, and its own name."""
    keys = one.path.split(".")
    return keys[-1] if keys[0] == "world" else " ".join([keys[1], *keys[-2:]]).replace("heredity ", "")


def _x(one: Setting, track: pygame.Rect, value: float) -> int:
    share = max(0.0, min(1.0, (value - one.low) / max(one.high - one.low, 1e-300)))
    return track.left + int(share ** (1.0 / _POWER) * track.width + 0.5)


def _value_at(one: Setting, track: pygame.Rect, x: int, near: int) -> float:
    """Return the number at a pixel of a slider, rounded; near the notch, what the configuration says."""
    if abs(x - _x(one, track, one.first)) <= near:
        return one.first
    share = max(0.0, min(1.0, (x - track.left) / max(1, track.width)))
    value = float(f"{one.low + share**_POWER * (one.high - one.low):.{_DIGITS}g}")
    return float(round(value)) if one.is_whole else min(max(value, one.low), one.high)
