"""ThreeFactor: what fired together for the action taken is eligible, and a reward decides whether it was good."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray
from torch import Tensor

from alife.core.types import Decay
from alife.learning import Synapses, SynapseTraces, WithFeedback
from alife.nn import Layer, Tick


@dataclass(frozen=True, kw_only=True)
class ThreeFactor(WithFeedback):
    """Keep, for every hidden synapse, how often its input and its neuron's spikes came together, and what for.

    For a layer with input x and spikes z, window w, score s of the action taken, discount g and trace decay l:

        pre  <- w pre + (1 - w) x                     at each tick
        post <- w post + (1 - w) z
        E    <- g l E + (B s * post) (x) pre          at each decision, for each synapse
        dW    = sum of TD error * E                   at an event

    Args:
        window: w, per tick; how far apart an input and a spike may be.
        feedback: where B comes from, see WithFeedback; all others, see ActorCritic.
    """

    window: Decay = 0.8

    def traces(self, layers: Sequence[Layer]) -> SynapseTraces:
        """Return empty traces for these layers, from the senses up; the last is the readout, for which all is done."""
        keep = self.discount * self.trace_decay
        hidden = [_Pairs(layer, self.window, keep) for layer in layers[:-1]]
        return SynapseTraces(layers, keep, hidden, self.feedback_to(layers))


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
        pre, post = self.pre.numpy(), self.post.numpy()
        pre += (1.0 - self._window) * (tick.input.numpy() - pre)
        post += (1.0 - self._window) * (tick.output.numpy() - post)

    def write(self, scores: NDArray[Any]) -> None:
        """Add what this decision makes eligible, given B s at each neuron, (rows, size)."""
        self.eligible.fade(self._keep)
        eligible = self.eligible.now.numpy()
        eligible += self.steepen(scores)[:, :, None] * self.pre.numpy()[:, None]

    def steepen(self, scores: NDArray[Any]) -> NDArray[Any]:
        """Return B s * post, which also goes on to the layer below."""
        passed: NDArray[Any] = scores * self.post.numpy()
        return passed

    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
        super().zero_states(rows)
        self.pre[rows] = 0.0
        self.post[rows] = 0.0
