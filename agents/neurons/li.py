"""LI: a leaky integrator whose output is its membrane."""

from dataclasses import dataclass
from typing import Any

from agents.neurons.leaky import Leaky, LeakyMembranes, integrate, leak_of
from alife.core.brain import Floats, Rows
from alife.core.kernel import kernel


@dataclass(frozen=True, kw_only=True)
class LI(Leaky):
    """A leaky integrator whose output is its membrane.

        v <- d v + x W
        y  = v

    The output does not bend: its derivative is 1. The weights start at zero. Below a layer whose weights start at zero,
    too, as those of readouts do, neither learns from feedback through weights until one of them is given others.

    State per creature: size numbers, v.

    Source: Gerstner et al., Neuronal Dynamics (2014), chapter 1, in discrete time.

    Args:
        decay: see Leaky.
        size, connections, dale, delay: see Neuron.
    """

    def start(self, rows: int, dtype: Any) -> "LIMembranes":
        """Return membranes at zero."""
        return LIMembranes(self, rows, dtype)


class LIMembranes(LeakyMembranes):
    """The state of leaky integrators in all brains; `output` is a copy of the membrane, for interventions force it."""

    def __init__(self, kind: LI, rows: int, dtype: Any) -> None:
        super().__init__(rows, kind.size, dtype, bends=False)
        self.decay = leak_of(kind, rows, dtype)

    def step(self, rows: Rows, current: Floats) -> None:
        """Integrate."""
        _step(rows, current, self.decay, self.before, self.output)


@kernel
def _step(rows: Rows, current: Floats, decay: Floats, membrane: Floats, output: Floats) -> None:
    for r in rows:
        integrate(current[r], decay[r], membrane[r])
        for j in range(membrane.shape[1]):
            output[r, j] = membrane[r, j]
