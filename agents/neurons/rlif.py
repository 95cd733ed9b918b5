"""RLIF: neurons that hear each other."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.neurons.spiking import Spiking, SpikingNeurons, fire
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
        _step(
            rows,
            current,
            self.recurrent,
            self.decay,
            self.at_rest,
            self._refractory,
            self._current,
            self.membrane,
            self.resting,
            self.before,
            self.output,
            self.surrogate,
        )


@kernel
def hear_others(current: Floats, recurrent: Floats, spikes: Floats, total: Floats) -> None:
    """Add up x W + z' R, without the diagonal of R: one creature's currents, (size,)."""
    for j in range(total.size):
        total[j] = current[j]
    for i in range(spikes.size):
        z = spikes[i]
        if z != 0.0:
            for j in range(total.size):
                if j != i:
                    total[j] += z * recurrent[i, j]


@kernel
def _step(
    rows: Rows,
    current: Floats,
    recurrent: Floats,
    decay: Floats,
    threshold: Floats,
    refractory: int,
    total: Floats,
    membrane: Floats,
    resting: Any,
    before: Floats,
    spikes: Floats,
    slope: Floats,
) -> None:
    for r in rows:
        hear_others(current[r], recurrent[r], spikes[r], total[r])
        fire(
            total[r],
            decay[r],
            threshold[r],
            threshold[r],
            refractory,
            membrane[r],
            resting[r],
            before[r],
            spikes[r],
            slope[r],
        )
