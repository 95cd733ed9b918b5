"""Reflect: REINFORCE from means, as published; right for one decision per reward, a reference for creatures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.layer import Layer
from agents.rules.trace import MeanTraces, Trace
from alife.core.brain import Floats, Rows
from alife.core.types import Decay


@dataclass(frozen=True, kw_only=True)
class ReflectRule(Trace):
    """Rebuild one mean decision at a reward, as `trace` does, and weigh it by the reward against those before.

    For rewards r at events and decay d of all means, of inputs and actions as of rewards:

        advantage = r - mean of the rewards at the events before
        dW = advantage * what is eligible in `trace`

    The critic still judges, for the trigger; the advantage is not its error.

    State per creature: that of `trace` and 2 numbers for the baseline.

    Source: REFLECT of traceTorch (its documentation); alife.loss.Reflect is the same as a loss.

    Args:
        decay: d, per tick, and per event for the rewards.
        learning_rate, discount, trace_decay, entropy, trigger, optimizer: see ActorCritic; discount and trace_decay are
            the critic's alone.
    """

    decay: Decay = 0.9

    @property
    def mean_decay(self) -> float:
        """What all means keep of themselves, per tick."""
        return self.decay

    def traces(self, layers: Sequence[Layer]) -> "ReflectTraces":
        """Return empty traces for these layers."""
        return ReflectTraces(layers, self.decay)


class ReflectTraces(MeanTraces):
    """The means of all brains, and the mean of their rewards."""

    def __init__(self, layers: Sequence[Layer], decay: float) -> None:
        super().__init__(layers, decay)
        self._decay = decay
        self.reward_total = np.zeros(layers[-1].rows, layers[-1].weight.dtype)
        self.reward_weight = np.zeros(layers[-1].rows, layers[-1].weight.dtype)

    def advantages(self, rows: Rows, errors: Floats, rewards: Floats) -> Floats:
        """Return reward - baseline, (len(rows),); then the rewards join the baseline."""
        total, weight = self.reward_total, self.reward_weight
        surplus: Floats = rewards[rows] - total[rows] / np.maximum(weight[rows], 1.0)
        total[rows] = self._decay * total[rows] + rewards[rows]
        weight[rows] = self._decay * weight[rows] + 1.0
        return surplus

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows, who know of no rewards."""
        super().begin_lives(rows)
        self.reward_total[rows] = 0.0
        self.reward_weight[rows] = 0.0
