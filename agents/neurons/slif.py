"""SLIF: neurons whose synapses have a memory of their own."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.neurons.leaky import integrate
from agents.neurons.spiking import Spiking, SpikingNeurons
from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel
from alife.core.types import Decay


@dataclass(frozen=True, kw_only=True)
class SLIF(Spiking):
    """Leaky integrate-and-fire neurons with a synaptic current as a second state.

    With the synaptic current i and its decay p:

        i <- p i + x W
        v <- d v + i            the membrane before the reset
        z  = 1 if v >= th else 0
        v <- v - th z

    The weights start as those of LIF times 1 - p, so that a steady input drives both alike. The surrogate derivative:
    see Spiking.

    State per creature: 3 * size numbers, i, v and z.

    Source: Gerstner et al., Neuronal Dynamics (2014), chapter 3, in discrete time.

    Args:
        synaptic_decay: p per tick.
        decay, threshold, refractory: see Spiking.
        size, connections, dale, delay: see Neuron.
    """

    synaptic_decay: Decay = 0.5

    def start(self, rows: int, dtype: Any) -> "SLIFNeurons":
        """Return neurons at rest."""
        return SLIFNeurons(self, rows, dtype)

    def weights_at_birth(self) -> tuple[float, float]:
        """Return 0, and 1 - p times the threshold."""
        return 0.0, (1.0 - self.synaptic_decay) * self.threshold


class SLIFNeurons(SpikingNeurons):
    """The state of SLIF neurons in all brains."""

    def __init__(self, kind: SLIF, rows: int, dtype: Any) -> None:
        super().__init__(kind, rows, dtype)
        self.synaptic_decay = np.full((rows, kind.size), kind.synaptic_decay, dtype)  # p
        self.synaptic = np.zeros((rows, kind.size), dtype)  # i

    @property
    def decays(self) -> tuple[Floats, ...]:
        """The synaptic decay, then that of the membrane."""
        return self.synaptic_decay, self.decay

    def step(self, rows: Rows, current: Floats) -> None:
        """Let the synaptic current follow, then integrate and fire."""
        _follow(rows, current, self.synaptic_decay, self.synaptic)
        self.fire(rows, self.synaptic, self.at_rest)

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows."""
        super().reset(rows)
        self.synaptic[rows] = 0.0


@kernel
def _follow(rows: Rows, current: Floats, synaptic_decay: Floats, synaptic: Floats) -> None:
    """i <- p i + x W."""
    for r in rows:
        integrate(current[r], synaptic_decay[r], synaptic[r])
