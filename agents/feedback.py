"""Feedback: the top-down signal by which hidden layers learn."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from agents.actor_critic import ActorCritic
from alife.core.brain import Floats, Layer, Rows
from alife.core.errors import ConfigError
from alife.core.kernel import kernel
from alife.core.random import Stream


@dataclass(frozen=True, kw_only=True)
class WithFeedback(ActorCritic):
    """Rules whose hidden layers hear how the decision was made, grad log pi of each action, weighed for each neuron.

    Args:
        feedback: by what it is weighed: "weights", those of the layers above as they are now, which a synapse on its
            way up does not know (weight transport); or "random", numbers drawn once, straight to each hidden layer.
        all others: see ActorCritic.
    """

    feedback: Literal["weights", "random"] = "weights"

    def feedback_to(self, layers: Sequence[Layer]) -> "Feedback":
        """Return what comes down in these layers, from the senses up; the last is the readout.

        Raises:
            ConfigError: there is no such feedback.
        """
        kinds = {"weights": Feedback, "random": RandomFeedback}
        if self.feedback not in kinds:
            raise ConfigError(f"feedback must be 'weights' or 'random', got {self.feedback!r}")
        return kinds[self.feedback](layers)


class Feedback:
    """Through the weights as they are now, from layer to layer.

        down_k = W_(k+1) (down_(k+1) * surrogate_(k+1))        of the last hidden layer: W grad log pi

    Args:
        layers: from the senses up; the last is the readout.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = tuple(layers)

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers; nothing is drawn here."""

    def down(self, layer: int, rows: Rows, gradients: Floats, above: Floats) -> Floats:
        """Return the top-down signal at the neurons of a hidden layer, (n, any, size), before their own surrogate.

        Args:
            layer: its place, 0 the lowest.
            rows: of which creatures, n.
            gradients: at the readout, (n, any, actions).
            above: what came down to the layer above times its surrogate, (n, any, its size).
        """
        upper = self._layers[layer + 1]
        down = np.empty((*above.shape[:2], upper.inputs), above.dtype)
        _through_weights(rows, upper.synapses, above, down)
        return down


class RandomFeedback(Feedback):
    """Through fixed random weights B_k, (actions, size), from the readout to each hidden layer, past all others.

        down_k = grad log pi B_k,   B_k ~ N(0, 1 / actions)

    B_k is the same in all rows, dense whatever the connections, and free in sign. It is drawn, not saved, and drawn
    again from the same stream it is the same.

    Source: Nokland, direct feedback alignment (2016); Lillicrap et al., feedback alignment (2016).

    Args:
        layers: from the senses up; the last is the readout.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        super().__init__(layers)
        self.draw_from(Stream(0, "learning"))

    def draw_from(self, random: Stream) -> None:
        """Draw all B_k anew, from a stream of their own that goes by the first number of this one."""
        stream, actions = Stream(int(random.at(0).integers(2**63)), "feedback"), self._layers[-1].size
        self._weights = tuple(
            stream.at(k).normal(0.0, actions**-0.5, (actions, layer.size)).astype(layer.weight.dtype)
            for k, layer in enumerate(self._layers[:-1])
        )

    def down(self, layer: int, rows: Rows, gradients: Floats, above: Floats) -> Floats:
        """Return the top-down signal at the neurons of a hidden layer, (n, any, size)."""
        down: Floats = gradients @ self._weights[layer]
        return down


@kernel
def _through_weights(rows: Rows, weights: Floats, above: Floats, down: Floats) -> None:
    """down_kj = sum_a above_ka W_ja."""
    for n in range(rows.size):
        weight = weights[rows[n]]
        for k in range(above.shape[1]):
            for j in range(weight.shape[0]):
                total = 0.0
                for a in range(weight.shape[1]):
                    total += above[n, k, a] * weight[j, a]
                down[n, k, j] = total
