"""State schema: a saved state has the keys, shapes and types that the state of the same simulation has."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from alife.core.errors import CheckpointError

_GROWING = ("actions", "kept", "outputs", "spans")


def check_state(state: Any, like: Any, path: str) -> None:
    """Raise unless a state is made as another one is.

    What grows may be of any length: what takes it checks it. Whole numbers count something, or are seeds: none is
    below 0.

    Args:
        state: that was saved.
        like: that of the simulation which is to take it on.
        path: where it stands in the whole.

    Raises:
        CheckpointError: it is not; the message names the key.
    """
    if isinstance(like, Mapping):
        _check_keys(state, like, path)
        for name, part in like.items():
            if name not in _GROWING:
                check_state(state[name], part, f"{path}/{name}")
    elif isinstance(like, list | tuple):
        if not isinstance(state, list | tuple) or len(state) != len(like):
            raise mismatch(f"{path} must be a list of {len(like)}")
        for index, part in enumerate(like):
            check_state(state[index], part, f"{path}/{index}")
    elif isinstance(like, np.ndarray):
        _check_array(state, like, path)
    else:
        _check_value(state, like, path)


def count_bytes(state: Any) -> int:
    """Return how many bytes the arrays of a state take."""
    if isinstance(state, Mapping):
        return sum(map(count_bytes, state.values()))
    if isinstance(state, list | tuple):
        return sum(map(count_bytes, state))
    return state.nbytes if isinstance(state, np.ndarray) else 0


def mismatch(why: str) -> CheckpointError:
    """Return the error that says why a state does not fit."""
    return CheckpointError(f"the saved state does not fit this configuration: {why}")


def _check_keys(state: Any, like: Mapping[str, Any], path: str) -> None:
    if not isinstance(state, Mapping):
        raise mismatch(f"{path} must be a mapping")
    for name in like:
        if name not in state:
            raise mismatch(f"it lacks {path}/{name}")
    for name in state:
        if name not in like:
            raise mismatch(f"it has {path}/{str(name)[:80]!r}, which is not here")


def _check_array(state: Any, like: np.ndarray[Any, Any], path: str) -> None:
    if not isinstance(state, np.ndarray):
        raise mismatch(f"{path} must be an array of shape {like.shape}")
    if state.shape != like.shape:
        raise mismatch(f"{path} must be an array of shape {like.shape}, it has {state.shape}")
    if state.dtype != like.dtype:
        raise mismatch(f"{path} must be an array of {like.dtype}, it is one of {state.dtype}")


def _check_value(state: Any, like: Any, path: str) -> None:
    """Check a single value, which may be one of numpy as long as it has not been saved."""
    state, like = (value.item() if isinstance(value, np.generic) else value for value in (state, like))
    if type(state) is not type(like):
        raise mismatch(f"{path} must be {_WORDS.get(type(like), type(like).__name__)}")
    if type(like) is int and not 0 <= state < 2**63:
        raise mismatch(f"{path} must be a whole number from 0 to 2^63 - 1")


_WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
