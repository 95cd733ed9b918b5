"""Two runs in one picture: two arenas beside or above each other, and the reward that one creature gets in each."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.frame import Frame
from alife.view.draw import pen, theme
from alife.view.draw.curves import Axes, apart, finite_numbers
from alife.view.draw.geometry import round_numbers
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Colour
from alife.view.film.movie import Movie
from alife.view.panels.card import draw_card
from alife.view.panels.world import WorldPanel

LANDSCAPE, PORTRAIT = (1280, 720), (1080, 1920)
_COLOURS: tuple[Colour, Colour] = (theme.MUTED, theme.LEARNED)
_TITLE, _TOTAL = 20, 30  # sizes of text: a film is watched from farther away than a window


@dataclass(frozen=True, eq=False)
class Half:
    """One of the two runs at one moment; the creature in view is the one that is selected in its frame."""

    title: str
    short: str  # a word for its curve
    frame: Frame
    totals: NDArray[np.float64]  # (ticks so far,) the reward of the creature in view, added up
    mean: float  # the same at this moment, mean over all creatures of its species


class SideBySide:
    """Draws two runs; which is drawn first stays so, for trails and sparks belong to a half.

    Args:
        ticks: how many both will have at the end.
        keys: a line beside the title of the curves, as of what can be pressed.
    """

    def __init__(self, ticks: int, keys: str = "") -> None:
        self._renderer, self._ticks, self._keys = TextRenderer(), ticks, keys
        self._worlds = WorldPanel(self._renderer), WorldPanel(self._renderer)

    def draw_halves(self, surface: pygame.Surface, halves: tuple[Half, Half]) -> None:
        """Draw both over the whole surface."""
        first, second, strip = self._split_areas(surface.get_size())
        surface.fill(theme.BACKGROUND)
        for area, half, world, colour in zip((first, second), halves, self._worlds, _COLOURS, strict=True):
            self._draw_half(surface, area, half, world, colour)
        surface.set_clip(strip)
        first_half, second_half = (replace(half, totals=finite_numbers(half.totals)) for half in halves)
        self._draw_curves(surface, strip, (first_half, second_half))
        surface.set_clip(None)

    def _split_areas(self, size: tuple[int, int]) -> tuple[pygame.Rect, pygame.Rect, pygame.Rect]:
        """Return the areas of both halves, side by side or stacked, and of the curves below."""
        portrait = size[1] > size[0]
        self._renderer.fit_canvas((size[0] * 12 // 8, size[0] * 12 // 8) if portrait else size)
        page = pygame.Rect((0, 0), size).inflate(-2 * self._renderer.pixels(12), -2 * self._renderer.pixels(10))
        gap = self._renderer.pixels(12)
        strip = page.copy()
        strip.height = round(page.height * (0.14 if portrait else 0.2))
        strip.bottom = page.bottom
        page.height = max(2, page.height - strip.height - gap)
        first = page.copy()
        if portrait:
            first.height = max(1, (page.height - gap) // 2)
            return first, first.move(0, first.height + gap), strip
        first.width = max(1, (page.width - gap) // 2)
        return first, first.move(first.width + gap, 0), strip

    def _draw_half(
        self, surface: pygame.Surface, area: pygame.Rect, half: Half, world: WorldPanel, colour: Colour
    ) -> None:
        renderer = self._renderer
        height = renderer.height(_TOTAL) + renderer.pixels(4)
        if area.height > 3 * height:
            self._draw_head(surface, pygame.Rect(area.topleft, (area.width, height)), half, colour)
            area = pygame.Rect(area.left, area.top + height, area.width, area.height - height)
        surface.set_clip(area)
        world.observe_frame(half.frame)
        world.draw_panel(surface, area, half.frame)
        surface.set_clip(None)

    def _draw_head(self, surface: pygame.Surface, area: pygame.Rect, half: Half, colour: Colour) -> None:
        """Write the title of a half, and the reward of its creature so far."""
        renderer, middle, gap = self._renderer, area.centery, self._renderer.pixels(12)
        total = f"{_total(half):+.4g}" if _total(half) else "0"
        total_left = area.right - renderer.width(total, _TOTAL, bold=True)
        room = max(0, total_left - area.left - gap)
        title = renderer.write(
            surface, half.title, at=(area.left, middle), anchor="midleft", size=_TITLE, bold=True, width=room
        )
        renderer.write(
            surface, total, at=(area.right, middle), anchor="midright", size=_TOTAL, bold=True, colour=colour
        )
        if total_left - title.right > 2 * gap:
            place, room = (total_left - gap, middle), total_left - title.right - 2 * gap
            renderer.write(surface, "reward", at=place, anchor="midright", colour=theme.MUTED, width=room)

    def _draw_curves(self, surface: pygame.Surface, area: pygame.Rect, halves: tuple[Half, Half]) -> None:
        frame = halves[0].frame
        species, row = frame.selected
        means = ", ".join(f"{half.short} {half.mean:+.1f}" for half in halves)
        now = f"tick {frame.tick:,} of {self._ticks:,}"
        title = f"Reward of {species} {row} so far"
        note = f"mean of all {species}: {means} · {now}" + (f" · {self._keys}" if self._keys else "")
        inside = draw_card(surface, area, self._renderer, title, note)
        names = max(self._renderer.width(half.short, bold=True) for half in halves) + self._renderer.pixels(16)
        numbers = self._renderer.pixels(44)
        plot = pygame.Rect(inside.left + numbers, inside.top, inside.width - numbers - names, inside.height)
        plot.height -= self._renderer.pixels(6)
        if plot.width < 20 or plot.height < 20:
            return
        axes = self._axes_of(plot, halves)
        self._draw_grid(surface, axes)
        ends = [
            self._draw_curve(surface, axes, half, colour, width)
            for half, colour, width in zip(halves, _COLOURS, (2, 3), strict=True)
        ]
        self._name_curves(surface, plot, halves, ends)

    def _axes_of(self, area: pygame.Rect, halves: tuple[Half, Half]) -> Axes:
        """Return axes that grow with the numbers only."""
        numbers = np.concatenate([half.totals for half in halves] or [np.zeros(1)])
        low, high = min(numbers.min(initial=0.0), -1.0), max(numbers.max(initial=0.0), 1.0)
        margin = (high - low) * 0.06
        return Axes(area, max(1, self._ticks), float(low - margin), float(high + margin))

    def _draw_grid(self, surface: pygame.Surface, axes: Axes) -> None:
        lines = max(2, axes.area.height // self._renderer.pixels(28))
        for number in round_numbers(axes.low, axes.high, lines):
            x, y = axes.point(0, number)
            colour = theme.AXIS if abs(number) < 1e-9 else theme.GRID
            pen.line(surface, colour, (x, y), (axes.area.right, y))
            text = "0" if abs(number) < 1e-9 else f"{number:+g}"
            place = x - self._renderer.pixels(6), y
            self._renderer.write(surface, text, at=place, anchor="midright", colour=theme.MUTED, size=theme.SMALL)

    def _draw_curve(
        self, surface: pygame.Surface, axes: Axes, half: Half, colour: Colour, width: int
    ) -> tuple[int, int]:
        """Draw one curve from zero, and return where it ends."""
        totals = np.append(0.0, half.totals)
        corners = np.flatnonzero(np.diff(totals, prepend=np.nan, append=np.nan))  # where there was a reward
        at = np.unique(np.concatenate([corners, corners[corners > 0] - 1, [len(totals) - 1]]))
        at = at[at < len(totals)]
        points = axes.points(np.column_stack([at, totals[at]]))
        if len(points) > 1:
            pen.lines(surface, colour, False, points.tolist(), self._renderer.pixels(width))
        end = axes.point(len(totals) - 1, float(totals[-1]))
        pen.aacircle(surface, colour, end, self._renderer.pixels(width + 1))
        return end

    def _name_curves(
        self, surface: pygame.Surface, plot: pygame.Rect, halves: tuple[Half, Half], ends: list[tuple[int, int]]
    ) -> None:
        """Write a word at the end of each curve, the two apart."""
        order = sorted(range(len(halves)), key=lambda k: ends[k][1])
        height = self._renderer.height()
        heights = apart([ends[k][1] for k in order], height, plot.top + height / 2, plot.bottom - height / 2)
        for k, y in zip(order, heights, strict=True):
            place = ends[k][0] + self._renderer.pixels(8), y
            self._renderer.write(surface, halves[k].short, at=place, anchor="midleft", colour=_COLOURS[k], bold=True)


class SideBySideFilm(Movie):
    """Films two runs; needs no display.

    Args:
        path: of a file that ends in .mp4 or .gif, or of a directory of PNG pictures.
        fps: pictures a second when it is played.
        ticks: how many both runs will have at the end.
        portrait: 1080 x 1920 and stacked, instead of 1280 x 720 and side by side.

    Raises:
        ConfigError: ffmpeg is not there, or the name of the film ends in something else.
        DiskError: the film cannot be written.
    """

    def __init__(self, path: Path, fps: int, ticks: int, portrait: bool = False) -> None:
        super().__init__(path, fps, PORTRAIT if portrait else LANDSCAPE)
        self._picture = SideBySide(ticks)

    def add_halves(self, halves: tuple[Half, Half]) -> None:
        """Draw both runs and append the picture."""
        self._picture.draw_halves(self.surface, halves)
        self.append_picture()


def _total(half: Half) -> float:
    return float(half.totals[-1]) if len(half.totals) else 0.0
