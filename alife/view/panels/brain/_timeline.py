"""The last ticks of a brain: spikes, a chosen membrane, the critic's value and the TD error over one axis."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.frame import Annotation, FrameEvent
from alife.view.draw import pen, theme
from alife.view.draw.changes import write_changes
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Colour
from alife.view.panels.brain._history import History
from alife.view.panels.brain._names import counted
from alife.view.panels.brain._raster import Raster, line_at
from alife.view.panels.brain._strip import GUTTER, Strip, write_gutter
from alife.view.panels.brain._time_axis import TimeAxis
from alife.view.panels.hit_areas import HitAreas, Pixel
from alife.view.panels.kept_image import KeptImage

Neuron = tuple[int, int]  # layer, number in it
_VALUE, _ERROR = "critic's value", "TD error"
_CAME = "what came to it, added up where two are too close"
_LEGEND = (
    ("| it learned", theme.LEARNED, "a tick at which it changed its weights: a click on it opens how"),
    ("▲ gain", theme.GAIN, _CAME),
    ("▼ loss", theme.LOSS, _CAME),
)
_SPIKES = "spikes: a line for each neuron, a mark where it spiked, the newest tick at the right"
_MEMBRANE = "the membrane of this neuron over the last ticks, its spikes above"
_MEANINGS = {
    _VALUE: "critic's value: the reward that is expected from now on, the later the less it counts",
    _ERROR: "TD error: how much better or worse it went than was expected before",
}
_SEEN = "the last ticks of this brain, as many as there is room for"


@dataclass(frozen=True)
class Shown:
    """What of a history is in view."""

    history: History
    annotations: tuple[Annotation, ...]
    colour: Colour
    neuron: Neuron | None  # the one that was chosen
    layer: str  # the name of its layer
    threshold: float | None  # its threshold
    hide_silent: bool
    raster_indices: NDArray[np.int64] | None  # without those of silent neurons; None: all


class Timeline:
    """Draws a history with the newest tick at the right.

    Args:
        renderer: to write with.
        hit_areas: where it notes what answers to the mouse.
        choose: is called with the neuron of a line that is clicked.
        open_update: is called with the tick near which a weight update is to be opened.
        toggle_silent: hides the silent neurons or shows them.
        describe: returns the lines that stand under the mouse at a neuron.
    """

    def __init__(
        self,
        renderer: TextRenderer,
        hit_areas: HitAreas,
        choose: Callable[[Neuron], None],
        open_update: Callable[[int], None],
        toggle_silent: Callable[[], None],
        describe: Callable[[Neuron], Sequence[str]],
    ) -> None:
        self._renderer, self._hit_areas = renderer, hit_areas
        self._choose, self._open, self._toggle, self._describe = choose, open_update, toggle_silent, describe
        self._raster_image = Raster()
        self._strips = {name: Strip(renderer) for name in ("membrane", _VALUE, _ERROR)}
        self._kept_legend = KeptImage(hit_areas)

    def count(self, area: pygame.Rect) -> int:
        """Return how many ticks there is room for."""
        return max(0, area.width - self._renderer.pixels(GUTTER)) // self._renderer.pixels(2)

    def draw_timeline(self, surface: pygame.Surface, area: pygame.Rect, shown: Shown) -> None:
        """Draw what is shown in an area."""
        gutter, gap = self._renderer.pixels(GUTTER), self._renderer.pixels(5)
        below = self._renderer.height(theme.SMALL) + self._renderer.pixels(2)
        above = self._renderer.height(theme.SMALL) if shown.annotations else 0  # for their words
        plot = pygame.Rect(area.left + gutter, area.top + above, area.width - gutter, area.height - below - above)
        if plot.width < 16 or plot.height < 16:
            surface.fill(theme.CARD, area)
            return
        surface.fill(theme.CARD, (*area.topleft, gutter, area.height))
        history = shown.history
        ticks = history.ticks
        axis = TimeAxis(plot.right, self._renderer.pixels(2), ticks.last(self.count(area)), ticks.total, ticks)
        lines = max(self._renderer.pixels(26), plot.height // (5 if history.neurons else 3))
        top = pygame.Rect(plot.left, plot.top, plot.width, max(0, plot.height - 2 * (lines + gap)))
        lane = pygame.Rect(plot.left, top.bottom, plot.width, 0)  # of what came to it
        if top.height >= 3 * self._renderer.height(theme.SMALL):
            lane.height = self._renderer.height(theme.SMALL)
            top.height -= lane.height
            lane.top = top.bottom
        value = pygame.Rect(plot.left, lane.bottom + gap, plot.width, lines)
        error = pygame.Rect(plot.left, value.bottom + gap, plot.width, lines)
        surface.fill(theme.CARD, (plot.left, area.top, plot.width, above))
        surface.fill(theme.CARD, (*lane.topleft, plot.width, lane.height + gap))
        surface.fill(theme.CARD, (*value.bottomleft, plot.width, gap))
        surface.fill(theme.CARD, (plot.left, error.bottom, plot.width, area.bottom - error.bottom))
        if top.height < 8:
            surface.fill(theme.CARD, top)
        elif shown.neuron is not None:
            self._membrane(surface, top, axis, shown)
        else:
            self._raster(surface, top, axis, shown)
        self._numbers(surface, value, axis, history.value.last(len(axis.ticks)), _VALUE, shown.colour)
        self._numbers(surface, error, axis, history.error.last(len(axis.ticks)), _ERROR, theme.TEXT)
        for strip in (value, error):
            self._hit_areas.add_hit_area(
                strip, lambda pixel: self._press(axis, pixel), lambda pixel: self._describe_tick(axis, shown, pixel)
            )
        self._learned(surface, (top, value, error), axis, history)
        self._annotations(surface, pygame.Rect(plot.left, area.top, plot.width, above), plot, axis, shown.annotations)
        self._events(surface, lane, axis, history)
        self._below(surface, error, axis, history)

    def _raster(self, surface: pygame.Surface, area: pygame.Rect, axis: TimeAxis, shown: Shown) -> None:
        history, raster_indices = shown.history, shown.raster_indices
        self._raster_image.draw_raster(surface, area, axis, history, raster_indices, shown.colour)
        count = history.neurons if raster_indices is None else len(raster_indices)
        hidden = history.neurons - count
        note = counted(history.neurons, "neuron") if hidden == 0 else f"{count:,} of {history.neurons:,}"
        word = "" if history.neurons == 0 else f"show {hidden:,} silent" if shown.hide_silent else "hide silent"
        gutter, texts = write_gutter(surface, self._renderer, area, "spikes", note, word)
        self._hit_areas.explain(gutter, _SPIKES)
        if len(texts) == 3:
            pen.line(surface, theme.AXIS, texts[2].bottomleft, texts[2].bottomright, self._renderer.pixels(1))
            said = "silent: without a spike in the ticks shown (s)"
            self._hit_areas.explain(texts[2], said, on_press=lambda _: self._toggle())
        self._borders(surface, area, history, raster_indices)
        if count:
            self._hit_areas.add_hit_area(
                area,
                lambda pixel: self._choose(_neuron(area, history, raster_indices, pixel)),
                lambda pixel: [*self._describe(_neuron(area, history, raster_indices, pixel)), _tick(axis, pixel)],
            )

    def _borders(
        self, surface: pygame.Surface, area: pygame.Rect, history: History, raster_indices: NDArray[np.int64] | None
    ) -> None:
        """Draw a line between the neurons of one layer and those of the next."""
        count = history.neurons if raster_indices is None else len(raster_indices)
        for first in list(history.firsts.values())[1:]:
            above = first if raster_indices is None else int(np.searchsorted(raster_indices, first))
            y = area.top + round(above * area.height / max(1, count))
            if area.top < y < area.bottom:
                pen.line(surface, theme.AXIS, (area.left, y), (area.right - 1, y))

    def _membrane(self, surface: pygame.Surface, area: pygame.Rect, axis: TimeAxis, shown: Shown) -> None:
        """Draw the membrane of the chosen neuron against its threshold, and its spikes above it."""
        assert shown.neuron is not None
        history, count = shown.history, len(axis.ticks)
        values = history.membrane(*shown.neuron, count) if count else np.zeros(0)
        strip = self._strips["membrane"]
        strip.draw_strip(surface, area, axis, values, shown.colour, shown.threshold, shown.neuron)
        index = history.raster_index(*shown.neuron)
        spikes = history.spikes.last(count, index) if index is not None else np.zeros(0)
        tall = max(3, area.height // 5)
        for column in np.flatnonzero(spikes).tolist():
            surface.fill(theme.SPIKE, (axis.centre_x(column), area.top + 1, max(1, axis.column - 1), tall))
        rate = f"spikes {100 * float(spikes.mean()):.0f} %" if len(spikes) else ""
        dashed = "" if shown.threshold is None else f"threshold {shown.threshold:.3g}"
        name = f"neuron {shown.neuron[1]}"
        gutter, _ = write_gutter(surface, self._renderer, area, name, f"of {shown.layer}", dashed, rate)
        self._hit_areas.explain(gutter, _MEMBRANE)
        self._hit_areas.add_hit_area(area, None, lambda pixel: self._describe_membrane(axis, values, spikes, pixel))

    def _describe_membrane(
        self, axis: TimeAxis, values: NDArray[np.floating], spikes: NDArray[np.floating], pixel: Pixel
    ) -> list[str]:
        index = axis.index_at(pixel[0])
        if index is None or index >= len(values):
            return []
        spiked = ", it spiked" if index < len(spikes) and spikes[index] else ""
        return [f"tick {axis.ticks[index]:,}", f"membrane {values[index]:+.3f}{spiked}"]

    def _numbers(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        axis: TimeAxis,
        values: NDArray[np.float64],
        name: str,
        colour: Colour,
    ) -> None:
        self._strips[name].draw_strip(surface, area, axis, values, colour)
        newest = f"{values[-1]:+.3f}" if len(values) and np.isfinite(values[-1]) else "none"
        gutter, _ = write_gutter(surface, self._renderer, area, name, newest)
        self._hit_areas.explain(gutter, _MEANINGS[name])

    def _press(self, axis: TimeAxis, pixel: Pixel) -> None:
        index = axis.index_at(pixel[0])
        if index is not None:
            self._open(int(axis.ticks[index]))

    def _describe_tick(self, axis: TimeAxis, shown: Shown, pixel: Pixel) -> list[str]:
        """Return the lines about the tick at a pixel."""
        index = axis.index_at(pixel[0])
        if index is None:
            return []
        history, ago, tick = shown.history, len(axis.ticks) - index, int(axis.ticks[index])
        value, error = float(history.value.last(ago)[0]), float(history.error.last(ago)[0])
        learned = bool(history.learned.last(ago)[0])
        numbers = "" if np.isnan(value) else f"value {value:+.3f}, TD error {error:+.3f}"
        earlier = history.value.last(ago + 1)
        follows = len(earlier) > ago and not history.skipped.last(ago)[0]
        parts = error_parts(float(earlier[0]) if follows else np.nan, float(history.reward.last(ago)[0]), error)
        happened = [event_text(one) for one in history.events if one.tick == tick]
        changed = [one.text for one in shown.annotations if one.tick == tick]
        return [
            f"tick {tick:,}",
            numbers,
            parts,
            *happened,
            *changed,
            "it learned (click to see what)" if learned else "",
        ]

    def _learned(
        self, surface: pygame.Surface, areas: tuple[pygame.Rect, ...], axis: TimeAxis, history: History
    ) -> None:
        """Mark the ticks at which it learned on the upper edges; longer marks would hide what lies below them."""
        half, wide = self._renderer.pixels(3), self._renderer.pixels(1)
        for index in np.flatnonzero(history.learned.last(len(axis.ticks))).tolist():
            x = axis.centre_x(index)
            for area in areas:
                surface.fill(theme.LEARNED, (x - wide // 2, area.top - half, wide, 2 * half))

    def _events(self, surface: pygame.Surface, lane: pygame.Rect, axis: TimeAxis, history: History) -> None:
        """Mark what came to it below the raster: up for gains, down for losses, each sum with its number."""
        if lane.height == 0 or len(axis.ticks) == 0:
            return
        side, gap = self._renderer.pixels(4), self._renderer.pixels(2)
        self._hit_areas.explain(lane, _CAME)
        oldest = int(axis.ticks[0])
        outer = [one for one in history.events if one.source != "brain" and one.tick >= oldest]
        placed = [(axis.centre_x(index), one.value) for one in outer if (index := axis.index_of(one.tick)) is not None]
        marks = _summed(placed, 2 * side)
        ends = [mark.x - side for mark in marks[1:]] + [lane.right + side]
        for mark, end in zip(marks, ends, strict=False):
            sums = [value for value in (mark.gain, mark.loss) if value]
            for value in sums or [0.0]:
                _draw_mark(surface, lane, mark.x, value, side)
            left = mark.x + side + gap
            for value in sums:
                text, colour = f"{value:+.3g}", reward_colour(value)
                if left + self._renderer.width(text, theme.SMALL) > end:
                    break
                at = left, lane.centery
                written = self._renderer.write(surface, text, at=at, anchor="midleft", colour=colour, size=theme.SMALL)
                left = written.right + gap

    def _annotations(
        self,
        surface: pygame.Surface,
        line: pygame.Rect,
        plot: pygame.Rect,
        axis: TimeAxis,
        annotations: tuple[Annotation, ...],
    ) -> None:
        """Draw a dotted line through everything at the annotations of the world, and their words in a line above."""
        if len(axis.ticks) == 0:
            return
        seen = [(one.text, axis.index_of(one.tick)) for one in annotations if one.tick >= axis.ticks[0]]
        placed = [(axis.centre_x(index), text) for text, index in seen if index is not None]
        for x, _ in placed:
            for y in range(plot.top, plot.bottom, 6):
                surface.fill(theme.THRESHOLD, (x, y, 1, 2))
        write_changes(surface, self._renderer, line, [x for x, _ in placed], [text for _, text in placed])

    def _below(self, surface: pygame.Surface, area: pygame.Rect, axis: TimeAxis, history: History) -> None:
        """Write how many ticks are seen, what the marks mean, and the tick of now."""
        ticks = axis.ticks
        if len(ticks) == 0:
            return
        at = area.right, area.bottom + self._renderer.pixels(2)
        text = f"tick {int(ticks[-1]):,}"
        now = self._renderer.write(surface, text, at=at, anchor="topright", colour=theme.MUTED, size=theme.SMALL)
        self._hit_areas.explain(now, "the newest tick of this brain")
        room = max(0, now.left - self._renderer.pixels(12) - area.left)
        legend = pygame.Rect(area.left, now.top, room, now.height + 2)  # some signs hang below the others
        gaps = ", with gaps" if history.skipped.last(len(ticks))[1:].any() else ""
        seen = f"{counted(len(ticks), 'tick')} seen{gaps}"
        self._kept_legend.draw_image(
            surface, legend, (seen, self._renderer.unit), lambda: self._legend(surface, legend, seen)
        )

    def _legend(self, surface: pygame.Surface, area: pygame.Rect, seen: str) -> None:
        left = area.left
        for text, colour, said in ((seen, theme.MUTED, _SEEN), *_LEGEND):
            if left + self._renderer.width(text, theme.SMALL) > area.right:
                return
            written = self._renderer.write(surface, text, at=(left, area.top), colour=colour, size=theme.SMALL)
            self._hit_areas.explain(written, said)
            left = written.right + self._renderer.pixels(12)


class _Mark(NamedTuple):
    """What came to it at about one place of the axis."""

    x: int
    gain: float
    loss: float


def _summed(placed: Sequence[tuple[int, float]], apart: int) -> list[_Mark]:
    """Return marks for ascending places and what came there; what is closer than `apart` is added up."""
    marks: list[_Mark] = []
    for x, value in placed:
        if not marks or x - marks[-1].x >= apart:
            marks.append(_Mark(x, 0.0, 0.0))
        last = marks[-1]
        marks[-1] = _Mark(last.x, last.gain + max(value, 0.0), last.loss + min(value, 0.0))
    return marks


def _draw_mark(surface: pygame.Surface, lane: pygame.Rect, x: int, value: float, side: int) -> None:
    """Draw a triangle: up in the upper half of the lane for a gain, down in the lower one for a loss."""
    base = lane.centery
    tip = lane.bottom - 1 if value < 0 else lane.top + 1
    foot = base + 1 if value < 0 else base
    pen.polygon(surface, reward_colour(value), [(x - side, foot), (x + side, foot), (x, tip)])


def error_parts(before: float, reward: float, error: float) -> str:
    """Return in words the three numbers of which a TD error is made; "" where one of them is not known, or all are 0.

    Args:
        before: what was expected at the decision.
        reward: that came of it.
        error: reward + what is expected from now on - before.
    """
    if not np.isfinite([before, reward, error]).all() or error == 0.0:
        return ""
    return f"= got {reward:+.2f}, expects {error - reward + before:+.2f} now, expected {before:+.2f} before"


def event_text(event: FrameEvent) -> str:
    """Return the cause of an event and its reward."""
    return f"{event.cause} {event.value:+.3g}" if event.value else event.cause


def reward_colour(value: float) -> Colour:
    """Return the colour of a reward."""
    return theme.GAIN if value > 0 else theme.LOSS if value < 0 else theme.THRESHOLD


def _neuron(area: pygame.Rect, history: History, raster_indices: NDArray[np.int64] | None, pixel: Pixel) -> Neuron:
    line = line_at(area, pixel[1], history.neurons if raster_indices is None else len(raster_indices))
    return history.neuron_at(line if raster_indices is None else int(raster_indices[line]))


def _tick(axis: TimeAxis, pixel: Pixel) -> str:
    index = axis.index_at(pixel[0])
    return "" if index is None else f"here: tick {axis.ticks[index]:,}"
