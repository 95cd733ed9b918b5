"""Any environment of gymnasium as a world: one creature in each copy, which lives in an environment of its own.

    world: {kind: gymnasium, id: CartPole-v1, copies: 8}
    world: {kind: gymnasium, id: "minigrid:MiniGrid-Empty-5x5-v0", options: {max_steps: 50}}
    world: {kind: "my_package.my_module:MyEnv", copies: 8}

An environment of another package is found by its module, a colon and its id; `options` go to its constructor. A class
that derives from gymnasium.Env needs no id. What the creature senses and does are the environment's spaces, so there is
no body to choose. Observations become rows of numbers, see alife.core.flatten. Rewards are of any size and may come at
every tick, so creatures that are told nothing else learn by surprise, from rewards in units of their returns. How all
this goes, and what is earned, is in docs/worlds/gymnasium.md.

Version history: 0, the first.
"""

import importlib
import inspect
import re
import warnings
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import Any, ClassVar

import gymnasium
import numpy as np
from gymnasium.envs.registration import load_env_creator
from numpy.typing import NDArray

from alife.body import Body
from alife.body.motor import Motor
from alife.core.channel import Channel
from alife.core.errors import AlifeError, CheckpointError, ConfigError, WorldError, WorldWarning
from alife.core.flatten import Flattened
from alife.core.scene import Label, Scene
from alife.core.sentences import last_words, missing_module, nearest
from alife.core.types import Count
from alife.core.world import Events, Outcome, Species, State, World, reward_events
from worlds._environment import SEEDS, Env, Environment
from worlds._options import Parameters, fit_options, parameters_of, signature_of, takes_any_name

_OF_MAKE = set(inspect.signature(gymnasium.make).parameters) - {"id", "kwargs", "disable_env_checker"}
"""The options that gymnasium.make takes for itself."""


