"""Tanh: units of an artificial neural network, to compare spiking neurons with."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from alife.core.brain import Floats, Neuron, Neurons, Rows
from alife.core.kernel import kernel
from alife.core.types import Positive


@dataclass(frozen=True, kw_only=True)
class Tanh(Neuron):
    """Units without spikes and without memory.

        v = x W
        y = tanh(v)
        dy / dv = 1 - y^2       in the place of a surrogate

    The weights start as N(0, scale^2 / inputs). What a rule keeps for spiking neurons it keeps for these, too.

    State per creature: none that outlasts a tick.

    Source: the units of a multilayer perceptron, Rumelhart, Hinton and Williams (1986).

    Args:
        size, connections, dale, delay: see Neuron.
        scale: of the weights at birth; small ones make units that are nearly linear at first.
    """

    scale: Positive = 1.0

    def start(self, rows: int, dtype: Any) -> "TanhUnits":
        """Return units at zero."""
        return TanhUnits(self, rows, dtype)

    def weights_at_birth(self) -> tuple[float, float]:
        """Return 0 and the scale."""
        return 0.0, self.scale


class TanhUnits(Neurons):
    """The state of tanh units in all brains."""

    surrogate: Floats

    def __init__(self, kind: Tanh, rows: int, dtype: Any) -> None:
        super().__init__(rows, kind.size, dtype)
        self._decay = np.zeros((rows, kind.size), dtype)

    @property
    def decays(self) -> tuple[Floats, ...]:
        """One pass that forgets at once."""
        return (self._decay,)

    def step(self, rows: Rows, current: Floats) -> None:
        """Squash."""
        _step(rows, current, self.before, self.output, self.surrogate)


@kernel
def _step(rows: Rows, current: Floats, before: Floats, output: Floats, slope: Floats) -> None:
    for r in rows:
        for j in range(before.shape[1]):
            before[r, j] = current[r, j]
            y = math.tanh(before[r, j])
            output[r, j] = y
            slope[r, j] = 1.0 - y * y
