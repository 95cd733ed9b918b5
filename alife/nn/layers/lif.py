"""LIF: leaky integrate-and-fire neurons."""

from torch import Tensor

from alife.nn.layers.spiking import Spiking


class LIF(Spiking):
    """Leaky integrate-and-fire neurons with a subtractive reset.

    Each tick, for every neuron with membrane v, decay d, threshold th and input x:

        v <- d v + W x        membrane before the reset, seen in `tick.membrane`
        z  = 1 if v >= th else 0
        v <- v - th z

    The weights start as N(0, 1/inputs) + 0.5/inputs, in units of the threshold. Parameters: see Spiking.

    Source: Gerstner et al., Neuronal Dynamics (2014), chapter 1, in discrete time.
    """

    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Integrate and fire."""
        return self.fire(current, self._threshold.detached_value())

    def steady_output(self, current: Tensor) -> Tensor:
        """Return spikes per tick under a mean current."""
        return self.mean_firing_rate(current)
