"""A hungry pond in which every child has two parents, and bodies have genes that are only written down."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.world import Outcome
from worlds.hungry_pond import HungryPond


class MatingPond(HungryPond):
    """The second parent is the living row after the first one, in the same copy; a row alone has none."""

    traits = ("size", "step")

    def reset(self, seed: int) -> dict[str, Outcome]:
        self.expressed: list[tuple[str, list[int], dict[str, list[float]]]] = []
        return super().reset(seed)

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        outcomes = super().step(actions)
        for name, outcome in outcomes.items():
            if (lives := outcome.lives) is not None and len(lives.born):
                count, old = self.species[name][1], lives.alive.copy()
                old[lives.born] = False
                partners = [_after(old, parent, count) for parent in lives.parents.tolist()]
                object.__setattr__(outcome, "lives", lives._replace(partners=np.array(partners, np.int64)))
        return outcomes

    def express(self, name: str, rows: NDArray[np.int64], traits: Mapping[str, NDArray[np.float64]]) -> None:
        self.expressed.append((name, rows.tolist(), {gene: values.tolist() for gene, values in traits.items()}))


def _after(living: NDArray[np.bool_], parent: int, count: int) -> int:
    if parent < 0:
        return -1
    copy = parent // count * count
    others = [row for row in range(copy, copy + count) if living[row] and row != parent]
    return next((row for row in others if row > parent), others[0] if others else -1)


class Feverish(HungryPond):
    """A pond that tells of its creatures what no line of metrics can hold."""

    def vitals(self, name: str) -> Mapping[str, NDArray[Any]]:
        return {"fever": np.ones(1)}
