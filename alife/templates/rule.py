"""ThreeFactor: what fired together is eligible, and a reward decides whether it was good."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from alife.learning import ActorCritic
from alife.learning.synapses import Synapses, SynapseTraces
from alife.nn import Layer, Tick
from alife.types import Decay


@dataclass(frozen=True, kw_only=True)
class ThreeFactor(ActorCritic):
    """Keep, for every hidden synapse, how often its input and its neuron's spikes came together.

    For a layer with input x and spikes z, window w, discount g and trace decay l, at each tick:

        pre  <- w pre + (1 - w) x
        post <- w post + (1 - w) z
        E    <- g l E + post (x) pre       for each synapse
        dW    = sum of TD error * E        at an event

    Args:
        window: w, per tick; how far apart an input and a spike may be.
        all others: see ActorCritic.
    """

    window: Decay = 0.8

    def traces(self, layers: Sequence[Layer]) -> SynapseTraces:
        """Return empty traces for these layers; the last is the readout, whose gradient is exact by itself."""
        keep = self.discount * self.trace_decay
        return SynapseTraces(layers, keep, [_Pairs(layer, self.window, keep) for layer in layers[:-1]])


class _Pairs(Synapses):
    """The synapses of one hidden layer: what is in `self.eligible` is what an event learns."""

    pre: Tensor  # (rows, inputs)
    post: Tensor  # (rows, size)

    def __init__(self, layer: Layer, window: float, keep: float) -> None:
        super().__init__(layer)
        self._window, self._keep = window, keep
        self.register_buffer("pre", layer.weight.new_zeros(*layer.rows, layer.inputs))
        self.register_buffer("post", layer.weight.new_zeros(*layer.rows, layer.size))

    def perceive(self, tick: Tick) -> None:
        """Take in one tick of the layer, in place, all rows at once."""
        pre, post, eligible = self.pre.numpy(), self.post.numpy(), self.eligible.now.numpy()
        pre += (1.0 - self._window) * (tick.input.numpy() - pre)
        post += (1.0 - self._window) * (tick.output.numpy() - post)
        eligible *= self._keep
        eligible += post[:, :, None] * pre[:, None, :]

    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
        super().zero_states(rows)
        self.pre[rows] = 0.0
        self.post[rows] = 0.0
