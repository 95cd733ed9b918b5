"""Layer, the contract of everything a brain is built from."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn


class Tick(NamedTuple):
    """What happened in a layer at one tick. Read it before the next: a tensor may be the layer's own state."""

    input: Tensor  # (*rows, inputs)
    membrane: Tensor  # (*rows, size) before any reset
    output: Tensor  # (*rows, size)


class Layer(nn.Module, ABC):
    """Neurons with their input weights, one set for each row.

    A layer has `weight` (*rows, size, inputs), `decay` (*rows, 1), a `membrane` buffer (*rows, size)
    and, after each forward pass, its `tick`. A forward pass keeps no graph. `threshold` is None for a
    layer that does not spike.

    Args:
        inputs: the width of what comes in.
        size: how many neurons.
        rows: the leading axes: () for one brain, (1000,) for a thousand.
    """

    tick: Tick
    weight: nn.Parameter
    membrane: Tensor

    def __init__(self, inputs: int, size: int, rows: tuple[int, ...] = ()) -> None:
        super().__init__()
        self.inputs, self.size, self.rows = inputs, size, rows
        self.weight = nn.Parameter(torch.zeros(*rows, size, inputs), requires_grad=False)
        self.register_buffer("membrane", torch.zeros(*rows, size))
        self.tick = Tick(torch.zeros(*rows, inputs), self.membrane, torch.zeros(*rows, size))

    @property
    @abstractmethod
    def decay(self) -> Tensor:
        """The membrane decay, shape (*rows, 1)."""

    @property
    def threshold(self) -> Tensor | None:
        """The membrane at which a neuron spikes, shape (*rows, 1); None for a layer that does not spike."""
        return None

    @abstractmethod
    def forward(self, input: Tensor) -> Tensor:
        """Take one tick: input (*rows, inputs) to output (*rows, size)."""

    def zero_states(self, rows: Tensor | Sequence[int] | None = None) -> None:
        """Forget what happened: of all rows, or of those given by index."""
        if rows is None:
            self.membrane.zero_()
        else:
            self.membrane[rows] = 0.0

    def current(self, input: Tensor) -> Tensor:
        """Return the current into each neuron, W x, shape (*rows, size).

        Raises:
            ValueError: the input does not have the shape (*rows, inputs).
        """
        if input.shape != (*self.rows, self.inputs):
            raise ValueError(
                f"{type(self).__name__} got an input of shape {tuple(input.shape)}, "
                f"it takes {(*self.rows, self.inputs)}"
            )
        # x W' rather than W x: several times faster for many small matrices.
        if len(self.rows) == 1:
            return torch.bmm(input.unsqueeze(1), self.weight.transpose(1, 2)).squeeze(1)
        return torch.matmul(input.unsqueeze(-2), self.weight.mT).squeeze(-2)


class Readout(Layer):
    """The last layer of a brain: its output is the probability of each action, (*rows, size)."""
