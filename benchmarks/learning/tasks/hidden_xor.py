"""Hidden XOR: one reward for sixteen decisions, each on two bits that mean nothing unless they are read together.

A decision draws two bits p and q; the right one of two actions is p xor q, or its opposite, which is drawn once per
seed. The bits are shown for 5 ticks, and the action is sampled at the fifth. One reward comes after 16 decisions: the
fraction of them that were right. There may be other numbers of decisions, 32 or 64, and still one reward.

Channels: five for each value of each bit (p = 0, p = 1, q = 0, q = 1), which spike in each tick with probability .9 if
the bit has their value and .05 otherwise, each by itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alife.core.random import Stream

BITS, VALUES, PER_VALUE = 2, 2, 5
CHANNELS = BITS * VALUES * PER_VALUE
ACTIONS = 2
DECISIONS = 16  # per reward, where nothing else is said
TICKS = 5  # per decision
PRESENT, ABSENT = 0.9, 0.05

CHANCE = 0.5  # reward of choosing blindly
LINEAR = 0.75  # reward of the best choice by a weighted sum of the channels: right at three pairs of four
OBSERVER = 1.0  # reward of `observer`, which knows the label


@dataclass(frozen=True)
class Episodes:
    """One episode per row.

    Args:
        inputs: (decisions, ticks, rows, channels), float32, 1 for a spike.
        bits: (decisions, rows, 2), p and q.
        answers: (decisions, rows), the right action.
    """

    inputs: NDArray[np.float32]
    bits: NDArray[np.int64]
    answers: NDArray[np.int64]

    def reward(self, actions: ArrayLike) -> NDArray[np.float64]:
        """Return the fraction of the actions (decisions, rows) that are right, (rows,)."""
        fraction: NDArray[np.float64] = np.equal(self.answers, actions).mean(axis=0)
        return fraction


def labels(seeds: ArrayLike) -> NDArray[np.int64]:
    """Return for each seed the action that is right where the bits are equal, (rows,)."""
    return np.array([Stream(int(seed), "hidden xor, label").at(0).integers(ACTIONS) for seed in np.atleast_1d(seeds)])


def draw_episodes(seeds: ArrayLike, numbers: ArrayLike, decisions: int = DECISIONS) -> Episodes:
    """Return one episode per row: number `numbers[row]` of seed `seeds[row]`; either may be one integer for all rows.

    An episode depends on its seed, its number and its length, and on nothing else that is drawn.
    """
    rows, episodes = np.broadcast_arrays(np.atleast_1d(seeds), np.atleast_1d(numbers))
    drawn = [_draw_episode(int(seed), int(number), decisions) for seed, number in zip(rows, episodes, strict=True)]
    bits = np.stack([each for each, _ in drawn], axis=1)  # (decisions, rows, 2)
    uniform = np.stack([each for _, each in drawn], axis=2)  # (decisions, ticks, rows, channels)
    return Episodes(
        inputs=_spikes(bits, uniform),
        bits=bits,
        answers=bits[..., 0] ^ bits[..., 1] ^ labels(rows),
    )


def _draw_episode(seed: int, number: int, decisions: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the bits (decisions, 2), and numbers of U(0, 1) (decisions, ticks, channels)."""
    generator = Stream(seed, "hidden xor").at(number)
    bits = generator.integers(VALUES, size=(decisions, BITS))
    return bits, generator.random((decisions, TICKS, CHANNELS), dtype=np.float32)


def _spikes(bits: NDArray[np.int64], uniform: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inputs, where the numbers (decisions, ticks, rows, channels) are below the probability."""
    here = bits[..., None] == np.arange(VALUES)  # (decisions, rows, bits, values)
    here = here.repeat(PER_VALUE, axis=-1).reshape(*bits.shape[:2], CHANNELS)
    return (uniform < np.where(here, PRESENT, ABSENT)[:, None]).astype(np.float32)


def observer(inputs: NDArray[np.float32], label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the action (decisions, rows) that follows from the value of each bit that spiked more often.

    Args:
        inputs: as in Episodes.
        label: as `labels` returns it.
    """
    spikes = inputs.reshape(len(inputs), TICKS, -1, BITS, VALUES, PER_VALUE).sum(axis=(1, 5))
    bits: NDArray[np.int64] = spikes.argmax(axis=-1)  # (decisions, rows, bits)
    return bits[..., 0] ^ bits[..., 1] ^ label
