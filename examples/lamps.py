"""Lamps: a world of one's own. Of two lamps one is lit; turning towards it is rewarded, turning away punished.

python run.py examples/lamps.yaml
"""

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.core.random import Stream
from alife.core.scene import Circles, Label, Scene
from alife.core.types import Count
from alife.core.world import Outcome, Species, State, World, reward_events


class Lamps(World):
    """Each creature sees two lamps. Action 0 (left) is right under the first, action 2 (right) under the second."""

    def __init__(self, species: Species, copies: Count = 1) -> None:
        self.species, self.copies = species, copies

    @property
    def observation_spaces(self) -> Mapping[str, gymnasium.spaces.Box]:
        return {name: gymnasium.spaces.Box(0.0, 1.0, (2,), np.float32) for name in self.species}

    @property
    def action_spaces(self) -> Mapping[str, gymnasium.Space[Any]]:
        return {name: body.action_space() for name, (body, _) in self.species.items()}

    def reset(self, seed: int) -> dict[str, Outcome]:
        self._tick, self._seed = 0, seed
        return {name: Outcome.at_reset(self._see(name)) for name in self.species}

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        answers = {name: np.where(self._lit[name], 2, 0) for name in self.species}
        self._tick += 1
        return {name: self._outcome(name, actions[name] == answers[name]) for name in self.species}

    def _outcome(self, name: str, right: NDArray[np.bool_]) -> Outcome:
        rewards = np.where(right, 1.0, -1.0)
        not_terminated = np.zeros(len(right), bool)
        return Outcome(self._see(name), rewards, not_terminated, not_terminated, reward_events(rewards))

    def _see(self, name: str) -> NDArray[np.float32]:
        """Light one lamp for each creature; copy i draws as seed + i."""
        count = self.species[name][1]
        draws = [Stream(self._seed + copy, name).at(self._tick).random(count) for copy in range(self.copies)]
        lit = np.concatenate(draws) < 0.5
        self._lit = {**getattr(self, "_lit", {}), name: lit}
        return np.stack([~lit, lit], axis=1).astype(np.float32)

    def scene(self, copy: int) -> Scene:
        shapes: list[Circles | Label] = []
        for line, (name, (_, count)) in enumerate(self.species.items()):
            for index, lit in enumerate(self._lit[name][copy * count : (copy + 1) * count]):
                place = np.array([[1.0 + 2 * index + 0.8 * lit, 1.0 + line]])
                shapes.append(Circles("light", place, 0.3))
            shapes.append(Label("label", (1.0, 0.5 + line), name))
        return Scene(
            2.0 * max(count for _, count in self.species.values()) + 1.0, 1.0 + len(self.species), tuple(shapes)
        )

    def state_dict(self) -> State:
        return {"tick": self._tick, "seed": self._seed, "lit": dict(self._lit)}

    def load_state_dict(self, state: State) -> None:
        self._tick, self._seed = int(state["tick"]), int(state["seed"])
        self._lit = {name: np.array(lit) for name, lit in state["lit"].items()}
