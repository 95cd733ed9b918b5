"""LIF: leaky integrate-and-fire neurons with a subtractive reset."""

from dataclasses import dataclass
from typing import Any

from agents.neurons.spiking import Spiking, SpikingNeurons, fire
from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel


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
        _step(
            rows,
            current,
            self.decay,
            self.at_rest,
            self._refractory,
            self.membrane,
            self.resting,
            self.before,
            self.output,
            self.surrogate,
        )


@kernel
def _step(
    rows: Rows,
    current: Floats,
    decay: Floats,
    threshold: Floats,
    refractory: int,
    membrane: Floats,
    resting: Any,
    before: Floats,
    spikes: Floats,
    slope: Floats,
) -> None:
    for r in rows:
        fire(
            current[r],
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
