"""ThreeFactor: what fired together for the action taken is eligible, and a reward decides whether it was good."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.feedback import WithFeedback
from agents.rules.synapses import Synapses, SynapseTraces
from alife.core.brain import Floats, Layer, Rows
from alife.core.kernel import kernel
from alife.core.types import Decay


@dataclass(frozen=True, kw_only=True)
class ThreeFactor(WithFeedback):
    """Keep, for every hidden synapse, how often its input and its neuron's spikes came together, and what for.

    For a layer with input x and spikes z, window w, s = grad log pi of the action taken, discount g and trace decay l:

        pre  <- w pre + (1 - w) x                     at each tick
        post <- w post + (1 - w) z
        E    <- g l E + pre (x) (B s * post)          at each decision, for each synapse
        dW    = sum of TD error * E                   at an event

    Args:
        window: w, per tick; how far apart an input and a spike may be.
        feedback: where B comes from, see WithFeedback; all others, see ActorCritic.
    """

    window: Decay = 0.8

    def traces(self, layers: Sequence[Layer]) -> SynapseTraces:
        """Return empty traces for these layers, from the senses up; the last is the readout, for which all is done."""
        hidden = [_Pairs(layer, self.window, self.keep, self.accumulate) for layer in layers[:-1]]
        return SynapseTraces(layers, self.keep, hidden, self.accumulate, self.feedback_to(layers))


class _Pairs(Synapses):
    """The synapses of one hidden layer in all brains: what is in `self.eligible` is what an event learns."""

    def __init__(self, layer: Layer, window: float, keep: float, accumulates: bool) -> None:
        super().__init__(layer, accumulates)
        self.pre = np.zeros((layer.rows, layer.inputs), layer.weight.dtype)
        self.post = np.zeros((layer.rows, layer.size), layer.weight.dtype)
        self._window, self._keep = window, keep

    def perceive(self, rows: Rows) -> None:
        """Take in one tick of the layer."""
        _follow(rows, self._window, self._layer.input, self.pre)
        _follow(rows, self._window, self._layer.neurons.output, self.post)

    def record(self, rows: Rows, down: Floats) -> None:
        """Add what this decision makes eligible, given B s at each neuron, (len(rows), 1, size)."""
        _pair(rows, self._keep, down, self.pre, self.post, self.eligible.trace)

    def bend(self, rows: Rows, down: Floats) -> None:
        """Turn B s into B s * post, which goes on to the layer below."""
        down *= self.post[rows][:, None]

    def reset(self, rows: Rows) -> None:
        """Forget everything in these rows."""
        super().reset(rows)
        self.pre[rows] = 0.0
        self.post[rows] = 0.0


@kernel
def _follow(rows: Rows, window: float, signal: Floats, mean: Floats) -> None:
    """mean <- w mean + (1 - w) signal."""
    for r in rows:
        for i in range(mean.shape[1]):
            mean[r, i] = window * mean[r, i] + (1.0 - window) * signal[r, i]


@kernel
def _pair(rows: Rows, keep: float, down: Floats, pre: Floats, post: Floats, eligible: Floats) -> None:
    """E <- g l E + pre (x) (B s * post)."""
    for n in range(rows.size):
        r = rows[n]
        for i in range(pre.shape[1]):
            for j in range(post.shape[1]):
                eligible[r, i, j] = keep * eligible[r, i, j] + pre[r, i] * down[n, 0, j] * post[r, j]
