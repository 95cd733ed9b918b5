"""Genome: one number of each creature for every gene."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.heredity import Gene
from alife.core.random import Stream
from alife.core.world import State

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Births:
    """Lives that begin at one tick, as columns of equal length."""

    rows: NDArray[np.int64]  # ascending
    numbers: NDArray[np.int64]  # the number of each life among all of its species; no two have the same
    parents: NDArray[np.int64]  # their rows; -1 without a parent
    partners: NDArray[np.int64]  # the rows of second parents; -1 without one

    def where(self, those: NDArray[np.bool_]) -> "Births":
        """Return some of them."""
        return Births(self.rows[those], self.numbers[those], self.parents[those], self.partners[those])


class Genome:
    """The genes of all creatures of a species; see Gene for how a child's come from its parents'.

    Each gene draws from a stream of its own, counted by the number of a life: so another gene, a neutral one too,
    changes no other.

    Args:
        genes: by name.
        plan: by name, what the first creatures have where a gene does not say.
        name: of the species.
        rows: of it.
        seed: of the run.
    """

    def __init__(self, genes: Mapping[str, Gene], plan: Mapping[str, float], name: str, rows: int, seed: int) -> None:
        self.values: dict[str, Values] = {gene: np.zeros(rows) for gene in genes}  # (rows,) each, never replaced
        self._genes = dict(genes)
        self._starts = {each: _start(gene, plan.get(each)) for each, gene in genes.items()}
        self._streams = {gene: Stream(seed, f"gene {gene} of {name}") for gene in genes}
        nobody = np.full(rows, -1)
        self.begin_lives(Births(np.arange(rows), np.arange(rows), nobody, nobody))

    def begin_lives(self, births: Births) -> None:
        """Give newborns their genes."""
        orphans, heirs = births.where(births.parents < 0), births.where(births.parents >= 0)
        for name, values in self.values.items():
            if len(heirs.rows):
                values[heirs.rows] = self._inherit(name, values, heirs)
            values[orphans.rows] = self._draw(name, orphans.numbers)

    def _draw(self, name: str, numbers: NDArray[np.int64]) -> Any:
        """Return what creatures have who are born without a parent."""
        low, high = self._starts[name]
        if low == high:
            return low
        drawn = [self._streams[name].at(number).random() for number in numbers.tolist()]
        return np.clip(low + (high - low) * np.array(drawn), low, high)

    def _inherit(self, name: str, values: Values, heirs: Births) -> Values:
        """Return what children have, of one of their parents, mutated."""
        gene, stream = self._genes[name], self._streams[name]
        drawn = np.empty((len(heirs.rows), 2))
        for own, number in zip(drawn, heirs.numbers.tolist(), strict=True):
            random = stream.at(number)
            own[:] = random.random(), random.standard_normal()
        second = (heirs.partners >= 0) & (drawn[:, 0] < 0.5)
        return mutate(values[np.where(second, heirs.partners, heirs.parents)], gene, drawn[:, 1])

    def state_dict(self) -> State:
        """Return all genes."""
        return {name: values.copy() for name, values in self.values.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take on a state that `state_dict` returned.

        Raises:
            ValueError: a gene is out of its range.
        """
        for name, values in self.values.items():
            gene, saved = self._genes[name], np.asarray(state[name])
            if not ((saved >= gene.low) & (saved <= gene.high)).all():
                raise ValueError(f"the gene {name} must be from {gene.low:g} to {gene.high:g}")
            values[:] = saved


def mutate(values: Values, gene: Gene, noise: Values) -> Values:
    """Return values of a gene moved by its spread times noise of N(0, 1), and reflected into its range."""
    if gene.spread == 0.0:
        return values
    if gene.low > 0.0:
        low, high = np.log(gene.low), np.log(gene.high)
        moved = np.exp(reflect(np.log(values) + gene.spread * noise, low, high))
    else:
        moved = reflect(values + gene.spread * noise, gene.low, gene.high)
    return np.clip(moved, gene.low, gene.high)  # rounding may have left it


def reflect(values: Values, low: float, high: float) -> Values:
    """Return values reflected at both ends of a range, as often as it takes."""
    width = high - low
    return low + width - np.abs((values - low) % (2.0 * width) - width)


def _start(gene: Gene, plan: float | None) -> Sequence[float]:
    """Return between which two numbers the first creatures lie."""
    if isinstance(gene.start, tuple):
        return gene.start
    start = plan if gene.start is None else gene.start
    assert start is not None
    return start, start
