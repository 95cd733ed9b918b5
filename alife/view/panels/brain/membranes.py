"""The membranes of one layer now: bars against the threshold, or cells where there are too many for bars."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.frame import LayerProbe
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Colour
from alife.view.panels.brain._names import counted

_mixed = lru_cache(64)(theme.mix)
_BARS = 64  # neurons that fit as bars
_TOLD = 8  # cells that are marked for their influence
_EASE = 0.03  # of the way a range comes back in one picture


class Range:
    """The span of an axis: it widens at once and narrows slowly, so that bars do not jump."""

    def __init__(self) -> None:
        self.low, self.high = 0.0, 0.0

    def include_values(self, values: NDArray[np.floating], mark: float = 0.0) -> None:
        """Widen the range to hold the finite ones of some values, a mark beside them, and zero."""
        low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
        if not math.isfinite(low + high):
            finite = values[np.isfinite(values)]
            low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        low, high = min(low, mark), max(high, mark)
        self.low = min(0.0, low, self.low + (low - self.low) * _EASE)
        self.high = max(0.0, high, self.high + (high - self.high) * _EASE)

    def shares(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return where values lie in the range, 0 to 1; what is not a number lies at 0."""
        scaled = (values.astype(np.float64) - self.low) / max(self.high - self.low, 1e-12)
        return np.fmin(np.fmax(scaled, 0.0), 1.0)

    def share(self, value: float) -> float:
        """Return where one value lies in the range."""
        return float(self.shares(np.array([value]))[0])


@dataclass(frozen=True)
class Neurons:
    """Which neurons of a layer are drawn, and which of them stand out."""

    shown: NDArray[np.int64] | None = None  # their numbers, without the silent ones; None: all
    chosen: int | None = None
    clamped: tuple[tuple[int, float], ...] = ()  # number and what an intervention makes it put out
    influence: NDArray[np.float64] | None = None  # of all neurons of the layer on what is done, together 1


