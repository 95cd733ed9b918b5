"""Weights of newborns: drawn anew, or those of their parents, mutated."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.brain import Brain
from agents.heredity.genome import Births
from agents.layer import Layer
from alife.core.heredity import Heredity
from alife.core.random import Stream
from alife.core.world import State

Weights = list[NDArray[Any]]


class BornWeights:
    """Gives newborns their weights.

    A child of one parent has w + mutation u N(0, 1) for each weight w of its parent, and decays and thresholds that are
    learned as they are. Of a layer with n inputs, u is the standard deviation of a weight at birth, or 1 / sqrt(n)
    where weights begin at zero. A child of two has all weights into a neuron from one of them, by a coin for each
    neuron, and then mutates. Without a parent, or where nothing is inherited, weights are drawn as those of the
    first.

    What is drawn hangs on the row and on how many were born there before, and on nothing else that happened.

    Args:
        heredity: whose weights they are.
        name: of the species.
        brain: of all creatures.
        seed: of the run.

    Attributes:
        mutation: of `heredity`, until somebody changes it.
    """

    def __init__(self, heredity: Heredity, name: str, brain: Brain, seed: int) -> None:
        self._inherits, self.mutation = heredity.inherit, heredity.mutation
        self._name, self._brain, self._seed = name, brain, seed
        self._inheriting = Stream(seed, f"inherited weights of {name}")
        at_birth = heredity.inherit == "birth_weights"
        self._at_birth = [[each.copy() for each in weights] for weights in self._own()] if at_birth else []
        self._units = [_units(layer) for layer in brain.layers]

    def _own(self) -> list[Weights]:
        return [layer.learned_arrays() for layer in self._brain.layers]

    def begin_lives(self, births: Births, of_row: NDArray[np.int64]) -> None:
        """Give newborns their weights; `of_row` is how many were born in each row, (rows,)."""
        heirs = (births.parents >= 0) & (self._inherits != "nothing")
        self._draw(births.rows[~heirs], of_row)
        self._inherit(births.where(heirs))
        for weight, first in _pairs(self._own(), self._at_birth):
            first[births.rows] = weight[births.rows]
        for layer in self._brain.layers:
            layer.rewire(births.rows)

    def _draw(self, rows: NDArray[np.int64], of_row: NDArray[np.int64]) -> None:
        for row in rows.tolist():
            for k, layer in enumerate(self._brain.layers):
                purpose = f"weights of {self._name}, layer {k}, row {row}, birth {of_row[row]}"
                layer.draw_weights(np.array([row]), Stream(self._seed, purpose).at(0))

    def _inherit(self, heirs: Births) -> None:
        own = self._own()
        for weight, parents in _pairs(own, self._at_birth or own):
            weight[heirs.rows] = parents[heirs.parents]
        if not self.mutation and not (heirs.partners >= 0).any():
            return
        for row, number, partner in np.stack([heirs.rows, heirs.numbers, heirs.partners], 1).tolist():
            random = self._inheriting.at(number)
            for weights, others, units in zip(own, self._at_birth or own, self._units, strict=True):
                if partner >= 0:
                    _cross_over(row, partner, weights, others, random)
                for weight, unit in zip(weights, units, strict=False):
                    if self.mutation:
                        weight[row] += self.mutation * unit * random.standard_normal(weight.shape[1:], np.float32)

    def state_dict(self) -> State:
        """Return the weights at birth, where children have them."""
        return {str(k): weight.copy() for k, weight in enumerate(chain.from_iterable(self._at_birth))}

    def load_state_dict(self, state: Any) -> None:
        """Take on a state that `state_dict` returned."""
        for k, weight in enumerate(chain.from_iterable(self._at_birth)):
            weight[...] = state[str(k)]


def _pairs(one: list[Weights], other: list[Weights]) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """Return the weights of each layer beside those of another list, as far as there are any."""
    return zip(chain.from_iterable(one), chain.from_iterable(other), strict=False)


def _cross_over(row: int, partner: int, weights: Weights, parents: Weights, random: np.random.Generator) -> None:
    """Let a coin say for each neuron of a layer whether what comes into it is that of a partner, in place."""
    heads = np.asarray(random.random(weights[0].shape[2]) < 0.5)
    for weight, other in zip(weights, parents, strict=True):
        those = heads[: weight.shape[2]]  # of what all neurons share there is one
        weight[row][:, those] = other[partner][:, those]


def _units(layer: Layer) -> list[float]:
    """Return u of the weights of a layer, and of those between its neurons if any."""
    spread = layer.neuron.weights_at_birth()[1] or 1.0
    between = [] if layer.recurrent is None else [layer.size**-0.5]
    return [spread * layer.fan_in**-0.5, *between]
