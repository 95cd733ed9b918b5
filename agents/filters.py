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

    Where the first layer has groups of neurons with decays of their own, each group has its own F. Where each of its
    neurons learns its own decay, each has its own F; or, with a grid of fixed decays, takes the F of the nearest.

    Args:
        layers: from the one whose input is filtered upwards.
        grid: fixed decays in the place of learned ones; as many as are to be kept.

    Raises:
        ConfigError: there is a grid for neurons with several leaky passes of their own.
    """

    def __init__(self, layers: Sequence[Layer], grid: Sequence[float] = ()) -> None:
        layer = self._layer = layers[0]
        self._above, self._grid = passes_of(layers[1:]), np.array(grid, layer.weight.dtype)
        own = learns_each_decay(layer)
        if not own:
            self._grid = self._grid[:0]
        elif len(grid) and len(layer.neurons.decays) > 1:
            raise ConfigError(f"decays of {type(layer.neurons).__name__} cannot be learned by a rule that filters few")
        starts = self._starts = np.arange(layer.size) if own else group_starts(layer)
        passes, groups = len(layer.neurons.decays) + len(self._above), len(self._grid) or len(starts)
        self._decays = np.zeros((layer.rows, passes, groups), layer.weight.dtype)
        self.filtered = np.zeros((layer.rows, passes, groups * layer.inputs), layer.weight.dtype)
        self.width = self.filtered.shape[2]
        self._groups = np.tile(np.searchsorted(starts, np.arange(layer.size), "right") - 1, (layer.rows, 1))
        self._take_decays(np.arange(layer.rows))
        for each in layers:
            each.follow_parameters(self._take_decays)

    def _take_decays(self, rows: Rows) -> None:
        """Take the decays of these rows as they are now."""
        own = learning_decays(self._layer)
        for p, decay in enumerate(own):
            self._decays[rows, p] = self._grid if len(self._grid) else decay[rows][:, self._starts]
        for p, decay in enumerate(self._above, len(own)):
            self._decays[rows, p] = decay[rows, :1]
        if len(self._grid):
            apart = np.log1p(-own[0][rows])[:, :, None] - np.log1p(-self._grid)
            self._groups[rows] = np.abs(apart).argmin(2)

    @property
    def groups(self) -> NDArray[np.int64]:
        """The group of each neuron, by its decays, (rows, size)."""
        return self._groups

    def perceive(self, rows: Rows) -> None:
        """Take in the input of this tick."""
        _filter(rows, self._layer.input, self._decays, self.filtered)

    def reset(self, rows: Rows) -> None:
        """Forget all input in these rows."""
        self.filtered[rows] = 0.0


def passes_of(layers: Sequence[Layer]) -> list[Floats]:
    """Return the decays of all leaky passes of some layers, from the first one's upwards, (rows, size) each."""
    return [decay for layer in layers for decay in learning_decays(layer)]


def learning_decays(layer: Layer) -> Sequence[Floats]:
    """Return the decays of the leaky passes of a layer, as learning takes them to be, (rows, size) each."""
    seen = [parameter.seen for parameter in layer.parameters if parameter.name == "decay"]
    return [*layer.neurons.decays[:-1], *seen] if seen else layer.neurons.decays


def decays_above(layers: Sequence[Layer]) -> Floats:
    """Return the decay of each pass of the layers above the first, (rows, passes, 1), as it is at any time."""
    above, first = passes_of(layers[1:]), layers[0]
    decays = np.zeros((first.rows, len(above), 1), first.weight.dtype)

    def take_decays(rows: Rows) -> None:
        for p, decay in enumerate(above):
            decays[rows, p] = decay[rows, :1]

    take_decays(np.arange(first.rows))
    for layer in layers[1:]:
        layer.follow_parameters(take_decays)
    return decays


def learns_each_decay(layer: Layer) -> bool:
    """Return whether each neuron of a layer learns a decay of its own."""
    return any(parameter.name == "decay" and not parameter.shared for parameter in layer.parameters)


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
