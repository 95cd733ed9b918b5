"""Decisions kept whole: what each of them knew of one hidden layer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.learning.filter import Filter, pass_through
from alife.learning.surrogate import bends
from alife.nn import Layer


class KeptDecisions(nn.Module):
    """What some decisions knew of one hidden layer: its filtered input and its surrogate slopes, in slots.

    They are kept in half precision, 11 bits of each number, where the weights are in single precision: a little noise
    in what was long ago costs less than a shorter memory. The slopes are filtered by the layers above as the input is,
    and divided by what a slope of 1 would be then.

    Args:
        layers: from this one up to the readout.
        slots: how many decisions there is room for.
        arriving: the input filtered by these layers.
    """

    inputs: Tensor  # (rows, slots, groups * inputs), filtered
    slopes: Tensor | None  # (rows, slots, size), None where the layer does not bend
    passing: Tensor  # (passes above, rows, size + 1), slopes on their way to the readout, and a slope of 1

    def __init__(self, layers: Sequence[Layer], slots: int, arriving: Filter) -> None:
        super().__init__()
        layer, (_, rows, width) = layers[0], arriving.filtered.shape
        empty = layer.weight.new_zeros
        brief = torch.float16 if layer.weight.dtype == torch.float32 else layer.weight.dtype
        self._largest = float(torch.finfo(brief).max)
        self.register_buffer("inputs", empty(rows, slots, width, dtype=brief))
        slopes = empty(rows, slots, layer.size, dtype=brief) if bends(layer) else None
        self.register_buffer("slopes", slopes)
        passes = sum(len(above.decays) for above in layers[1:])
        self.register_buffer("passing", empty(passes, rows, layer.size + 1))
        self._above, self._arriving = tuple(layers[1:]), (arriving,)  # in tuples, which are no submodules

    def perceive(self, steep: NDArray[Any] | None) -> None:
        """Let the slopes of this tick, (rows, size), go through the membranes above."""
        if steep is not None:
            steep = np.append(steep, np.ones_like(steep[:, :1]), 1)
            pass_through(
                self.passing.numpy(), steep, [decay.numpy() for above in self._above for decay in above.decays]
            )

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
        arrived: NDArray[Any] = np.clip(self._arriving[0].filtered.numpy()[-1], -self._largest, self._largest)
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
        return self._arriving[0].own(down.transpose(0, 2, 1) @ self.inputs.numpy()[chosen].astype(down.dtype))

    def zero_states(self, rows: Tensor) -> None:
        """Forget the slopes on their way in these rows; a slot holds nothing for them where no score is kept."""
        self.passing[:, rows] = 0.0
