"""Step, the contract of how a gradient becomes a change of weights."""

from abc import ABC, abstractmethod

from torch import Tensor, nn


class Step(ABC):
    """A way to choose how far to go, as a frozen dataclass of its parameters."""

    @abstractmethod
    def start(self, weight: Tensor) -> "StepState":
        """Return what this step must remember for one weight (rows, out, in)."""


class StepState(nn.Module, ABC):
    """What a step remembers of one weight, in buffers with a leading row axis."""

    @abstractmethod
    def apply_to(self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, learning_rate: float) -> None:
        """Change `weight[rows]` in place, uphill along `gradient` (len(rows), out, in); other rows keep everything."""
