"""Filter: an input as it arrives at a membrane, or through several of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agents.kernels import pass_through
from alife.core.brain import Floats, Layer, Rows
from alife.core.errors import ConfigError
from alife.core.kernel import kernel
from alife.core.row_state import RowState


class Filter(RowState):
    """The input of the first of some layers, filtered by every leaky pass of them all, one after the other.

        F_p <- d_p F_p + F_(p-1),   F_(-1) = x

    Where the first layer has groups of neurons with decays of their own, each group has its own F.

    Args:
        layers: from the one whose input is filtered upwards.
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        layer = self._layer = layers[0]
        starts = group_starts(layer)
        own = [decay[:, starts] for decay in layer.neurons.decays]
        above = [decay[:, :1].repeat(len(starts), 1) for decay in passes_of(layers[1:])]
        self._decays = np.stack([*own, *above], 1)  # (rows, passes, groups)
        rows, passes, groups = self._decays.shape
        self.filtered = np.zeros((rows, passes, groups * layer.inputs), layer.weight.dtype)
        self.width = self.filtered.shape[2]
        self._groups = np.searchsorted(starts, np.arange(layer.size), "right") - 1

    @property
    def groups(self) -> NDArray[np.int64]:
        """The group of each neuron, by its decays, (size,)."""
        return self._groups

    def perceive(self, rows: Rows) -> None:
        """Take in the input of this tick."""
        _filter(rows, self._layer.input, self._decays, self.filtered)

    def reset(self, rows: Rows) -> None:
        """Forget all input in these rows."""
        self.filtered[rows] = 0.0


def passes_of(layers: Sequence[Layer]) -> list[Floats]:
    """Return the decays of all leaky passes of some layers, from the first one's upwards, (rows, size) each."""
    return [decay for layer in layers for decay in layer.neurons.decays]


def decays_above(layers: Sequence[Layer]) -> Floats:
    """Return the decay of each pass of the layers above the first, (rows, passes, 1)."""
    above = [decay[:, :1] for decay in passes_of(layers[1:])]
    first = layers[0]
    return np.ascontiguousarray(np.stack(above, 1)) if above else np.zeros((first.rows, 0, 1), first.weight.dtype)


def check_decays(layers: Sequence[Layer]) -> None:
    """Refuse what would need a filter for every combination of decays on the way to the readout.

    Raises:
        ConfigError: a layer above the lowest has several decays.
    """
    for k, layer in enumerate(layers[1:], 1):
        if len(group_starts(layer)) > 1:
            raise ConfigError(f"several decays can be learned through in the lowest layer only; layer {k} has them")


def group_starts(layer: Layer) -> NDArray[np.int64]:
    """Return the first neuron of each group that shares its decays."""
    changes = np.zeros(layer.size, bool)
    changes[0] = True
    for decay in layer.neurons.decays:
        changes[1:] |= (decay[:, 1:] != decay[:, :-1]).any(0)
    return np.flatnonzero(changes)


@kernel
def _filter(rows: Rows, signal: Floats, decays: Floats, filtered: Floats) -> None:
    for r in rows:
        pass_through(signal[r], decays[r], filtered[r])