class Gymnasium(World):
    """Copies of an environment of gymnasium, each made by a `gymnasium.make` of its own.

    The first episode of copy i of a world of seed s is that of an environment reset with s + i; every later one is
    seeded, too, from that seed and its number. So an episode can be begun again, and a saved state is the number of the
    episode and the actions since it began: loading it lives them again. An environment whose seed does not decide all
    that happens, or an episode of more than 100,000 ticks, cannot be loaded.

    Args:
        id: of the environment, with "module:" before it if a module has to be imported to know it.
        copies: how many of it run side by side.
        options: what else its constructor takes.
    """

    causes: ClassVar[tuple[str, ...]] = ("reward", "success")
    success: ClassVar[str] = "success"
    bodies: ClassVar[bool] = False
    learning: ClassVar[Mapping[str, Any]] = {
        "kind": "ring",
        "learning_rate": 0.002,
        "trace_decay": 0.9,
        "discount": 0.99,
        "critic": "senses",
        "entropy": 0.01,
        "scale_rewards": True,
        "trigger": {"kind": "surprise", "threshold": 0.3, "rewards": False},
    }

    def __init__(self, species: Species, id: str, copies: Count = 1, options: Mapping[str, Any] | None = None) -> None:
        self._set_up(species, copies, id, lambda: _made(id, options or {}))

    def _set_up(self, species: Species, copies: int, name: str, make: Callable[[], Env]) -> None:
        self._species = _the_only(species, name)
        self.copies, self._id, self._environments = copies, name, []
        self._warned = False  # of numbers a little outside of their bounds
        try:
            for copy in range(copies):
                self._environments.append(Environment(f"copy {copy} of {name}" if copies > 1 else name, make))
            self._read_spaces()
        except BaseException:
            self.close()
            raise

    def _read_spaces(self) -> None:
        first, *others = self._environments
        for which in ("observation_space", "action_space"):
            if unlike := [other.name for other in others if getattr(other, which) != getattr(first, which)]:
                raise WorldError(f"{unlike[0]} has another {which} than copy 0; all copies must have the same")
        self._flat, self._actions = Flattened(first.observation_space), first.action_space
        self._whole = isinstance(self._actions, gymnasium.spaces.Discrete)
        self.species = {self._species: (Body((), _Foreign(self._actions, _action_names(first.env))), 1)}
        self._observations = np.zeros((self.copies, self._flat.shape[0]), np.float32)

    @property
    def title(self) -> str:
        """The id of the environment."""
        return f"environment {self._id}"

    @property
    def observation_spaces(self) -> dict[str, gymnasium.spaces.Box]:
        """The flat form of the environment's observation space."""
        return {self._species: self._flat}

    @property
    def action_spaces(self) -> dict[str, gymnasium.Space[Any]]:
        """The environment's action space."""
        return {self._species: self._actions}

    def channels(self, name: str) -> tuple[Channel, ...]:
        """Return what each number is, as far as the space says."""
        return self._flat.channels()

    @np.errstate(all="ignore")  # what 32 bits cannot hold becomes infinite, and is found so
    def reset(self, seed: int) -> dict[str, Outcome]:
        """Reset every copy to its first episode.

        Raises:
            WorldError: an environment does not keep its contract.
        """
        for copy, environment in enumerate(self._environments):
            self._sense(copy, environment.begin_episode((seed + copy) % SEEDS))
        self._bring_inside()
        return {self._species: Outcome.at_reset(self._observations.copy())}

    @np.errstate(all="ignore")
    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        """Advance every copy by one tick.

        Raises:
            WorldError: an environment does not keep its contract.
        """
        given = actions[self._species]
        rewards, terminated, truncated = np.zeros(self.copies), np.zeros(self.copies, bool), np.zeros(self.copies, bool)
        for copy, environment in enumerate(self._environments):
            if environment.ended:
                self._sense(copy, environment.begin_next_episode())
            else:
                action = int(given[copy]) if self._whole else given[copy]
                observation, rewards[copy], terminated[copy], truncated[copy] = environment.step_environment(action)
                self._sense(copy, observation)
        self._bring_inside()
        events = (
            self._with_successes(reward_events(rewards)) if (terminated | truncated).any() else reward_events(rewards)
        )
        return {self._species: Outcome(self._observations.copy(), rewards, terminated, truncated, events)}

    def _with_successes(self, events: Events) -> Events:
        """Return events with one, worth nothing, for each copy whose episode has ended as a success."""
        won = np.flatnonzero([environment.succeeded for environment in self._environments])
        rows = np.concatenate([events.rows, won])
        order = np.argsort(rows, kind="stable")
        causes, values = (
            np.append(events.causes, np.ones(len(won), np.int64)),
            np.append(events.values, np.zeros(len(won))),
        )
        return Events(rows[order], causes[order], values[order])

    def restart_rows(self, name: str, rows: NDArray[np.int64]) -> bool:
        """Let the next step begin the next episode in these copies."""
        for copy in rows:
            self._environments[copy].ended = True
        return True

    def _sense(self, copy: int, observation: Any) -> None:
        self._environments[copy].sense(observation, self._flat, self._observations[copy])

    def _bring_inside(self) -> None:
        """Bring numbers that lie a little outside of their bounds to them, and say so once.

        Environments of others do that. What lies far outside is for whoever checks worlds to find.
        """
        found = self._flat.bring_inside(self._observations)
        if found is not None and not self._warned:
            self._warned = True
            error = self._environments[found[0]].mismatch(found[1])
            warnings.warn(f"{error}; it is taken for its bound, and this is said once", WorldWarning, stacklevel=2)

    def close(self) -> None:
        """Close all environments."""
        while self._environments:
            self._environments.pop().close()

    def scene(self, copy: int) -> Scene:
        """Return the picture that the environment paints of itself, if it does."""
        environment, why = self._environments[copy], "paints no picture of itself"
        if environment.env.render_mode == "rgb_array":
            try:
                return _picture(environment.render())
            except Exception as error:  # a picture is no reason to end a run
                why = f"cannot paint a picture: {type(error).__name__}"
        elif environment.env.render_mode == "human":
            why = "paints for people elsewhere; with render_mode: rgb_array in world.options it is seen here"
        return Scene(8.0, 6.0, (Label("note", (4.0, 3.0), f"{self._id} {why}"),))

    def state_dict(self) -> State:
        """Return, for each copy, its seed, the number of its episode, and the actions in it."""
        return {
            "observations": self._observations.copy(),
            "lives": {str(copy): environment.state_dict() for copy, environment in enumerate(self._environments)},
        }

    def load_state_dict(self, state: State) -> None:
        """Replay the episodes of a state, up to where it was taken.

        Raises:
            CheckpointError: they go otherwise this time, or are too long to be lived again.
        """
        for copy, environment in enumerate(self._environments):
            self._sense(copy, environment.replay_episode(state["lives"][str(copy)]))
        if not np.array_equal(self._observations, np.asarray(state["observations"]), equal_nan=True):
            raise CheckpointError(
                f"{self._id} cannot go on from a saved state: the same seed and actions have led it elsewhere"
            )


@cache
def world_of(env: type[Env]) -> type[World]:
    """Return the world of copies of a class that derives from gymnasium.Env and is registered nowhere."""

    class Made(Gymnasium):
        def __init__(self, species: Species, copies: Count = 1, options: Mapping[str, Any] | None = None) -> None:
            name = f"{env.__module__}:{env.__qualname__}"
            self._set_up(species, copies, name, lambda: _built(name, env, options or {}))

    Made.__name__, Made.__qualname__, Made.__doc__ = env.__name__, env.__qualname__, env.__doc__
    Made.__module__ = env.__module__
    return Made


