"""R-STDP: what fired together in order is eligible, and a reward decides whether it was good."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from alife.core.types import Decay, NonNegative
from alife.learning.rule import ActorCritic
from alife.learning.synapses import Synapses, SynapseTraces
from alife.nn import Layer, Tick


@dataclass(frozen=True, kw_only=True)
class RSTDP(ActorCritic):
    """Keep, for every hidden synapse, how often its input came before the spike less how often after.

    For a layer with input x and output z, window w, depression a, discount g and trace decay l, at each tick:

        pre  <- w pre + x
        E    <- g l E + z (x) pre - a w post (x) x        for each synapse
        post <- w post + z
        dW    = advantage * E                             at an event

    An input that is a current counts as a spike of that size. A hidden layer hears of nothing but the advantage, a
    scalar broadcast to all synapses: there is no weight transport, no score and no slope, and E is no gradient. The
    readout has its gated trace, which is exact.

    State per creature: size * inputs + size + inputs numbers for each hidden layer, all moving at every tick.

    Source: Izhikevich (2007); Florian (2007), MSTDPET, with the TD error as its reward.

    Args:
        window: w, per tick; how far apart two spikes may be.
        depression: a, the weight of an input after the spike.
        learning_rate, trace_decay, discount, entropy, trigger, optimizer: see ActorCritic; discount * trace_decay is
        per
            tick.
    """

    window: Decay = 0.8
    depression: NonNegative = 1.0

    def traces(self, layers: Sequence[Layer]) -> SynapseTraces:
        """Return empty traces for these layers."""
        keep = self.discount * self.trace_decay
        return SynapseTraces(layers, keep, [_Pairs(layer, self, keep) for layer in layers[:-1]])


class _Pairs(Synapses):
    """Pairs of inputs and spikes in one hidden layer."""

    pre: Tensor  # (rows, inputs)
    post: Tensor  # (rows, size)

    def __init__(self, layer: Layer, rule: RSTDP, keep: float) -> None:
        super().__init__(layer)
        self._rule, self._keep = rule, keep
        (rows,), empty = layer.rows, layer.weight.new_zeros
        self.register_buffer("pre", empty(rows, layer.inputs))
        self.register_buffer("post", empty(rows, layer.size))

    def perceive(self, tick: Tick) -> None:
        """Pair the inputs and spikes of this tick with those before."""
        pre, post, eligible = self.pre.numpy(), self.post.numpy(), self.eligible.now.numpy()
        input, output = tick.input.numpy(), tick.output.numpy()
        pre *= self._rule.window
        pre += input
        post *= self._rule.window
        eligible *= self._keep
        eligible += output[:, :, None] * pre[:, None]
        eligible -= (self._rule.depression * post)[:, :, None] * input[:, None]
        post += output

    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
        super().zero_states(rows)
        self.pre[rows] = 0.0
        self.post[rows] = 0.0
