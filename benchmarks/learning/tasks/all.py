"""All tasks by name: how they are run, what their references are, and which arms are compared on them."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.learning.alignment import AlignmentTask
from benchmarks.learning.arms import CONTROLS, Arm
from benchmarks.learning.course import Course
from benchmarks.learning.episodes import FORGETFUL, EpisodeTask
from benchmarks.learning.gym import GymTask
from benchmarks.learning.ladder import LadderTask
from benchmarks.learning.tasks import binding, hidden_xor, memory_chain, poisson_clicks, tmaze
from benchmarks.learning.worlds import WorldTask


class Task(Protocol):
    """Something that an arm can be measured on."""

    chance: float
    players: dict[str, float]
    unit: str
    short_unit: str
    learning: Mapping[str, Any]

    @property
    def headline(self) -> Sequence[str]:
        """The names of what is measured on more seeds than the rest."""

    def chooses_rate(self, arm: Arm) -> bool:
        """Return whether an arm has a learning rate to choose."""

    @property
    def arms(self) -> Sequence[str]:
        """The names of what is compared on it."""

    def run(self, arm: Arm, seeds: range, share: float = 1.0) -> Course:
        """Measure an arm, each seed a row, on a share of the length."""


class ClickTrials:
    """Trials of Poisson clicks as episodes of one decision."""

    def __init__(self, seeds: NDArray[np.int64], number: int, ticks: int) -> None:
        self._trials = poisson_clicks.draw_trials(seeds, number, ticks)
        self.inputs = self._trials.inputs[None]

    def reward(self, actions: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return 1 where the one action was right, else 0."""
        return self._trials.right(actions[0]).astype(np.float64)


