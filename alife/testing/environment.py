"""Checks of an environment of gymnasium's: its own checker, its pickle, its pictures."""

import os
import warnings
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from copy import deepcopy
from multiprocessing.reduction import ForkingPickler
from typing import Any

import gymnasium
import numpy as np
from gymnasium.utils.env_checker import check_env

from alife.core.sentences import plain
from alife.sim.checked_world import error_line

Env = gymnasium.Env[Any, Any]

_TICKS = 5


class FaultError(Exception):
    """What is wrong and what would be right, in one sentence."""


def require(kept: bool, fault: str) -> None:
    """Raise a fault unless a condition holds."""
    if not kept:
        raise FaultError(fault)


def checker_warnings(env: Env) -> str:
    """Return the warnings of gymnasium's checker.

    Raises:
        FaultError: it calls something an error.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            check_env(env, skip_render_check=True)
        except Exception as error:
            raise FaultError(f"its checker says: {plain(error)}") from error
        finally:
            env.close()
    return "; ".join(dict.fromkeys(plain(each.message).removeprefix("WARN: ") for each in caught))


def pickled_copy(thing: Any) -> Any:
    """Return a copy by pickle, as another process would get it.

    Raises:
        FaultError: it cannot be sent there.
    """
    try:
        return ForkingPickler.loads(ForkingPickler.dumps(thing))
    except Exception as error:
        raise FaultError(
            f"in the middle of an episode it cannot be pickled ({plain(error)}); keep no functions without a name, "
            "files, windows or generators (yield) in its attributes"
        ) from error


def check_pickled_copy(env: Env) -> str:
    """Raise unless an environment and its pickle from the middle of an episode go on alike.

    Raises:
        FaultError: they do not.
    """
    env.action_space.seed(0)
    env.reset(seed=0)
    for _ in range(_TICKS):
        if any(env.step(env.action_space.sample())[2:4]):
            env.reset()
    with closing(pickled_copy(env)) as other:
        for tick in range(_TICKS):
            action = env.action_space.sample()
            ours, theirs = env.step(deepcopy(action)), other.step(deepcopy(action))
            same = _all_equal(tuple(ours[:4]), tuple(theirs[:4]))
            require(
                same, f"an environment and its pickle part after {tick} ticks; its pickle must have all that changes"
            )
            if any(ours[2:4]):
                break
    return "in the middle of an episode it is pickled and goes on"


def _all_equal(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, Mapping):
        return ours.keys() == theirs.keys() and all(_all_equal(ours[key], theirs[key]) for key in ours)
    if isinstance(ours, tuple):
        return len(ours) == len(theirs) and all(map(_all_equal, ours, theirs))
    return bool(np.array_equal(ours, theirs))


def check_picture(env: Env, mode: str) -> None:
    """Raise unless a new environment renders in the mode in which it was made.

    Raises:
        FaultError: it does not.
    """
    try:
        env.reset(seed=0)
        env.step(env.action_space.sample())
        picture: Any = env.render()
    except Exception as error:
        raise FaultError(f"the render mode {mode} raised {error_line(error)}") from error
    finally:
        env.close()
    if mode == "rgb_array":
        good = isinstance(picture, np.ndarray) and picture.dtype == np.uint8 and picture.ndim == 3
        require(good and picture.shape[2] == 3, "the render mode rgb_array must give bytes of (height, width, 3)")
    if mode == "ansi":
        require(hasattr(picture, "splitlines") or hasattr(picture, "getvalue"), "the render mode ansi must give text")


@contextmanager
def dummy_video_driver() -> Iterator[None]:
    """Use the video driver that opens no visible window."""
    before = os.environ.get("SDL_VIDEODRIVER")
    os.environ["SDL_VIDEODRIVER"] = "dummy"
    try:
        yield
    finally:
        if before is None:
            del os.environ["SDL_VIDEODRIVER"]
        else:
            os.environ["SDL_VIDEODRIVER"] = before
