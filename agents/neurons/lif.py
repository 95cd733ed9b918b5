"""LIF: leaky integrate-and-fire neurons with a subtractive reset."""

from dataclasses import dataclass
from typing import Any

from agents.neurons.spiking import Spiking, SpikingNeurons
from alife.core.brain import Floats, Rows


@dataclass(frozen=True, kw_only=True)
class LIF(Spiking):
    """Leaky integrate-and-fire neurons with a subtractive reset.

        v <- d v + x W          the membrane before the reset
        z  = 1 if v >= th else 0
        v <- v - th z

    The surrogate derivative, the first weights, the source and the parameters: see Spiking.
    """

    def start(self, rows: int, dtype: Any) -> "LIFNeurons":
        """Return neurons at rest."""
        return LIFNeurons(self, rows, dtype)


class LIFNeurons(SpikingNeurons):
    """The state of LIF neurons in all brains."""

    def step(self, rows: Rows, current: Floats) -> None:
        """Integrate and fire."""
        self.fire(rows, current, self.at_rest)
