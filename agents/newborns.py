"""Newborns: whose brain they have who are born into the rows of a population."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.brain import Brain
from alife.core.heredity import Heredity
from alife.core.random import Stream
from alife.core.world import Lives, State


class Newborns:
    """Gives newborns a brain: weights as `heredity` says, and nothing besides that was learned or decided.

    A child of no parent has a fresh brain. The n-th newborn of a row, n = 1, 2, ..., draws it for row and n, so it is
    the same whatever else has happened.

    Args:
        heredity: what a child has from its parents.
        name: of the species.
        brain: of its creatures.
        seed: of the run.
    """

    def __init__(self, heredity: Heredity, name: str, brain: Brain, seed: int) -> None:
        self._inherits, self._name, self._brain, self._seed = heredity.inherit, name, brain, seed
        self._births = np.zeros(brain.layers[-1].rows, np.int64)  # in each row so far
        self._at_birth = [each.copy() for each in self._weights()] if heredity.inherit == "birth_weights" else []

    def _weights(self) -> list[NDArray[Any]]:
        return [weight for layer in self._brain.layers for weight in layer.learned_arrays()]

    def begin(self, lives: Lives) -> None:
        """Begin the lives that begin with a tick."""
        born = lives.born
        self._brain.begin_lives(born)
        self._births[born] += 1
        heirs = (lives.parents >= 0) & (self._inherits != "nothing")
        self._draw(born[~heirs])
        self._inherit(born[heirs], lives.parents[heirs])
        for own, first in zip(self._weights(), self._at_birth, strict=False):
            first[born] = own[born]
        for layer in self._brain.layers:
            layer.rewire(born)

    def _draw(self, rows: NDArray[np.int64]) -> None:
        for row in rows.tolist():
            for k, layer in enumerate(self._brain.layers):
                purpose = f"weights of {self._name}, layer {k}, row {row}, birth {self._births[row]}"
                layer.draw_weights(np.array([row]), Stream(self._seed, purpose).at(0))

    def _inherit(self, heirs: NDArray[np.int64], parents: NDArray[np.int64]) -> None:
        weights = self._weights()
        for own, first in zip(weights, self._at_birth or weights, strict=True):
            own[heirs] = first[parents]

    def state_dict(self) -> State:
        """Return all there is to remember."""
        return {
            "births": self._births.copy(),
            "weights": {str(k): weight.copy() for k, weight in enumerate(self._at_birth)},
        }

    def load_state_dict(self, state: Any) -> None:
        """Take on a state that `state_dict` returned."""
        self._births[...] = state["births"]
        for k, weight in enumerate(self._at_birth):
            weight[...] = state["weights"][str(k)]
