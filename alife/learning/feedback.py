"""Feedback: what comes down to the hidden layers, for them to learn by."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from numpy.typing import NDArray

from alife.core.errors import ConfigError
from alife.core.random import Stream
from alife.learning.rule import ActorCritic
from alife.nn import Layer

_EVERYBODY = slice(None)


@dataclass(frozen=True, kw_only=True)
class WithFeedback(ActorCritic):
    """Rules whose hidden layers hear how the decision was made, the score of each action, weighed for each neuron.

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

        down_k = (down_(k+1) * slope_(k+1)) W_(k+1)        of the last hidden layer: scores W

    Args:
        layers: from the senses up; the last is the readout.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = tuple(layers)

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers; nothing is drawn here."""

    def down(
        self,
        layer: int,
        scores: NDArray[Any] | None,
        above: NDArray[Any] | None,
        rows: slice | NDArray[Any] = _EVERYBODY,
    ) -> NDArray[Any]:
        """Return what comes down to the neurons of a hidden layer, (n or 1, any, size), before their own slope.

        Args:
            layer: its place, 0 the lowest.
            scores: (n, any, actions); None for each action by itself.
            above: what came down to the layer above times its slope, (n, any, its size); at the readout the scores.
            rows: of which creatures.
        """
        return _product(above, self._layers[layer + 1].synapses.detach().numpy()[rows])


class RandomFeedback(Feedback):
    """Through fixed random weights B_k, (actions, size), from the scores to each hidden layer, past all others.

        down_k = scores B_k,   B_k ~ N(0, 1 / actions)

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
            stream.at(k).normal(0.0, actions**-0.5, (actions, layer.size)).astype(layer.weight.detach().numpy().dtype)
            for k, layer in enumerate(self._layers[:-1])
        )

    def down(
        self,
        layer: int,
        scores: NDArray[Any] | None,
        above: NDArray[Any] | None,
        rows: slice | NDArray[Any] = _EVERYBODY,
    ) -> NDArray[Any]:
        """Return what comes down to the neurons of a hidden layer, (n or 1, any, size), the same for all rows."""
        return _product(scores, self._weights[layer][None])


def _product(signal: NDArray[Any] | None, weights: NDArray[Any]) -> NDArray[Any]:
    """Return the signal, (n, any, out), through weights, (n or 1, out, in); without one the weights themselves."""
    if signal is None:
        return weights
    down: NDArray[Any] = signal @ weights
    return down
