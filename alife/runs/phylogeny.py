"""Phylogeny: who descends from whom, in the data standard of artificial life."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.errors import DiskError
from alife.runs._columns import Table


class LivesTable(Table):
    """The lives of a run.

    Args:
        columns: see `Run.lives`.
        genes: which of them are genes.
    """

    def __init__(self, columns: Mapping[str, NDArray[Any]], genes: Sequence[str]) -> None:
        super().__init__(columns)
        self.genes = tuple(genes)

    def phylogeny(self) -> Table:
        """Return all lives in the ALife data standard for phylogenies, a line for each, by the tick of birth.

        The columns are `id`, `ancestor_list`, `origin_time`, `destruction_time`, `species` and each gene. An id is
        that of the table times the number of species, plus the place of its own among these, in the order of the
        alphabet: so no two are the same, and where there is one species they are as in the table. An ancestor list is
        `[NONE]`, `[3]` or `[3,8]`; a parent whose life was not kept is left out. The living have the
        destruction time inf.

        Source: Lalejini et al., Data standards for artificial life software (2019).
        """
        names, species = np.unique(self["species"], return_inverse=True)
        number = max(len(names), 1)
        ids = self["id"] * number + species
        parents, partners = (np.where(self[of] < 0, -1, self[of] * number + species) for of in ("parent", "partner"))
        kept = [np.where(np.isin(each, ids), each, -1) for each in (parents, partners)]
        order = np.lexsort((ids, self["born"]))
        columns = {
            "id": ids,
            "ancestor_list": np.array([_ancestors(*pair) for pair in np.stack(kept, 1).tolist()], np.str_),
            "origin_time": self["born"],
            "destruction_time": np.where(self["died"] < 0, np.inf, self["died"]),
            "species": self["species"],
            **{gene: self[gene] for gene in self.genes},
        }
        return Table({name: column[order] for name, column in columns.items()})

    def write_phylogeny(self, path: str | Path) -> None:
        """Write `phylogeny` as a CSV file, which phylotrackpy and others read.

        Raises:
            DiskError: the file cannot be written.
        """
        table = self.phylogeny()
        try:
            with Path(path).open("w", newline="", encoding="utf-8") as file:
                lines = csv.writer(file, lineterminator="\n")
                lines.writerow(table)
                lines.writerows(zip(*map(_cells, table.values()), strict=True))
        except OSError as error:
            raise DiskError(f"{path}: the phylogeny cannot be written ({error.strerror})") from error


def _cells(column: NDArray[Any]) -> list[Any]:
    """Return a column as the cells of a file, whole numbers without a point."""
    return [int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in column.tolist()]


def _ancestors(parent: int, partner: int) -> str:
    """Return the list of ancestors of a life, by their ids; -1 is none."""
    known = dict.fromkeys(each for each in (parent, partner) if each >= 0)
    return f"[{','.join(map(str, known)) or 'NONE'}]"
