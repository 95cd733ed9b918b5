"""An environment of gymnasium under its contract: what it returns is what its spaces promise, or is refused by name.

Its code runs in a context of its own (contextvars), so that np.seterr in it changes no number of ours. Actions that it
gets are its own: what it does to them is not remembered.
"""

import sys
import traceback
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout, suppress
from contextvars import copy_context
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.core.errors import CheckpointError, WorldError, WorldWarning
from alife.core.flatten import Flattened, MismatchError
from alife.core.process import kept_process
from alife.core.random import derive_seed
from alife.core.sentences import plain, shown
from alife.core.world import State

Env = gymnasium.Env[Any, Any]

SEEDS = 2**31  # some environments take no larger one
_LONGEST = 100_000  # actions of an episode that are remembered, to come back to where it is
_RESULTS = ("observation", "reward", "terminated", "truncated", "info")
_SUCCESS = ("is_success", "success")  # keys of an info under which environments say it


class Environment:
    """One environment and the episode in it.

    Args:
        name: of the environment, for messages.
        make: makes it.

    Raises:
        WorldError: it has no spaces of gymnasium's.
    """

    def __init__(self, name: str, make: Callable[[], Env]) -> None:
        self.name, self.ended, self.succeeded = name, False, False
        self._context = copy_context()
        with kept_process(name):
            self.env = self._context.run(make)
        self._seed = self._episode = self._steps = 0
        self._done: list[Any] = []  # every action of this episode
        self._forgotten = False  # whether there were too many
        try:
            self.observation_space, self.action_space = self._space("observation_space"), self._space("action_space")
        except BaseException:
            self.close()
            raise

    def _space(self, which: str) -> gymnasium.Space[Any]:
        try:
            space = self._context.run(getattr, self.env, which, None)
        except Exception as error:
            raise WorldError(f"{self.name} cannot say its {which}: {_plain(error)}") from error
        if not isinstance(space, gymnasium.Space):
            kind = type(space)
            came = "missing" if space is None else f"a {kind.__module__}.{kind.__qualname__}"
            raise WorldError(f"the {which} of {self.name} must be a Space of gymnasium, it is {came}")
        return space

    def begin_episode(self, seed: int, episode: int = 0) -> Any:
        """Begin an episode, and return the first observation."""
        self._seed, self._episode, self._steps, self.ended = seed, episode, 0, False
        self.succeeded = False
        self._done, self._forgotten = [], False
        drawn = derive_seed(seed, f"episode {episode}") % SEEDS if episode else seed
        with kept_process(self.name):
            returned = self._call("reset(self, *, seed=None, options=None)", self.env.reset, seed=drawn)
        if not isinstance(returned, tuple | list) or len(returned) != 2:
            raise self._broken("(observation, info)", returned)
        self._check_info(returned[1])
        return returned[0]

    def begin_next_episode(self) -> Any:
        """Begin the next episode, and return the first observation."""
        return self.begin_episode(self._seed, self._episode + 1)

    def step_environment(self, action: Any) -> tuple[Any, float, bool, bool]:
        """Advance the environment by one tick, and note whether its episode ends, and as a success."""
        self._steps += 1
        own = np.copy if isinstance(action, np.ndarray) else _itself  # an environment may work in what it is given
        with redirect_stdout(sys.stderr):
            returned = self._call("step(self, action)", self.env.step, own(action))
        if not isinstance(returned, tuple | list) or len(returned) != len(_RESULTS):
            raise self._broken(f"({', '.join(_RESULTS)})", returned)
        observation, reward, terminated, truncated, info = returned
        self._check_info(info)
        earned = self._number(reward)
        over, cut_off = self._truth("terminated", terminated), self._truth("truncated", truncated)
        self.ended = over or cut_off
        self.succeeded = self.ended and any(_is_true(info[key]) for key in _SUCCESS if key in info)
        self._done.append(own(action))
        if len(self._done) > _LONGEST:
            self._done, self._forgotten = [], True
        return observation, earned, over, cut_off

    def _call(self, form: str, method: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        try:
            return self._context.run(method, *arguments, **named)
        except TypeError as error:
            if traceback.extract_tb(error.__traceback__)[-1].filename != __file__ and "'seed'" not in str(error):
                raise
            raise WorldError(f"{self.name} cannot be called as {form}: {_plain(error)}") from error

    def _broken(self, promised: str, returned: Any) -> WorldError:
        return WorldError(f"{self._moment()} must return {promised}, it returned {shown(returned)}")

    def _moment(self) -> str:
        """Return what was called: reset, or which step of the episode."""
        return f"{self.name}: step {self._steps:,}" if self._steps else f"{self.name}: reset"

    def _check_info(self, info: Any) -> None:
        if not isinstance(info, Mapping):
            raise WorldError(f"{self._moment()} must return a dict as info, it returned {shown(info)}")

    def _number(self, reward: Any) -> float:
        """Return the reward; an array of one number is one."""
        if isinstance(reward, float):
            return float(reward)
        with suppress(Exception):  # whatever is no array is no number, either
            array = np.asarray(reward)
            if array.size == 1 and array.dtype.kind in "biuf":
                return float(array.reshape(()))
        raise WorldError(f"{self._moment()} must return a number as reward, it returned {shown(reward)}")

    def _truth(self, which: str, value: Any) -> bool:
        if type(value) is bool:
            return value
        if isinstance(value, np.ndarray | np.generic) and value.size == 1 and value.dtype.kind == "b":
            return bool(value)
        if isinstance(value, int) and value in (0, 1):
            return bool(value)
        raise WorldError(f"{self._moment()} must return True or False as {which}, it returned {shown(value)}")

    def sense(self, observation: Any, space: Flattened, out: NDArray[np.float32]) -> None:
        """Write an observation into a row of numbers.

        Raises:
            WorldError: it is none of its space.
        """
        try:
            space.flatten_into(observation, out)
        except MismatchError as fault:
            raise self.mismatch(str(fault)) from None

    def mismatch(self, fault: str) -> WorldError:
        """Return an error that says when an observation was none of its space."""
        return WorldError(f"{self._moment()}: {fault}")

    def render(self) -> Any:
        """Return what the environment renders."""
        with redirect_stdout(sys.stderr):
            return self._context.run(self.env.render)

    def close(self) -> None:
        """Close the environment; where that fails, only say so."""
        try:
            with kept_process(self.name):
                self._context.run(self.env.close)
        except (Exception, SystemExit) as error:
            warnings.warn(f"{self.name} cannot be closed: {_plain(error)}", WorldWarning, stacklevel=2)

    def state_dict(self) -> State:
        """Return the seed, the episode and its actions."""
        return {
            "seed": self._seed,
            "episode": self._episode,
            "actions": np.array(self._done),
            "forgotten": self._forgotten,
        }

    def replay_episode(self, state: State) -> Any:
        """Replay the episode of a state, and return the last observation.

        Raises:
            CheckpointError: it is too long to be lived again.
        """
        if state["forgotten"]:
            raise CheckpointError(
                f"{self.name} had an episode of more than {_LONGEST:,} ticks, too long to be lived again"
            )
        observation = self.begin_episode(int(state["seed"]), int(state["episode"]))
        for action in np.asarray(state["actions"]):
            observation = self.step_environment(action if action.ndim else action.item())[0]
        return observation


def _is_true(value: Any) -> bool:
    """Return whether a value of an info is true, or a number above 0."""
    return isinstance(value, bool | int | float | np.bool_ | np.number) and bool(value > 0)


def _itself(action: Any) -> Any:
    return action


def _plain(error: BaseException) -> str:
    return plain(f"{type(error).__name__}: {error}")
