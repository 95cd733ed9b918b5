"""One neuron: its strongest synapses in and out, and whether an intervention clamps it."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.frame import WeightsSnapshot
from alife.view.draw import pen, theme
from alife.view.draw.text import TextRenderer
from alife.view.panels.brain._matrix import ABOVE, BELOW, strongest
from alife.view.panels.brain._names import Names
from alife.view.panels.hit_areas import HitAreas

Naming = Callable[[int], str]


class NeuronView:
    """Draws the synapses of one neuron as signed bars.

    Args:
        renderer: to write with.
        hit_areas: where it notes what answers to the mouse.
        close: is called by a click on the x.
    """

    def __init__(self, renderer: TextRenderer, hit_areas: HitAreas, close: Callable[[], None]) -> None:
        self._renderer, self._hit_areas, self._close = renderer, hit_areas, close

    def draw_neuron(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        snapshot: WeightsSnapshot,
        names: Names,
        neuron: tuple[int, int],
    ) -> None:
        """Draw the neuron of this layer and number."""
        surface.fill(theme.CARD, area)
        layer, number = neuron
        self._hit_areas.explain(area, "the neuron that was chosen: x silences it, c lets it fire always")
        top = self._headline(surface, area, clamp_text(snapshot, neuron), names.neuron_name(layer, number))
        gap = self._renderer.pixels(20)
        left = pygame.Rect(area.left, top, (area.width - gap) // 2, max(0, area.bottom - top))
        right = left.move(left.width + gap, 0)
        self._column(surface, left, "strongest in", *_incoming(snapshot, names, layer, number))
        self._column(surface, right, "strongest out", *_outgoing(snapshot, names, layer, number))
        self._hit_areas.explain(left, "where its largest weights come from, below 0 to the left, above 0 to the right")
        self._hit_areas.explain(right, "where the largest weights on its spikes lead")

    def _headline(self, surface: pygame.Surface, area: pygame.Rect, clamped: str, name: str) -> int:
        close = draw_cross(surface, self._renderer, area)
        self._hit_areas.explain(close, "close the neuron", on_press=lambda _: self._close())
        room = max(0, close.left - area.left)
        title = self._renderer.write(surface, name, at=area.topleft, bold=True, width=room)
        if clamped:
            left = title.right + self._renderer.pixels(8)
            at = left, title.centery
            self._renderer.write(
                surface, clamped, at=at, anchor="midleft", colour=theme.LOSS, width=max(0, close.left - left)
            )
        return title.bottom + self._renderer.pixels(2)

    def _column(
        self, surface: pygame.Surface, area: pygame.Rect, title: str, name: Naming, weights: NDArray[np.float32]
    ) -> None:
        line = self._renderer.height(theme.SMALL) + 1
        if area.height < 2 * line or area.width < 8:
            return
        text = title if len(weights) else f"{title}: none"
        self._renderer.write(surface, text, at=area.topleft, colour=theme.MUTED, size=theme.SMALL, width=area.width)
        order = strongest(weights, area.height // line - 1).tolist()
        limit = max((abs(float(weights[k])) for k in order), default=0.0)
        for line_number, index in enumerate(order):
            row = pygame.Rect(area.left, area.top + (line_number + 1) * line, area.width, line)
            self._synapse(surface, row, name(index), float(weights[index]), limit)

    def _synapse(self, surface: pygame.Surface, row: pygame.Rect, name: str, weight: float, limit: float) -> None:
        names, number = row.width * 2 // 5, self._renderer.width("-0.000", theme.SMALL)
        self._renderer.write(surface, name, at=row.topleft, size=theme.SMALL, width=names)
        self._renderer.write(surface, f"{weight:+.3f}", at=row.topright, anchor="topright", size=theme.SMALL)
        gap = self._renderer.pixels(6)
        bar = pygame.Rect(row.left + names + gap, row.top + 2, row.width - names - number - 2 * gap, row.height - 4)
        if bar.width < 4 or bar.height < 1:
            return
        surface.fill(theme.FIELD, bar)
        length = round(min(1.0, abs(weight) / max(limit, 1e-20)) * (bar.width // 2))
        left = bar.centerx if weight > 0 else bar.centerx - length
        surface.fill(ABOVE if weight > 0 else BELOW, (left, bar.top, max(1, length), bar.height))
        surface.fill(theme.AXIS, (bar.centerx, bar.top, 1, bar.height))


def clamp_text(snapshot: WeightsSnapshot, neuron: tuple[int, int]) -> str:
    """Return in words how an intervention clamps a neuron; "" if none does."""
    for layer, number, output in snapshot.clamped:
        if (layer, number) == neuron:
            return "clamped: it always spikes" if output > 0 else "silenced: it never spikes"
    return ""


def draw_cross(surface: pygame.Surface, renderer: TextRenderer, area: pygame.Rect) -> pygame.Rect:
    """Draw the x that closes something, in the upper right corner of its area; return where it is."""
    side = renderer.height()
    box = pygame.Rect(area.right - side, area.top, side, side)
    arm = side // 4
    for sign in (1, -1):
        start, end = (box.centerx - arm, box.centery - sign * arm), (box.centerx + arm, box.centery + sign * arm)
        pen.line(surface, theme.TEXT, start, end, 2)
    return box


def _incoming(snapshot: WeightsSnapshot, names: Names, layer: int, number: int) -> tuple[Naming, NDArray[np.float32]]:
    known = layer < len(snapshot.weights) and number < len(snapshot.weights[layer])
    return partial(names.input_name, layer), snapshot.weights[layer][number] if known else np.zeros(0, np.float32)


def _outgoing(snapshot: WeightsSnapshot, names: Names, layer: int, number: int) -> tuple[Naming, NDArray[np.float32]]:
    above = layer + 1
    known = above < len(snapshot.weights) and number < snapshot.weights[above].shape[1]
    return partial(names.neuron_name, above), snapshot.weights[above][:, number] if known else np.zeros(0, np.float32)
