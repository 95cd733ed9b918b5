"""What the selected creature senses: slices of the floor around it, each as opaque as its channel is strong."""

import heapq
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.channel import Channel, Field
from alife.core.frame import Frame
from alife.view.draw import pen, theme
from alife.view.draw.geometry import Fit, Spot, bounded, pixels_of
from alife.view.draw.kinds import Kind, channel_name, kinds
from alife.view.draw.theme import Look

_FULL = 130  # of 255, the opacity of a slice whose value is 1
_LEAST = 0.02  # a smaller value is not drawn
_TINY = 0.005  # a smaller value is read as 0
_READ = 12  # values that are written in one line, at most
_STEP = math.radians(6)  # of a line that stands for an arc, at least
_OFF = 0.3  # pixels that such a line may lie beside its arc
_OUTLINE = 0.5  # of the way from the floor to the colour of an edge


class Sensed:
    """Remembers what the selected creature senses, and draws it.

    Kinds of things lie in rings around the creature, so that several of them can be read in one direction.
    """

    def __init__(self) -> None:
        self._of: tuple[str, int] | None = None
        self._values: NDArray[np.float32] | None = None
        self._slices: _Slices | None = None

    def record_senses(self, frame: Frame) -> None:
        """Record the newest senses; those of a creature that was selected before are dropped."""
        if frame.selected != self._of:
            self.forget_frames()
            self._of = frame.selected
        if frame.brain and (frame.brain[-1].species, frame.brain[-1].row) == frame.selected:
            self._values = frame.brain[-1].senses

    def forget_frames(self) -> None:
        """Forget the senses of all frames."""
        self._of = self._values = None

    def readings(self, channels: Sequence[Channel], known: Mapping[str, float]) -> tuple[list[str], int]:
        """Return the values of what is not drawn on the floor, with their names, and how many there are in all.

        Where they are too many to be read, the strongest.

        Args:
            channels: of what is sensed.
            known: by name of a channel, the number before a brain has scaled it.
        """
        if self._values is None:
            return [], 0
        pairs = zip(channels, self._values.tolist(), strict=False)
        rest = [(channel, value) for channel, value in pairs if channel.field is None]
        strongest = rest if len(rest) <= _READ else heapq.nlargest(_READ, rest, key=lambda one: abs(one[1]))
        told = [(channel_name(channel), known.get(channel.name, value)) for channel, value in strongest]
        return [f"{name}: {value if abs(value) >= _TINY else 0:.2g}" for name, value in told], len(rest)

    def draw_senses(self, surface: pygame.Surface, frame: Frame, fit: Fit, spot: Spot) -> None:
        """Draw the slices around a creature."""
        inner = max(fit.length(spot.radius) * 1.6, 4.0)
        wanted = frame.channels, theme.looks(frame.species), fit.scale, inner
        if self._slices is None or self._slices.wanted != wanted:
            self._slices = _Slices(*wanted)
        if self._slices.reach <= inner:
            return
        margin = self._slices.reach / fit.scale
        turn = complex(math.cos(spot.heading), math.sin(spot.heading))
        places = [(round(x), round(y)) for x, y in pixels_of(spot.position, margin, frame.scene, fit)]
        self._slices.draw_slices(surface, self._values, places, turn)


class _Slices:
    """The outlines of all fields at one scale, as complex numbers around the creature, its heading to the right."""

    def __init__(self, channels: tuple[Channel, ...], looks: Mapping[str, Look], scale: float, inner: float) -> None:
        self.wanted = channels, looks, scale, inner
        around = kinds(channels, looks)
        names = [kind.name for kind in rings(channels, looks)]
        self.reach = max((_reach_in_pixels(one.field, scale) for one in channels if one.field is not None), default=0.0)
        self._outlines: list[tuple[int, theme.Colour, slice]] = []  # index of the channel, colour, its points
        points: list[NDArray[Any]] = []
        count = 0
        for index, channel in enumerate(channels):
            if channel.field is None or not _is_slice(channel):
                continue
            ring = names.index(around[index].name)
            outline = _slice_outline(channel, scale, inner, ring / len(names), (ring + 1) / len(names))
            self._outlines.append((index, around[index].colour, slice(count, count + len(outline))))
            points.append(outline)
            count += len(outline)
        self._points = np.concatenate(points) if points else np.zeros(0, complex)
        edges = _edges(channels, scale, inner, len(names))
        ends = np.cumsum([0, *map(len, edges)]).tolist()
        self._edges = [slice(start, end) for start, end in pairwise(ends)]
        self._lines = np.concatenate(edges) if edges else np.zeros(0, complex)

    def draw_slices(
        self,
        surface: pygame.Surface,
        values: NDArray[np.float32] | None,
        places: Sequence[tuple[int, int]],
        turn: complex,
    ) -> None:
        """Draw the slices around some pixels; without values only their edges."""
        side, clip = math.ceil(self.reach) * 2 + 2, surface.get_clip()
        around = pygame.Rect(0, 0, side, side).move_to(center=(0, 0))
        seen = [(place, clip.move(-place[0], -place[1]).clip(around)) for place in places]
        seen = [(place, part) for place, part in seen if part.width and part.height]
        whole = (
            self._painted_part(around, values, turn)
            if len(seen) > 1 and side * side <= clip.width * clip.height
            else None
        )
        for place, part in seen:
            veil = whole or self._painted_part(part, values, turn)
            surface.blit(veil, (around if whole else part).move(place))

    def _painted_part(self, part: pygame.Rect, values: NDArray[np.float32] | None, turn: complex) -> pygame.Surface:
        """Return a part of the picture around the creature, which lies at (0, 0)."""
        at, shade = (-part.left, -part.top), theme.mix(theme.FIELD, theme.EDGE, _OUTLINE)
        veil = pen.new_surface(part.size, pygame.SRCALPHA)
        veil.fill((*shade, 0))  # so that smooth lines have no dark rims
        if values is not None:
            self._fill_slices(veil, values, at, turn)
        lines = _turned(self._lines, turn, at)
        for edge in self._edges:
            line = lines[edge]
            if len(line) == 2:  # of two points, `aalines` does not always draw the same to the pixel
                pen.aaline(veil, shade, line[0], line[1])
            else:
                pen.aalines(veil, shade, False, line)
        return veil

    def _fill_slices(
        self, veil: pygame.Surface, values: NDArray[np.float32], at: tuple[float, float], turn: complex
    ) -> None:
        strengths = np.minimum(np.abs(np.nan_to_num(values)), 1).tolist()
        drawn = [one for one in self._outlines if one[0] < len(strengths) and strengths[one[0]] > _LEAST]
        if not drawn:
            return
        turned = _turned(self._points, turn, at)
        for index, colour, points in drawn:
            pen.polygon(veil, (*colour, round(_FULL * strengths[index])), turned[points])


