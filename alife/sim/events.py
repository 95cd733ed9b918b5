"""The event log: what happened, to whom, when, and a hash of it that is the same for the same run."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.brains import Report
from alife.core.intervention import INTERVENTIONS
from alife.core.kernel import kernel
from alife.core.world import Lives, Outcome
from alife.runs.columns_file import ColumnsLog, write_names
from alife.runs.records import RECORD

SOURCES = ("world", "brain", "intervention")
_ENDS = ("terminated", "truncated")
_SURPRISE = "surprise"
_TERMINATED, _TRUNCATED, _SURPRISED = range(3)  # indices of the causes that are not the world's
_WORLD, _BRAIN, _INTERVENTION = range(3)  # indices of the sources

Records = NDArray[Any]

_CHUNK = 50_000  # events in one file


class EventLog:
    """Collects the events of a run.

    The hash covers what the world and interventions did, and whose children are born. It is a chain, digest <-
    sha256(digest + records), with one link for what a tick brought, in the order (species, row), and one for each
    intervention applied after it, so that a run can be resumed from the digest alone.

    Args:
        species: names, in the order of their indices.
        causes: the world's names for what can happen.
    """

    def __init__(self, species: Sequence[str], causes: Sequence[str]) -> None:
        self.species, self.causes = tuple(species), (*_ENDS, _SURPRISE, *causes, *INTERVENTIONS)
        self._first_intervention = len(self.causes) - len(INTERVENTIONS)  # a world may have a cause of the same name
        self._index_of_cause = {cause: len(_ENDS) + 1 + k for k, cause in enumerate(causes)}  # of the world's causes
        self._cause_indices = np.array([self._index_of_cause[cause] for cause in causes], np.int64)  # among all causes
        self.digest = bytes(32)
        self.tick_records: list[Records] = []  # what world and brains did since the last tick began
        self.intervention_records: list[Records] = []  # what interventions did since then, one at a time
        self._log: ColumnsLog | None = None
        self._room = np.empty(0, RECORD)  # in which the records of a tick are made; it grows with need

    def write_events_to(self, folder: Path, keep: int, place: tuple[int, int] = (0, 0)) -> None:
        """Write all events from now on into files of columns in a folder.

        At least the last `keep` events stay; files with none but older ones go. `place` is where an earlier process
        stood.

        Raises:
            DiskError: the folder cannot be written.
        """
        self._write_names(folder)
        self._log = ColumnsLog(folder, "events", keep, _CHUNK, RECORD, place)

    def _write_names(self, folder: Path) -> None:
        write_names(folder, "events", {"species": self.species, "causes": self.causes, "sources": SOURCES})

    def update_causes(self, causes: Sequence[str]) -> None:
        """Replace the world's names for what can happen; the causes known before keep their indices.

        Raises:
            DiskError: the names cannot be written.
        """
        for cause in causes:
            if cause not in self._index_of_cause:
                self._index_of_cause[cause] = len(self.causes)
                self.causes = (*self.causes, cause)
        self._cause_indices = np.array([self._index_of_cause[cause] for cause in causes], np.int64)
        if self._log is not None:
            self._write_names(self._log.folder)

    def log_surprises(self, tick: int, reports: Mapping[str, Report]) -> None:
        """Log the brains that were surprised by the outcome of the tick; this is not part of the hash."""
        self.clear_tick_records()
        for species_index, name in enumerate(self.species):
            report = reports[name]
            if np.count_nonzero(report.surprised):
                rows = np.flatnonzero(report.surprised)
                self._append_records(_columns(tick, species_index, rows, _SURPRISED, report.errors[rows], _BRAIN))

    def log_outcomes(self, tick: int, outcomes: Mapping[str, Outcome]) -> None:
        """Log the outcomes of a tick, and hash them."""
        happened = b""
        for species_index, name in enumerate(self.species):
            if told := self._tell(tick, species_index, outcomes[name]):
                happened += told
                self._append_records(np.frombuffer(told, RECORD))
        happened += b"".join([_parents(each.lives) for each in outcomes.values() if each.lives is not None])
        if happened:
            self.digest = sha256(self.digest + happened).digest()

    def _tell(self, tick: int, species_index: int, outcome: Outcome) -> bytes:
        """Return the records of what the world has for a species at a tick, ends of episodes among them."""
        events, ended = outcome.events, (outcome.terminated, outcome.truncated)
        most = len(events.rows) + 2 * len(outcome.terminated)
        if most > len(self._room):
            self._room = np.empty(most, RECORD)
        count = fill_records(self._room, tick, species_index, *events, *ended, self._cause_indices)
        return self._room[:count].tobytes() if count else b""

    def log_intervention(self, tick: int, species_index: int, row: int, cause: str, value: float) -> Records:
        """Hash an intervention applied after a tick and return its record; species and row are -1 for no creature."""
        number = self._first_intervention + list(INTERVENTIONS).index(cause)
        record = _columns(tick, species_index, [row], number, value, _INTERVENTION)
        self.digest = sha256(self.digest + record.tobytes()).digest()
        self.intervention_records.append(record)
        self._write_records(record)
        return record

    def clear_tick_records(self) -> None:
        """Clear the records of the last tick: another tick begins, or a state was loaded."""
        if self.tick_records or self.intervention_records:
            self.tick_records, self.intervention_records = [], []

    def _append_records(self, records: Records) -> None:
        self.tick_records.append(records)
        self._write_records(records)

    def _write_records(self, records: Records) -> None:
        if self._log is not None:
            self._log.append_records(records)

    @property
    def place(self) -> tuple[int, int]:
        """Where the files of events stand, see ColumnsLog."""
        return (0, 0) if self._log is None else self._log.place

    def flush_events(self) -> None:
        """Write the waiting events into their file.

        Raises:
            DiskError: the file cannot be written.
        """
        if self._log is not None:
            self._log.flush_records()


def _parents(lives: Lives) -> bytes:
    """Return the parents of the creatures born at a tick, as bytes."""
    told = lives.parents.astype("<i8").tobytes()
    if lives.partners is None or not (lives.partners >= 0).any():
        return told
    return told + lives.partners.astype("<i8").tobytes()


def _columns(tick: int, species_index: int, rows: Any, causes: Any, values: Any, source: int) -> Records:
    records = np.empty(len(rows), RECORD)
    records["tick"], records["species"], records["row"] = tick, species_index, rows
    records["cause"], records["value"], records["source"] = causes, values, source
    return records


@kernel
def fill_records(
    records: Records,
    tick: int,
    species: int,
    rows: NDArray[np.int64],
    causes: NDArray[np.int64],
    values: NDArray[np.float64],
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    cause_indices: NDArray[np.int64],
) -> int:
    """Fill records row by row: what the world says, (events,), then the end of the row's episode, (all rows,).

    Return how many there are.
    """
    n = e = 0
    for r in range(terminated.size):
        while e < rows.size and rows[e] == r:
            _fill_record(records[n], tick, species, r, cause_indices[causes[e]], values[e])
            n, e = n + 1, e + 1
        if terminated[r]:
            _fill_record(records[n], tick, species, r, _TERMINATED, 0.0)
            n += 1
        if truncated[r]:
            _fill_record(records[n], tick, species, r, _TRUNCATED, 0.0)
            n += 1
    return n


@kernel
def _fill_record(record: Any, tick: int, species: int, row: int, cause: int, value: float) -> None:
    record["tick"] = tick
    record["species"] = species
    record["row"] = row
    record["cause"] = cause
    record["value"] = value
    record["source"] = _WORLD
