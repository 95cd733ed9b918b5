"""An environment that lies in a chosen way, from or at a chosen step of each episode."""

from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete

SEEN: dict[str, list[float]] = {
    "nan seen": [np.nan, 0.0],
    "inf seen": [0.5, np.inf],
    "out of its box": [0.5, -17.0],
}
REWARDS = {"nan reward": np.nan, "huge reward": 1e300, "large reward": 1e30}
RAISED: dict[str, type[BaseException]] = {"exits": SystemExit, "interrupts": KeyboardInterrupt, "fails": RuntimeError}


class Liar(gymnasium.Env[Any, Any]):
    """Rewards action 1, over after twenty steps.

    Args:
        lie: what it does.
        at: the step of an episode at which it does that.
    """

    observation_space = Box(-1.0, 1.0, (2,), np.float32)
    action_space = Discrete(2)

    def __init__(self, lie: str = "", at: int = 7) -> None:
        self._lie, self._at, self._step = lie, at, 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self._step = 0
        return self._sensed(), {}

    def _sensed(self) -> Any:
        return self.np_random.random(2).astype(np.float32)

    def step(self, action: Any) -> Any:
        self._step += 1
        seen, reward = self._sensed(), float(action)
        if self._step == self._at:
            if self._lie in RAISED:
                raise RAISED[self._lie]("enough")
            seen, reward = SEEN.get(self._lie, seen), REWARDS.get(self._lie, reward)
        over = self._step == 20 or self._lie == "is over at once"
        return np.array(seen, np.float32), reward, over, False, {}
