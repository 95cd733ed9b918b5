"""What a brain has learned: the weights of each layer as an image, or the traces it would be credited by."""

from collections.abc import Sequence
from functools import partial
from itertools import groupby, pairwise

import pygame

from alife.core.frame import WeightsSnapshot, WeightUpdate
from alife.view.draw import pen, theme
from alife.view.draw.kinds import first_word, kinds
from alife.view.draw.text import TextRenderer
from alife.view.panels.brain._matrix import ABOVE, BELOW, Matrix
from alife.view.panels.brain._names import Names, counted
from alife.view.panels.hit_areas import HitAreas, Pixel
from alife.view.panels.kept_image import KeptImage

_LEAST = 60  # pixels of the design that the image of a layer is wide at least
_WORDS = (
    ("weights", "what it has learned so far", False),
    ("traces", "what would be credited if something happened now", True),
)
_KEY = "a row is a neuron, a column one of its inputs; the brighter, the farther from 0"
_FEET = "where these inputs come from: kinds of senses, or the layer below"


class WeightsView:
    """Draws an image for each layer, its neurons as rows and its inputs as columns; a click on a word turns to traces.

    Args:
        renderer: to write with.
        hit_areas: where it notes what answers to the mouse.
    """

    def __init__(self, renderer: TextRenderer, hit_areas: HitAreas) -> None:
        self._renderer, self._hit_areas = renderer, hit_areas
        self.showing_traces = False
        self._words = KeptImage(hit_areas)
        self.forget_brain()

    def forget_brain(self) -> None:
        """Discard the images of the brain that was drawn."""
        self._weights: list[Matrix] = []
        self._traces: list[Matrix] = []
        self._snapshot = WeightsSnapshot((), (), (), True)

    def set_snapshot(self, snapshot: WeightsSnapshot, updates: Sequence[WeightUpdate]) -> None:
        """Set the weights and the traces of a tick, and what the last weight update changed."""
        self._snapshot = snapshot
        if len(snapshot.weights) != len(self._weights):
            self._weights = [Matrix() for _ in snapshot.weights]
            self._traces = [Matrix() for _ in snapshot.weights]
        for matrix, now in zip(self._weights, snapshot.weights, strict=True):
            matrix.set_values(now)
        if updates:
            for matrix, before, after in zip(self._weights, updates[-1].before, updates[-1].after, strict=False):
                matrix.set_changes(after - before)
        if self.showing_traces:
            self._set_traces()

    def _set_traces(self) -> None:
        for index, trace in enumerate(self._snapshot.traces[: len(self._traces)]):
            if trace is None:
                self._traces[index] = Matrix()
            else:
                self._traces[index].set_values(trace)

    def show_traces(self, traces: bool) -> None:
        """Show the traces, or the weights."""
        self.showing_traces = traces
        self._set_traces()

    def draw_weights(self, surface: pygame.Surface, area: pygame.Rect, names: Names, glow: float) -> None:
        """Draw as many layers as there is room for, the highest ones if not all."""
        shapes = tuple(weights.shape for weights in self._snapshot.weights)
        kept = tuple(trace is not None for trace in self._snapshot.traces)
        of = self.showing_traces, names, shapes, kept, self._renderer.unit
        self._words.draw_image(surface, area, of, lambda: self._write_words(surface, area, names))
        for layer, image in self._images(area):
            matrix = self._traces[layer] if self.showing_traces else self._weights[layer]
            matrix.draw_matrix(surface, image, 0.0 if self.showing_traces else glow)
            self._hit_areas.add_hit_area(image, None, partial(self._describe, matrix, image, layer, names))

    def _images(self, area: pygame.Rect) -> list[tuple[int, pygame.Rect]]:
        """Return where the images of the layers lie."""
        gap, count = self._renderer.pixels(10), len(self._weights)
        shown = min(count, max(1, (area.width + gap) // (self._renderer.pixels(_LEAST) + gap)))
        line = self._renderer.height(theme.SMALL)
        top, bottom = (
            area.top + self._renderer.height() + self._renderer.pixels(4) + line,
            area.bottom - line - self._renderer.pixels(2),
        )
        if bottom - top < 2 * line:
            return []
        edges = [area.left + number * (area.width + gap) // max(1, shown) for number in range(shown + 1)]
        boxes = [pygame.Rect(left, top, right - gap - left, bottom - top) for left, right in pairwise(edges)]
        return list(zip(range(count - shown, count), boxes, strict=True))

    def _write_words(self, surface: pygame.Surface, area: pygame.Rect, names: Names) -> None:
        surface.fill(theme.CARD, area)
        self._headline(surface, area)
        line = self._renderer.height(theme.SMALL)
        if not self._snapshot.weights:
            self._small(surface, "it has no weights", (area.left, area.centery - line // 2), area.width)
        for layer, image in self._images(area):
            rows, columns = self._snapshot.weights[layer].shape
            text = f"{names.layer_name(layer)}: {names.size_text(layer, rows)}, {counted(columns, 'input')}"
            self._small(surface, text, (image.left, image.top - line), image.width)
            caption = pygame.Rect(image.left, image.top - line, image.width, line)
            self._hit_areas.explain(caption, *names.layer_sentences(layer))
            self._hit_areas.explain(pygame.Rect(image.bottomleft, caption.size), _FEET)
            surface.fill(theme.FIELD, image)
            if self.showing_traces and self._snapshot.traces[layer] is None:
                self._small(surface, "keeps no traces", (image.left + 4, image.centery - line // 2), image.width - 4)
            self._feet(surface, pygame.Rect(image.left, image.bottom, image.width, line), layer, columns, names)

    def _headline(self, surface: pygame.Surface, area: pygame.Rect) -> None:
        left, line = area.left, self._renderer.height()
        for text, said, traces in _WORDS:
            on = traces == self.showing_traces
            colour = theme.TEXT if on else theme.MUTED
            written = self._renderer.write(surface, text, at=(left, area.top), bold=on, colour=colour)
            under = ABOVE if on else theme.AXIS
            pen.line(surface, under, written.bottomleft, written.bottomright, self._renderer.pixels(1))
            self._hit_areas.explain(written, said, on_press=partial(self._press, traces))
            left = written.right + self._renderer.pixels(10)
        self._key(surface, pygame.Rect(left, area.top, max(0, area.right - left), line))

    def _press(self, traces: bool, _: Pixel) -> None:
        self.show_traces(traces)

    def _key(self, surface: pygame.Surface, area: pygame.Rect) -> None:
        """Write what the colours mean, the last words first, as many as fit."""
        self._hit_areas.explain(area, _KEY)
        right = area.right
        words = [("above 0", ABOVE), ("below 0", BELOW), ("rows: neurons, columns: inputs", theme.MUTED)]
        for text, colour in words if self.showing_traces else [("white: just changed", theme.BRIGHT), *words]:
            if right - self._renderer.width(text, theme.SMALL) < area.left:
                return
            at = right, area.centery
            written = self._renderer.write(surface, text, at=at, anchor="midright", colour=colour, size=theme.SMALL)
            right = written.left - self._renderer.pixels(10)

    def _feet(self, surface: pygame.Surface, area: pygame.Rect, layer: int, columns: int, names: Names) -> None:
        """Write below the columns where they come from: kinds of what is sensed, or the layer below."""
        if layer > 0:
            self._small(surface, f"from {names.layer_name(layer - 1)}", area.topleft, area.width)
            return
        channels = names.channels[:columns]
        known = [
            (kind.name, kind.colour) if kind.name else (first_word(channel) or "other", theme.EDGE)
            for channel, kind in zip(channels, kinds(channels, dict(names.looks)), strict=True)
        ]
        known += [("", theme.EDGE)] * (columns - len(known))
        start = 0
        for (name, colour), group in groupby(known):
            stop = start + len(list(group))
            left, right = (area.left + area.width * k // max(1, columns) for k in (start, stop))
            surface.fill(colour, (left, area.top + 1, max(1, right - left - 1), max(1, self._renderer.pixels(2))))
            if self._renderer.width(name, theme.SMALL) <= right - left:  # a word cut short tells nothing
                self._small(surface, name, (left, area.top + self._renderer.pixels(2)), right - left)
            start = stop

    def _small(self, surface: pygame.Surface, text: str, at: tuple[int, int], width: int) -> None:
        self._renderer.write(surface, text, at=at, colour=theme.MUTED, size=theme.SMALL, width=max(0, width))

    def _describe(self, matrix: Matrix, image: pygame.Rect, layer: int, names: Names, pixel: Pixel) -> list[str]:
        cell = matrix.cell_at(image, pixel)
        if cell is None or matrix.values is None:
            return []
        value, what = float(matrix.values[cell]), "trace" if self.showing_traces else "weight"
        changes = matrix.changes
        changed = changes is not None and changes.shape == matrix.values.shape and not self.showing_traces
        last = f"last change {float(changes[cell]):+.4f}" if changed and changes is not None else ""
        return [names.synapse_name(layer, *cell), f"{what} {value:+.4f}", last]
