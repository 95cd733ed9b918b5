"""Reflection, what Reflect and ReflectMTF share: the memory of decisions and rewards, and the loss itself."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from alife.loss._check import as_numbers, check_output, check_probabilities, check_shape, is_whole
from alife.loss._running_mean import RunningMean
from alife.loss._target import one_hot
from alife.loss.loss import Loss
from alife.loss.nll import TINIEST, nll


class Means(NamedTuple):
    """What is remembered, at each of K decays."""

    chosen: Tensor  # (*rows, K, outputs) of the one-hot actions
    logs: Tensor  # (*rows, K, outputs) of the logarithms of the probabilities
    rewards: Tensor  # (*rows, K)


class Reflection(nn.Module, ABC):
    """REINFORCE from running means at K decays, mixed by weights that add up to 1.

    Args:
        outputs: the width of the readout, at least 1.
        decays: K numbers between 0 and 1, both excluded.
        rows: leading axes.

    Raises:
        ValueError: there is no output, or no decay, or a decay out of range.
    """

    def __init__(self, outputs: int, decays: Sequence[float], rows: tuple[int, ...]) -> None:
        super().__init__()
        self._name = type(self).__name__
        if outputs < 1:
            raise ValueError(f"{self._name} got {outputs} outputs, it takes at least 1")
        if not decays or not all(0.0 < decay < 1.0 for decay in decays):
            raise ValueError(
                f"{self._name} got the decays {tuple(decays)}, each must be above 0 and below 1, and there must be one"
            )
        self.outputs, self.rows = outputs, tuple(rows)
        self.chosen = RunningMean(outputs, decays, self.rows)
        self.logs = RunningMean(outputs, decays, self.rows)
        self.rewards = RunningMean(1, decays, self.rows)

    @abstractmethod
    def mixture(self) -> Tensor:
        """Return how much each decay counts, (*rows, K) or (K,), adding up to 1."""

    @torch.no_grad()
    def observe(self, probabilities: Tensor, action: Tensor | ArrayLike) -> None:
        """Record a decision.

        Args:
            probabilities: (*rows, outputs) what the readout gave, finite, float32 or float64.
            action: (*rows) whole numbers, which output was drawn; a plain number where rows is ().

        Raises:
            TypeError: the probabilities are no tensor, or the action is not made of numbers.
            ValueError: a shape or number type is another, a probability is below 0 or above 1, or an action is none of
                the outputs.
        """
        check_output(self._name, probabilities)
        check_shape(self._name, "probabilities", probabilities, (*self.rows, self.outputs))
        check_probabilities(self._name, probabilities)
        action = as_numbers(self._name, "an action", action, probabilities)
        if not is_whole(action):
            raise ValueError(f"{self._name} got an action of type {action.dtype}, it takes whole numbers")
        check_shape(self._name, "an action", action, self.rows)
        self.chosen.add_sample(one_hot(self._name, action, probabilities))
        self.logs.add_sample(probabilities.clamp(min=TINIEST).log())

    @torch.no_grad()
    def forward(self, reward: Tensor | ArrayLike, output: Tensor | None = None) -> Loss:
        """Return the loss of a reward and its signal at the readout's mean output; then the reward joins the baseline.

        Args:
            reward: (*rows), finite; a plain number is the reward of every row.
            output: (*rows, outputs) the mean output that the backward pass of the readout reconstructs; when omitted,
                what the observed probabilities say it was.

        Raises:
            TypeError: the reward is not made of numbers, or the output is no tensor.
            ValueError: a shape or number type is another, a reward is no finite number, or an output no probability.
            RuntimeError: a row has no decision yet that the reward could be for.
        """
        reward = self._checked_reward(reward)
        means = Means(self.chosen.means(), self.logs.means(), self.rewards.means().squeeze(-1))
        weights = self.mixture()
        advantage = reward - (weights * means.rewards).sum(-1)
        mixed = torch.softmax(mixed_by(weights, means.logs), -1) if output is None else self._checked_output(output)
        value, signal = nll(mixed, mixed_by(weights, means.chosen))
        self.learn_mixture(means, advantage, mixed, output is None)
        self.rewards.add_sample(reward.unsqueeze(-1))
        return Loss(advantage * value, advantage.unsqueeze(-1) * signal)

    def learn_mixture(self, means: Means, advantage: Tensor, output: Tensor, remembered: bool) -> None:
        """Add to the gradient of the mixture, where there is anything to mix."""

    def zero_states(self, rows: Tensor | Sequence[int] | None = None) -> None:
        """Clear the decisions of all rows, or of those given by index; the baseline stays.

        Raises:
            ValueError: rows are given, but there is no row axis.
        """
        if rows is not None and not self.rows:
            raise ValueError(f"{self._name} has no row axis, so zero_states takes no rows here")
        self.chosen.zero_states(rows)
        self.logs.zero_states(rows)

    def _checked_reward(self, reward: Tensor | ArrayLike) -> Tensor:
        """Return the reward of each row, (*rows), once it is clear that it can be used."""
        like = self.rewards.total
        given = as_numbers(self._name, "a reward", reward, like).to(like)
        if not isinstance(reward, Tensor) and given.ndim == 0:
            given = given.expand(self.rows)
        check_shape(self._name, "a reward", given, self.rows)
        if not bool(torch.isfinite(given).all()):
            raise ValueError(f"{self._name} got a reward that is not a finite number")
        if bool(self.chosen.empty_rows().any()):
            raise RuntimeError(f"{self._name} got a reward before any decision: call observe first, in every row")
        return given

    def _checked_output(self, output: Tensor) -> Tensor:
        check_output(self._name, output)
        check_shape(self._name, "an output", output, (*self.rows, self.outputs))
        check_probabilities(self._name, output)
        return output


def mixed_by(weights: Tensor, means: Tensor) -> Tensor:
    """Mix means (*rows, K, outputs) by weights (*rows, K) to (*rows, outputs)."""
    return (weights.unsqueeze(-1) * means).sum(-2)
