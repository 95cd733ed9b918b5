"""R-STDP: what fired together in order is eligible, and a reward decides whether it was good."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.actor_critic import ActorCritic
from agents.rules.gated_trace import keep_of_rows
from agents.rules.synapses import Synapses, SynapseTraces
from alife.core.brain import Floats, Layer, Rows
from alife.core.kernel import kernel
from alife.core.types import Decay, NonNegative


@dataclass(frozen=True, kw_only=True)
class RSTDP(ActorCritic):
    """Keep, for every hidden synapse, how often its input came before the spike less how often after.

    For a layer with input x and output z, window w, depression a, discount g and trace decay l, at each tick:

        pre  <- w pre + x
        E    <- g l E + pre (x) z - a x (x) w post        for each synapse
        post <- w post + z
        dW    = advantage * E                             at an event

    An input that is a current counts as a spike of that size. A hidden layer hears of nothing but the advantage, a
    scalar broadcast to all synapses: there is no weight transport, no grad log pi and no surrogate derivative, and E is
    no gradient. The readout has its gated trace, which is exact.

    State per creature: size * inputs + size + inputs numbers for each hidden layer, all moving at every tick.

    Source: Izhikevich (2007); Florian (2007), MSTDPET, with the TD error as its reward.

    Args:
        window: w, per tick; how far apart two spikes may be.
        depression: a, the weight of an input after the spike.
        learning_rate, trace_decay, discount, entropy, trigger, accumulate, optimizer: see ActorCritic; here
            discount * trace_decay is per tick.
    """

    window: Decay = 0.8
    depression: NonNegative = 1.0

    def traces(self, layers: Sequence[Layer]) -> SynapseTraces:
        """Return empty traces for these layers."""
        keep = keep_of_rows(layers[-1], self.keep)
        hidden = [PairedSynapses(layer, self, keep) for layer in layers[:-1]]
        return SynapseTraces(layers, keep, hidden, self.accumulate)


class PairedSynapses(Synapses):
    """Pairs of inputs and spikes in one hidden layer."""

    def __init__(self, layer: Layer, rule: RSTDP, keep: Floats) -> None:
        super().__init__(layer, rule.accumulate)
        self.pre = np.zeros((layer.rows, layer.inputs), layer.weight.dtype)
        self.post = np.zeros((layer.rows, layer.size), layer.weight.dtype)
        self._rule, self._keep = rule, keep

    def perceive(self, rows: Rows) -> None:
        """Pair the inputs and spikes of this tick with those before."""
        layer, rule = self._layer, self._rule
        _pair(
            rows,
            self._keep,
            rule.window,
            rule.depression,
            layer.input,
            layer.neurons.output,
            self.pre,
            self.post,
            self.eligible.trace,
        )

    def reset(self, rows: Rows) -> None:
        """Forget everything in these rows."""
        super().reset(rows)
        self.pre[rows] = 0.0
        self.post[rows] = 0.0


@kernel
def _pair(
    rows: Rows,
    keep: Floats,
    window: float,
    depression: float,
    signal: Floats,
    output: Floats,
    pre: Floats,
    post: Floats,
    eligible: Floats,
) -> None:
    for r in rows:
        for j in range(post.shape[1]):
            post[r, j] *= window
        for i in range(pre.shape[1]):
            pre[r, i] = window * pre[r, i] + signal[r, i]
            late = depression * signal[r, i]
            for j in range(post.shape[1]):
                eligible[r, i, j] = keep[r] * eligible[r, i, j] + pre[r, i] * output[r, j] - late * post[r, j]
        for j in range(post.shape[1]):
            post[r, j] += output[r, j]
