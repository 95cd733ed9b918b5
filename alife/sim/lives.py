"""Lives: who lives in each row, whose child it is, and how long those lived who died."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.survival import median_lifespan
from alife.core.world import Outcome, State
from alife.runs.columns_file import ColumnsLog, not_written, write_names

LIFE = np.dtype(
    [
        ("id", "<i8"),
        ("parent", "<i8"),
        ("species", "<i4"),
        ("row", "<i4"),
        ("born", "<i8"),
        ("died", "<i8"),
        ("cause", "<i4"),
    ]
)
"""One life. `parent` is an id, -1 for nobody's child. Who still lives has -1 for the tick and the cause of death."""

_CHUNK = 50_000  # lives in one file
_NONE = -1

Records = NDArray[Any]


class SpeciesLives:
    """The lives of one species. No two creatures of it have the same id: the first have their rows for ids.

    Args:
        rows: how many seats.
    """

    def __init__(self, rows: int) -> None:
        self.ids, self._parents, self._born = np.arange(rows), np.full(rows, _NONE), np.zeros(rows, np.int64)
        self.alive = np.ones(rows, bool)
        self.births = self.deaths = 0
        self._spans: Counter[int] = Counter()  # how many have died with each lifespan

    def add(self, tick: int, outcome: Outcome) -> Records:
        """Take in a tick, and return the lives that ended with it; their species is still open."""
        lives = outcome.lives
        if lives is None:
            return np.empty(0, LIFE)
        parents = np.where(lives.parents == _NONE, _NONE, self.ids[lives.parents])
        self._parents[lives.born], self._born[lives.born] = parents, tick
        self.ids[lives.born] = len(self.ids) + self.births + np.arange(len(lives.born))
        self.births += len(lives.born)
        self.deaths += len(lives.died)
        self._spans.update((tick - self._born[lives.died]).tolist())
        self.alive = lives.alive.copy()
        self.alive[lives.died] = False
        return self._records(lives.died, tick, lives.causes)

    def living(self) -> Records:
        """Return the lives that go on."""
        return self._records(np.flatnonzero(self.alive), _NONE, _NONE)

    def _records(self, rows: NDArray[np.int64], tick: int, causes: Any) -> Records:
        records = np.zeros(len(rows), LIFE)
        records["id"], records["parent"], records["row"] = self.ids[rows], self._parents[rows], rows
        records["born"], records["died"], records["cause"] = self._born[rows], tick, causes
        return records

    def median(self, tick: int) -> float | None:
        """Return the median lifespan so far; see `median_lifespan`."""
        return median_lifespan(self._spans, Counter((tick - self._born[self.alive]).tolist()))

    def state_dict(self) -> State:
        """Return all there is to remember."""
        spans = sorted(self._spans.items())
        return {
            "ids": self.ids.copy(),
            "parents": self._parents.copy(),
            "born": self._born.copy(),
            "alive": self.alive.copy(),
            "births": self.births,
            "deaths": self.deaths,
            "spans": np.array(spans, np.int64).reshape(-1, 2),
        }

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned."""
        self.ids, self._parents, self._born = (np.array(state[name]) for name in ("ids", "parents", "born"))
        self.alive, self.births, self.deaths = np.array(state["alive"]), int(state["births"]), int(state["deaths"])
        self._spans = Counter(dict(np.array(state["spans"]).tolist()))


class LifeLog:
    """The lives of all species that are born and die. There are none in a run in which nobody does.

    Args:
        rows: by species, how many seats.
        outcomes: of the beginning: whoever has lives there has them for ever.
        causes: the world's names for what can happen.
    """

    def __init__(self, rows: Mapping[str, int], outcomes: Mapping[str, Outcome], causes: Sequence[str]) -> None:
        self.of = {name: SpeciesLives(count) for name, count in rows.items() if outcomes[name].lives is not None}
        self._names, self._causes = list(rows), list(causes)
        self._places = np.arange(len(causes))  # of the world's causes among all it has ever had
        self._log: ColumnsLog | None = None

    def write_to(self, folder: Path, keep: int) -> None:
        """Put all lives that end from now on into files of columns in a folder, which is made if there are any.

        At least the last `keep` lives stay; files with none but older ones go.

        Raises:
            DiskError: the folder cannot be written.
        """
        if not self.of:
            return
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise not_written(folder, "lives", error) from error
        self._write_names(folder)
        self._log = ColumnsLog(folder, "lives", keep, _CHUNK)

    def _write_names(self, folder: Path) -> None:
        write_names(folder, "lives", {"species": self._names, "causes": self._causes})

    def know(self, causes: Sequence[str]) -> None:
        """Take in that the world has other names for what can happen now; those it had before keep their places.

        Raises:
            DiskError: the names cannot be written.
        """
        self._causes += [cause for cause in causes if cause not in self._causes]
        self._places = np.array([self._causes.index(cause) for cause in causes], np.int64)
        if self._log is not None:
            self._write_names(self._log.folder)

    def begun_anew(self, outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
        """Return how a world begins that has taken the place of another: in seats that were empty, somebody is born."""
        return {name: self._peopled(name, outcome) for name, outcome in outcomes.items()}

    def _peopled(self, name: str, outcome: Outcome) -> Outcome:
        if name not in self.of or outcome.lives is None:
            return outcome
        born = np.flatnonzero(~self.of[name].alive)
        return replace(outcome, lives=outcome.lives._replace(born=born, parents=np.full(len(born), _NONE)))

    def add(self, tick: int, outcomes: Mapping[str, Outcome]) -> None:
        """Take in a tick."""
        for name, lives in self.of.items():
            ended = lives.add(tick, outcomes[name])
            ended["cause"] = self._places[ended["cause"]]
            self._keep(name, ended)

    def _keep(self, name: str, records: Records) -> None:
        if self._log is not None and len(records):
            records["species"] = self._names.index(name)
            self._log.add(records)

    def finish(self) -> None:
        """Write down who still lives, and all that waits.

        Raises:
            DiskError: it cannot be written.
        """
        for name, lives in self.of.items():
            self._keep(name, lives.living())
        if self._log is not None:
            self._log.flush()
            self._log = None  # once is enough

    def extinct(self, name: str) -> bool:
        """Return whether nobody of a species lives beyond this tick."""
        return name in self.of and not self.of[name].alive.any()

    def state_dict(self) -> State:
        """Return all there is to remember."""
        return {name: lives.state_dict() for name, lives in self.of.items()}

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned."""
        for name, lives in self.of.items():
            lives.load_state_dict(state[name])
