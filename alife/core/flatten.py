"""Flattened spaces: a space of any structure as one row of numbers."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple
from numpy.typing import NDArray

from alife.core.channel import Channel
from alife.core.errors import ConfigError


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
        ConfigError: nothing in it is a number.
    """

    def __init__(self, original: gymnasium.Space[Any]) -> None:
        self.original, self.parts = original, tuple(_parts_of(original))
        if not any(part.end > part.start for part in self.parts):
            raise ConfigError(f"nothing in the observation space {original} is a number or a choice")
        bounds = [_bounds(part) for part in self.parts]
        low, high = (np.concatenate(side) for side in zip(*bounds, strict=True))
        super().__init__(low, high, dtype=np.float32)

    def flatten_into(self, observation: Any, out: NDArray[np.float32]) -> None:
        """Write an observation of the original space into a row, (width,)."""
        for part in self.parts:
            value = observation
            for key in part.path:
                value = value[key]
            _flatten_leaf(part.space, value, out[part.start : part.end])

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
    with np.errstate(over="ignore"):  # what 32 bits cannot hold is no bound
        return part.space.low.ravel().astype(np.float32), part.space.high.ravel().astype(np.float32)


def _flatten_leaf(space: Any, value: Any, out: NDArray[np.float32]) -> None:
    if isinstance(space, Discrete):
        out[:] = 0.0
        out[int(value) - int(space.start)] = 1.0
    elif isinstance(space, MultiDiscrete):
        counts = space.nvec.ravel()
        out[:] = 0.0
        out[np.cumsum(counts) - counts + np.ravel(value) - space.start.ravel()] = 1.0
    else:
        out[:] = np.ravel(value)
