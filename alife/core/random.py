"""Counter-based random numbers: keyed by seed and purpose, counted by tick, so there is nothing to save."""

from hashlib import blake2b

import numpy as np

_WORD = 2**64


def purpose_key(text: str) -> int:
    """Return a number of 64 bits for a purpose, the same on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


def derive_seed(seed: int, purpose: str) -> int:
    """Return a seed of 62 bits for one part of a run, unlike the seeds of its other parts and of other runs."""
    return purpose_key(f"{seed}/{purpose}") >> 2


class Stream:
    """The random numbers for one purpose: `stream.at(tick)` draws the same whenever it is asked for that tick.

    Philox 4x64 (Salmon et al. 2011) keyed by (seed, purpose); the tick is the second word of its
    counter, so that a tick may draw 2**64 numbers before it meets the next one's.

    Args:
        seed: of the run or of one copy.
        purpose: what the numbers decide, for example "actions of learners".
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._philox = np.random.Philox(key=np.array([seed % _WORD, purpose_key(purpose)], dtype=np.uint64))
        self._generator = np.random.Generator(self._philox)
        self._state = self._philox.state
        self._counter = self._state["state"]["counter"]

    def at(self, tick: int) -> np.random.Generator:
        """Return the generator of one tick, at its first number; it is the same object for every tick."""
        self._counter[1] = tick
        self._philox.state = self._state
        return self._generator
