"""PPO of stable-baselines3 with all its defaults, which keeps 2,048 steps and learns from them ten times over.

It needs the package: pip install "tracelife[rl]".
"""

from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np

from alife.core.errors import ConfigError
from benchmarks.baselines.tasks import Life, Task


class Recorded(gymnasium.Wrapper[Any, Any, Any, Any]):
    """An environment that remembers what every step brought."""

    def __init__(self, env: gymnasium.Env[Any, Any]) -> None:
        super().__init__(env)
        self.rewards: list[float] = []
        self.over: list[bool] = []

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Take a step, and remember it."""
        taken = self.env.step(action)
        self.rewards.append(float(taken[1]))
        self.over.append(bool(taken[2] or taken[3]))
        return taken


def live(task: Task, seeds: Sequence[int], steps: int) -> tuple[list[Life], int]:
    """Return the life of an agent for each seed, and the bytes of what one learns with, its weights apart.

    Raises:
        ConfigError: stable-baselines3 is not installed.
    """
    import torch

    try:
        from stable_baselines3 import PPO
    except ModuleNotFoundError as error:
        raise ConfigError('--arm ppo: needs stable-baselines3, pip install "tracelife[rl]"') from error

    torch.set_num_threads(1)
    lives, learning_bytes = [], 0
    for seed in seeds:
        env = Recorded(task.make())
        agent = PPO("MlpPolicy", env, seed=seed, device="cpu")
        agent.learn(steps)  # in whole rollouts; what is more than asked for counts no more
        env.close()
        lives.append(Life(np.array(env.rewards[:steps]), np.array(env.over[:steps])))
        learning_bytes = _bytes(agent)
    return lives, learning_bytes


def _bytes(agent: Any) -> int:
    """Return the bytes of the steps kept and of the moments of Adam."""
    kept: int = sum(value.nbytes for value in vars(agent.rollout_buffer).values() if isinstance(value, np.ndarray))
    moments: int = 2 * sum(weight.numel() * weight.element_size() for weight in agent.policy.parameters())
    return kept + moments
