"""Activity: every thousand ticks it is looked whether brains still fire, and whether episodes last at all."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.world import State

WINDOW = 1000
"""Ticks that are looked at together."""

_ALWAYS = 0.95  # spikes per neuron and tick of a layer that does nothing but fire
_AT_ONCE = 0.49  # ends per row and tick: an episode of one step takes two ticks, for the next begins in one of its own


class Activity:
    """Compares what was counted in the last thousand ticks with what should be.

    A layer is told of where at least half of the creatures are alike, which those of a sound network never are: not one
    spike, or a spike of nearly every neuron at every tick.

    Args:
        rows: by species, how many.
        layers: by species, how many spiking layers.
    """

    def __init__(self, rows: Mapping[str, int], layers: Mapping[str, int]) -> None:
        self._spikes = {name: np.zeros((layers[name], count)) for name, count in rows.items()}
        self._alive = {name: np.ones(count, bool) for name, count in rows.items()}
        self._ends = dict.fromkeys(rows, 0)

    def look(
        self, species: str, spikes: NDArray[np.float64], alive: NDArray[np.bool_], ends: int
    ) -> Iterator[tuple[str, str]]:
        """Yield what is strange about a species in the ticks since the last look, a name for it and a sentence.

        Args:
            species: its name.
            spikes: (layers, rows) per neuron, since the first tick.
            alive: (rows,) where a creature lives.
            ends: how many episodes have ended, since the first tick.
        """
        lived = alive & self._alive[species]
        rates = (spikes - self._spikes[species])[:, lived] / WINDOW
        ended = (ends - self._ends[species]) / WINDOW
        self._spikes[species], self._alive[species], self._ends[species] = spikes.copy(), alive.copy(), ends
        for k, rate in enumerate(rates):
            for what, strange in (("silent", rate == 0.0), ("always", rate >= _ALWAYS)):
                if lived.any() and 2 * np.count_nonzero(strange) >= len(strange):
                    yield f"{species}, layer {k}: {what}", f"species {species}, layer {k} {_words(what, rate, strange)}"
        if lived.any() and ended >= _AT_ONCE * np.count_nonzero(lived):
            sentence = f"species {species}: for {WINDOW:,} ticks every episode was over at its first step"
            yield f"{species}: at once", sentence

    def state_dict(self) -> State:
        """Return what was counted at the last look."""
        return {"spikes": dict(self._spikes), "alive": dict(self._alive), "ends": dict(self._ends)}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        for name in self._ends:
            self._spikes[name], self._alive[name] = np.array(state["spikes"][name]), np.array(state["alive"][name])
            self._ends[name] = int(state["ends"][name])


def _words(what: str, rate: NDArray[Any], strange: NDArray[Any]) -> str:
    whose = f"in {np.count_nonzero(strange)} of {len(strange)} creatures"
    if what == "silent":
        return f"has not spiked for {WINDOW:,} ticks {whose} (rate 0; {rate.mean():.3g} in all)"
    return f"spikes nearly all the time {whose} (rate {rate[strange].mean():.3g} over {WINDOW:,} ticks)"
