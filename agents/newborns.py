"""Newborns: the brains of creatures born into the rows of a population."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.body.metabolism import Newborn
from alife.core.world import Lives, State
from alife.learning import Learner
from alife.nn import Layer

BuildBrain = Callable[[str], Sequence[Layer]]
"""Makes one more brain, its layers with one row each, from random numbers of its own for a purpose."""


class Newborns:
    """Gives newborns a brain: weights as `newborn` says, and no other state of the creatures before.

    A creature without a parent has a fresh brain. The n-th newborn of a row, n = 1, 2, ..., draws it for row and n, so
    it is the same whatever else has happened.

    Args:
        newborn: "fresh", "birth_weights" or "learned_weights", see Metabolism.
        layers: of the brains, from the senses up.
        learner: None without a learning rule.
        grow: draws a brain.
    """

    def __init__(
        self, newborn: Newborn, layers: Sequence[Layer], learner: Learner | None, build_brain: BuildBrain
    ) -> None:
        self._newborn, self._layers, self._learner, self._build_brain = newborn, layers, learner, build_brain
        (rows,) = layers[-1].rows
        self._births = np.zeros(rows, np.int64)  # in each row so far
        self._at_birth = [each.clone() for each in self._weights()] if newborn == "birth_weights" else []

    def _weights(self) -> list[Tensor]:
        return [weight.detach() for layer in self._layers for weight in layer.parameters()]

    def create_brains(self, lives: Lives) -> None:
        """Create the brains of the creatures born with a tick, in their rows."""
        born = lives.born
        if len(born) == 0:
            return
        rows = torch.from_numpy(born)
        for layer in self._layers:
            layer.zero_states(rows)
        if self._learner is not None:
            self._learner.begin_lives(rows)
        self._births[born] += 1
        self._inherit(born, lives.parents)

    def _inherit(self, born: NDArray[np.int64], parents: NDArray[np.int64]) -> None:
        heirs = (parents >= 0) & (self._newborn != "fresh")
        weights = self._weights()
        for row in born[~heirs].tolist():
            fresh = self._build_brain(f"row {row}, birth {self._births[row]}")
            for own, drawn in zip(weights, (each for layer in fresh for each in layer.parameters()), strict=True):
                own[row] = drawn[0]
        for own, first in zip(weights, self._at_birth or weights, strict=True):
            own[born[heirs]] = first[parents[heirs]]
        for own, first in zip(weights, self._at_birth, strict=False):
            first[born] = own[born]

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        return {
            "births": self._births.copy(),
            "weights": {str(k): weight.clone() for k, weight in enumerate(self._at_birth)},
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self._births = np.array(state["births"])
        for k, weight in enumerate(self._at_birth):
            weight.copy_(torch.as_tensor(state["weights"][str(k)]))
