"""State schema: a saved state has the keys, shapes and types that the state of the same simulation has."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from alife.core.errors import CheckpointError


def check_state(state: Any, like: Any, path: str, finite: bool = False) -> None:
    """Raise unless a state is made as another one is.

    What grows may be of any length. Whole numbers count something, or are seeds: none is below 0.

    Args:
        state: that was saved.
        like: that of the simulation which is to take it on.
        path: where it stands in the whole, "" for the whole.
        finite: whether arrays that are finite there must be finite.

    Raises:
        CheckpointError: it is not; the message names the key.
    """
    if isinstance(like, Mapping):
        _check_keys(state, like, path)
        for name, part in like.items():
            where = f"{path}/{name}" if path else name
            if name in _GROWING:
                _check_growing(state[name], name, where)
            else:
                check_state(state[name], part, where, finite)
    elif isinstance(like, list | tuple):
        if not isinstance(state, list | tuple) or len(state) != len(like):
            raise mismatch(f"{path} must be a list of {len(like)}")
        for index, part in enumerate(like):
            check_state(state[index], part, f"{path}/{index}", finite)
    elif isinstance(like, np.ndarray):
        _check_array(state, like, path, finite)
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


def _check_array(state: Any, like: np.ndarray[Any, Any], path: str, finite: bool) -> None:
    if not isinstance(state, np.ndarray):
        raise mismatch(f"{path} must be an array of shape {like.shape}")
    if state.shape != like.shape:
        raise mismatch(f"{path} must be an array of shape {like.shape}, it has {state.shape}")
    if state.dtype != like.dtype:
        raise mismatch(f"{path} must be an array of {like.dtype}, it is one of {state.dtype}")
    if finite and like.dtype.kind == "f" and np.isfinite(like).all() and not np.isfinite(state).all():
        raise mismatch(f"{path} must be of finite numbers")


def _check_value(state: Any, like: Any, path: str) -> None:
    """Check a single value, which may be one of numpy as long as it has not been saved."""
    state, like = (value.item() if isinstance(value, np.generic) else value for value in (state, like))
    if type(state) is not type(like):
        raise mismatch(f"{path} must be {_WORDS.get(type(like), type(like).__name__)}")
    if type(like) is int and not 0 <= state < 2**63:
        raise mismatch(f"{path} must be a whole number from 0 to 2^63 - 1")


def _check_growing(state: Any, name: str, path: str) -> None:
    wanted, fits = _GROWING[name]
    if not fits(state):
        raise mismatch(f"{path} must be {wanted}")


def _is_list(state: Any, fits: Callable[[Any], bool]) -> bool:
    return isinstance(state, list) and all(map(fits, state))


def _is_index(value: Any) -> bool:
    return type(value) is int and 0 <= value < 2**63


def _is_clamp(value: Any) -> bool:
    is_whole = isinstance(value, list) and len(value) == 4 and all(map(_is_index, value[:3]))
    return is_whole and isinstance(value[3], int | float)


def _is_text(state: Any) -> bool:
    return isinstance(state, dict) and all(isinstance(word, str) for pair in state.items() for word in pair)


def _is_spans(state: Any) -> bool:
    return isinstance(state, np.ndarray) and state.dtype.kind == "i" and state.ndim == 2 and state.shape[1] == 2


_GROWING: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "actions": ("an array", lambda state: isinstance(state, np.ndarray)),
    "kept": ("a list of rows", partial(_is_list, fits=_is_index)),
    "outputs": ("a list of layer, row, neuron and output", partial(_is_list, fits=_is_clamp)),
    "warnings": ("what was told of whom, as text", _is_text),
    "spans": ("whole numbers, of shape (lifespans, 2)", _is_spans),
}
_WORDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
