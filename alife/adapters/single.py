"""SingleCreature: a world with one creature in it, as a gymnasium environment."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import gymnasium
import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from alife.body import Body
from alife.config.resolve import load_object
from alife.config.schema import schema_of, validation_faults
from alife.core.errors import ConfigError
from alife.core.world import Outcome, Species, World, unfed

if TYPE_CHECKING:
    from alife.view.play.scene_window import SceneWindow

_NAME = "creature"
SEEDS = 2**31


class SingleCreature(gymnasium.Env[NDArray[np.float32], Any]):
    """One creature, alone in one copy of a world. Where it can die, `terminated` says that it has.

    The information of a step has one key, `events`: the names of what happened, in order.

    Args:
        world: the class of the world, or where it is, as "package.module:Class".
        render_mode: None, "rgb_array", or "human" for a window.
        body: as a configuration writes the section `body`, for example {"motor": {"kind": "glide"}}.
        settings: what else the world's constructor takes.

    Raises:
        ConfigError: there is no such world, or no such body, or it cannot live there.
    """

    metadata: dict[str, Any] = {"render_modes": ["human", "rgb_array"], "render_fps": 30}  # noqa: RUF012 - declared so by gymnasium

    def __init__(
        self,
        world: str | type[World],
        render_mode: str | None = None,
        body: Mapping[str, Any] | None = None,
        **settings: Any,
    ) -> None:
        self.render_mode = render_mode
        species = {_NAME: (make_body(body).as_only_creature(), 1)}
        self._world: World = make_world(world, species, **settings)
        observed: Mapping[str, Any] = self._world.observation_spaces
        self.observation_space = observed[_NAME]
        self.action_space = self._world.action_spaces[_NAME]
        self._window: SceneWindow | None = None
        self._last_action: Any = None  # where the episode has ended and could go on to the next one

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """Start anew; the same seed gives the same life.

        Without a seed, what comes after an episode that has ended is the next episode of the same life, as in a
        vector environment.
        """
        super().reset(seed=seed)
        if seed is None and self._last_action is not None:
            outcome = self._world.step({_NAME: np.asarray([self._last_action])})[_NAME]
        else:
            first = seed if seed is not None else int(self.np_random.integers(SEEDS))
            outcome = self._world.reset(first)[_NAME]
        self._last_action = None
        self._show_scene()
        return outcome.observations[0].copy(), self._information(outcome)

    def step(self, action: Any) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Run one tick."""
        outcome = self._world.step({_NAME: np.asarray([action])})[_NAME]
        self._last_action = action if outcome.terminated[0] or outcome.truncated[0] else None
        self._show_scene()
        return (
            outcome.observations[0].copy(),
            float(outcome.rewards[0]),
            bool(outcome.terminated[0]),
            bool(outcome.truncated[0]),
            self._information(outcome),
        )

    def _information(self, outcome: Outcome) -> dict[str, Any]:
        return {"events": [self._world.causes[cause] for cause in outcome.events.causes]}

    def render(self) -> NDArray[np.uint8] | None:
        """Return a picture (height, width, 3) in the mode "rgb_array"; the mode "human" shows it by itself."""
        if self.render_mode != "rgb_array":
            return None
        from alife.view.film.picture import scene_image

        return scene_image(self._world.scene(0))

    def _show_scene(self) -> None:
        if self.render_mode != "human":
            return
        from alife.view.play.scene_window import SceneWindow

        if self._window is None:
            self._window = SceneWindow(_NAME, self.metadata["render_fps"])
        self._window.show_scene(self._world.scene(0))

    def close(self) -> None:
        """Close the world, and the window, if there is one."""
        self._world.close()
        if self._window is not None:
            self._window.close()
            self._window = None


def make_world(world: str | type[World], species: Species, **settings: Any) -> World:
    """Return the world whose class is "package.module:Class".

    Raises:
        ConfigError: there is no such world, or it keeps no energy and a body has a metabolism.
    """
    made: Any = load_object(world) if isinstance(world, str) else world
    if isinstance(made, type) and issubclass(made, World):
        bodies = {name: body for name, (body, _) in species.items()}
        for name, why in unfed(made, made.__name__, bodies).items():
            raise ConfigError(f"{name}: {why}")
    built: World = made(species=species, **settings)
    return built


def make_body(section: Mapping[str, Any] | None) -> Body:
    """Return the body that a section of a configuration stands for.

    Raises:
        ConfigError: it stands for none.
    """
    try:
        body: Body = schema_of(Body).model_validate(section).build()
    except ValidationError as error:
        raise ConfigError([f"body.{fault}" for _, fault in validation_faults(error)]) from None
    return body
