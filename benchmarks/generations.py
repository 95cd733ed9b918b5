"""Generations: what is counted of a population by how many ancestors a creature has, back to one without parents."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from alife.core.world import Lives, Outcome


class Generations:
    """Counts, tick by tick, the births, ticks, deaths, rewards and genes of each generation.

    A creature without parents is of generation 0, a child is of the one after that of its parent. All later ones than
    the last are counted with it.

    Args:
        rows: of the species.
        last: the last generation that is counted apart.
        ages: by name, from which age and below which rewards are counted apart.
        genes: by name, (rows,) each, as `Brains.genes`; positive numbers, averaged as logarithms.
    """

    def __init__(
        self, rows: int, last: int, ages: Mapping[str, tuple[int, int]], genes: Mapping[str, NDArray[np.float64]]
    ) -> None:
        self.of_row, self._born = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
        self.newborns = np.arange(rows)  # whose genes are not known before the next tick is run
        self.extinctions = 0
        self._bins, self._ages, self._genes = last + 1, dict(ages), genes
        self._births, self._ticks, self._deaths = np.zeros((3, self._bins))
        self._rewards = {name: np.zeros((2, self._bins)) for name in ages}  # sums, and over how many ticks
        self._logs = {name: np.zeros(self._bins) for name in genes}

    def count_tick(self, tick: int, outcome: Outcome) -> None:
        """Count a tick that was run; who was born at it is counted with the next."""
        lives = outcome.lives
        assert lives is not None
        self._count_births(lives, tick)
        generations, ages = np.minimum(self.of_row, self._bins - 1), tick - self._born
        self._ticks += np.bincount(generations[lives.alive], minlength=self._bins)
        self._deaths += np.bincount(generations[lives.died], minlength=self._bins)
        for name, (first, end) in self._ages.items():
            those = np.flatnonzero(lives.alive & (ages >= first) & (ages < end))
            rewards, ticks = self._rewards[name]
            rewards += np.bincount(generations[those], outcome.rewards[those], self._bins)
            ticks += np.bincount(generations[those], minlength=self._bins)

    def _count_births(self, lives: Lives, tick: int) -> None:
        """Count those born a tick ago, whose genes are known now, and note those born at this one."""
        generations = np.minimum(self.of_row[self.newborns], self._bins - 1)
        self._births += np.bincount(generations, minlength=self._bins)
        for name, sums in self._logs.items():
            sums += np.bincount(generations, np.log(self._genes[name][self.newborns]), self._bins)
        self.newborns = lives.born
        self.extinctions += bool((lives.parents < 0).any())
        self.of_row[lives.born] = np.where(lives.parents >= 0, self.of_row[lives.parents] + 1, 0)
        self._born[lives.born] = tick

    def mean(self, alive: NDArray[np.bool_]) -> float:
        """Return the mean generation of the living; 0 where nobody lives."""
        return float(self.of_row[alive].mean()) if alive.any() else 0.0

    def table(self) -> dict[str, list[float]]:
        """Return sums for each generation.

        `births`, `deaths` and `ticks` that were lived; `NAME reward` and `NAME ticks` of each span of ages; `log NAME`,
        of newborns, of each gene.
        """
        columns = {"births": self._births, "deaths": self._deaths, "ticks": self._ticks}
        for name, (rewards, ticks) in self._rewards.items():
            columns |= {f"{name} reward": rewards, f"{name} ticks": ticks}
        columns |= {f"log {name}": sums for name, sums in self._logs.items()}
        return {name: [round(float(value), 3) for value in values] for name, values in columns.items()}


def ratio(table: Mapping[str, Sequence[float]], sums: str, counts: str, first: int, end: int) -> float | None:
    """Return what one column of a table is per unit of another, over generations from `first` and below `end`.

    As `ticks` per `deaths` the lifespan, which those who live on do not bias. None where there is nothing to count.
    """
    count = sum(table[counts][first:end])
    return sum(table[sums][first:end]) / count if count else None
