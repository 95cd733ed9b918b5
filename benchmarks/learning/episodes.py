"""The tasks that are episodes with one reward at the end; every row is a seed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from agents.actor_critic import ActorCritic
from agents.brain import Brain
from agents.layer import Layer
from agents.neurons.lif import LIF
from agents.neurons.tanh import Tanh
from agents.readouts.lis import LIS
from alife.core.brain import Floats, Neuron
from alife.core.random import Stream
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
        decay: of their membranes; or several, each for an equal share.
        readout_decay: of the readout.
        episodes: how many there are.
        window: how many of the last count.
        discount: what a reward is worth one decision earlier.
        trace_decay: what else a trace loses from one decision to the next.
        chance: reward of acting blindly.
        players: reward of those who know the task, by name.
        arms: what is compared.
        learning: what every rule gets, unless an arm says otherwise.
        forgetful: what of itself a trace keeps from one decision to the next, by rules that must forget.
        judged: "drawn" counts the reward of what was done, "likelier" that of the more probable actions.
    """

    draw_episodes: Callable[[NDArray[np.int64], int], Any]
    channels: int
    actions: int
    hidden: int
    decay: float | Sequence[float]
    readout_decay: float
    episodes: int
    window: int
    chance: float
    players: dict[str, float]
    arms: Sequence[str]
    discount: float = 1.0
    trace_decay: float = 1.0
    learning: Mapping[str, Any] = field(default_factory=dict)
    forgetful: Mapping[str, float] = field(default_factory=lambda: FORGETFUL)
    judged: str = "drawn"
    unit = "reward in the last episodes"
    short_unit = "reward of an episode"
    headline = ()

    def chooses_rate(self, arm: Arm) -> bool:
        """Return whether an arm has a learning rate to choose."""
        return arm.chooses_rate

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
        self._rows = np.arange(rows)
        rule = _rule(task, arm) if arm.learns else None
        self.brain = Brain(_layers(task, arm, rule, rows, seeds[0]), rule, Stream(seeds[0], "learning"))
        self.backwards, self.decisions, self.ticks = np.zeros(rows), 0, 0
        self._silence = np.zeros((rows, task.channels), np.float32)

    @property
    def learning_state_bytes(self) -> int:
        """Of one brain."""
        return 0 if self.brain.learner is None else self.brain.learner.state_bytes()

    def live_episode(self, episodes: Episodes) -> NDArray[np.float64]:
        """Run one episode and learn from its reward; return it, (rows,), as the task counts it."""
        brain, rows = self.brain, self._rows
        nothing = np.zeros(len(rows))
        drawn, likelier = [], []
        for ticks in np.ascontiguousarray(episodes.inputs, np.float32):
            for tick in ticks[:-1]:
                self._think(tick)
                if brain.learner is not None:
                    brain.learner.traces.perceive(rows)
                self._count_tick()
            self._think(ticks[-1])
            self._learn(nothing, ended=False)
            brain.decide(rows, brain.readout.random_numbers(self._random.at(self.decisions), 1)[0])
            brain.count_tick()
            self.decisions += 1
            drawn.append(brain.readout.action.copy())
            likelier.append(brain.readout.output.argmax(1))
        reward = episodes.reward(np.stack(drawn))
        self._think(self._silence)  # what comes after the last decision is its reward, and nothing else
        self._learn(self._paid(reward), ended=True)
        self._count_tick()
        brain.reset(rows)
        return reward if self._task.judged == "drawn" else episodes.reward(np.stack(likelier))

    def _think(self, signal: Floats) -> None:
        self.ticks += 1
        self.brain.think(self._rows, signal)

    def _count_tick(self) -> None:
        """Count a tick at which nothing is decided."""
        for layer in self.brain.layers:
            layer.count_tick()

    def _learn(self, rewards: NDArray[np.float64], ended: bool) -> None:
        if self.brain.learner is not None:
            all_rows = np.full(len(rewards), ended)
            self.brain.learn(self._rows, rewards.astype(np.float32), all_rows, all_rows, all_rows)
            self.brain.raise_fault()
            self.backwards += self.brain.learner.learned

    def _paid(self, reward: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.roll(reward, 1) if self._arm.rewards == "shuffled" else reward


def _layers(task: EpisodeTask, arm: Arm, rule: ActorCritic | None, rows: int, seed: int) -> list[Layer]:
    hidden: dict[str, list[Neuron]] = {
        "none": [],
        "tanh": [Tanh(size=task.hidden, scale=arm.scale)],
        "lif": [LIF(size=task.hidden, decay=task.decay)],
    }
    readout = LIS(size=task.actions, decay=task.readout_decay if arm.readout_decay is None else arm.readout_decay)
    neurons = [*hidden[arm.hidden] * arm.depth, readout]
    widths = [task.channels, *(neuron.size for neuron in neurons)]
    build_layer = Layer if rule is None else rule.build_layer
    return [
        build_layer(neuron, inputs, rows, Stream(seed, f"weights, layer {k}").at(0), np.float32)
        for k, (neuron, inputs) in enumerate(zip(neurons, widths, strict=False))
    ]


def _rule(task: EpisodeTask, arm: Arm) -> ActorCritic:
    given = {"discount": task.discount, "trace_decay": task.trace_decay, **task.learning, **arm.options}
    if arm.kind in task.forgetful and given["discount"] * given["trace_decay"] >= 1.0:
        given["trace_decay"] = task.forgetful[arm.kind]
    return rule_of(arm.kind, given)
