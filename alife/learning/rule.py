"""Rule, the contract of how a brain learns, and Traces, what such a rule keeps."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.core.errors import ConfigError
from alife.core.random import Stream
from alife.core.types import Fraction, LearningRate, NonNegative
from alife.learning.eligibility import Eligible
from alife.learning.optimizer import Optimizer
from alife.learning.optimizers.factored_rms import FactoredRMS
from alife.learning.trigger import Trigger
from alife.learning.triggers.reward import Reward
from alife.nn import Layer, Tick


class Rule(ABC):  # noqa: B024 - all it promises is to be told from what is no rule
    """How a brain learns, as a frozen dataclass of hyper-parameters. What changes while it learns is in its traces."""


@dataclass(frozen=True, kw_only=True)
class ActorCritic(Rule):
    """Rules that weigh what was decided by what came of it; they differ in the traces they keep.

    Args:
        learning_rate: size of a step.
        trace_decay: lambda; a trace keeps discount * trace_decay of itself from one decision to the next.
        discount: g, what a reward is worth one decision earlier.
        critic: what is expected: by "state", from what the readout hears; or the "mean" return, whatever it hears.
            Where an episode is one reward for many decisions and nothing is discounted, the errors of a critic by state
            are mostly noise, which every tick weighs into the credit; those of the mean are zero but for the last.
        critic_learning_rate: c, size of a step of the critic; see Critic.
        entropy: how strongly choices are pushed apart from certainty; at events, or at all ticks if credit is carried.
        trigger: which ticks are events.
        accumulate: whether the TD errors of ticks without an event count: each weighs what is eligible as it comes,
        and an
            event goes along their sum. Without it only the error at the event counts.
        readout_only: whether the hidden layers stay as they were born, a control for what learning there is worth.
        optimizer: how a gradient becomes a change of weights.
        scale_rewards: whether rewards are divided by how much their discounted sums vary; see ReturnScale.
    """

    learning_rate: LearningRate = 0.003
    trace_decay: Fraction = 0.8
    discount: Fraction = 0.95
    critic: Literal["state", "mean"] = "state"
    critic_learning_rate: LearningRate = 0.3
    entropy: NonNegative = 0.02
    trigger: Trigger = Reward()
    accumulate: bool = True
    readout_only: bool = False
    optimizer: Optimizer = FactoredRMS()
    scale_rewards: bool = False

    @abstractmethod
    def traces(self, layers: Sequence[Layer]) -> "Traces":
        """Return empty traces for these layers, from the senses up; the last is the readout."""


class Traces(nn.Module, ABC):
    """All that a rule remembers, in buffers with a leading row axis.

    In each tick `perceive` comes first, then `gradients` if there is an event, then `write`. Where credit is carried,
    `carry` comes after each `perceive`, and an event takes the gradients that are due and settles them. For that a
    rule keeps what its gradients are proportional to as `Eligible`; one that keeps none cannot carry credit.
    """

    _eligible: tuple[Eligible, ...] = ()  # where credit is carried

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
        """Take in one decision: its score d log pi / d membranes of the readout, onehot(action) - pi for a choice."""

    @abstractmethod
    def gradients(self, rows: Tensor | slice, due: bool = False) -> list[Tensor]:
        """Return what is eligible in each layer of these rows, (len(rows), size, inputs), uphill in log-probability.

        Args:
            rows: of which creatures.
            due: return, in its place, the sum of what was eligible times the TD errors since `settle`.
        """

    def start_carrying(self) -> None:
        """Keep what is due from now on.

        Raises:
            ConfigError: this rule keeps nothing that its gradients are proportional to.
        """
        self._eligible = tuple(part for part in self.modules() if isinstance(part, Eligible))
        if not self._eligible:
            raise ConfigError("this rule keeps means and cannot carry credit from tick to tick; set accumulate: false")
        for part in self._eligible:
            part.start_carrying()

    def carry(self, errors: NDArray[np.float32]) -> None:
        """Weigh what is eligible by the TD errors of this tick, (rows,)."""
        for part in self._eligible:
            part.carry(errors)

    def settle(self, rows: Tensor | slice) -> None:
        """Nothing is due in these rows any more."""
        for part in self._eligible:
            part.settle(rows)

    def advantages(
        self, errors: NDArray[np.float32], rewards: NDArray[np.float32], learned: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Return what the eligible is worth in each row, (rows,); asked once for each event, in the rows `learned`."""
        return errors

    @abstractmethod
    def zero_states(self, rows: Tensor) -> None:
        """Forget everything in these rows; what a part names as `lifelong` may stay."""

    def begin_lives(self, rows: Tensor) -> None:
        """Forget everything in these rows, and what lasts a life, too: others live there now.

        A part of the traces that keeps something from one episode to the next names its buffers (rows, ...) in a tuple
        `lifelong`.
        """
        self.zero_states(rows)
        for part in self.modules():
            for name in getattr(part, "lifelong", ()):
                if (kept := getattr(part, name)) is not None:
                    kept[rows] = 0.0
