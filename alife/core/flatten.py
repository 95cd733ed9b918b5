"""Flattened spaces: a space of any structure as one row of numbers."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple
from numpy.typing import NDArray

from alife.core.channel import Channel
from alife.core.errors import ConfigError
from alife.core.sentences import shown

_MOST = 2**24  # numbers of an observation
_ROUNDING = 1e-5  # of what lies between two bounds: so far outside a number may lie, for environments round
_LARGEST = float(np.finfo(np.float32).max)


class MismatchError(ValueError):
    """An observation is none of its space: what came, and what the space promises."""


class FlattenedPart(NamedTuple):
    """A part of a structured space that has no parts of its own, and where it stands in the row."""

    path: tuple[Any, ...]  # keys and places that lead to it
    space: gymnasium.Space[Any]
    start: int
    end: int


class Flattened(Box):
    """The space of such rows. It remembers what it was made from.

    The numbers of a Box stay as they are, row by row; a choice, of a Discrete or of each number of a MultiDiscrete,
    becomes one number for each option, 1 for the one taken and 0 for the others; Dict and Tuple become their parts, one
    after another in their own order. Parts that are no numbers, as a Text, are left out.

    Args:
        original: the space it is made from.

    Raises:
        ConfigError: nothing in it is a number, or too much is.
    """

    def __init__(self, original: gymnasium.Space[Any]) -> None:
        self.original, self.parts = original, tuple(_parts_of(original))
        width = self.parts[-1].end if self.parts else 0
        if width == 0:
            raise ConfigError(f"nothing in the observation space {original} is a number or a choice")
        if width > _MOST:
            raise ConfigError(f"an observation has {_MOST:,} numbers and options at most, this space has {width:,}")
        bounds = [_bounds(part) for part in self.parts]
        low, high = (np.concatenate(side) for side in zip(*bounds, strict=True))
        super().__init__(low, high, dtype=np.float32)
        self._least, self._most = _widened(low, high, _ROUNDING)
        self._far_below, self._far_above = _widened(low, high, 1.0)
        self._bounded = bool(self.bounded_below.any() or self.bounded_above.any())

    def flatten_into(self, observation: Any, out: NDArray[np.float32]) -> None:
        """Write an observation of the original space into a row, (width,).

        Raises:
            MismatchError: it has other parts, another shape or another kind of numbers, or a choice that there is not.
        """
        for part in self.parts:
            value = _value_at(self.original, observation, part.path) if part.path else observation
            try:
                _flatten_leaf(part.space, value, out[part.start : part.end])
            except MismatchError as fault:
                raise MismatchError(f"{_named(part.path)} is {fault}") from None

    def find_outside(self, rows: NDArray[np.float32]) -> tuple[int, str, bool] | None:
        """Return the first of these rows, (rows, width), with a number outside of its bounds, what is wrong, and if
        it lies farther outside than the bounds lie apart; or None.

        What is not finite is no matter of bounds.
        """
        if not self._bounded or not ((rows < self._least) | (rows > self._most)).any():
            return None
        finite = np.isfinite(rows)
        far = ((rows < self._far_below) | (rows > self._far_above)) & finite
        outside = far if far.any() else ((rows < self._least) | (rows > self._most)) & finite
        row, number = divmod(int(np.argmax(outside)), rows.shape[1])
        if not outside[row, number]:
            return None
        part = next(part for part in self.parts if number < part.end)
        low, high = self.low[number], self.high[number]
        which = f"number {number - part.start} of {_named(part.path)}"
        return row, f"{which} is {rows[row, number]:g}, its space promises {low:g} to {high:g}", outside is far

    def channels(self) -> tuple[Channel, ...]:
        """Return what each number is, as far as the space says."""
        return tuple(
            Channel(" ".join([*(str(key) for key in part.path), str(k)]) if part.path else f"input {k}")
            for part in self.parts
            for k in range(part.end - part.start)
        )


def _parts_of(space: gymnasium.Space[Any]) -> Iterator[FlattenedPart]:
    start = 0
    for path, leaf in _leaves(space, ()):
        end = start + _width(leaf)
        yield FlattenedPart(path, leaf, start, end)
        start = end


def _leaves(space: gymnasium.Space[Any], path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(space, Dict | Tuple):
        inner: Mapping[Any, Any] = space.spaces if isinstance(space, Dict) else dict(enumerate(space.spaces))
        for key, part in inner.items():
            yield from _leaves(part, (*path, key))
    elif isinstance(space, Box | Discrete | MultiBinary | MultiDiscrete):
        yield path, space


def _width(space: Any) -> int:
    if isinstance(space, Discrete):
        return int(space.n)
    if isinstance(space, MultiDiscrete):
        return int(space.nvec.sum())
    return int(np.prod(space.shape, dtype=np.int64))


def _bounds(part: FlattenedPart) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    if not isinstance(part.space, Box):
        return np.zeros(part.end - part.start, np.float32), np.ones(part.end - part.start, np.float32)
    low, high = part.space.low.ravel().astype(float), part.space.high.ravel().astype(float)
    low[low < -_LARGEST], high[high > _LARGEST] = -np.inf, np.inf  # what 32 bits cannot hold is no bound
    return np.minimum(low, _LARGEST).astype(np.float32), np.maximum(high, -_LARGEST).astype(np.float32)


def _widened(
    low: NDArray[np.float32], high: NDArray[np.float32], share: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return bounds farther out, by a share of what lies between them, or of the one that is finite, or of 1."""
    with np.errstate(all="ignore"):
        width = np.where(np.isfinite(low) & np.isfinite(high), high - low, np.nan)
        size = np.fmax(np.where(np.isfinite(low), np.abs(low), 0.0), np.where(np.isfinite(high), np.abs(high), 0.0))
        slack = share * np.fmax(1.0, np.where(np.isfinite(width), width, size))
        return (low - slack).astype(np.float32), (high + slack).astype(np.float32)


