"""What the selected creature's brain did at the last ticks, taken from the frames that show a few each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.frame import BrainProbe, Frame, LayerProbe
from alife.view.ring import Ring

TICKS = 600
_ROWS = 512  # of the raster: more neurons share one


class History:
    """Ring buffers over ticks: spikes, the critic's value, the TD error, and whether it learned.

    A run may pass more ticks between two frames than a frame holds; `skipped` marks the first
    tick after such a gap, so that nobody takes the picture for an unbroken one.
    """

    def __init__(self) -> None:
        self._of: tuple[object, ...] = ()
        self._last_tick = -1
        self._start(())

    def _start(self, sizes: tuple[int, ...]) -> None:
        self.sizes = sizes  # of the layers that spike, which share the raster
        self.neurons = neurons = sum(sizes)
        self.ticks = Ring(TICKS, dtype=np.int64)
        self.spikes = Ring(TICKS, (min(neurons, _ROWS),), np.uint8)
        self.value = Ring(TICKS)
        self.error = Ring(TICKS)
        self.learned = Ring(TICKS, dtype=np.bool_)
        self.skipped = Ring(TICKS, dtype=np.bool_)

    def take(self, frame: Frame) -> None:
        """Take in the ticks of a frame that have not been seen; start anew for another creature."""
        if frame.tick < self._last_tick:
            self._of = ()
        for probe in frame.brain:
            if (probe.species, probe.row) == frame.selected:
                self._add(frame.name, probe)

    def _add(self, run: str, probe: BrainProbe) -> None:
        layers = spiking(probe)
        sizes = tuple(len(layer.outputs) for layer in layers)
        of = (run, probe.species, probe.row, sizes)
        if of != self._of:
            self._of, self._last_tick = of, -1
            self._start(sizes)
        if probe.tick <= self._last_tick:
            return
        self.skipped.append(self._last_tick >= 0 and probe.tick > self._last_tick + 1)
        self._last_tick = probe.tick
        self.ticks.append(probe.tick)
        self.spikes.append(_pooled([layer.outputs > 0 for layer in layers], _ROWS))
        self.value.append(np.nan if probe.value is None else probe.value)
        self.error.append(np.nan if probe.error is None else probe.error)
        self.learned.append(probe.learned)


def spiking(probe: BrainProbe) -> list[LayerProbe]:
    """Return the layers that spike."""
    return [layer for layer in probe.layers if layer.threshold is not None]


def pool(spikes: NDArray[Any], rows: int) -> NDArray[Any]:
    """Return spikes (neurons, ...) in fewer rows, none lost: neighbours share a row."""
    if len(spikes) <= rows:
        return spikes
    starts = np.arange(rows) * len(spikes) // rows
    pooled: NDArray[Any] = np.maximum.reduceat(spikes, starts, axis=0)
    return pooled


def _pooled(spikes: list[NDArray[np.bool_]], rows: int) -> NDArray[Any]:
    joined = np.concatenate(spikes) if spikes else np.zeros(0, dtype=np.bool_)
    return pool(joined.astype(np.uint8), rows)
