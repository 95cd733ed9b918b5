"""The event log: what happened, to whom, when, and a hash of it that is the same for the same run."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.brains import Report
from alife.core.intervention import INTERVENTIONS
from alife.core.world import Outcome
from alife.runs.columns_file import ColumnsLog, write_names

SOURCES = ("world", "brain", "intervention")
_ENDS = ("terminated", "truncated")
_SURPRISE = "surprise"

RECORD = np.dtype(
    [
        ("tick", "<i8"),
        ("species", "<i4"),
        ("row", "<i4"),
        ("cause", "<i4"),
        ("value", "<f8"),
        ("source", "<i4"),
    ]
)
"""One event. `species`, `cause` and `source` are indices into the names that the log keeps beside the columns.

What an intervention did has species and row -1 where it concerns no creature. Its value is 0, but for two
interventions: whether a creature may learn is 1 or 0, and what was dropped has the copy in which it was.
"""

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

    def write_events_to(self, folder: Path, keep: int) -> None:
        """Write all events from now on into files of columns in a folder.

        At least the last `keep` events stay; files with none but older ones go.

        Raises:
            DiskError: the folder cannot be written.
        """
        self._write_names(folder)
        self._log = ColumnsLog(folder, "events", keep, _CHUNK)

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
                cause, values = self.causes.index(_SURPRISE), report.errors[rows]
                self._append_records(_columns(tick, species_index, rows, cause, values, "brain"))

    def log_outcomes(self, tick: int, outcomes: Mapping[str, Outcome]) -> None:
        """Log the outcomes of a tick, and hash them."""
        records = [
            _records(tick, species_index, outcomes[name], self._cause_indices)
            for species_index, name in enumerate(self.species)
        ]
        happened = b"".join([*(part.tobytes() for part in records), *map(_parents, outcomes.values())])
        if happened:
            self.digest = sha256(self.digest + happened).digest()
            for part in records:
                self._append_records(part)

    def log_intervention(self, tick: int, species_index: int, row: int, cause: str, value: float) -> Records:
        """Hash an intervention applied after a tick and return its record; species and row are -1 for no creature."""
        number = self._first_intervention + list(INTERVENTIONS).index(cause)
        record = _columns(tick, species_index, [row], number, value, "intervention")
        self.digest = sha256(self.digest + record.tobytes()).digest()
        self.intervention_records.append(record)
        self._write_records(record)
        return record

    def clear_tick_records(self) -> None:
        """Clear the records of the last tick: another tick begins, or a state was loaded."""
        self.tick_records, self.intervention_records = [], []

    def _append_records(self, records: Records) -> None:
        self.tick_records.append(records)
        self._write_records(records)

    def _write_records(self, records: Records) -> None:
        if self._log is not None:
            self._log.append_records(records)

    def flush_events(self) -> None:
        """Write the waiting events as one file of columns, and delete the files beyond what is kept.

        Raises:
            DiskError: the file cannot be written.
        """
        if self._log is not None:
            self._log.flush_records()


def _records(tick: int, species_index: int, outcome: Outcome, cause_indices: NDArray[np.int64]) -> Records:
    """Return the events of one species: what the world says, and the ends of episodes, by row."""
    rows, causes, values = outcome.events
    happened = _columns(tick, species_index, rows, cause_indices[causes], values, "world")
    ends = [
        _columns(tick, species_index, np.flatnonzero(ended), cause, 0.0, "world")
        for cause, ended in enumerate((outcome.terminated, outcome.truncated))
        if ended.any()
    ]
    if not ends:
        return happened
    merged = np.concatenate([happened, *ends])
    return merged[np.argsort(merged["row"], kind="stable")]


def _parents(outcome: Outcome) -> bytes:
    """Return the parents of the creatures born at a tick, as bytes."""
    return b"" if outcome.lives is None else outcome.lives.parents.astype("<i8").tobytes()


def _columns(tick: int, species_index: int, rows: Any, causes: Any, values: Any, source: str) -> Records:
    records = np.empty(len(rows), RECORD)
    records["tick"], records["species"], records["row"] = tick, species_index, rows
    records["cause"], records["value"], records["source"] = causes, values, SOURCES.index(source)
    return records
