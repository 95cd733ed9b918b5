"""Rule, the contract of how a brain learns, and Traces, what such a rule keeps."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.learning.step import Step
from alife.learning.steps.factored_rms import FactoredRMS
from alife.learning.trigger import Trigger
from alife.learning.triggers.surprise import Surprise
from alife.nn import Layer, Tick
from alife.random import Stream
from alife.types import Fraction, LearningRate, NonNegative


class Rule(ABC):  # noqa: B024 - all it promises is to be told from what is no rule
    """How a brain learns, as a frozen dataclass of hyper-parameters. What changes while it learns is in its traces."""


@dataclass(frozen=True, kw_only=True)
class ActorCritic(Rule):
    """Rules that weigh what was decided by what came of it; they differ in the traces they keep.

    Args:
        learning_rate: size of a step.
        trace_decay: lambda; a trace keeps discount * trace_decay of itself from one decision to the next.
        discount: g, what a reward is worth one decision earlier.
        entropy: how strongly choices are pushed apart from certainty, at events only.
        trigger: which ticks are events.
        step: how a gradient becomes a change of weights.
    """

    learning_rate: LearningRate = 0.003
    trace_decay: Fraction = 0.9
    discount: Fraction = 0.95
    entropy: NonNegative = 0.01
    trigger: Trigger = Surprise()
    step: Step = FactoredRMS()

    @abstractmethod
    def traces(self, layers: Sequence[Layer]) -> "Traces":
        """Return empty traces for these layers, from the senses up; the last is the readout."""


class Traces(nn.Module, ABC):
    """All that a rule remembers, in buffers with a leading row axis.

    In each tick `perceive` comes first, then `gradients` if there is an event, then `write`.
    """

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers from now on; a rule that draws counts its own draws, in a buffer."""

    @property
    @abstractmethod
    def features(self) -> Tensor:
        """The readout's input filtered by the readout's membrane, (rows, inputs): what the critic judges by."""

    @abstractmethod
    def perceive(self, ticks: Sequence[Tick]) -> None:
        """Take in one forward pass: the tick of each layer."""

    @abstractmethod
    def write(self, gate: Tensor) -> None:
        """Take in one decision: the score of the action taken, onehot(action) - probabilities, (rows, actions)."""

    @abstractmethod
    def gradients(self, rows: Tensor | slice) -> list[Tensor]:
        """Return what is eligible in each layer of these rows, (len(rows), size, inputs), uphill in log-probability."""

    def advantages(
        self, errors: NDArray[np.float32], rewards: NDArray[np.float32], learned: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Return what the eligible is worth in each row, (rows,); asked once for each event, in the rows `learned`."""
        return errors

    @abstractmethod
    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows."""
