"""ManyCreatures: all creatures in one copy of a world, as a parallel environment of PettingZoo.

It needs the package pettingzoo: pip install "tracelife[multi]".
"""

import copy
from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray
from pettingzoo import ParallelEnv

from alife.adapters.single import SEEDS, make_body, make_world
from alife.core.errors import WorldError
from alife.core.world import Outcome, World

Agent = str
_Numbers = NDArray[np.float32]
_Results = tuple[
    dict[Agent, _Numbers], dict[Agent, float], dict[Agent, bool], dict[Agent, bool], dict[Agent, dict[str, Any]]
]


class ManyCreatures(ParallelEnv[Agent, _Numbers, Any]):
    """Every creature in one copy of a world is an agent, named "species_0", "species_1", ...

    An agent whose life has ended is gone with the step that says so. With the step after, another creature begins in
    its row under a new name, the next number of the species, unless the row stays empty. So there is no list of all
    possible agents, and where all have ended at once, one more step, without actions, brings their successors.

    The information of an agent has one key, `events`: the names of what happened to it, in order.

    Args:
        world: where the class of the world is, as "package.module:Class".
        creatures: by species, how many there are.
        bodies: by species, as a configuration writes the section `body`; a species without has the default.
        render_mode: None, or "rgb_array".
        settings: what else the world's constructor takes.

    Raises:
        ConfigError: there is no such world, or no such body.
    """

    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 30, "name": "alife_v0"}  # noqa: RUF012 - declared so by PettingZoo

    def __init__(
        self,
        world: str,
        creatures: Mapping[str, int],
        bodies: Mapping[str, Mapping[str, Any]] | None = None,
        render_mode: str | None = None,
        **settings: Any,
    ) -> None:
        self.render_mode = render_mode
        species = {name: (make_body((bodies or {}).get(name)), count) for name, count in creatures.items()}
        self._world: World = make_world(world, species, **settings)
        self._observation_spaces = dict(self._world.observation_spaces)
        self._action_spaces = dict(self._world.action_spaces)
        # For rows without a name: a world takes an action for every row.
        self._idle_actions = {name: copy.deepcopy(space).sample() for name, space in self._action_spaces.items()}
        self._random = np.random.default_rng()
        self._names: dict[str, list[Agent | None]] = {}  # by species and row; None where a life has ended
        self._born: dict[str, int] = {}  # by species, how many names there have been
        self.agents: list[Agent] = []

    def observation_space(self, agent: Agent) -> gymnasium.Space[Any]:
        """Return the space of what an agent observes, one for all of its species."""
        space: gymnasium.Space[Any] = self._observation_spaces[_species_of(agent)]
        return space

    def action_space(self, agent: Agent) -> gymnasium.Space[Any]:
        """Return the space of what an agent can do, one for all of its species."""
        space: gymnasium.Space[Any] = self._action_spaces[_species_of(agent)]
        return space

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[Agent, _Numbers], dict[Agent, dict[str, Any]]]:
        """Start anew, with names counted from 0; the same seed gives the same lives."""
        if seed is not None:
            self._random = np.random.default_rng(seed)
        outcomes = self._world.reset(int(self._random.integers(SEEDS)) if seed is None else seed)
        self._names = {name: [None] * len(outcome.rewards) for name, outcome in outcomes.items()}
        self._born = dict.fromkeys(outcomes, 0)
        self._name_newborns(outcomes)
        results = self._results(outcomes)
        return results[0], results[4]

    def step(self, actions: Mapping[Agent, Any]) -> _Results:
        """Run one tick.

        Raises:
            WorldError: a living agent has no action.
        """
        if missing := [agent for agent in self.agents if agent not in actions]:
            raise WorldError(f"every agent needs an action, {', '.join(missing)} has none")
        outcomes = self._world.step(
            {
                name: np.stack([self._idle_actions[name] if agent is None else actions[agent] for agent in row])
                for name, row in self._names.items()
            }
        )
        self._name_newborns(outcomes)
        results = self._results(outcomes)
        self._drop_ended(outcomes)
        return results

    def _name_newborns(self, outcomes: Mapping[str, Outcome]) -> None:
        """Name the creatures that have begun in rows without a name."""
        for name, row in self._names.items():
            lives = outcomes[name].lives
            for index, agent in enumerate(row):
                if agent is None and (lives is None or lives.alive[index]):
                    row[index] = f"{name}_{self._born[name]}"
                    self._born[name] += 1
        self.agents = [agent for row in self._names.values() for agent in row if agent is not None]

    def _drop_ended(self, outcomes: Mapping[str, Outcome]) -> None:
        for name, outcome in outcomes.items():
            for index in np.flatnonzero(outcome.terminated | outcome.truncated).tolist():
                self._names[name][index] = None
        self.agents = [agent for row in self._names.values() for agent in row if agent is not None]

    def _results(self, outcomes: Mapping[str, Outcome]) -> _Results:
        """Return observations, rewards, terminated, truncated and information of all agents that have a name."""
        results: _Results = ({}, {}, {}, {}, {})
        for name, outcome in outcomes.items():
            happened: list[list[str]] = [[] for _ in outcome.rewards]
            for row, cause in zip(outcome.events.rows.tolist(), outcome.events.causes.tolist(), strict=True):
                happened[row].append(self._world.causes[cause])
            for row, agent in enumerate(self._names[name]):
                if agent is None:
                    continue
                results[0][agent] = outcome.observations[row].copy()
                results[1][agent] = float(outcome.rewards[row])
                results[2][agent] = bool(outcome.terminated[row])
                results[3][agent] = bool(outcome.truncated[row])
                results[4][agent] = {"events": happened[row]}
        return results

    def render(self) -> NDArray[np.uint8] | None:
        """Return a picture (height, width, 3) in the mode "rgb_array"."""
        if self.render_mode != "rgb_array":
            return None
        from alife.view.film.picture import scene_image

        return scene_image(self._world.scene(0))

    def close(self) -> None:
        """Close the world."""
        self._world.close()


def _species_of(agent: Agent) -> str:
    return agent.rpartition("_")[0]
