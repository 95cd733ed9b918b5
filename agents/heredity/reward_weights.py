"""Reward weights: what an event is worth to a creature."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from agents.heredity.genome import Values
from alife.core.brain import Floats, Rows
from alife.core.heredity import REWARD_WEIGHT, Heredity
from alife.core.kernel import kernel
from alife.core.world import Events, Outcome


class RewardWeights:
    """Weighs what happens to each creature by genes: its reward is the sum over its events of weight * value.

    Args:
        heredity: which causes have such a gene; the weight of all others is 1.
        causes: of the world, which events refer to by place.
        rows: of the species.
    """

    def __init__(self, heredity: Heredity, causes: Sequence[str], rows: int) -> None:
        self._causes, self._rows = tuple(heredity.reward_weights), rows
        self.update_causes(causes)

    def update_causes(self, causes: Sequence[str]) -> None:
        """Take other causes, as a world has them that takes the place of another."""
        self._places = {f"{REWARD_WEIGHT}{cause}": causes.index(cause) for cause in self._causes}
        self._weights = np.ones((self._rows if self._places else 0, len(causes)))

    def write(self, rows: Rows, genes: Mapping[str, Values]) -> None:
        """Let events be worth to these rows what their genes say, genes (all rows,) each."""
        for name, cause in self._places.items():
            self._weights[rows, cause] = genes[name][rows]

    def weigh(self, outcome: Outcome) -> Outcome:
        """Return an outcome with the events and rewards as they are to each creature."""
        events = outcome.events
        if not self._places or not len(events.rows):
            return outcome
        values, rewards = np.empty(len(events.rows)), outcome.rewards.copy()
        _weigh(events.rows, events.causes, events.values, self._weights, values, rewards)
        return replace(outcome, rewards=rewards, events=Events(events.rows, events.causes, values))


@kernel
def _weigh(rows: Rows, causes: Rows, given: Floats, weights: Floats, values: Floats, rewards: Floats) -> None:
    """value_n = w given_n, and the reward of each row that has events is the sum of its values."""
    for n in range(rows.size):
        rewards[rows[n]] = 0.0
    for n in range(rows.size):
        values[n] = weights[rows[n], causes[n]] * given[n]
        rewards[rows[n]] += values[n]