def rings(channels: Sequence[Channel], looks: Mapping[str, Look]) -> list[Kind]:
    """Return the kinds that are sensed on the floor, from the innermost ring outwards."""
    seen = zip(channels, kinds(channels, looks), strict=True)
    return list(dict.fromkeys(kind for channel, kind in seen if channel.field is not None))


def _is_slice(channel: Channel) -> bool:
    field = channel.field
    return field is not None and -math.inf < field.start < field.end < math.inf and field.reach > 0


def _reach_in_pixels(field: Field, scale: float) -> float:
    """Return how many pixels a field reaches."""
    return bounded(field.reach * scale)


def _slice_outline(channel: Channel, scale: float, inner: float, low: float, high: float) -> NDArray[Any]:
    """Return the corners of a slice of one ring, from a share of the reach to another."""
    assert channel.field is not None
    outer = max(inner, _reach_in_pixels(channel.field, scale))
    near, far = (inner + (outer - inner) * share for share in (low, high))
    arc = _arc(channel.field.start, channel.field.end, outer)
    corners: NDArray[Any] = np.concatenate([far * arc, near * arc[::-1]])
    return corners


def _arc(start: float, end: float, radius: float) -> NDArray[Any]:
    """Return points of an arc around 0, of radius 1; `radius` is how large it will be drawn, in pixels."""
    end = min(end, start + math.tau)
    step = max(_STEP, math.sqrt(8 * _OFF / max(radius, 1.0)))
    points: NDArray[Any] = np.exp(1j * np.linspace(start, end, max(2, math.ceil((end - start) / step) + 1)))
    return points


def _edges(channels: Sequence[Channel], scale: float, inner: float, count: int) -> list[NDArray[Any]]:
    """Return the lines between slices, each once although neighbours share them."""
    fields = {(one.field.start, one.field.end, one.field.reach) for one in channels if one.field and _is_slice(one)}
    spokes: dict[tuple[int, float], NDArray[Any]] = {}
    arcs: list[NDArray[Any]] = []
    for start, end, reach in sorted(fields):
        outer = max(inner, bounded(reach * scale))
        if end - start < math.tau - 1e-6:
            for angle in (start, end):
                direction = complex(math.cos(angle), math.sin(angle))
                spokes[round(math.degrees(angle)) % 360, reach] = np.array([inner, outer]) * direction
        arcs += [(inner + (outer - inner) * (ring + 1) / count) * _arc(start, end, outer) for ring in range(count)]
    return [*spokes.values(), *_joined(arcs)]


def _joined(arcs: list[NDArray[Any]]) -> list[NDArray[Any]]:
    """Return arcs with those made one that go on where another ends: fewer lines to draw."""
    whole: list[NDArray[Any]] = []
    for arc in arcs:
        before = next((k for k, other in enumerate(whole) if abs(other[-1] - arc[0]) < 0.5), None)
        if before is None:
            whole.append(arc)
        else:
            whole[before] = np.concatenate([whole[before], arc[1:]])
    return whole


def _turned(points: NDArray[Any], turn: complex, at: tuple[float, float]) -> list[list[float]]:
    turned = points * turn
    pairs: list[list[float]] = np.column_stack([at[0] + turned.real, at[1] - turned.imag]).tolist()
    return pairs