class MazeTrials:
    """Trials of T-maze cues as episodes of one decision."""

    def __init__(self, seeds: NDArray[np.int64], number: int) -> None:
        trials = tmaze.draw_trials(seeds, number)
        self.inputs, self._labels = trials.inputs[None], trials.labels

    def reward(self, actions: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return 1 where the one action was right, else 0."""
        right: NDArray[np.float64] = np.equal(self._labels, actions[0]).astype(np.float64)
        return right


_ONE_REWARD: Mapping[str, Any] = {
    "critic": "mean",
    "settle": 0.0,
    "optimizer": {"kind": "factored_rms", "bias_correction": True},
}
"""What learning needs where an episode is one reward: nothing to expect but its mean, and no haste at the start."""

_CERTAIN: Mapping[str, Any] = {**_ONE_REWARD, "entropy": 0.0}
"""The same for tasks in which the right choice is to be made always."""

_MAIN = ("ring", "gated_trace", "slots_control_variate", "eprop")
_OPTIMIZERS = ("ring_obgd", "ring_intentional", "ring_fading", "ann_fading")
_WORLDS = (*_MAIN, "ring_128", "rstdp", "reflect", *CONTROLS)
_GYM = ("ring", "critic_state", "readout_only", "linear", "ann", "random")
_MARKS = (30_000, 100_000)


def _hidden_xor(decisions: int, arms: Sequence[str]) -> EpisodeTask:
    return EpisodeTask(
        draw_episodes=partial(hidden_xor.draw_episodes, decisions=decisions),
        channels=hidden_xor.CHANNELS,
        actions=hidden_xor.ACTIONS,
        hidden=16,
        decay=0.8,
        readout_decay=0.7,
        episodes=2500,
        window=300,
        chance=hidden_xor.CHANCE,
        players={"knows the label": hidden_xor.OBSERVER, "best weighted sum": hidden_xor.LINEAR},
        # A right choice earns 1 / decisions; against that an entropy of .02 would hold its probability at .96.
        learning=_CERTAIN,
        forgetful={**FORGETFUL, "slots": 0.9 if decisions == hidden_xor.DECISIONS else 0.98},
        arms=arms,
    )


def _poisson_clicks(readout_decay: float, arms: Sequence[str], ticks: int = poisson_clicks.TICKS) -> EpisodeTask:
    return EpisodeTask(
        draw_episodes=partial(ClickTrials, ticks=ticks),
        channels=poisson_clicks.CHANNELS,
        actions=2,
        hidden=50,
        decay=0.5,
        readout_decay=readout_decay,
        episodes=1000,
        window=100,
        chance=poisson_clicks.CHANCE,
        players={"counts every spike": poisson_clicks.OBSERVER},
        learning={
            **_ONE_REWARD,
            "optimizer": {"kind": "fading", "events": 1000, "optimizer": _ONE_REWARD["optimizer"]},
        },
        judged="likelier",
        arms=arms,
    )


def _memory_chain(length: int) -> EpisodeTask:
    return EpisodeTask(
        draw_episodes=partial(memory_chain.draw_episodes, length=length),
        channels=memory_chain.CHANNELS,
        actions=memory_chain.ACTIONS,
        hidden=64,
        decay=0.2,
        readout_decay=0.9,
        episodes=1000,
        window=100,
        chance=memory_chain.CHANCE,
        players={},
        trace_decay=0.0,
        learning=_CERTAIN,
        judged="likelier",
        arms=(),
    )


TASKS: Mapping[str, Any] = {
    "cosine": AlignmentTask(
        arms=("ring", "ring_32", "gated_trace", "slots", "slots_control_variate", "eprop", "trace"),
    ),
    "binding": EpisodeTask(
        draw_episodes=binding.draw_episodes,
        channels=binding.CHANNELS,
        actions=binding.ACTIONS,
        hidden=48,
        decay=0.8,
        readout_decay=0.7,
        episodes=1500,
        window=200,
        chance=binding.CHANCE,
        players={"knows the right actions": binding.OBSERVER},
        arms=(*_MAIN, "slots", "bptt", "rstdp", "trace", "reflect", "random_feedback", *CONTROLS),
    ),
    "hidden_xor": _hidden_xor(hidden_xor.DECISIONS, (*_MAIN, "slots", "trace", "random_feedback", *CONTROLS)),
    "hidden_xor_32": _hidden_xor(32, ("ring", "slots_control_variate", "ring_8", "slots_8_control_variate", "eprop")),
    "hidden_xor_64": _hidden_xor(64, ("ring", "slots_control_variate", "gated_trace", "eprop")),
    "poisson_clicks": _poisson_clicks(0.99, (*_MAIN, "trace", "reflect", "random_feedback", *CONTROLS)),
    "poisson_clicks_short": _poisson_clicks(
        0.9, ("ring_decays", "ring", "ring_slow", "eprop_decays", "shuffled_decays")
    ),
    "poisson_clicks_long": _poisson_clicks(
        0.9, ("ring_decays_far", "ring_slow", "ring_slowest", "shuffled_decays"), ticks=1000
    ),
    "tmaze": EpisodeTask(
        draw_episodes=MazeTrials,
        channels=tmaze.CHANNELS,
        actions=2,
        hidden=100,
        decay=(0.905, 0.995),  # 100 ms and 2 s
        readout_decay=0.9,
        episodes=6_000,
        window=100,
        chance=tmaze.CHANCE,
        players={"majority of the cues": tmaze.OBSERVER, "last cue": tmaze.ONE_CUE},
        learning=_ONE_REWARD,
        judged="likelier",
        arms=("ring_decays", "ring", "ring_slow", "shuffled_decays"),
    ),
    "memory_chain": LadderTask(
        _memory_chain,
        memory_chain.LENGTHS,
        memory_chain.SOLVED,
        0.0,
        {},
        arms=("ring_decays", "ring", "ring_slow", "ring_slowest", "shuffled_decays"),
        learning=_CERTAIN,
    ),
    "forage": WorldTask(
        "forage", 100_000, 0.0, {"greedy": 8.6, "better": 10.8}, arms=(*_WORLDS, *_OPTIMIZERS), marks=_MARKS
    ),
    "thin": WorldTask(
        "thin",
        100_000,
        0.0,
        {"greedy": 6.94, "better": 7.22},
        arms=(*_MAIN, "ring_128", *CONTROLS),
        marks=_MARKS,
        level=5.0,
    ),
    "lantern": WorldTask(
        "lantern", 100_000, 0.0, {"greedy": 8.38, "better": 10.50}, arms=(*_WORLDS, "random_feedback"), marks=_MARKS
    ),
    "reversal": WorldTask(
        "reversal",
        100_000,
        0.0,
        {"better": 10.56},
        arms=(*_WORLDS, "ring_entropy", "ring_recall"),
        season=10_000,
    ),
    "cartpole": GymTask("CartPole-v1", 40_000, 22.4, _GYM, {"never falls": 500.0}),
    "cartpole_long": GymTask("CartPole-v1", 200_000, 22.4, ("ring",), {"never falls": 500.0}),
    "acrobot": GymTask("Acrobot-v1", 40_000, -500.0, _GYM),
}
"""Every task of the benchmark."""
