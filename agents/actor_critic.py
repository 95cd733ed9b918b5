"""ActorCritic: the hyper-parameters that all rules share which weigh what was decided by what came of it."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from agents.layer import Layer
from agents.optimizers.factored_rms import FactoredRMS
from agents.triggers.reward import Reward
from alife.core.brain import Neuron, Optimizer, Rule, Traces, Trigger
from alife.core.types import Fraction, LearningRate, NonNegative


@dataclass(frozen=True, kw_only=True)
class ActorCritic(Rule):
    """Rules that weigh what was decided by what came of it; they differ in the traces they keep.

    Args:
        learning_rate: size of a step at birth.
        trace_decay: lambda; a trace keeps discount * trace_decay of itself from one decision to the next.
        discount: g, what a reward is worth one decision earlier.
        critic: what is expected: by "state", from what the readout hears; by the "senses", from what the lowest layer
            hears, which is calmer where nothing but a sum of inputs tells what is to come; or the "mean" return.
            Where an episode is one reward for many decisions and nothing is discounted, the errors of a critic by state
            are mostly noise, which every tick weighs into the credit; those of the mean are zero but for the last.
        critic_learning_rate: c, size of a step of the critic; see Critic.
        entropy: how strongly choices are pushed apart from certainty; at events, or at all ticks where credit is
            accumulated.
        settle: backward passes after which steps are smaller by the square root of 2; 0 where they stay. See Schedule.
        restless: how many times more entropy there is where reward has fallen to nothing.
        forget: the share of the backward passes, as far as they make steps smaller, that is forgotten in a tick then.
        recall: whether what was learned is put away when reward falls behind its past, and what was put away the time
            before is taken up again. For worlds that turn back; see Recall.
        trigger: which ticks are events.
        accumulate: whether the TD errors of ticks without an event count: each weighs what is eligible as it comes, and
            an event goes along their sum. Without it only the error at the event counts.
        readout_only: whether the hidden layers stay as they were born, a control for what learning there is worth.
        optimizer: how a gradient becomes a change of weights.
        scale_rewards: whether rewards are divided by how much their discounted sums vary; see ReturnScale.
    """

    learning_rate: LearningRate = 0.004
    trace_decay: Fraction = 0.8
    discount: Fraction = 0.95
    critic: Literal["state", "senses", "mean"] = "state"
    critic_learning_rate: LearningRate = 0.3
    entropy: NonNegative = 0.02
    settle: NonNegative = 2000.0
    restless: NonNegative = 20.0
    forget: Fraction = 0.01
    recall: bool = False
    trigger: Trigger = Reward()
    accumulate: bool = True
    readout_only: bool = False
    optimizer: Optimizer = FactoredRMS()
    scale_rewards: bool = False

    @property
    def keep(self) -> float:
        """What a trace keeps of itself from one decision to the next, g l."""
        return self.discount * self.trace_decay

    def build_layer(self, neuron: Neuron, inputs: int, rows: int, random: np.random.Generator, dtype: Any) -> Layer:
        """Return a layer in which this rule can learn."""
        return Layer(neuron, inputs, rows, random, dtype)

    @abstractmethod
    def traces(self, layers: Sequence[Layer]) -> Traces:
        """Return empty traces for these layers, from the senses up; the last is the readout.

        Raises:
            ConfigError: this rule does not fit these layers.
        """
