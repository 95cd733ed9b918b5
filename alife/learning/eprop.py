"""e-prop: a trace for every synapse, the reference for what the others save."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from torch import Tensor

from alife.learning.feedback import WithFeedback
from alife.learning.filter import Filter, check_decays, pass_through
from alife.learning.surrogate import bends, slope
from alife.learning.synapses import Synapses, SynapseTraces
from alife.nn import ALIF, Layer, Tick


@dataclass(frozen=True, kw_only=True)
class EProp(WithFeedback):
    """Keep the eligibility of every synapse, each factor at its own tick.

    For a layer with input x, decay d, membrane v before the reset and threshold th, score s, discount g, trace decay l,
    and F the filter through the membranes of every layer above, up to the readout:

        xb  <- d xb + x,  psi = 1 / (1 + 4 |v - th|)^2
        e    = psi xb                                     for each synapse
        Z   <- g l Z + (sum_a s_a B_a) (x) F[e]           at each decision
        dW   = advantage * Z                              at an event

    Neurons whose threshold th + b a adapts by a <- q a + z, z the spike of the tick before, have one more:

        eps <- q eps + e',  e' of the tick before         how the synapse moved a
        e    = psi (xb - b eps)

    B_a is row a of the readout's weights for the last hidden layer; below it, what comes down through the slopes and
    the weights of the layers between as they are at the decision (weight transport). With random feedback it is a row
    of fixed random numbers for every hidden layer, and no weight is transported. In the readout itself
    dW_a = advantage * (s_a gated trace), which is exact. With one hidden layer and its weights all is exact, but for
    resets and the ticks of a refractory time, through which nothing is differentiated.

    State per creature: size * inputs * (1 + passes of the layers above) numbers for each hidden layer, once more where
    thresholds adapt, and D * inputs for D groups of decays in the lowest; all of it moves at every tick.

    Source: Bellec et al., e-prop (2020), with the score function in place of their broadcast error; the surrogate slope
    of Zenke and Ganguli, SuperSpike (2018).

    Args:
        feedback: where B_a comes from, see WithFeedback; all others, see ActorCritic.
    """

    def traces(self, layers: Sequence[Layer]) -> SynapseTraces:
        """Return empty traces for these layers.

        Raises:
            ConfigError: a layer above the lowest has several decays.
        """
        check_decays(layers)
        keep = self.discount * self.trace_decay
        hidden = [_Moved(layers[k:], keep) for k in range(len(layers) - 1)]
        return SynapseTraces(layers, keep, hidden, self.feedback_to(layers))


class _Moved(Synapses):
    """What the synapses of one hidden layer moved in the readout, and what of it was decided upon."""

    arriving: Tensor  # (passes above, rows, size, inputs), the last as it arrives at the readout
    adapting: Tensor | None  # (rows, size, inputs), eps for the next tick, where thresholds adapt
    slope: Tensor | None  # (rows, size) of this tick, None where the layer does not spike

    def __init__(self, layers: Sequence[Layer], keep: float) -> None:
        super().__init__(layers[0])
        layer, empty, self.input = layers[0], layers[0].weight.new_zeros, Filter(layers[:1])
        shape, passes = layer.weight.shape, sum(len(above.decays) for above in layers[1:])
        self.register_buffer("arriving", empty(passes, *shape))
        self.register_buffer("adapting", empty(*shape) if isinstance(layer, ALIF) else None)
        self.register_buffer("slope", empty(*shape[:-1]) if bends(layer) else None)
        self._layers, self._keep = tuple(layers), keep  # in a tuple, which is no submodule

    def perceive(self, tick: Tick) -> None:
        """Let what the synapses did at this tick go through the membranes above."""
        layer = self._layers[0]
        self.input.take(tick.input, [decay.numpy() for decay in layer.decays])
        moved = self._spikes_moved(layer, slope(layer, tick.membrane))
        decays = [decay.numpy()[:, :, None] for above in self._layers[1:] for decay in above.decays]
        pass_through(self.arriving.numpy(), moved, decays)

    def _spikes_moved(self, layer: Layer, slopes: NDArray[Any] | None) -> NDArray[Any]:
        """Return e, how much each synapse moved the spikes of this tick."""
        moved: NDArray[Any] = self.input.of_neurons()
        if slopes is None or self.slope is None:
            return moved
        self.slope.numpy()[:] = slopes
        if self.adapting is None or not isinstance(layer, ALIF):
            moved = moved * slopes[:, :, None]
        else:
            adapting = self.adapting.numpy()
            moved = (moved - layer.adaptation.numpy()[:, :, None] * adapting) * slopes[:, :, None]
            adapting *= layer.adaptation_decay.numpy()[:, :, None]
            adapting += moved
        return moved

    def write(self, scores: NDArray[Any]) -> None:
        """Add what arrives, weighted by the score at each neuron (rows, size)."""
        self.eligible.fade(self._keep)
        eligible = self.eligible.now.numpy()
        eligible += scores[:, :, None] * self.arriving.numpy()[-1]

    def steepen(self, scores: NDArray[Any]) -> NDArray[Any]:
        """Return the scores at these neurons, (rows, size), times the slopes of this tick."""
        return scores if self.slope is None else scores * self.slope.numpy()

    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
        super().zero_states(rows)
        self.input.filtered[:, rows] = 0.0
        self.arriving[:, rows] = 0.0
        for state in (self.adapting, self.slope):
            if state is not None:
                state[rows] = 0.0
