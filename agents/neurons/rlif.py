"""RLIF: neurons that hear each other."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.neurons.spiking import Spiking, SpikingNeurons
from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel


@dataclass(frozen=True, kw_only=True)
class RLIF(Spiking):
    """Leaky integrate-and-fire neurons with recurrent synapses.

    With z' the spikes of the tick before:

        v <- d v + x W + z' R   the membrane before the reset
        z  = 1 if v >= th else 0
        v <- v - th z

    No neuron hears itself: the diagonal of R counts for nothing. R starts at zero. Rules do not learn R, and refuse
    layers that have one; a brain whose readout alone learns may have them. The surrogate derivative and the first
    weights: see Spiking.

    State per creature: 2 * size numbers, v and z, and size * size weights R.

    Source: the recurrent neurons of Bellec et al., e-prop (2020).

    Args:
        decay, threshold, refractory: see Spiking.
        size, connections, dale, delay: see Neuron.
    """

    def start(self, rows: int, dtype: Any) -> "RLIFNeurons":
        """Return neurons at rest that do not hear each other yet."""
        return RLIFNeurons(self, rows, dtype)


class RLIFNeurons(SpikingNeurons):
    """The state of RLIF neurons in all brains, and the weights between them."""

    def __init__(self, kind: RLIF, rows: int, dtype: Any) -> None:
        super().__init__(kind, rows, dtype)
        self.recurrent = np.zeros((rows, kind.size, kind.size), dtype)  # R, from a neuron (axis 1) to another (axis 2)
        self._current = np.zeros((rows, kind.size), dtype)

    def step(self, rows: Rows, current: Floats) -> None:
        """Add what the others say, then integrate and fire."""
        _hear_others(rows, current, self.recurrent, self.output, self._current)
        self.fire(rows, self._current, self.at_rest)


@kernel
def _hear_others(rows: Rows, current: Floats, recurrent: Floats, spikes: Floats, total: Floats) -> None:
    """Add up x W + z' R, without the diagonal of R."""
    for r in rows:
        heard = total[r]
        for j in range(heard.size):
            heard[j] = current[r, j]
        for i in range(heard.size):
            z = spikes[r, i]
            if z != 0.0:
                for j in range(heard.size):
                    if j != i:
                        heard[j] += z * recurrent[r, i, j]
