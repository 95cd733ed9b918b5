"""LI: a leaky integrator whose output is its membrane."""

from torch import Tensor

from alife.nn.layers._leaky import Leaky


class LI(Leaky):
    """A leaky integrator; each tick v <- d v + W x, and v is the output.

    For regression, or as logits. The weights start at zero, for a last layer; below another layer whose weights are
    zero draw them (`draw_weights`), or neither learns. Parameters: see Leaky.

    Source: Gerstner et al., Neuronal Dynamics (2014), chapter 1, in discrete time.
    """

    def read_out(self, membrane: Tensor) -> Tensor:
        """Return the membrane."""
        return membrane.clone()
