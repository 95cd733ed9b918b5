"""What baselines are measured on: tasks of benchmarks.learning as environments of gymnasium, and their scores."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

Env = gymnasium.Env[Any, Any]
Floats = NDArray[np.float64]

GAIN = 4.0  # times which senses enter brains, see agents.encoders.fitting
TENTH, EIGHTH = 10, 8


@dataclass(frozen=True)
class Life:
    """What one agent earned at each step of its life, (steps,), and where an episode was over."""

    rewards: Floats
    over: NDArray[np.bool_]


@dataclass(frozen=True)
class Task:
    """An environment in which an agent lives for so many steps.

    Args:
        id: of the environment.
        steps: of a life.
        options: of the environment.
        gain: times which an observation is given.
        episodic: whether returns of episodes count, instead of reward per 100 steps.
        points: of a curve.
        marks: steps after which the score is told, too.
    """

    id: str
    steps: int
    options: Mapping[str, Any] = field(default_factory=dict)
    gain: float = 1.0
    episodic: bool = False
    points: int = 50
    marks: Sequence[int] = ()

    def make(self) -> Env:
        """Return a new environment."""
        env: Env = gymnasium.make(self.id, disable_env_checker=True, **self.options)
        if self.gain == 1.0:
            return env
        seen: Any = env.observation_space
        space = gymnasium.spaces.Box(seen.low * self.gain, seen.high * self.gain, dtype=seen.dtype)
        gain = seen.dtype.type(self.gain)
        scaled: Env = gymnasium.wrappers.TransformObservation(env, lambda sensed: sensed * gain, space)
        return scaled

    def score(self, life: Life) -> float:
        """Return the mean return of whole episodes in the last eighth, or reward per 100 steps in the last tenth."""
        steps = len(life.rewards)
        if self.episodic:
            return mean_return(life, steps - steps // EIGHTH, steps, whole=True)
        return per_100(life, steps - steps // TENTH, steps)

    def score_after(self, life: Life, steps: int) -> float:
        """Return the score had the life ended after so many steps."""
        return self.score(Life(life.rewards[:steps], life.over[:steps]))

    def curve(self, life: Life) -> Floats:
        """Return the same count on the way, (points,), NaN where nothing ended."""
        edges = self.edges(len(life.rewards))
        spans = pairwise(edges)
        if self.episodic:
            return np.array([mean_return(life, low, high, whole=False) for low, high in spans])
        return np.array([per_100(life, low, high) for low, high in spans])

    def edges(self, steps: int) -> list[int]:
        """Return the steps before, between and after the points of a curve."""
        return [steps * point // self.points for point in range(self.points + 1)]


def per_100(life: Life, after: int, until: int) -> float:
    """Return the reward per 100 steps of a window."""
    return float(life.rewards[after:until].mean() * 100.0)


def mean_return(life: Life, after: int, until: int, whole: bool) -> float:
    """Return the mean return of the episodes that end in a window, NaN if none does.

    Args:
        life: of an agent.
        after: steps before the window.
        until: steps up to its end.
        whole: whether only those count that begin in it, too.
    """
    ends = np.flatnonzero(life.over) + 1
    begins = np.concatenate([[0], ends[:-1]]).astype(int)
    sums = np.concatenate([[0.0], np.cumsum(life.rewards)])
    counted = (ends > after) & (ends <= until) & (begins >= after if whole else True)
    return float((sums[ends] - sums[begins])[counted].mean()) if counted.any() else float("nan")


TASKS = {
    "forage": Task("worlds:alife/Forage-v0", 100_000, {"size": 12.0}, GAIN, marks=(30_000, 100_000)),
    "lantern": Task("worlds:alife/Lantern-v0", 100_000, {"flip": 0.005}, GAIN, marks=(30_000, 100_000)),
    "cartpole": Task("CartPole-v1", 40_000, episodic=True, points=16),
    "acrobot": Task("Acrobot-v1", 40_000, episodic=True, points=16),
}
