"""Reflect: REINFORCE from means, as published; right for one decision per reward, a reference for creatures."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.core.types import Decay
from alife.learning.rule import ActorCritic
from alife.learning.trace import MeanTraces
from alife.nn import Layer


@dataclass(frozen=True, kw_only=True)
class ReflectRule(ActorCritic):
    """Rebuild one mean decision at a reward, as `trace` does, and weigh it by the reward against those before.

    For rewards r at events and decay d of all means, of inputs and actions as of rewards:

        advantage = r - mean of the rewards at the events before
        dW = advantage * what is eligible in `trace`

    The critic still judges, for the trigger; the advantage is not its error.

    State per creature: that of `trace` and 2 numbers for the baseline.

    Source: REFLECT of traceTorch (its documentation); alife.loss.Reflect is the same as a loss.

    Args:
        decay: d, per tick, and per event for the rewards.
        learning_rate, discount, trace_decay, entropy, trigger, optimizer: see ActorCritic; discount and trace_decay
        are the
            critic's alone.
    """

    decay: Decay = 0.9
    accumulate: bool = False

    def traces(self, layers: Sequence[Layer]) -> "ReflectTraces":
        """Return empty traces for these layers."""
        return ReflectTraces(layers, self.decay)


class ReflectTraces(MeanTraces):
    """The means of a whole brain, and the mean of its rewards."""

    lifelong = ("reward_total", "reward_weight")

    reward_total: Tensor  # (rows,)
    reward_weight: Tensor  # (rows,)

    def __init__(self, layers: Sequence[Layer], decay: float) -> None:
        super().__init__(layers, decay)
        self._decay, (rows,) = decay, layers[-1].rows
        self.register_buffer("reward_total", layers[-1].weight.new_zeros(rows))
        self.register_buffer("reward_weight", layers[-1].weight.new_zeros(rows))

    def advantages(
        self, errors: NDArray[np.float32], rewards: NDArray[np.float32], learned: NDArray[np.bool_]
    ) -> NDArray[np.float32]:
        """Return reward - baseline; then the rewards of the rows that learn join the baseline."""
        total, weight = self.reward_total.numpy(), self.reward_weight.numpy()
        surplus: NDArray[np.float32] = rewards - total / np.maximum(weight, 1.0)
        total[learned] = self._decay * total[learned] + rewards[learned]
        weight[learned] = self._decay * weight[learned] + 1.0
        return surplus
