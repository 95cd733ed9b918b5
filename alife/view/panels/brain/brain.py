"""The brain of the selected creature: what it is doing now, what it has learned, and what it did at the last ticks."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pygame
from numpy.typing import NDArray

from alife.core.command import Command
from alife.core.frame import Annotation, BrainProbe, Choice, Frame, LayerProbe, Motion, WeightsSnapshot, WeightUpdate
from alife.view.draw import pen, theme
from alife.view.draw.geometry import is_gone
from alife.view.draw.sprites import Sprites
from alife.view.draw.text import TextRenderer
from alife.view.draw.theme import Look
from alife.view.panels.brain._history import TICKS, History
from alife.view.panels.brain._motion import MotionView
from alife.view.panels.brain._names import Names, names_of
from alife.view.panels.brain._readout import ReadoutView
from alife.view.panels.brain._synapses import NeuronView, clamp_text
from alife.view.panels.brain._timeline import Shown, Timeline
from alife.view.panels.brain._updates import UpdateStrip
from alife.view.panels.brain._weights import WeightsView
from alife.view.panels.brain.influence import influences
from alife.view.panels.brain.inspector import Inspector
from alife.view.panels.brain.membranes import LayerView, Neurons, drawn_text, neuron_at
from alife.view.panels.card import draw_card, inside_of
from alife.view.panels.hit_areas import HitArea, HitAreas, Pixel
from alife.view.panels.kept_image import KeptImage

_GLOW = 0.88  # of the light that is left after one picture
_UPDATES = 20  # that are kept
_NEAR = 5  # ticks from a weight update at which a click opens it
_mixed = lru_cache(64)(theme.mix)
_WEIGHED_EVERY = 32  # ticks
_SMALL = 16  # pixels of the inside of a card that has no parts
_NOW, _THEN = "now", "then"  # the halves of the panel
_FRAME = "frame"  # around them
_TITLE = "the brain of the creature with the broken ring around it; a click on another one, or Tab, selects that"
_LAMP = "lights up at a tick at which it makes a backward pass and changes its weights"
_NO_SNAPSHOT = WeightsSnapshot((), (), (), True)


class BrainPanel:
    """Draws the brain in view, and keeps its last ticks and weight updates.

    `neuron` is the layer and the number of the neuron that was chosen, None if none is;
    `hide_silent` leaves out the neurons that have not spiked in the history shown.
    """

    def __init__(self, renderer: TextRenderer) -> None:
        self._renderer, self._sprites, self._hit_areas = renderer, Sprites(), HitAreas()
        self.hide_silent = False
        self._history = History()
        self._updates: deque[WeightUpdate] = deque(maxlen=_UPDATES)
        self._weights = WeightsView(renderer, self._hit_areas)
        self._neuron = NeuronView(renderer, self._hit_areas, self._leave_neuron)
        self._timeline = Timeline(
            renderer, self._hit_areas, self._choose, self._open_near, self._toggle, self._describe
        )
        self._kept_bands, self._kept_strip = (
            (KeptImage(self._hit_areas), KeptImage(self._hit_areas)),
            KeptImage(self._hit_areas),
        )
        self._strip = UpdateStrip(renderer, self._hit_areas, self._inspect)
        self._inspector = Inspector(renderer, self._hit_areas, self._inspect, self._close_inspector)
        self._noted: dict[str, list[HitArea]] = {}  # what answers to the mouse in each half
        self._selected: tuple[str, int] | None = None
        self._start()

    def _start(self) -> None:
        """Start with another creature."""
        self.neuron: tuple[int, int] | None = None
        self._open: WeightUpdate | None = None
        self.forget_frames()

    def forget_frames(self) -> None:
        """Forget all frames; what a person has chosen stays."""
        self._history.clear()
        self._updates.clear()
        self._weights.forget_brain()
        self._layers: dict[int, LayerView] = {}
        self._readout = ReadoutView(self._renderer, self._hit_areas)
        self._motion = MotionView(self._renderer, self._hit_areas)
        self._probe: BrainProbe | None = None
        self._names = Names((), (), (), ())
        self._snapshot = _NO_SNAPSHOT
        self._influences: list[NDArray[np.float64]] = []
        self._weighed_at = -_WEIGHED_EVERY  # ticks seen when they were found
        self._glow = self._change_glow = 0.0  # of the lamp, and of the weights that were updated last

    def observe_frame(self, frame: Frame) -> None:
        """Record the ticks of a frame, whether or not the panel is drawn."""
        if frame.selected != self._selected:
            self._selected = frame.selected
            self._start()
        before = self._history.learned
        total = before.total
        self._history.record_frame(frame)
        if self._history.learned is not before:  # another life, or an earlier time
            total = 0
        new = self._history.learned.total - total
        learned = new > 0 and bool(self._history.learned.last(new).any())
        self._glow = 1.0 if learned else self._glow if frame.paused else self._glow * _GLOW
        self._observe_probes(frame)
        self._observe_weights(frame)

    def _observe_probes(self, frame: Frame) -> None:
        probes = [probe for probe in frame.brain if (probe.species, probe.row) == frame.selected]
        if not probes:
            return
        self._probe = probes[-1]
        self._names = names_of(frame.channels, self._probe, theme.looks(frame.species), frame.explained)
        for index, layer in enumerate(_hidden(self._probe)):
            self._layers.setdefault(index, LayerView(self._renderer)).widen_range(layer)
        self._readout.widen_range(self._probe)
        if self.neuron is not None and not self._exists(self.neuron):
            self.neuron = None

    def _observe_weights(self, frame: Frame) -> None:
        updates = [one for one in frame.updates if (one.species, one.row) == frame.selected]
        while self._updates and self._updates[-1].tick > frame.tick:
            self._updates.pop()
        self._updates.extend(updates)
        self._snapshot = frame.snapshot
        self._weigh_neurons()
        self._weights.set_snapshot(frame.snapshot, updates)
        self._change_glow = 1.0 if updates else self._change_glow if frame.paused else self._change_glow * _GLOW

    def _weigh_neurons(self) -> None:
        """Find anew, now and then, how much each neuron moves what is done."""
        seen, weights = self._history.ticks.total, self._snapshot.weights
        if self._probe is None or 0 <= seen - self._weighed_at < _WEIGHED_EVERY:
            return
        self._weighed_at, hidden = seen, len(_hidden(self._probe))
        acts = bool(self._probe.action_names) and len(weights) == hidden + 1 == len(self._history.sizes)
        rates = [self._history.rates(layer) for layer in range(hidden)] if acts else []
        self._influences = influences(self._probe, weights, rates) if acts else []

    def _exists(self, neuron: tuple[int, int]) -> bool:
        layers = () if self._probe is None else _hidden(self._probe)
        return neuron[0] < len(layers) and neuron[1] < len(layers[neuron[0]].membranes)

    def draw_panel(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame) -> None:
        """Draw the panel."""
        self._hit_areas.all.clear()
        self._noted.clear()
        species, row = frame.selected
        look = theme.looks(frame.species).get(species) or theme.look(0)
        gone = is_gone(frame.scene, frame.selected)
        learns = "gone" if gone else "learns" if look.learns else "does not learn"
        inside = self._draw_frame(surface, area, f"Brain of {species} {row} ({learns})", look)
        self._hit_areas.explain(pygame.Rect(area.topleft, (area.width, max(0, inside.top - area.top))), _TITLE)
        if look.learns:
            self._hit_areas.explain(self._draw_lamp(surface, area), _LAMP)
        self._noted[_FRAME] = [*self._hit_areas.all]
        if self._open is not None:
            order = next((k for k, one in enumerate(self._updates) if one is self._open), -1), len(self._updates)
            self._inspector.draw_update(surface, inside, self._open, order, self._names, look.colour)
        elif self._probe is not None and inside.height >= _SMALL and inside.width >= _SMALL:
            self._draw_parts(surface, inside, self._probe, frame.annotations, look)
        elif self._probe is None:
            surface.fill(theme.CARD, inside)
            text = "Nothing to see before its next tick."
            at, width = inside.center, inside.width
            self._renderer.write(surface, text, colour=theme.MUTED, width=width, at=at, anchor="center")

    def draw_by_turns(self, surface: pygame.Surface, area: pygame.Rect, frame: Frame, turn: int) -> None:
        """Draw on a surface that shows the panel: in turn what it does now and has learned, and what it did."""
        inside, look = inside_of(area, self._renderer), theme.looks(frame.species).get(frame.selected[0])
        bare = self._open is None and set(self._noted) >= {_NOW, _THEN}
        if look is None or self._probe is None or not bare:
            if turn % 2:
                self.draw_panel(surface, area, frame)
            return
        if turn % 2:
            if look.learns:
                self._kept_bands[0].copy_again(surface)
                self._draw_lamp(surface, area)
            self._draw_parts(surface, inside, self._probe, frame.annotations, look, (_NOW,))
        else:
            self._draw_parts(surface, inside, self._probe, frame.annotations, look, (_THEN,))

    def _draw_frame(self, surface: pygame.Surface, area: pygame.Rect, title: str, look: Look) -> pygame.Rect:
        """Draw the edges of the card and its title; return the area inside, which is left to its parts to paint."""

        def paint() -> None:
            icon = self._sprites.creature_sprite(look, 7.5 * self._renderer.unit, heading=0.0)
            draw_card(surface, area, self._renderer, title, icon=icon)

        inside = inside_of(area, self._renderer)
        if inside.height < _SMALL or inside.width < _SMALL:
            paint()
            return inside
        top, bottom = area.copy(), area.copy()
        top.height = inside.top - area.top
        bottom.top, bottom.height = inside.bottom, area.bottom - inside.bottom
        for band, kept in zip((top, bottom), self._kept_bands, strict=True):
            kept.draw_image(surface, band, (tuple(area), title, look, self._renderer.unit), paint)
        for left, right in ((area.left, inside.left), (inside.right, area.right)):
            surface.fill(theme.CARD, (left, inside.top, right - left, inside.height))
        return inside

    def _draw_lamp(self, surface: pygame.Surface, area: pygame.Rect) -> pygame.Rect:
        """Light a lamp at the ticks at which the creature learned; return where it is."""
        pad = self._renderer.pixels(12)
        middle = area.top + self._renderer.pixels(9) + self._renderer.height(theme.TITLE) // 2
        glow = round(self._glow * 16) / 16  # few shades keep the cache of rendered text small
        colour = _mixed(theme.EDGE, theme.LEARNED, glow)
        text = self._renderer.write(surface, "learned", colour=colour, at=(area.right - pad, middle), anchor="midright")
        centre = text.left - pad, middle
        radius = self._renderer.pixels(5)
        halo = _mixed(theme.CARD, theme.LEARNED, glow * 0.3)
        pen.aacircle(surface, halo, centre, radius * 1.9)
        pen.aacircle(surface, colour, centre, radius)
        return text.union(pygame.Rect(centre, (1, 1)))

    def _draw_parts(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        probe: BrainProbe,
        annotations: tuple[Annotation, ...],
        look: Look,
        halves: Sequence[str] = (_NOW, _THEN),
    ) -> None:
        """Draw halves of the panel, and note what in them answers to the mouse."""
        gap, line = self._renderer.pixels(8), self._renderer.height(theme.SMALL) + 2
        parts = _divided(area, gap, line, self._renderer.pixels(1))
        shown = self._shown(parts.then, annotations, look)
        for half in halves:
            self._hit_areas.all = []
            if half == _NOW:
                self._draw_upper(surface, area, parts, probe, look, shown.raster_indices)
            else:
                self._draw_lower(surface, parts, shown, look)
            self._noted[half] = self._hit_areas.all
        self._hit_areas.all = [one for noted in self._noted.values() for one in noted]

    def _draw_upper(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        parts: "_Parts",
        probe: BrainProbe,
        look: Look,
        raster_indices: NDArray[np.int64] | None,
    ) -> None:
        """Draw what it does now and what it has learned, as far as there is room."""
        surface.fill(theme.CARD, (*area.topleft, area.width, (parts.learned or parts.then).top - area.top))
        self._draw_now(surface, parts.now, probe, look, raster_indices)
        if parts.learned is None:
            return
        surface.fill(theme.CARD, (*parts.learned.bottomleft, area.width, parts.then.top - parts.learned.bottom))
        if self.neuron is not None:
            self._neuron.draw_neuron(surface, parts.learned, self._snapshot, self._names, self.neuron)
        else:
            self._weights.draw_weights(surface, parts.learned, self._names, self._change_glow)

    def _draw_lower(self, surface: pygame.Surface, parts: "_Parts", shown: Shown, look: Look) -> None:
        """Draw its last ticks and its weight updates, as far as there is room."""
        self._timeline.draw_timeline(surface, parts.then, shown)
        box = parts.updates
        if box is not None:
            surface.fill(theme.CARD, (*parts.then.bottomleft, box.width, box.top - parts.then.bottom))
            of = tuple(self._updates), look.learns, self._renderer.unit
            self._kept_strip.draw_image(
                surface, box, of, lambda: self._strip.draw_updates(surface, box, of[0], look.learns)
            )

    def _shown(self, area: pygame.Rect, annotations: tuple[Annotation, ...], look: Look) -> Shown:
        history = self._history
        raster_indices = np.flatnonzero(history.active(self._timeline.count(area))) if self.hide_silent else None
        threshold = self._probe.layers[self.neuron[0]].threshold if self._probe and self.neuron else None
        of = self._names.layer_name(self.neuron[0]) if self.neuron else ""
        return Shown(history, annotations, look.colour, self.neuron, of, threshold, self.hide_silent, raster_indices)

    def _draw_now(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        probe: BrainProbe,
        look: Look,
        raster_indices: NDArray[np.int64] | None,
    ) -> None:
        gap = self._renderer.pixels(16)
        acts, hidden = len(probe.action_names) > 0, len(_hidden(probe))
        left, right = area.copy(), area.copy()
        if hidden and acts:
            left.width = round(area.width * 0.53)
            right = pygame.Rect(left.right + gap, area.top, area.right - left.right - gap, area.height)
        self._draw_layers(surface, left, probe, hidden, look, raster_indices)
        about = self._names.layer_sentences(hidden)
        if acts and isinstance(probe.decision, Choice):
            self._readout.draw_readout(surface, right, probe, probe.decision, look.colour, about)
        elif acts and isinstance(probe.decision, Motion):
            self._motion.draw_motion(surface, right, probe, probe.decision, look.colour, about)

    def _draw_layers(
        self,
        surface: pygame.Surface,
        area: pygame.Rect,
        probe: BrainProbe,
        count: int,
        look: Look,
        raster_indices: NDArray[np.int64] | None,
    ) -> None:
        """Draw as many layers as there is room for, the highest ones if not all."""
        gap = self._renderer.pixels(6)
        least = self._renderer.pixels(34) + gap
        shown = min(count, max(1, area.height // least))
        first = count - shown
        for row, index in enumerate(range(first, count)):
            height = (area.height + gap) // shown
            box = pygame.Rect(area.left, area.top + row * height, area.width, height - gap)
            neurons = self._neurons(index, raster_indices)
            layer = probe.layers[index]
            plot = self._layers[index].draw_layer(surface, box, layer, neurons, look.colour)
            headline = pygame.Rect(box.left, box.top, box.width, min(box.height, self._renderer.height()))
            self._hit_areas.explain(headline, *self._names.layer_sentences(index), *drawn_text(layer, neurons))
            if plot is not None:
                self._add_neuron_area(plot, index, layer, neurons)

    def _neurons(self, layer: int, raster_indices: NDArray[np.int64] | None) -> Neurons:
        """Return which neurons of a layer are drawn, and which stand out."""
        shown = None
        if raster_indices is not None and layer in self._history.firsts:
            first = self._history.firsts[layer]
            last = first + self._history.sizes[layer]
            shown = raster_indices[(raster_indices >= first) & (raster_indices < last)] - first
        chosen = self.neuron[1] if self.neuron is not None and self.neuron[0] == layer else None
        clamped = tuple(
            (neuron, output) for clamped_layer, neuron, output in self._snapshot.clamped if clamped_layer == layer
        )
        influence = self._influences[layer] if layer < len(self._influences) else None
        return Neurons(shown, chosen, clamped, influence)

    def _add_neuron_area(self, plot: pygame.Rect, index: int, layer: LayerProbe, neurons: Neurons) -> None:
        """Note the area in which the neurons of a layer answer to the mouse."""

        def on_press(pixel: Pixel) -> None:
            neuron = neuron_at(plot, layer, neurons, pixel)
            if neuron is not None:
                self._choose((index, neuron))

        def describe(pixel: Pixel) -> Sequence[str]:
            neuron = neuron_at(plot, layer, neurons, pixel)
            return () if neuron is None else self._describe((index, neuron))

        self._hit_areas.add_hit_area(plot, on_press, describe)

    def _describe(self, neuron: tuple[int, int]) -> Sequence[str]:
        """Return the lines about a neuron."""
        if self._probe is None or not self._exists(neuron):
            return ()
        layer, number = neuron
        probe, index = self._probe.layers[layer], self._history.raster_index(*neuron)
        threshold = "" if probe.threshold is None else f", threshold {probe.threshold:.3g}"
        spikes = self._history.spikes.last(TICKS, index) if index is not None else np.zeros(0)
        rate = f"it spiked in {int(spikes.sum()):,} of the last {len(spikes):,} ticks" if len(spikes) else ""
        membrane = f"membrane {probe.membranes[number]:+.3f}{threshold}"
        influence = self._influences[layer] if layer < len(self._influences) else ()
        moves = f"{100 * influence[number]:.1f} % of what its layer moves actions by" if number < len(influence) else ""
        return self._names.neuron_name(*neuron), membrane, rate, moves, clamp_text(self._snapshot, neuron)

    def press(self, pixel: Pixel) -> Command | None:
        """Do what a click inside the panel does; it changes nothing but what the panel shows."""
        self._hit_areas.press_at(pixel)
        return None

    def describe_at(self, pixel: Pixel) -> Sequence[str]:
        """Return the lines that stand under the mouse at a pixel."""
        return self._hit_areas.describe_at(pixel)

    def close(self) -> bool:
        """Close the inspector, or else the neuron, and return whether one was open."""
        was = self._open is not None or self.neuron is not None
        if self._open is not None:
            self._close_inspector()
        else:
            self.neuron = None
        return was

    def inspect(self, index: int) -> bool:
        """Open one of the weight updates that are kept, counted from the oldest; return whether there is one."""
        if not 0 <= index < len(self._updates):
            return False
        self._open = self._updates[index]
        return True

    def inspect_last(self) -> bool:
        """Open the newest weight update; return whether there is one."""
        return self.inspect(len(self._updates) - 1)

    def _inspect(self, index: int) -> None:
        self.inspect(index)

    def _open_near(self, tick: int) -> None:
        """Open the weight update that is nearest to a tick, if one is near."""
        ticks = [abs(one.tick - tick) for one in self._updates]
        if ticks and min(ticks) <= _NEAR:
            self.inspect(ticks.index(min(ticks)))

    def _close_inspector(self) -> None:
        self._open = None
        self._inspector.discard_image()

    def _choose(self, neuron: tuple[int, int]) -> None:
        """Choose a neuron; the one that is chosen already is left."""
        self.neuron = None if neuron == self.neuron else neuron

    def _leave_neuron(self) -> None:
        self.neuron = None

    def _toggle(self) -> None:
        self.hide_silent = not self.hide_silent


@dataclass(frozen=True)
class _Parts:
    """The areas of a brain, from above; what there is no room for has none."""

    now: pygame.Rect
    learned: pygame.Rect | None
    then: pygame.Rect
    updates: pygame.Rect | None


def _divided(area: pygame.Rect, gap: int, line: int, unit: int) -> _Parts:
    """Divide the area of a brain."""
    with_weights, with_updates = area.height >= 17 * line, area.height >= 10 * line
    now = pygame.Rect(area.left, area.top, area.width, round(area.height * (0.29 if with_weights else 0.4)))
    bottom, top = area.bottom, now.bottom + gap
    updates = learned = None
    if with_updates:
        updates = pygame.Rect(area.left, bottom - line - 2 * unit, area.width, line + 2 * unit)
        bottom = updates.top - gap // 2
    if with_weights:
        learned = pygame.Rect(area.left, top, area.width, round(area.height * 0.25))
        top = learned.bottom + gap
    return _Parts(now, learned, pygame.Rect(area.left, top, area.width, max(0, bottom - top)), updates)


def _hidden(probe: BrainProbe) -> tuple[LayerProbe, ...]:
    """Return the layers below the readout; all of them where nothing acts."""
    return probe.layers[:-1] if probe.action_names else probe.layers
