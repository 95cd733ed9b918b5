"""Binding: one reward for six decisions, and each must be bound to the state in which it was made.

There are 6 states and 3 actions; the right action of each state is drawn once per seed. An episode shows every state
once, in random order, each for 5 ticks; the action is sampled at the fifth. One reward comes at the end of the
episode: the fraction of decisions that were right.

Channels: six per state, which spike in each tick with probability .9 while their state is present and .03 otherwise,
each by itself.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from alife.core.random import Stream

STATES, ACTIONS = 6, 3
DECISIONS = STATES
TICKS = 5  # per decision
PER_STATE = 6
CHANNELS = STATES * PER_STATE
PRESENT, ABSENT = 0.9, 0.03

CHANCE = 1 / 3  # reward of choosing blindly
ONE_ACTION = 0.539  # reward, over seeds, of always choosing the action that is right in most states
OBSERVER = 1.0  # reward of `observer`, which knows the right actions


@dataclass(frozen=True)
class Episodes:
    """One episode per row.

    Args:
        inputs: (decisions, ticks, rows, channels), float32, 1 for a spike: six channels of each state in turn.
        states: (decisions, rows), which one is present.
        answers: (decisions, rows), the right action.
    """

    inputs: NDArray[np.float32]
    states: NDArray[np.int64]
    answers: NDArray[np.int64]

    def reward(self, actions: ArrayLike) -> NDArray[np.float64]:
        """Return the fraction of the actions (decisions, rows) that are right, (rows,)."""
        fraction: NDArray[np.float64] = np.equal(self.answers, actions).mean(axis=0)
        return fraction


def right_actions(seeds: ArrayLike) -> NDArray[np.int64]:
    """Return the right action of each state for each seed, (rows, STATES)."""
    streams = [Stream(int(seed), "binding, right actions") for seed in np.atleast_1d(seeds)]
    return np.stack([stream.at(0).integers(ACTIONS, size=STATES) for stream in streams])


def draw_episodes(seeds: ArrayLike, numbers: ArrayLike) -> Episodes:
    """Return one episode per row: number `numbers[row]` of seed `seeds[row]`; either may be one integer for all rows.

    An episode depends on its seed and its number, and on nothing else that is drawn.
    """
    rows, episodes = np.broadcast_arrays(np.atleast_1d(seeds), np.atleast_1d(numbers))
    drawn = [_draw_episode(int(seed), int(number)) for seed, number in zip(rows, episodes, strict=True)]
    states = np.stack([order for order, _ in drawn], axis=-1)
    uniform = np.stack([each for _, each in drawn], axis=2)  # (decisions, ticks, rows, channels)
    return Episodes(
        inputs=_spikes(states, uniform),
        states=states,
        answers=right_actions(rows)[np.arange(len(rows)), states],
    )


def _draw_episode(seed: int, number: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the order of the states, and numbers of U(0, 1) (decisions, ticks, channels)."""
    generator = Stream(seed, "binding").at(number)
    return generator.permutation(STATES), generator.random((DECISIONS, TICKS, CHANNELS), dtype=np.float32)


def _spikes(states: NDArray[np.int64], uniform: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inputs, where the numbers (decisions, ticks, rows, channels) are below the probability."""
    here = states[:, None, :, None] == np.arange(CHANNELS) // PER_STATE
    return (uniform < np.where(here, PRESENT, ABSENT)).astype(np.float32)


def observer(inputs: NDArray[np.float32], right: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the right action (decisions, rows) of the state that spiked most often in each decision.

    Args:
        inputs: as in Episodes.
        right: as `right_actions` returns it.
    """
    spikes = inputs.reshape(len(inputs), TICKS, -1, STATES, PER_STATE).sum(axis=(1, 4))
    states: NDArray[np.int64] = spikes.argmax(axis=-1)
    return right[np.arange(len(right)), states]