class LayerView:
    """Draws one layer and remembers the range of its membranes."""

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer = renderer
        self._range = Range()

    def widen_range(self, layer: LayerProbe) -> None:
        """Widen the range of the axis to hold the membranes of a tick, and the threshold."""
        self._range.include_values(layer.membranes, 0.0 if layer.threshold is None else layer.threshold * 1.15)

    def draw_layer(
        self, surface: pygame.Surface, area: pygame.Rect, layer: LayerProbe, neurons: Neurons, colour: Colour
    ) -> pygame.Rect | None:
        """Draw the layer's name and its membranes in an area; return where the neurons stand, if anywhere."""
        plot = self._headline(surface, area, layer, neurons)
        if plot.height < 4 or plot.width < 8 or len(layer.membranes) == 0:
            return None
        pen.rect(surface, theme.FIELD, plot, border_radius=self._renderer.pixels(4))
        inner = plot.inflate(-2 * self._renderer.pixels(5), -2 * self._renderer.pixels(4))
        membranes, spikes = layer.membranes, _spikes(layer)
        if neurons.shown is not None:
            membranes, spikes = membranes[neurons.shown], spikes[neurons.shown]
        if len(membranes) == 0 or inner.width < 1 or inner.height < 1:
            return None
        if len(membranes) > _BARS:
            self._cells(surface, inner, membranes, spikes, colour)
        else:
            self._bars(surface, inner, membranes, spikes, layer.threshold, colour)
        if neurons.influence is not None and len(neurons.influence) == len(layer.membranes):
            self._influence(surface, inner, len(membranes), neurons, neurons.influence)
        self._outstanding(surface, inner, len(membranes), neurons)
        return inner

    def _influence(
        self, surface: pygame.Surface, area: pygame.Rect, count: int, neurons: Neurons, shares: NDArray[np.float64]
    ) -> None:
        """Mark which neurons move what is done: a strip below bars, the brighter the more; dots on the first cells."""
        if not shares.any():
            return
        if count > _BARS:
            side = self._renderer.pixels(3)
            for number in np.argsort(-shares)[:_TOLD].tolist():
                box = _box(area, count, _index_of(neurons, number))
                if box is not None and shares[number] > 0:
                    surface.fill(theme.INFLUENCE, (box.left, box.top, min(side, box.width), min(side, box.height)))
            return
        shown = shares if neurons.shown is None else shares[neurons.shown]
        levels = np.rint(shown / shares.max() * 16).astype(int)
        columns = np.repeat(_influence_shades()[levels], np.diff(_edges(area, count)))
        strip = pen.new_surface((len(columns), self._renderer.pixels(3)))
        pygame.surfarray.blit_array(strip, np.repeat(columns[:, None], strip.get_height(), axis=1))
        surface.blit(strip, (area.left, area.bottom + 1))

    def _headline(self, surface: pygame.Surface, area: pygame.Rect, layer: LayerProbe, neurons: Neurons) -> pygame.Rect:
        """Write the layer's name and as much about it as fits; return what is left of the area."""
        name = self._renderer.write(surface, layer.name, at=area.topleft, bold=True, width=area.width)
        left = name.right + self._renderer.pixels(8)
        facts = _facts(layer, neurons)
        while facts and left + self._renderer.width(" · ".join(facts), theme.SMALL) > area.right:
            facts.pop()
        text, at = " · ".join(facts), (left, name.centery)
        self._renderer.write(surface, text, at=at, anchor="midleft", colour=theme.MUTED, size=theme.SMALL)
        top = name.height + self._renderer.pixels(2)
        return pygame.Rect(area.left, area.top + top, area.width, max(0, area.height - top))

    def _bars(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        membranes: NDArray[np.float32],
        spikes: NDArray[np.bool_],
        threshold: float | None,
        colour: Colour,
    ) -> None:
        heights = area.bottom - self._range.shares(membranes) * area.height
        base = round(area.bottom - self._range.share(0.0) * area.height)
        edges = _edges(area, len(heights))
        gap = 1 if edges[1] - edges[0] >= 4 else 0
        rest, glow = _mixed(colour, theme.FIELD, 0.35), _mixed(theme.FIELD, theme.SPIKE, 0.22)
        bars = zip(edges, edges[1:], np.rint(heights).astype(int).tolist(), spikes.tolist(), strict=False)
        for left, right, y, spike in bars:
            if spike:
                surface.fill(glow, (left, area.top, right - left, area.height))
            bar = left, min(y, base), max(1, right - left - gap), max(1, abs(base - y))
            surface.fill(theme.SPIKE if spike else rest, bar)
        pen.line(surface, theme.EDGE, (area.left, base), (area.right - 1, base))
        if threshold is not None:
            self._threshold(surface, area, threshold)

    def _threshold(self, surface: pygame.Surface, area: pygame.Rect, threshold: float) -> None:
        y = round(area.bottom - self._range.share(threshold) * area.height)
        dash = self._renderer.pixels(5)
        for x in range(area.left, area.right - dash, 2 * dash):
            surface.fill(theme.THRESHOLD, (x, y, dash, self._renderer.pixels(1)))

    def _cells(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        membranes: NDArray[np.float32],
        spikes: NDArray[np.bool_],
        colour: Colour,
    ) -> None:
        count = len(membranes)
        columns, rows = _grid(area, count)
        levels = np.zeros(rows * columns, dtype=np.intp)
        levels[:count] = np.where(spikes, 255, 1 + self._range.shares(membranes) * 200)
        cells = pen.new_surface((columns, rows))
        pygame.surfarray.blit_array(cells, _shades(colour)[levels].reshape(rows, columns).T)
        surface.blit(pen.scaled(cells, area.size), area)

    def _outstanding(self, surface: pygame.Surface, area: pygame.Rect, count: int, neurons: Neurons) -> None:
        """Cross out the silenced neurons, put a dot on the clamped ones, and draw a box around the chosen one."""
        for number, output in neurons.clamped:
            box = _box(area, count, _index_of(neurons, number))
            if box is not None and output > 0:
                pen.circle(surface, theme.LOSS, box.center, max(2, self._renderer.pixels(3)))
            elif box is not None:
                pen.line(surface, theme.LOSS, box.topleft, box.bottomright, 2)
                pen.line(surface, theme.LOSS, box.bottomleft, box.topright, 2)
        box = None if neurons.chosen is None else _box(area, count, _index_of(neurons, neurons.chosen))
        if box is not None:
            pen.rect(surface, theme.BRIGHT, box.inflate(2, 2), 1)


