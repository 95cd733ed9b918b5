"""Poisson clicks: which side clicked more often? One choice at the end of ten seconds, of which four are silent.

20 ticks a second: 5 s of clicks, 4 s of silence, 1 s to answer. A trial has a probability p of U(.3, .7); each tick of
the first 5 s holds one click, a left one with probability p, else a right one. Right is the side that clicked more
often; of 100 clicks exactly 50 are left ones in 2.5 % of the trials, and then either side is right.

Channels: ten per side, which spike with probability .05 in every tick and .95 at a click of their side, each by itself;
one more is on during the last second.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alife.core.random import Stream

LISTENING, SILENCE, ANSWER = 100, 80, 20  # ticks
TICKS = LISTENING + SILENCE + ANSWER
PER_SIDE = 10
CHANNELS = 2 * PER_SIDE + 1
NOISE, CLICK = 0.05, 0.9
LOWEST, HIGHEST = 0.3, 0.7

LEFT, RIGHT = 0, 1
CHANCE = 0.512  # accuracy of choosing blindly; the ties are right
OBSERVER = 0.998  # accuracy of `observer`


@dataclass(frozen=True)
class Trials:
    """One trial per row.

    Args:
        inputs: (ticks, rows, channels), float32, 1 for a spike: ten left channels, ten right ones, the answer channel.
        labels: (rows,), the side that clicked more often; LEFT at a tie.
        ties: (rows,), whether both clicked equally often.
        probabilities: (rows,), of a left click.
        left: (listening, rows), whether the click of the tick was a left one.
    """

    inputs: NDArray[np.float32]
    labels: NDArray[np.int64]
    ties: NDArray[np.bool_]
    probabilities: NDArray[np.float64]
    left: NDArray[np.bool_]

    def right(self, choices: ArrayLike) -> NDArray[np.bool_]:
        """Return which choices (rows,) are right; at a tie every choice is."""
        return np.logical_or(self.ties, np.equal(self.labels, choices))


def draw_trials(seeds: ArrayLike, numbers: ArrayLike, ticks: int = TICKS) -> Trials:
    """Return one trial per row: number `numbers[row]` of seed `seeds[row]`; either may be one for all rows.

    A trial depends on its seed, its number and its length, and on nothing else that is drawn. Where it is longer than
    200 ticks, the silence is.
    """
    pairs = np.broadcast(np.atleast_1d(seeds), np.atleast_1d(numbers))
    trials = [_draw_trial(int(seed), int(number), ticks) for seed, number in pairs]
    probabilities, left, uniform = (np.stack(parts, axis=-1) for parts in zip(*trials, strict=True))
    clicks = left.sum(axis=0)
    return Trials(
        inputs=_spikes(left, uniform.swapaxes(1, 2)),
        labels=np.where(2 * clicks >= LISTENING, LEFT, RIGHT),
        ties=2 * clicks == LISTENING,
        probabilities=probabilities,
        left=left,
    )


def _draw_trial(seed: int, number: int, ticks: int) -> tuple[float, NDArray[np.bool_], NDArray[np.float32]]:
    """Return the probability of a left click, the clicks (listening,), and numbers of U(0, 1) (ticks, 2 x 10)."""
    generator = Stream(seed, "poisson clicks").at(number)
    probability = generator.uniform(LOWEST, HIGHEST)
    left = generator.random(LISTENING) < probability
    return probability, left, generator.random((ticks, 2 * PER_SIDE), dtype=np.float32)


def _spikes(left: NDArray[np.bool_], uniform: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inputs (ticks, rows, channels), where the numbers (ticks, rows, 2 x 10) are below the probability."""
    ticks, rows = len(uniform), left.shape[1]
    probability = np.full((ticks, rows, 2, 1), NOISE, dtype=np.float32)
    probability[:LISTENING, :, LEFT, 0] += CLICK * left
    probability[:LISTENING, :, RIGHT, 0] += CLICK * ~left
    inputs = np.zeros((ticks, rows, CHANNELS), dtype=np.float32)
    inputs[..., :-1] = (uniform.reshape(ticks, rows, 2, PER_SIDE) < probability).reshape(ticks, rows, 2 * PER_SIDE)
    inputs[-ANSWER:, :, -1] = 1.0
    return inputs


def observer(inputs: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Choose for each row the side that spiked more often in the first 5 s; at equal counts toss a fair coin."""
    heard = inputs[:LISTENING, :, :-1].reshape(LISTENING, -1, 2, PER_SIDE)
    spikes = heard.sum(axis=(0, 3))  # (rows, 2)
    coins = random.integers(2, size=len(spikes))
    more = np.where(spikes[:, RIGHT] > spikes[:, LEFT], RIGHT, LEFT)
    return np.where(spikes[:, LEFT] == spikes[:, RIGHT], coins, more)
