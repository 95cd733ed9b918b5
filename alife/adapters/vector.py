"""ManyCopies: a world with one creature in each copy, as a vector environment of gymnasium."""

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from alife.adapters.single import SEEDS, make_body, make_world
from alife.core.errors import ConfigError
from alife.core.world import Outcome, World

_NAME = "creature"


class ManyCopies(VectorEnv[NDArray[np.float32], NDArray[Any], NDArray[Any]]):
    """One creature in each copy of a world, all of them stepped as arrays.

    Copy i of a vector environment reset with seed s goes as the SingleCreature reset with s + i. A creature whose
    episode ended begins anew with the step after, whatever its action (NEXT_STEP).

    The information of a step has one key, `events`: for each copy the names of what happened, in order.

    Args:
        world: where the class of the world is, as "package.module:Class".
        num_envs: how many copies.
        render_mode: None, or "rgb_array" for one picture of each copy.
        body: as a configuration writes the section `body`.
        settings: what else the world's constructor takes.

    Raises:
        ConfigError: there is no such world, or no such body.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012 - declared so by gymnasium
        "render_modes": ["rgb_array"],
        "render_fps": 30,
        "autoreset_mode": AutoresetMode.NEXT_STEP,
    }

    def __init__(
        self,
        world: str,
        num_envs: int = 1,
        render_mode: str | None = None,
        body: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        self.num_envs, self.render_mode = num_envs, render_mode
        species = {_NAME: (make_body(body).as_only_creature(), 1)}
        self._world: World = make_world(world, species, copies=num_envs, **settings)
        self.single_observation_space: gymnasium.Space[Any] = self._world.observation_spaces[_NAME]
        self.single_action_space: gymnasium.Space[Any] = self._world.action_spaces[_NAME]
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start every copy anew.

        Raises:
            ConfigError: the seeds do not follow each other; a world counts them itself.
        """
        first = self._first_seed(seed)
        super().reset(seed=first)
        outcome = self._world.reset(int(self.np_random.integers(SEEDS)) if first is None else first)[_NAME]
        return outcome.observations.copy(), self._information(outcome)

    def _first_seed(self, seed: int | Sequence[int | None] | None) -> int | None:
        if seed is None or isinstance(seed, int | np.integer):
            return None if seed is None else int(seed)
        if all(each is None for each in seed):
            return None
        first = seed[0]
        if first is None or list(seed) != list(range(first, first + self.num_envs)):
            raise ConfigError(
                f"the seeds of the copies must follow each other, s to s + {self.num_envs - 1}, or be s alone"
            )
        return int(first)

    def step(
        self, actions: NDArray[Any]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """Run one tick in every copy."""
        outcome = self._world.step({_NAME: np.asarray(actions)})[_NAME]
        return (
            outcome.observations.copy(),
            outcome.rewards.astype(np.float64),
            outcome.terminated.copy(),
            outcome.truncated.copy(),
            self._information(outcome),
        )

    def _information(self, outcome: Outcome) -> dict[str, Any]:
        happened = np.empty(self.num_envs, object)
        happened[:] = [[] for _ in range(self.num_envs)]
        for row, cause in zip(outcome.events.rows.tolist(), outcome.events.causes.tolist(), strict=True):
            happened[row].append(self._world.causes[cause])
        return {"events": happened, "_events": np.ones(self.num_envs, bool)}

    def render(self) -> tuple[NDArray[np.uint8], ...] | None:
        """Return a picture (height, width, 3) of each copy in the mode "rgb_array"."""
        if self.render_mode != "rgb_array":
            return None
        from alife.view.film.picture import scene_image

        return tuple(scene_image(self._world.scene(copy)) for copy in range(self.num_envs))
