"""A world in which creatures die, for the adapters: each after so many ticks as its copy's generator draws."""

from collections.abc import Mapping
from typing import Any, ClassVar

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.core.random import Stream
from alife.core.scene import Scene
from alife.core.types import Count
from alife.core.world import Events, Outcome, Species, State, World


class Mortal(World):
    """Every creature senses its age and a random number, and earns what it does; lives last 2 to 5 ticks."""

    causes: ClassVar[tuple[str, ...]] = ("reward",)

    def __init__(self, species: Species, copies: Count = 1) -> None:
        self.species, self.copies = species, copies
        space = gymnasium.spaces.Box(0.0, 1.0, (2,), np.float32)
        self._observed, self._acted = (
            dict.fromkeys(species, space),
            {n: b.action_space() for n, (b, _) in species.items()},
        )

    @property
    def observation_spaces(self) -> Mapping[str, gymnasium.spaces.Box]:
        return self._observed

    @property
    def action_spaces(self) -> Mapping[str, gymnasium.Space[Any]]:
        return self._acted

    def reset(self, seed: int) -> dict[str, Outcome]:
        self._streams = [Stream(seed + copy, "lives") for copy in range(self.copies)]
        self._tick = 0
        self._left = {name: np.zeros(self.row_count(name), np.int64) for name in self.species}
        all_rows = {name: np.ones(self.row_count(name), bool) for name in self.species}
        return {name: Outcome.at_reset(sensed) for name, sensed in self._sense(all_rows).items()}

    def _sense(self, born: Mapping[str, NDArray[np.bool_]]) -> dict[str, NDArray[np.float32]]:
        sensed = {name: np.zeros((self.row_count(name), 2), np.float32) for name in self.species}
        for copy, stream in enumerate(self._streams):
            random = stream.at(self._tick)
            for name, (_, count) in self.species.items():
                rows = slice(copy * count, (copy + 1) * count)
                lifetimes = random.integers(2, 6, count)
                self._left[name][rows] = np.where(born[name][rows], lifetimes, self._left[name][rows])
                sensed[name][rows, 1] = random.random(count)
                sensed[name][rows, 0] = self._left[name][rows] / 10.0
        return sensed

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        self._tick += 1
        born = {name: left == 0 for name, left in self._left.items()}
        for name, left in self._left.items():
            left[~born[name]] -= 1
        sensed, outcomes = self._sense(born), {}
        for name, left in self._left.items():
            rewards = np.where(born[name], 0.0, np.asarray(actions[name], np.float64).reshape(len(left), -1)[:, 0])
            rows = np.flatnonzero(rewards)
            events = Events(rows, np.zeros(len(rows), np.int64), rewards[rows])
            dead = left == 0
            outcomes[name] = Outcome(sensed[name], rewards, dead, np.zeros_like(dead), events)
        return outcomes

    def scene(self, copy: int) -> Scene:
        return Scene(1.0, 1.0)

    def state_dict(self) -> State:
        return {}

    def load_state_dict(self, state: State) -> None:
        pass
