"""The membranes of one layer now: bars against the threshold, or cells where there are too many for bars."""

import math
from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.frame import LayerProbe
from alife.view import theme
from alife.view.letters import Letters
from alife.view.theme import Colour

_BARS = 64  # neurons that fit as bars
_EASE = 0.03  # of the way a range comes back in one picture


class Range:
    """The span of an axis: it widens at once and narrows slowly, so that bars do not jump."""

    def __init__(self) -> None:
        self.low, self.high = 0.0, 0.0

    def take(self, values: NDArray[np.floating]) -> None:
        """Make room for the finite ones of some values, and for zero."""
        finite = values[np.isfinite(values)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
        self.low = min(0.0, low, self.low + (low - self.low) * _EASE)
        self.high = max(0.0, high, self.high + (high - self.high) * _EASE)

    def shares(self, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return where values lie in the range, 0 to 1; what is not a number lies at 0."""
        scaled = (values.astype(np.float64) - self.low) / max(self.high - self.low, 1e-12)
        return np.fmin(np.fmax(scaled, 0.0), 1.0)

    def share(self, value: float) -> float:
        """Return where one value lies in the range."""
        return min(1.0, max(0.0, (value - self.low) / max(self.high - self.low, 1e-12)))


class LayerView:
    """Draws one layer and remembers the range of its membranes."""

    def __init__(self, letters: Letters) -> None:
        self._letters = letters
        self._range = Range()

    def draw(self, surface: pygame.Surface, area: pygame.Rect, layer: LayerProbe, colour: Colour) -> None:
        """Draw the layer's name and its membranes in an area."""
        plot = self._headline(surface, area, layer)
        if plot.height < 4 or plot.width < 8 or len(layer.membranes) == 0:
            return
        marks = [0.0] if layer.threshold is None else [layer.threshold, layer.threshold * 1.15]
        self._range.take(np.append(layer.membranes, marks))
        pygame.draw.rect(surface, theme.FIELD, plot, border_radius=self._letters.pixels(4))
        inner = plot.inflate(-2 * self._letters.pixels(5), -2 * self._letters.pixels(4))
        if len(layer.membranes) > _BARS:
            self._cells(surface, inner, layer, colour)
        else:
            self._bars(surface, inner, layer, colour)

    def _headline(self, surface: pygame.Surface, area: pygame.Rect, layer: LayerProbe) -> pygame.Rect:
        """Write the layer's name and as much about it as fits; return what is left of the area."""
        name = self._letters.write(surface, layer.name, at=area.topleft, bold=True, width=area.width)
        left = name.right + self._letters.pixels(8)
        facts = _facts(layer)
        while facts and left + self._letters.width(" · ".join(facts), theme.SMALL) > area.right:
            facts.pop()
        self._letters.write(
            surface,
            " · ".join(facts),
            at=(left, name.centery),
            anchor="midleft",
            colour=theme.MUTED,
            size=theme.SMALL,
        )
        top = name.height + self._letters.pixels(2)
        return pygame.Rect(area.left, area.top + top, area.width, max(0, area.height - top))

    def _bars(self, surface: pygame.Surface, area: pygame.Rect, layer: LayerProbe, colour: Colour) -> None:
        heights = area.bottom - self._range.shares(layer.membranes) * area.height
        base = round(area.bottom - self._range.share(0.0) * area.height)
        edges = np.rint(np.linspace(area.left, area.right, len(heights) + 1)).astype(int).tolist()
        gap = 1 if edges[1] - edges[0] >= 4 else 0
        rest, glow = theme.mix(colour, theme.FIELD, 0.35), theme.mix(theme.FIELD, theme.SPIKE, 0.22)
        bars = zip(edges, edges[1:], np.rint(heights).astype(int).tolist(), _spikes(layer).tolist(), strict=False)
        for left, right, y, spike in bars:
            if spike:
                surface.fill(glow, (left, area.top, right - left, area.height))
            bar = left, min(y, base), max(1, right - left - gap), max(1, abs(base - y))
            surface.fill(theme.SPIKE if spike else rest, bar)
        pygame.draw.line(surface, theme.EDGE, (area.left, base), (area.right - 1, base))
        if layer.threshold is not None:
            self._threshold(surface, area, layer.threshold)

    def _threshold(self, surface: pygame.Surface, area: pygame.Rect, threshold: float) -> None:
        y = round(area.bottom - self._range.share(threshold) * area.height)
        dash = self._letters.pixels(5)
        for x in range(area.left, area.right - dash, 2 * dash):
            pygame.draw.line(surface, theme.THRESHOLD, (x, y), (x + dash, y))

    def _cells(self, surface: pygame.Surface, area: pygame.Rect, layer: LayerProbe, colour: Colour) -> None:
        count = len(layer.membranes)
        columns = min(count, max(1, math.ceil(math.sqrt(count * area.width / max(1, area.height)))))
        rows = -(-count // columns)
        levels = np.zeros(rows * columns, dtype=np.uint8)
        levels[:count] = np.where(_spikes(layer), 255, 1 + self._range.shares(layer.membranes) * 200)
        cells = pygame.Surface((columns, rows), 0, 8)
        cells.set_palette(_palette(colour))
        pygame.surfarray.blit_array(cells, levels.reshape(rows, columns).T)
        surface.blit(pygame.transform.scale(cells, area.size), area)


def _facts(layer: LayerProbe) -> list[str]:
    count = len(layer.membranes)
    neurons = "no neurons" if count == 0 else "1 neuron" if count == 1 else f"{count:,} neurons"
    if layer.threshold is None or count == 0:
        return [neurons]
    lit = int(np.count_nonzero(_spikes(layer)))
    threshold = f"threshold {layer.threshold:.3g}"
    return [
        neurons,
        f"{lit} spiking",
        f"{threshold} (dashed)" if count <= _BARS else f"bright: near {threshold}",
    ]


def _spikes(layer: LayerProbe) -> NDArray[np.bool_]:
    if layer.threshold is None:
        return np.zeros(len(layer.membranes), dtype=np.bool_)
    spikes: NDArray[np.bool_] = layer.outputs > 0
    return spikes


@lru_cache(maxsize=32)
def _palette(colour: Colour) -> list[Colour]:
    """Return no neuron, 200 membranes from the lowest to the highest, and the spike."""
    shades = [theme.mix(theme.GRID, colour, min(1.0, i / 200) ** 1.5 * 0.75) for i in range(254)]
    return [theme.FIELD, *shades, theme.SPIKE]