def _named(path: tuple[Any, ...]) -> str:
    """Return how a message names a part of an observation."""
    return f"the observation's {'.'.join(str(key) for key in path)}" if path else "the observation"


def _value_at(space: Any, observation: Any, path: tuple[Any, ...]) -> Any:
    """Return the part of an observation to which keys and places lead."""
    value = observation
    for depth, key in enumerate(path):
        where = path[:depth]
        if isinstance(space, Dict):
            if not isinstance(value, Mapping) or key not in value:
                raise MismatchError(f"{_named(where)} is {shown(value)}, its space promises a mapping with {key!r}")
        elif not isinstance(value, tuple | list) or len(value) != len(space.spaces):
            promised = f"a tuple of {len(space.spaces)}"
            raise MismatchError(f"{_named(where)} is {shown(value)}, its space promises {promised}")
        value, space = value[key], space.spaces[key]
    return value


def _flatten_leaf(space: Any, value: Any, out: NDArray[np.float32]) -> None:
    array = _numbers(space, value)
    if isinstance(space, Discrete):
        out[:] = 0.0
        out[_choices(array, space.start, space.n)] = 1.0
    elif isinstance(space, MultiDiscrete):
        counts = space.nvec.astype(np.int64)
        out[:] = 0.0
        out[(np.cumsum(counts) - counts.ravel()) + _choices(array, space.start, counts).ravel()] = 1.0
    else:
        if isinstance(space, MultiBinary):
            _choices(array, 0, 2)
        out[:] = array.ravel()


def _numbers(space: Any, value: Any) -> NDArray[Any]:
    """Return the value of a part as an array of the shape and the kind of numbers that its space promises."""
    try:
        array = np.asarray(value)
    except Exception as error:  # as a tensor raises that lies on another device
        raise MismatchError(f"{shown(value)} that is no array ({' '.join(str(error).split())})") from None
    if array.shape != space.shape:
        came = f"an array of shape {array.shape}" if array.ndim else shown(value)
        raise MismatchError(f"{came}, its space promises {_promised_shape(space.shape)}")
    if array.dtype.kind not in ("biu" if space.dtype.kind in "biu" else "biuf"):
        whole = "whole numbers" if space.dtype.kind in "biu" else "numbers"
        raise MismatchError(f"of {array.dtype}, its space promises {whole} ({space.dtype})")
    return array


def _promised_shape(shape: tuple[int, ...]) -> str:
    return f"the shape {shape}" if shape else "one number"


def _choices(array: NDArray[Any], first: Any, count: Any) -> NDArray[Any]:
    """Return choices counted from 0, each of which there is."""
    chosen: NDArray[np.int64] = array.astype(np.int64) - np.asarray(first, np.int64)
    wrong = (chosen < 0) | (chosen >= count)
    if np.any(wrong):
        k = int(np.argmax(wrong))
        low, high = np.broadcast_to(first, array.shape).flat[k], np.broadcast_to(count, array.shape).flat[k]
        which = f"{array.flat[k]}" if array.ndim == 0 else f"{array.flat[k]} in place {k}"
        raise MismatchError(f"{which}, its space promises a choice from {low} to {low + high - 1}")
    return chosen
