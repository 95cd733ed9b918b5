"""Decisions kept whole: what each of them knew of one hidden layer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.learning.filter import Filter, pass_through
from alife.learning.slope import bends, slope
from alife.nn import Layer, Tick


class KeptDecisions(Filter):
    """What some decisions knew of one hidden layer: its filtered input and its surrogate slopes, in slots.

    They are kept in half precision, 11 bits of each number, where the weights are in single precision: a little noise
    in what was long ago costs less than a shorter memory. The slopes are filtered by the layers above as the input is,
    and divided by what a slope of 1 would be then.

    Args:
        layers: from this one up to the readout.
        slots: how many decisions there is room for.
    """

    inputs: Tensor  # (rows, slots, groups * inputs), filtered
    slopes: Tensor | None  # (rows, slots, size), None where the layer does not spike
    passing: Tensor  # (passes above, rows, size + 1), slopes on their way to the readout, and a slope of 1

    def __init__(self, layers: Sequence[Layer], slots: int) -> None:
        super().__init__(layers)
        layer, (_, rows, width) = layers[0], self.filtered.shape
        empty = layer.weight.new_zeros
        single = layer.weight.dtype == torch.float32
        brief = torch.float16 if single else layer.weight.dtype
        self._largest = float(torch.finfo(brief).max)
        self.register_buffer("inputs", empty(rows, slots, width, dtype=brief))
        slopes = empty(rows, slots, layer.size, dtype=brief) if bends(layer) else None
        self.register_buffer("slopes", slopes)
        passes = sum(len(above.decays) for above in layers[1:])
        self.register_buffer("passing", empty(passes, rows, layer.size + 1))
        self._layers = tuple(layers)  # in a tuple, which is no submodule

    def perceive(self, tick: Tick) -> None:
        """Let what comes in at this tick go through the membranes above."""
        decays = [[decay.numpy() for decay in layer.decays] for layer in self._layers]
        self.take(tick.input, [decay for of_layer in decays for decay in of_layer])
        steep = slope(self._layers[0], tick.membrane)
        if steep is not None:
            steep = np.append(steep, np.ones_like(steep[:, :1]), 1)
            pass_through(self.passing.numpy(), steep, [decay for above in decays[1:] for decay in above])

    def write_where(self, drawn: NDArray[np.bool_]) -> None:
        """Put the present into the slots drawn, (rows, slots, 1)."""
        np.copyto(self.inputs.numpy(), self._arrived()[:, None], casting="same_kind", where=drawn)
        if self.slopes is not None:
            np.copyto(self.slopes.numpy(), self._passed()[:, None], casting="same_kind", where=drawn)

    def write_at(self, place: int) -> None:
        """Put the present into one slot of every row."""
        self.inputs.numpy()[:, place] = self._arrived()
        if self.slopes is not None:
            self.slopes.numpy()[:, place] = self._passed()

    def _arrived(self) -> NDArray[Any]:
        arrived: NDArray[Any] = np.clip(self.filtered.numpy()[-1], -self._largest, self._largest)
        return arrived

    def _passed(self) -> NDArray[Any]:
        passed = self.passing.numpy()[-1]
        steep: NDArray[Any] = passed[:, :-1] / np.maximum(passed[:, -1:], 1.0)
        return steep

    def steepen(self, down: NDArray[Any], chosen: slice | NDArray[Any]) -> NDArray[Any]:
        """Return what comes down to the neurons, (n, slots, size), times the slopes in the slots."""
        return down if self.slopes is None else down * self.slopes.numpy()[chosen].astype(down.dtype)

    def spread(self, down: NDArray[Any], chosen: slice | NDArray[Any]) -> NDArray[Any]:
        """Return the gradient, (n, size, inputs), of what came down."""
        return self.own(down.transpose(0, 2, 1) @ self.inputs.numpy()[chosen].astype(down.dtype))

    def zero_states(self, rows: Tensor) -> None:
        """Forget what is on its way in these rows; a slot holds nothing for them where no score is kept."""
        self.filtered[:, rows] = 0.0
        self.passing[:, rows] = 0.0
