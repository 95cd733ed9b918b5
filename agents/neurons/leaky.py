"""Leaky: what integrators without spikes share."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.neurons.spiking import per_neuron
from alife.core.brain import Floats, Neuron, Neurons
from alife.core.kernel import kernel
from alife.core.types import Decay


@dataclass(frozen=True, kw_only=True)
class Leaky(Neuron):
    """Membranes that leak and never spike.

        v <- d v + x W

    The weights start at zero. That suits a readout, which then begins without a preference.

    Args:
        decay: d per tick; or several, each for an equal share of the membranes.
        size, connections, dale, delay: see Neuron.
    """

    decay: Decay | Sequence[Decay] = 0.2


def leak_of(kind: Leaky, rows: int, dtype: type) -> Floats:
    """Return the decay of every membrane, (rows, size)."""
    return per_neuron(kind.decay, rows, kind.size, dtype, "decay")


class LeakyMembranes(Neurons):
    """The state of leaky integrators in all brains; `before` is the membrane, for nothing resets it."""

    decay: Floats

    @property
    def decays(self) -> tuple[Floats, ...]:
        """The membrane decay."""
        return (self.decay,)


@kernel
def integrate(current: Floats, decay: Floats, membrane: Floats) -> None:
    """v <- d v + current, one creature's membranes (size,)."""
    for j in range(membrane.size):
        membrane[j] = decay[j] * membrane[j] + current[j]
