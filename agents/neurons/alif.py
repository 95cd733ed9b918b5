"""ALIF: neurons whose threshold adapts."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from agents.neurons.spiking import Spiking, SpikingNeurons
from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel
from alife.core.types import Decay, Positive


@dataclass(frozen=True, kw_only=True)
class ALIF(Spiking):
    """Leaky integrate-and-fire neurons with an adaptive threshold.

    With the adaptation a, its decay q and its strength b:

        a <- q a + z            z of the tick before
        v <- d v + x W          the membrane before the reset
        z  = 1 if v >= th + b a else 0
        v <- v - th z

    The surrogate derivative is taken at the threshold of the same tick, th + b a; it and the first weights: see
    Spiking. The refractory time stops the membrane, and not the adaptation.

    State per creature: 3 * size numbers, v, z and a.

    Source: the adaptive neurons of Bellec et al., e-prop (2020).

    Args:
        adaptation_decay: q per tick.
        adaptation: b, what one spike adds to the threshold.
        decay, threshold, refractory: see Spiking.
        size, connections, dale, delay: see Neuron.
    """

    adaptation_decay: Decay = 0.99
    adaptation: Positive = 0.1

    def start(self, rows: int, dtype: Any) -> "ALIFNeurons":
        """Return neurons at rest."""
        return ALIFNeurons(self, rows, dtype)


class ALIFNeurons(SpikingNeurons):
    """The state of ALIF neurons in all brains."""

    def __init__(self, kind: ALIF, rows: int, dtype: Any) -> None:
        super().__init__(kind, rows, dtype)
        self.adaptation_decay = np.full((rows, kind.size), kind.adaptation_decay, dtype)  # q
        self.adaptation = np.full((rows, kind.size), kind.adaptation, dtype)  # b
        self.fatigue = np.zeros((rows, kind.size), dtype)  # a
        self.raised = self.at_rest.copy()  # the threshold of this tick

    @property
    def threshold(self) -> Floats:
        """The membrane at which a neuron spikes at this tick, th + b a."""
        return self.raised

    def step(self, rows: Rows, current: Floats) -> None:
        """Adapt to the spikes of the tick before, then integrate and fire."""
        _adapt(rows, self.output, self.at_rest, self.adaptation_decay, self.adaptation, self.fatigue, self.raised)
        self.fire(rows, current, self.raised)

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows."""
        super().reset(rows)
        self.fatigue[rows] = 0.0
        self.raised[rows] = self.at_rest[rows]


@kernel
def _adapt(
    rows: Rows,
    spikes: Floats,
    at_rest: Floats,
    adaptation_decay: Floats,
    adaptation: Floats,
    fatigue: Floats,
    threshold: Floats,
) -> None:
    """Take in the spikes of the tick before: a <- q a + z, and the threshold th + b a."""
    for r in rows:
        for j in range(spikes.shape[1]):
            fatigue[r, j] = adaptation_decay[r, j] * fatigue[r, j] + spikes[r, j]
            threshold[r, j] = at_rest[r, j] + adaptation[r, j] * fatigue[r, j]
