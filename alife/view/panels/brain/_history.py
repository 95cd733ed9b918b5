"""What the selected creature's brain did at the last ticks, taken from the frames that show a few each."""

from collections import deque
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.frame import BrainProbe, Frame, FrameEvent
from alife.view.draw.last_values import LastValues

TICKS = 600
_NUMBERS = 3_000_000  # remembered of each kind: the ticks of very large brains are remembered for a shorter time
_EVENTS = 200


class History:
    """Ring buffers over ticks: spikes, membranes, the critic's value, the TD error, the reward, and whether it learned.

    A run may pass more ticks between two frames than a frame holds; `skipped` marks the first
    tick after such a gap, so that the picture is not taken for an unbroken one.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Clear all ticks and events."""
        self._of: tuple[object, ...] = ()
        self._last_tick = -1
        self._start((), ())

    def _start(self, sizes: tuple[int, ...], spiking: tuple[int, ...]) -> None:
        self.sizes = sizes  # of all layers
        self.spiking = spiking  # the layers that spike, which share the raster
        self.firsts = dict(zip(spiking, accumulate((sizes[k] for k in spiking), initial=0), strict=False))
        self.neurons = neurons = sum(sizes[k] for k in spiking)
        ticks = max(2, min(TICKS, _NUMBERS // max(1, sum(sizes))))
        self.ticks = LastValues(ticks, dtype=np.int64)
        self.spikes = LastValues(ticks, (neurons,), np.uint8)
        self.membranes = LastValues(ticks, (sum(sizes),), np.float32)
        self.value = LastValues(ticks)
        self.error = LastValues(ticks)
        self.reward = LastValues(ticks)
        self.learned = LastValues(ticks, dtype=np.bool_)
        self.skipped = LastValues(ticks, dtype=np.bool_)
        self.events: deque[FrameEvent] = deque(maxlen=_EVENTS)

    def record_frame(self, frame: Frame) -> None:
        """Record the ticks of a frame that are new; start anew for another creature or an earlier time."""
        if frame.tick < self._last_tick:
            self._of = ()
        for probe in frame.brain:
            if (probe.species, probe.row) == frame.selected:
                self._record_probe(frame.name, probe)
        self.events.extend(one for one in frame.events if (one.species, one.row) == frame.selected)

    def _record_probe(self, run: str, probe: BrainProbe) -> None:
        sizes = tuple(len(layer.outputs) for layer in probe.layers)
        spiking = tuple(k for k, layer in enumerate(probe.layers) if layer.threshold is not None)
        of = (run, probe.species, probe.row, sizes, spiking)
        if of != self._of:
            self._of, self._last_tick = of, -1
            self._start(sizes, spiking)
        if probe.tick <= self._last_tick:
            return
        self.skipped.append(self._last_tick >= 0 and probe.tick > self._last_tick + 1)
        self._last_tick = probe.tick
        self.ticks.append(probe.tick)
        self.spikes.append(_joined([probe.layers[k].outputs > 0 for k in spiking]))
        self.membranes.append(_joined([layer.membranes for layer in probe.layers]))
        self.value.append(np.nan if probe.value is None else probe.value)
        self.error.append(np.nan if probe.error is None else probe.error)
        self.reward.append(np.nan if probe.reward is None else probe.reward)
        self.learned.append(probe.learned)

    def raster_index(self, layer: int, neuron: int) -> int | None:
        """Return the line of the raster in which a neuron stands; None if it does not spike."""
        return self.firsts[layer] + neuron if layer in self.firsts else None

    def neuron_at(self, index: int) -> tuple[int, int]:
        """Return the layer and the number of the neuron in a line of the raster."""
        layer = max((one for one in self.firsts if self.firsts[one] <= index and self.sizes[one]), default=0)
        return layer, index - self.firsts[layer]

    def membrane(self, layer: int, neuron: int, count: int) -> NDArray[Any]:
        """Return one neuron's membrane at the last ticks."""
        return self.membranes.last(count, sum(self.sizes[:layer]) + neuron)

    def active(self, count: int) -> NDArray[np.bool_]:
        """Return which lines of the raster spiked at the last ticks."""
        return np.asarray(self.spikes.last(count).any(axis=0))

    def rates(self, layer: int) -> NDArray[np.float64]:
        """Return how often each neuron of a layer spiked per tick; 1 in a layer that does not spike."""
        if layer not in self.firsts or not len(self.spikes):
            return np.ones(self.sizes[layer])
        first = self.firsts[layer]
        return np.asarray(self.spikes.last(TICKS)[:, first : first + self.sizes[layer]].mean(axis=0))


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.uint8)


def pool(spikes: NDArray[Any], rows: int) -> NDArray[Any]:
    """Return spikes (neurons, ...) in fewer rows, none lost: neighbours share a row."""
    if len(spikes) <= rows:
        return spikes
    starts = np.arange(rows) * len(spikes) // rows
    pooled: NDArray[Any] = np.maximum.reduceat(spikes, starts, axis=0)
    return pooled
