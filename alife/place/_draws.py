"""Draws: random numbers for all copies at once, each copy from a stream of its own."""

import numpy as np
from numpy.typing import NDArray

from alife.core.random import Stream

_BLOCK = 128  # ticks whose numbers are drawn at once


class Draws:
    """Random numbers of one tick, (copies, *shape); copy i of a world seeded s draws as the only one of seed s + i.

    The first call in a tick has numbers of its own, the second others, and so on. So make the same calls at every
    tick, whatever has happened in this copy or that, and use of the numbers what you need.

    Args:
        seed: of the first copy.
        copies: arenas side by side.
        purpose: what the numbers decide.
        block: ticks whose numbers are drawn at once.
    """

    def __init__(self, seed: int, copies: int, purpose: str, block: int = _BLOCK) -> None:
        self._seed, self._copies, self._purpose, self._block = seed, copies, purpose, block
        self._tick, self._calls = 0, 0
        self._streams: dict[str, Stream] = {}
        self._drawn: dict[tuple[str, tuple[int, ...]], tuple[int, NDArray[np.float64]]] = {}

    def at(self, tick: int) -> "Draws":
        """Return itself, at the first call of a tick."""
        self._tick, self._calls = tick, 0
        return self

    def random(self, *shape: int) -> NDArray[np.float64]:
        """Return numbers from 0 to 1."""
        return self._draw_numbers("uniform", shape)

    def uniform(self, low: float, high: float, *shape: int) -> NDArray[np.float64]:
        """Return numbers from `low` to `high`."""
        return low + (high - low) * self._draw_numbers("uniform", shape)

    def normal(self, spread: float, *shape: int) -> NDArray[np.float64]:
        """Return numbers around 0, normally distributed."""
        return spread * self._draw_numbers("normal", shape)

    def integers(self, below: int, *shape: int) -> NDArray[np.int64]:
        """Return whole numbers from 0 to the one before `below`."""
        return (below * self._draw_numbers("uniform", shape)).astype(np.int64)

    def chance(self, probability: float, *shape: int) -> NDArray[np.bool_]:
        """Return true with a probability."""
        return np.asarray(self._draw_numbers("uniform", shape) < probability)

    def _draw_numbers(self, kind: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
        name, self._calls = f"{self._purpose} {kind} {self._calls}", self._calls + 1
        block, tick = divmod(self._tick, self._block)
        if self._drawn.get((name, shape), (-1,))[0] != block:
            self._drawn[name, shape] = block, self._draw_block(name, kind, block, shape)
        return self._drawn[name, shape][1][:, tick].copy()

    def _draw_block(self, name: str, kind: str, block: int, shape: tuple[int, ...]) -> NDArray[np.float64]:
        if name not in self._streams:
            self._streams[name] = Stream(self._seed, name)
        drawn = np.empty((self._copies, self._block, *shape))
        for copy, numbers in enumerate(drawn):
            generator = self._streams[name].at(block, copy)
            draw = generator.standard_normal if kind == "normal" else generator.random
            draw(out=numbers)
        return drawn
