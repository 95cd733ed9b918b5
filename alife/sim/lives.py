"""Lives: which creature lives in each row, its parents, genes and offspring, and the lifespans of the dead."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.frame import LifeFrame
from alife.core.survival import median_lifespan
from alife.core.world import Lives, Outcome, State
from alife.runs.columns_file import ColumnsLog, write_error, write_names
from alife.runs.records import LIFE_COLUMNS, life_with

_CHUNK = 50_000  # lives in one file
_NONE = -1

Records = NDArray[Any]

Genes = Mapping[str, NDArray[np.float64]]
"""By name, (rows,) each."""


class SpeciesLives:
    """The lives of one species. No two creatures of it have the same id: the first have their rows for ids.

    Args:
        alive: (rows,) where a creature lives at first.
        causes: how many of the world's causes deaths are counted by, the first ones.
        genes: of the species, as they are at any time; those of newborns are told a tick later.
        record: the type of a life, see `life_with`.
    """

    def __init__(self, alive: NDArray[np.bool_], causes: int, genes: Genes, record: np.dtype[Any]) -> None:
        rows = len(alive)
        self.ids, self._parents, self._born = np.arange(rows), np.full(rows, _NONE), np.zeros(rows, np.int64)
        self._partners, self._offspring = self._parents.copy(), np.zeros(rows, np.int64)
        self._founders = self.ids.copy()  # the first ancestor, on the side of its parent
        self.alive = alive.copy()
        self.births = self.deaths = 0
        self._deaths_by_cause = np.zeros(causes, np.int64)
        self._line = self._totals()  # as they were at the last line of metrics
        self._genes, self._record = genes, record
        self._spans: Counter[int] = Counter()  # how many have died with each lifespan

    def apply_births_and_deaths(self, tick: int, lives: Lives) -> Records:
        """Apply the births and deaths of a tick, and return the lives that ended; their species is still open."""
        partners = np.full(len(lives.born), _NONE) if lives.partners is None else lives.partners
        parents, seconds = (np.where(rows == _NONE, _NONE, self.ids[rows]) for rows in (lives.parents, partners))
        founders = np.where(lives.parents == _NONE, _NONE, self._founders[lives.parents])
        self._count_offspring(lives.parents, partners)
        self._parents[lives.born], self._partners[lives.born] = parents, seconds
        self._born[lives.born], self._offspring[lives.born] = tick, 0
        self.ids[lives.born] = len(self.ids) + self.births + np.arange(len(lives.born))
        self._founders[lives.born] = np.where(founders == _NONE, self.ids[lives.born], founders)
        self.births += len(lives.born)
        self.deaths += len(lives.died)
        self._spans.update((tick - self._born[lives.died]).tolist())
        self.alive[:] = lives.alive
        self.alive[lives.died] = False
        return self._records(lives.died, tick, tick, lives.causes)

    def _count_offspring(self, parents: NDArray[np.int64], partners: NDArray[np.int64]) -> None:
        """Count the children of a tick; who is both parents of one has one."""
        others = partners[partners != parents]
        np.add.at(self._offspring, np.concatenate([parents[parents != _NONE], others[others != _NONE]]), 1)

    def count_causes(self, causes: NDArray[np.int64]) -> None:
        """Count deaths by their causes, as places in all causes that the world has ever had."""
        known = len(self._deaths_by_cause)
        self._deaths_by_cause += np.bincount(causes, minlength=known)[:known]

    def living_records(self, tick: int) -> Records:
        """Return the records of the lives that go on after a tick."""
        return self._records(np.flatnonzero(self.alive), tick, _NONE, _NONE)

    def _records(self, rows: NDArray[np.int64], tick: int, died: int, causes: Any) -> Records:
        records = np.zeros(len(rows), self._record)
        records["id"], records["parent"], records["row"] = self.ids[rows], self._parents[rows], rows
        records["born"], records["died"], records["cause"] = self._born[rows], died, causes
        records["partner"], records["offspring"] = self._partners[rows], self._offspring[rows]
        told = self._has_acted(tick)[rows]
        for name in (self._record.names or ())[len(LIFE_COLUMNS) :]:
            records[name] = np.where(told, self._genes[name][rows], np.nan) if name in self._genes else np.nan
        return records

    def _has_acted(self, tick: int) -> NDArray[np.bool_]:
        """Return in which rows the last who lived was not born at this tick, so that its genes are known."""
        return np.asarray((self._born < tick) | (self._born == 0))

    def life(self, row: int, those: slice) -> LifeFrame | None:
        """Return the life of the creature in a row; None where nobody lives there.

        Args:
            row: of the creature.
            those: the rows of its copy, where its kin is.
        """
        if not self.alive[row]:
            return None
        own, alive = int(self.ids[row]), self.alive[those]
        parents = tuple(int(each) for each in (self._parents[row], self._partners[row]) if each != _NONE)
        children = alive & ((self._parents[those] == own) | (self._partners[those] == own))
        newest = max(np.flatnonzero(children).tolist(), key=lambda child: int(self.ids[those][child]), default=None)
        parent = np.flatnonzero(alive & np.isin(self.ids[those], parents[:1])).tolist()
        kin = np.flatnonzero(alive & (self._founders[those] == self._founders[row])) + those.start
        return LifeFrame(
            own,
            parents,
            int(self._offspring[row]),
            those.start + parent[0] if parent else None,
            None if newest is None else those.start + newest,
            kin,
        )

    def known(self, tick: int) -> NDArray[np.bool_]:
        """Return the rows of all who live and whose genes are known."""
        return self.alive & self._has_acted(tick)

    def numbers_since_last_line(self, causes: Sequence[str]) -> dict[str, int]:
        """Return how many live, and the births and deaths since this was asked last, deaths by cause, too."""
        before, self._line = self._line, self._totals()
        births, deaths, *by_cause = (self._line - before).tolist()
        counted = {f"deaths_{cause}": count for cause, count in zip(causes, by_cause, strict=False)}
        return {"living": int(np.count_nonzero(self.alive)), "births": births, "deaths": deaths, **counted}

    def _totals(self) -> NDArray[np.int64]:
        return np.array([self.births, self.deaths, *self._deaths_by_cause], np.int64)

    def median_lifespan(self, tick: int) -> float | None:
        """Return the median lifespan so far; see `median_lifespan`."""
        return median_lifespan(self._spans, Counter((tick - self._born[self.alive]).tolist()))

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        spans = sorted(self._spans.items())
        return {
            "ids": self.ids.copy(),
            "parents": self._parents.copy(),
            "born": self._born.copy(),
            "alive": self.alive.copy(),
            "births": self.births,
            "deaths": self.deaths,
            "partners": self._partners.copy(),
            "offspring": self._offspring.copy(),
            "founders": self._founders.copy(),
            "by_cause": self._deaths_by_cause.copy(),
            "line": self._line.copy(),
            "spans": np.array(spans, np.int64).reshape(-1, 2),
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self.ids, self._parents, self._born = (np.array(state[name]) for name in ("ids", "parents", "born"))
        self.alive, self.births, self.deaths = np.array(state["alive"]), int(state["births"]), int(state["deaths"])
        self._partners, self._offspring = np.array(state["partners"]), np.array(state["offspring"])
        self._founders = np.array(state["founders"])
        self._deaths_by_cause, self._line = np.array(state["by_cause"]), np.array(state["line"])
        self._spans = Counter(dict(np.array(state["spans"]).tolist()))


class LifeLog:
    """The lives of all species that are born and die. Empty in a run in which no species does.

    Args:
        rows: by species, how many rows.
        outcomes: of the reset: a species that has lives there has them for the whole run.
        causes: the world's names for what can happen.
        genes: by species, as they are at any time.
    """

    def __init__(
        self,
        rows: Mapping[str, int],
        outcomes: Mapping[str, Outcome],
        causes: Sequence[str],
        genes: Mapping[str, Genes],
    ) -> None:
        mortal = {name: lives.alive for name in rows if (lives := outcomes[name].lives) is not None}
        self._genes = list(dict.fromkeys(gene for name in mortal for gene in genes[name]))
        self._record, self._counted = life_with(self._genes), tuple(causes)
        self.by_species = {
            name: SpeciesLives(alive, len(causes), genes[name], self._record) for name, alive in mortal.items()
        }
        self._names, self._causes = list(rows), list(causes)
        self._cause_indices = np.arange(len(causes))  # of the world's causes among all it has ever had
        self._log: ColumnsLog | None = None

    def write_lives_to(self, folder: Path, keep: int, place: tuple[int, int] = (0, 0)) -> None:
        """Write all lives that end from now on into files of columns in a folder, which is made if there are any.

        At least the last `keep` lives stay; files with none but older ones go. `place` is where an earlier process
        stood.

        Raises:
            DiskError: the folder cannot be written.
        """
        if not self.by_species:
            return
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise write_error(folder, "lives", error) from error
        self._write_names(folder)
        self._log = ColumnsLog(folder, "lives", keep, _CHUNK, self._record, place)

    def _write_names(self, folder: Path) -> None:
        write_names(folder, "lives", {"species": self._names, "causes": self._causes, "genes": self._genes})

    def update_causes(self, causes: Sequence[str]) -> None:
        """Replace the world's names for what can happen; the causes known before keep their indices.

        Raises:
            DiskError: the names cannot be written.
        """
        self._causes += [cause for cause in causes if cause not in self._causes]
        self._cause_indices = np.array([self._causes.index(cause) for cause in causes], np.int64)
        if self._log is not None:
            self._write_names(self._log.folder)

    def repopulate(self, outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
        """Return the first outcomes of a reloaded world, with a birth in every row that was empty."""
        return {name: self._fill_empty_rows(name, outcome) for name, outcome in outcomes.items()}

    def _fill_empty_rows(self, name: str, outcome: Outcome) -> Outcome:
        if name not in self.by_species or outcome.lives is None:
            return outcome
        born = np.flatnonzero(outcome.lives.alive & ~self.by_species[name].alive)
        lives = outcome.lives._replace(born=born, parents=np.full(len(born), _NONE), partners=None)
        return replace(outcome, lives=lives)

    def update_lives(self, tick: int, outcomes: Mapping[str, Outcome]) -> None:
        """Update the lives of all species with the outcomes of a tick."""
        for name, species in self.by_species.items():
            lives = outcomes[name].lives
            if lives is None:
                continue
            if not len(lives.born) and not len(lives.died):
                species.alive[:] = lives.alive
            else:
                ended = species.apply_births_and_deaths(tick, lives)
                ended["cause"] = self._cause_indices[ended["cause"]]
                species.count_causes(ended["cause"])
                self._log_lives(name, ended)

    def _log_lives(self, name: str, records: Records) -> None:
        if self._log is not None and len(records):
            records["species"] = self._names.index(name)
            self._log.append_records(records)

    @property
    def place(self) -> tuple[int, int]:
        """Where the files of lives stand, see ColumnsLog."""
        return (0, 0) if self._log is None else self._log.place

    def flush_lives(self) -> None:
        """Write the waiting lives into their file.

        Raises:
            DiskError: it cannot be written.
        """
        if self._log is not None:
            self._log.flush_records()

    def finish_lives(self, tick: int) -> None:
        """Write the lives that go on after a tick and all waiting records, and close the log.

        Raises:
            DiskError: it cannot be written.
        """
        for name, lives in self.by_species.items():
            self._log_lives(name, lives.living_records(tick))
        if self._log is not None:
            self._log.flush_records()
            self._log = None  # once is enough

    def numbers_since_last_line(self, name: str) -> dict[str, int]:
        """Return how many of a species live, its births and its deaths; deaths by the causes of the beginning."""
        return self.by_species[name].numbers_since_last_line(self._counted) if name in self.by_species else {}

    def is_extinct(self, name: str) -> bool:
        """Return whether no creature of a species lives beyond this tick."""
        return name in self.by_species and not self.by_species[name].alive.any()

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        return {name: lives.state_dict() for name, lives in self.by_species.items()}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        for name, lives in self.by_species.items():
            lives.load_state_dict(state[name])
