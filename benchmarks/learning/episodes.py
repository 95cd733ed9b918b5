"""The tasks that are episodes with one reward at the end; every row is a seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.core.random import Stream
from alife.learning import ActorCritic, Learner
from alife.nn import LIF, LIS, Layer, Tanh
from benchmarks.learning.arms import Arm, rule_of
from benchmarks.learning.course import POINTS, Course

FORGETFUL = {"slots": 0.9, "trace": 0.99}  # what must forget keeps so much: of a decision, and of a tick


class Episodes(Protocol):
    """What a generator of a task draws, one episode per row."""

    inputs: NDArray[np.float32]  # (decisions, ticks, rows, channels)

    def reward(self, actions: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what the actions, (decisions, rows), earn."""


@dataclass(frozen=True)
class EpisodeTask:
    """A generator, a network and a length.

    Args:
        draw_episodes: seeds (rows,) and the number of the episode to the episodes.
        channels: of the input.
        actions: to choose from.
        hidden: neurons.
        decay: of their membranes.
        readout_decay: of the readout.
        episodes: how many there are.
        window: how many of the last count.
        discount: what a reward is worth one decision earlier.
        trace_decay: what else a trace loses from one decision to the next.
        chance: reward of acting blindly.
        players: reward of those who know the task, by name.
        arms: what is compared.
        learning: what every rule gets, unless an arm says otherwise.
        judged: "drawn" counts the reward of what was done, "likelier" that of the more probable actions.
    """

    draw_episodes: Callable[[NDArray[np.int64], int], Any]
    channels: int
    actions: int
    hidden: int
    decay: float
    readout_decay: float
    episodes: int
    window: int
    chance: float
    players: dict[str, float]
    arms: Sequence[str]
    discount: float = 1.0
    trace_decay: float = 1.0
    learning: Mapping[str, Any] = field(default_factory=dict)
    judged: str = "drawn"
    unit = "reward in the last episodes"
    changes_weights = True

    def run(self, arm: Arm, seeds: range, share: float = 1.0) -> Course:
        """Run a share of the episodes with one brain for each seed."""
        episodes, window = max(POINTS, round(self.episodes * share)), max(1, round(self.window * share))
        brains = Brains(self, arm, seeds)
        scores = np.stack(
            [brains.live_episode(self.draw_episodes(np.array(seeds), number)) for number in range(episodes)]
        )
        edges = np.arange(POINTS + 1) * episodes // POINTS
        points = np.stack([scores[low:high].mean(0) for low, high in pairwise(edges)])
        return Course(
            scores=scores[-window:].mean(0),
            ticks=edges[1:] * (brains.ticks // episodes),
            curves=points.T,
            backward_shares=brains.backwards / max(brains.decisions, 1),
            decisions=brains.decisions,
            critic_updates=brains.decisions + episodes if arm.learns else 0,
            learning_state_bytes=brains.learning_state_bytes,
        )


class Brains:
    """One brain for each seed, and what it learned."""

    def __init__(self, task: EpisodeTask, arm: Arm, seeds: Sequence[int]) -> None:
        self._task, self._arm, rows = task, arm, len(seeds)
        self._random = Stream(seeds[0], "actions")
        self.layers = _layers(task, arm, rows, seeds[0])
        self.learner = Learner(_rule(task, arm), self.layers, Stream(seeds[0], "learning")) if arm.learns else None
        self.backwards, self.decisions, self.ticks = np.zeros(rows), 0, 0
        self._silence = torch.zeros(rows, task.channels)

    @property
    def learning_state_bytes(self) -> int:
        """Of one brain."""
        return 0 if self.learner is None else self.learner.state_bytes()

    @torch.inference_mode()
    def live_episode(self, episodes: Episodes) -> NDArray[np.float64]:
        """Run one episode and learn from its reward; return it, (rows,), as the task counts it."""
        nothing = np.zeros(len(self.backwards), np.float32)
        drawn, likelier = [], []
        for ticks in episodes.inputs:
            for tick in ticks[:-1]:
                self._forward(tick)
                if self.learner is not None:
                    self.learner.traces.perceive(self._seen())
            probabilities = self._forward(ticks[-1])
            self._learn(nothing, not_terminated=True)
            drawn.append(self._decide(probabilities))
            likelier.append(probabilities.numpy().argmax(1))
        reward = episodes.reward(np.stack(drawn))
        self._forward(self._silence)  # what comes after the last decision is its reward, and nothing else
        self._learn(self._paid(reward).astype(np.float32), not_terminated=False)
        self._zero_states()
        return reward if self._task.judged == "drawn" else episodes.reward(np.stack(likelier))

    def _forward(self, input: NDArray[np.float32] | Tensor) -> Tensor:
        self.ticks += 1
        signal = torch.as_tensor(input)
        for layer in self.layers:
            signal = layer(signal)
        return signal

    def _seen(self) -> list[Any]:
        assert self.learner is not None
        return [layer.tick for layer in self.layers][-len(self.learner.steps) :]

    def _learn(self, rewards: NDArray[np.float32], not_terminated: bool) -> None:
        if self.learner is None:
            return
        ticks = [layer.tick for layer in self.layers]
        more = np.full(len(rewards), float(not_terminated), np.float32)
        self.backwards += self.learner.learn(ticks, rewards, more, np.full(len(rewards), not not_terminated)).rows

    def _decide(self, probabilities: Tensor) -> NDArray[np.int64]:
        chance = self._random.at(self.decisions).random((len(probabilities), 1), dtype=np.float32)
        sums = probabilities.numpy().cumsum(1)
        below = (sums < chance * sums[:, -1:]).sum(1)
        actions: NDArray[np.int64] = np.minimum(below, self._task.actions - 1)
        if self.learner is not None:
            chosen = torch.nn.functional.one_hot(torch.from_numpy(actions), self._task.actions)
            self.learner.write(chosen - probabilities)
        self.decisions += 1
        return actions

    def _paid(self, reward: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.roll(reward, 1) if self._arm.rewards == "shuffled" else reward

    def _zero_states(self) -> None:
        rows = torch.arange(len(self.backwards))
        for layer in self.layers:
            layer.zero_states()
        if self.learner is not None:
            self.learner.zero_states(rows)


def _layers(task: EpisodeTask, arm: Arm, rows: int, seed: int) -> list[Layer]:
    options: dict[str, Any] = {"rows": (rows,), "trace_decay": None, "learn": ()}
    generator = torch.Generator().manual_seed(seed)
    if arm.hidden == "none":
        return [LIS(task.channels, task.actions, task.readout_decay, **options)]
    hidden: Layer
    if arm.hidden == "tanh":
        hidden = Tanh(task.channels, task.hidden, generator=generator, **options)
    else:
        hidden = LIF(task.channels, task.hidden, task.decay, generator=generator, **options)
    return [hidden, LIS(task.hidden, task.actions, task.readout_decay, **options)]


def _rule(task: EpisodeTask, arm: Arm) -> ActorCritic:
    given = {"discount": task.discount, "trace_decay": task.trace_decay, **task.learning, **arm.options}
    if arm.kind in FORGETFUL and given["discount"] * given["trace_decay"] >= 1.0:
        given["trace_decay"] = FORGETFUL[arm.kind]
    return rule_of(arm.kind, given)