class _Foreign(Motor):
    """The motor of a creature whose body is an environment: all that is known are the actions."""

    def __init__(self, space: gymnasium.Space[Any], names: tuple[str, ...]) -> None:
        self._space, self._names = space, names

    def action_space(self) -> gymnasium.Space[Any]:
        """Return the environment's."""
        return self._space

    def action_names(self) -> tuple[str, ...]:
        """Return what the environment calls them, or nothing."""
        return self._names

    def turn_and_step(self, headings: NDArray[np.float64], actions: NDArray[Any]) -> NDArray[np.float64]:
        """Refuse: the environment moves it."""
        raise WorldError("a creature in an environment of gymnasium is moved by the environment alone")


def _the_only(species: Species, name: str) -> str:
    """Return the name of the only species."""
    if len(species) != 1 or next(iter(species.values()))[1] != 1:
        raise ConfigError(f"creatures: {name} has room for one creature of one species; for more, write more copies")
    return next(iter(species))


def _made(name: str, options: Mapping[str, Any]) -> Env:
    """Return a new environment by its id."""

    def make() -> Env:
        constructor = _class_of(name)
        registered = gymnasium.spec(name.rpartition(":")[2]).kwargs
        given = _painting(constructor, options)
        fitted = fit_options(name, constructor, options, {**registered, **given}, _OF_MAKE)
        return gymnasium.make(name, disable_env_checker=True, **given, **fitted)

    return _new(name, "world.id", make, options, lambda: parameters_of(_class_of(name)))


def _built(name: str, env: type[Env], options: Mapping[str, Any]) -> Env:
    """Return a new environment by its class."""

    def make() -> Env:
        given = _painting(env, options)
        return env(**given, **fit_options(name, env, options, given, set()))

    return _new(name, "world.kind", make, options, lambda: parameters_of(env))


def _new(
    name: str, key: str, make: Callable[[], Env], options: Mapping[str, Any], parameters: Callable[[], Parameters]
) -> Env:
    """Return a new environment, or say what it wants."""
    try:
        return make()
    except AlifeError:
        raise
    except gymnasium.error.Error as error:
        raise ConfigError(f"{key}: {_one_sentence(error)}") from error
    except ModuleNotFoundError as error:
        raise ConfigError(f"{key}: {name} {missing_module(error)}") from error
    except Exception as error:
        unknown = re.search(r"unexpected keyword argument '(\w+)'", str(error))
        if isinstance(error, TypeError) and unknown and unknown[1] in options:
            like = nearest(unknown[1], parameters())
            raise ConfigError(f"world.options.{unknown[1]}: {name} has no such option{like}") from error
        raise WorldError(f"{name} cannot be made: {last_words(error)}") from error


def _class_of(name: str) -> Any:
    module, colon, own_name = name.rpartition(":")
    if colon:
        importlib.import_module(module)
    _let_register(own_name.partition("/")[0])
    entry = gymnasium.spec(own_name).entry_point
    return load_env_creator(entry) if isinstance(entry, str) else entry


def _let_register(namespace: str) -> None:
    """Load the entry points of installed packages that register environments of this namespace."""
    if not any(spec.namespace == namespace for spec in gymnasium.registry.values()):
        for package in entry_points(group="gymnasium.envs", name=namespace):
            package.load()()


def _painting(env: Any, options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the option that makes an environment paint pictures when it is asked to, if it can."""
    modes = (getattr(env, "metadata", None) or {}).get("render_modes") or ()
    takes = signature_of(env)
    can = "render_mode" in takes or takes_any_name(takes)
    return {"render_mode": "rgb_array"} if "rgb_array" in modes and can and "render_mode" not in options else {}


def _one_sentence(error: Exception) -> str:
    return " ".join(str(error).split())


def _action_names(env: Env) -> tuple[str, ...]:
    """Return what an environment calls its actions, where it has names for them all."""
    space, named = env.action_space, getattr(env.unwrapped, "actions", None)
    names = tuple(getattr(named, "__members__", ()))
    if not isinstance(space, gymnasium.spaces.Discrete):
        return ()
    return names if len(names) == space.n else ()


def _picture(image: Any) -> Scene:
    """Return a scene of a picture (height, width, 3), of bytes or of shares of 1."""
    array = np.asarray(image)
    if array.ndim != 3 or array.shape[2] != 3:
        raise ValueError(f"a picture must have the shape (height, width, 3), this has {array.shape}")
    if array.dtype.kind == "f":
        array = np.clip(array, 0.0, 1.0) * 255.0
    return Scene(float(array.shape[1]), float(array.shape[0]), image=np.ascontiguousarray(array, dtype=np.uint8))
