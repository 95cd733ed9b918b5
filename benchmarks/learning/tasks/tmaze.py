"""T-maze cues: seven cues, a second of waiting, one turn. On which side were more of them?

A tick is 10 ms. Seven times 50 ms of nothing and a cue of 100 ms, then a delay of 1.05 s, then 150 ms of recall: 225
ticks. A trial has a probability of .3 or .7, either as often, that a cue is on the right; each cue is drawn with it.
Right is the side of the majority. The action is sampled at the last tick; the reward is 1 or 0.

Channels: four groups of ten, which spike each by itself in every tick with probability rate x 10 ms: left and right at
40 Hz during a cue on their side, recall at 40 Hz during the recall, background at 10 Hz always.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alife.core.random import Stream

CUES = 7
GAP, CUE, DELAY, RECALL = 5, 10, 105, 15  # ticks
LISTENING = CUES * (GAP + CUE)
TICKS = LISTENING + DELAY + RECALL
PER_GROUP = 10
CHANNELS = 4 * PER_GROUP
ACTIVE, BACKGROUND = 0.4, 0.1  # spikes per tick at 40 and 10 Hz
PROBABILITIES = (0.3, 0.7)  # of a cue on the right

LEFT, RIGHT = 0, 1
CHANCE = 0.5  # accuracy of choosing blindly
ONE_CUE = 0.727  # accuracy of choosing the side of one cue, for example of the last
OBSERVER = 1.0  # accuracy of `observer`


@dataclass(frozen=True)
class Trials:
    """One trial per row.

    Args:
        inputs: (ticks, rows, channels), float32, 1 for a spike: the groups left, right, recall, background.
        cues: (cues, rows), the side of each.
        labels: (rows,), the side of the majority.
    """

    inputs: NDArray[np.float32]
    cues: NDArray[np.int64]
    labels: NDArray[np.int64]


def draw_trials(seeds: ArrayLike, numbers: ArrayLike) -> Trials:
    """Return one trial per row: number `numbers[row]` of seed `seeds[row]`; either may be one integer for all rows.

    A trial depends on its seed and its number, and on nothing else that is drawn.
    """
    pairs = np.broadcast(np.atleast_1d(seeds), np.atleast_1d(numbers))
    drawn = [_draw_trial(int(seed), int(number)) for seed, number in pairs]
    cues = np.stack([each for each, _ in drawn], axis=-1)
    uniform = np.stack([each for _, each in drawn], axis=1)  # (ticks, rows, channels)
    return Trials(inputs=_spikes(cues, uniform), cues=cues, labels=_majority(cues))


def _draw_trial(seed: int, number: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the side of each cue, and numbers of U(0, 1) (ticks, channels)."""
    generator = Stream(seed, "t-maze cues").at(number)
    probability = generator.choice(PROBABILITIES)
    cues = np.where(generator.random(CUES) < probability, RIGHT, LEFT)
    return cues, generator.random((TICKS, CHANNELS), dtype=np.float32)


def _majority(cues: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.where(2 * cues.sum(axis=0) > CUES, RIGHT, LEFT)


def _spikes(cues: NDArray[np.int64], uniform: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inputs, where the numbers (ticks, rows, channels) are below the probability."""
    probability = np.zeros((TICKS, cues.shape[1], 4), dtype=np.float32)
    for number, cue in enumerate(cues):
        end = (number + 1) * (GAP + CUE)
        probability[end - CUE : end, :, LEFT] = ACTIVE * (cue == LEFT)
        probability[end - CUE : end, :, RIGHT] = ACTIVE * (cue == RIGHT)
    probability[-RECALL:, :, 2] = ACTIVE
    probability[:, :, 3] = BACKGROUND
    return (uniform < probability.repeat(PER_GROUP, axis=-1)).astype(np.float32)


def observer(inputs: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return for each row the side of the majority of the cues, each on the side that spiked more often meanwhile."""
    heard = inputs[:LISTENING, :, : 2 * PER_GROUP].reshape(CUES, GAP + CUE, -1, 2, PER_GROUP)
    return _majority(heard.sum(axis=(1, 4)).argmax(axis=-1))