def drawn_text(layer: LayerProbe, neurons: Neurons) -> list[str]:
    """Return in sentences what the picture of a layer shows."""
    if layer.threshold is None:
        return ["it shows the membrane of each neuron, and none of them spikes"]
    marks = "" if neurons.influence is None else "pink: how much a neuron moves what is done"
    return ["it shows the membrane of each neuron, bright where it spikes at this tick", marks]


def neuron_at(area: pygame.Rect, layer: LayerProbe, neurons: Neurons, pixel: tuple[int, int]) -> int | None:
    """Return the number of the neuron that is drawn at a pixel of the area where they stand."""
    count = len(layer.membranes) if neurons.shown is None else len(neurons.shown)
    x, y = pixel[0] - area.left, pixel[1] - area.top
    index = x * count // area.width
    if count > _BARS:
        columns, rows = _grid(area, count)
        index = y * rows // area.height * columns + x * columns // area.width
    if not 0 <= index < count:
        return None
    return index if neurons.shown is None else int(neurons.shown[index])


def _index_of(neurons: Neurons, number: int) -> int | None:
    """Return the number of the bar or cell that shows a neuron; None if it is not drawn."""
    if neurons.shown is None:
        return number
    index = int(np.searchsorted(neurons.shown, number))
    return index if index < len(neurons.shown) and neurons.shown[index] == number else None


def _edges(area: pygame.Rect, count: int) -> list[int]:
    edges: list[int] = np.rint(np.linspace(area.left, area.right, count + 1)).astype(int).tolist()
    return edges


def _grid(area: pygame.Rect, count: int) -> tuple[int, int]:
    """Return the columns and the rows of cells that are about square."""
    columns = min(count, max(1, math.ceil(math.sqrt(count * area.width / max(1, area.height)))))
    return columns, -(-count // columns)


def _box(area: pygame.Rect, count: int, index: int | None) -> pygame.Rect | None:
    """Return where the bar or the cell of a number lies."""
    if index is None or index >= count:
        return None
    if count <= _BARS:
        left, right = _edges(area, count)[index : index + 2]
        return pygame.Rect(left, area.top, right - left, area.height)
    columns, rows = _grid(area, count)
    row, column = divmod(index, columns)
    left, right = (area.left + area.width * k // columns for k in (column, column + 1))
    top, bottom = (area.top + area.height * k // rows for k in (row, row + 1))
    return pygame.Rect(left, top, right - left, bottom - top)


def _facts(layer: LayerProbe, neurons: Neurons) -> list[str]:
    count = len(layer.membranes)
    drawn = count if neurons.shown is None else len(neurons.shown)
    hidden = [f"{count - drawn:,} silent hidden"] if drawn < count else []
    if layer.threshold is None or count == 0:
        return [counted(count, "neuron"), *hidden]
    lit = int(np.count_nonzero(_spikes(layer)))
    threshold = f"threshold {layer.threshold:.3g}"
    return [
        f"{lit:,} of {counted(count, 'neuron')} spiking"
        if neurons.influence is None
        else f"{lit:,} of {count:,} spiking",
        *hidden,
        f"{threshold} dashed" if drawn <= _BARS else f"bright: near {threshold}",
        *([] if neurons.influence is None else ["pink: decides"]),
    ]


def _spikes(layer: LayerProbe) -> NDArray[np.bool_]:
    if layer.threshold is None:
        return np.zeros(len(layer.membranes), dtype=np.bool_)
    spikes: NDArray[np.bool_] = layer.outputs > 0
    return spikes


@lru_cache
def _influence_shades() -> NDArray[np.uint32]:
    """Return as pixels (17,): from no influence to the most."""
    return theme.as_pixels([theme.mix(theme.FIELD, theme.INFLUENCE, (level / 16) ** 1.5) for level in range(17)])


@lru_cache(maxsize=32)
def _shades(colour: Colour) -> NDArray[np.uint32]:
    """Return as pixels (256,): no neuron, 200 membranes from the lowest to the highest, and the spike."""
    shades = [theme.mix(theme.GRID, colour, min(1.0, i / 200) ** 1.5 * 0.75) for i in range(254)]
    return theme.as_pixels([theme.FIELD, *shades, theme.SPIKE])
