"""Filter: an input as it arrives at a membrane, or through several of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.core.errors import ConfigError
from alife.nn import Layer


class Filter(nn.Module):
    """The input of the first of some layers, filtered by every leaky pass of them all, one after the other.

        F <- d F + x        for each decay d in turn, x what the pass before has just put out

    Where the neurons of the first layer have decays of their own, in groups of neighbours with the same ones, there
    is one filter for each group, side by side. The layers above have one decay each (see `check_decays`).

    Args:
        layers: the first is the one whose input it is.
    """

    filtered: Tensor  # (passes, rows, groups * inputs), the last as it arrives through all these membranes

    def __init__(self, layers: Sequence[Layer]) -> None:
        super().__init__()
        layer, (rows,) = layers[0], layers[0].rows
        self._inputs, self._starts = layer.inputs, _starts(layer)
        self._group = np.searchsorted(self._starts, np.arange(layer.size), "right") - 1  # of each neuron
        passes = sum(len(each.decays) for each in layers)
        self.register_buffer("filtered", layer.weight.new_zeros(passes, rows, len(self._starts) * layer.inputs))

    def take(self, input: Tensor, decays: Sequence[NDArray[Any]]) -> None:
        """Take in the input of one tick, given the decay of every pass."""
        passed = input.numpy()
        if len(self._starts) > 1:
            passed = np.tile(passed, len(self._starts))
        pass_through(self.filtered.numpy(), passed, [self._spread(decay) for decay in decays])

    def _spread(self, decay: NDArray[Any]) -> NDArray[Any]:
        return decay if decay.shape[1] == 1 else decay[:, self._starts].repeat(self._inputs, 1)

    def of_neurons(self) -> NDArray[Any]:
        """Return what arrives at each neuron, (rows, size, inputs); (rows, 1, inputs) where all get the same."""
        last = self.filtered.numpy()[-1]
        grouped: NDArray[Any] = last.reshape(len(last), len(self._starts), self._inputs)
        return grouped if len(self._starts) == 1 else grouped[:, self._group]

    def own(self, gradient: NDArray[Any]) -> NDArray[Any]:
        """Return of a gradient at all groups, (n, size, groups * inputs), each neuron's share in its own group."""
        if len(self._starts) == 1:
            return gradient
        grouped = gradient.reshape(*gradient.shape[:2], len(self._starts), self._inputs)
        return grouped[:, np.arange(len(self._group)), self._group]


def pass_through(filters: NDArray[Any], passed: NDArray[Any], decays: Sequence[NDArray[Any]]) -> None:
    """Let what is passed go through filters (passes, rows, ...), one after the other."""
    for filtered, decay in zip(filters, decays, strict=True):
        filtered *= decay
        filtered += passed
        passed = filtered


def check_decays(layers: Sequence[Layer]) -> None:
    """Refuse what would need a filter for every combination of decays on the way to the readout.

    Raises:
        ConfigError: a layer above the lowest has several decays.
    """
    for k, layer in enumerate(layers[1:], 1):
        if any(decay.shape[-1] > 1 for decay in layer.decays):
            raise ConfigError(f"several decays can be learned through in the lowest layer only; layer {k} has them")


def _starts(layer: Layer) -> NDArray[np.int64]:
    """Return the first neuron of each group that shares its decays."""
    changes = np.zeros(layer.size, bool)
    changes[0] = True
    for decay in layer.decays:
        seen = decay.numpy()
        if seen.shape[1] > 1:
            changes[1:] |= (seen[:, 1:] != seen[:, :-1]).any(0)
    return np.flatnonzero(changes)
