"""Counter-based random numbers: keyed by seed and purpose, counted by tick, so there is nothing to save."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from alife.core.kernel import exact_kernel

_WORD = 2**64
_ROUNDS = 10  # of Philox
_MULTIPLIERS = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_KEY_STEPS = np.array([0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B], np.uint64)  # from round to round
_HALF, _LOW_HALF = np.uint64(32), np.uint64(2**32 - 1)  # of a word
_BEYOND_53 = np.uint64(11)  # bits of a word that a number from 0 to 1 has no room for


def purpose_key(text: str) -> int:
    """Return a number of 64 bits for a purpose, the same on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def derive_seed(seed: int, purpose: str) -> int:
    """Return a seed of 62 bits for one part of a run, unlike the seeds of its other parts and of other runs."""
    return purpose_key(f"{seed}/{purpose}") >> 2


class Stream:
    """The random numbers for one purpose: `stream.at(tick)` draws the same whenever it is asked for that tick.

    Philox 4x64 (Salmon et al. 2011) keyed by (seed, purpose); the tick is the second word of its
    counter, so that a tick may draw 2**64 numbers before it meets the next one's. One stream serves all copies:
    `stream.at(tick, copy)` draws as the stream of seed + copy does.

    Args:
        seed: of the run or of the first copy.
        purpose: what the numbers decide, for example "actions of learners".
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._seed = seed
        self._philox = np.random.Philox(key=np.array([seed % _WORD, purpose_key(purpose)], dtype=np.uint64))
        self._generator = np.random.Generator(self._philox)
        self._state = self._philox.state
        self._counter, self._key = self._state["state"]["counter"], self._state["state"]["key"]

    def at(self, tick: int, copy: int = 0) -> np.random.Generator:
        """Return the generator of one tick, at its first number; it is the same object for all ticks and copies."""
        self._counter[1], self._key[0] = tick, (self._seed + copy) % _WORD
        self._philox.state = self._state
        return self._generator

    def keys(self, copies: int) -> NDArray[np.uint64]:
        """Return the keys of each round of so many copies for `draw_pair`, (copies, rounds, 2)."""
        keys = np.tile(self._key, (copies, 1, 1))
        keys[:, 0, 0] = np.uint64(self._seed % _WORD) + np.arange(copies, dtype=np.uint64)
        return np.asarray(keys + np.arange(_ROUNDS, dtype=np.uint64)[:, None] * _KEY_STEPS)


@exact_kernel
def draw_pair(keys: NDArray[np.uint64], tick: int, n: int) -> tuple[float, float]:
    """Return the numbers 2 n and 2 n + 1 of `stream.at(tick).random(...)`, for the keys of its copy."""
    first, second, third, fourth = np.uint64(n // 2 + 1), np.uint64(tick), np.uint64(0), np.uint64(0)
    for k in range(keys.shape[0]):
        high, low = _product(_MULTIPLIERS[0], first)
        other_high, other_low = _product(_MULTIPLIERS[1], third)
        first, second = other_high ^ second ^ keys[k, 0], other_low
        third, fourth = high ^ fourth ^ keys[k, 1], low
    if n % 2:
        first, second = third, fourth
    return float(first >> _BEYOND_53) * 2.0**-53, float(second >> _BEYOND_53) * 2.0**-53


@exact_kernel
def _product(a: np.uint64, b: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Return the high and the low word of a product, from those of halves: none of these sums is beyond a word."""
    lows = (a & _LOW_HALF) * (b & _LOW_HALF)
    across = (a >> _HALF) * (b & _LOW_HALF) + (lows >> _HALF)
    middle = (a & _LOW_HALF) * (b >> _HALF) + (across & _LOW_HALF)
    return (a >> _HALF) * (b >> _HALF) + (across >> _HALF) + (middle >> _HALF), middle << _HALF | lows & _LOW_HALF
