"""Memory chain: one bit, shown at the first step and asked for at step n. How long can n be?

A step is one tick and one decision; there are n + 1, t = 0 .. n. Only the last decision counts: the reward is 1 where
it is the bit, else 0. Bits are drawn per episode.

Channels: how much of the time is left, 1 - t / n; whether it is asked now, at t = n; and one for each value of the bit,
at t = 0 only.

Source: memory_len of bsuite, Osband et al. (2020), by its equations, with two channels in the place of a sign.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alife.core.random import Stream

LENGTHS = (2, 4, 8, 16, 32, 64, 128, 256, 512)
CHANNELS = 4
ACTIONS = 2

CHANCE = 0.5  # accuracy of choosing blindly
SOLVED = 0.95  # accuracy from which a length counts as solved


@dataclass(frozen=True)
class Chains:
    """One episode per row.

    Args:
        inputs: (steps, 1, rows, channels), float32: time left, asked, bit is 0, bit is 1.
        bits: (rows,).
    """

    inputs: NDArray[np.float32]
    bits: NDArray[np.int64]

    def reward(self, actions: ArrayLike) -> NDArray[np.float64]:
        """Return 1 where the last of the actions, (steps, rows), is the bit, else 0."""
        right: NDArray[np.float64] = np.equal(np.asarray(actions)[-1], self.bits).astype(np.float64)
        return right


def draw_episodes(seeds: ArrayLike, numbers: ArrayLike, length: int) -> Chains:
    """Return one episode per row: number `numbers[row]` of seed `seeds[row]`; either may be one for all rows."""
    pairs = np.broadcast(np.atleast_1d(seeds), np.atleast_1d(numbers))
    bits = np.array([Stream(int(seed), "memory chain").at(int(number)).integers(2) for seed, number in pairs])
    inputs = np.zeros((length + 1, 1, len(bits), CHANNELS), np.float32)
    inputs[..., 0] = (1.0 - np.arange(length + 1) / length)[:, None, None]
    inputs[-1, :, :, 1] = 1.0
    inputs[0, 0, np.arange(len(bits)), 2 + bits] = 1.0
    return Chains(inputs, bits)
