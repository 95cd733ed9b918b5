"""The event log: its order, its files, its bounds."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from alife.core.brains import Report
from alife.core.errors import DiskError
from alife.core.world import Events, Outcome
from alife.sim import events
from alife.sim.events import EventLog


def _outcome(rows: list[int], ended: list[bool], cut: list[bool]) -> Outcome:
    happened = Events(np.array(rows, np.int64), np.zeros(len(rows), np.int64), np.ones(len(rows)))
    count = len(ended)
    return Outcome(np.zeros((count, 1), np.float32), np.zeros(count), np.array(ended), np.array(cut), happened)


def _log(folder: Path, keep: int) -> EventLog:
    log = EventLog(["a", "b"], ["ate"])
    log.write_events_to(folder, keep)
    return log


def test_events_stand_in_order_of_species_and_row(tmp_path: Path) -> None:
    """The end of an episode is an event, and stands with the other events of its row."""
    log = _log(tmp_path, 100)
    log.log_outcomes(
        3, {"a": _outcome([0, 2], [False, True, False], [False] * 3), "b": _outcome([1], [False] * 2, [True, False])}
    )
    log.flush_events()
    columns = load_file(tmp_path / "000000.safetensors")
    names = json.loads((tmp_path / "names.json").read_text())

    assert columns["row"].tolist() == [0, 1, 2, 0, 1]
    assert columns["species"].tolist() == [0, 0, 0, 1, 1]
    assert [names["causes"][cause] for cause in columns["cause"]] == ["ate", "terminated", "ate", "truncated", "ate"]
    assert set(columns["tick"].tolist()) == {3}


def test_surprises_are_logged_but_not_hashed(tmp_path: Path) -> None:
    """A surprise of a brain is a row of the log with its TD error; the hash stays."""
    log = _log(tmp_path, 100)
    before = log.digest
    report = Report(np.array([0.5, -2.0], np.float32), np.array([False, True]), np.array([False, True]), [])
    log.log_surprises(4, {"a": report, "b": Report(np.zeros(1, np.float32), np.zeros(1, bool), np.zeros(1, bool), [])})
    log.flush_events()
    columns = load_file(tmp_path / "000000.safetensors")

    assert log.digest == before
    assert (columns["row"].tolist(), columns["value"].tolist()) == ([1], [-2.0])


def test_old_files_go(tmp_path: Path) -> None:
    """No more files stay than hold what is to be kept, however many events there were."""
    log = _log(tmp_path, 2 * events._CHUNK)
    many = _outcome(list(range(1000)), [False] * 1000, [False] * 1000)
    none = _outcome([], [False], [False])
    for tick in range(250):
        log.log_outcomes(tick, {"a": many, "b": none})
    log.flush_events()

    kept = sorted(path.name for path in tmp_path.glob("*.safetensors"))
    assert kept == ["000002.safetensors", "000003.safetensors", "000004.safetensors"]
    assert log.place == (5, 0)  # nothing waits


def test_a_folder_that_went_away_is_one_sentence(tmp_path: Path) -> None:
    """Names and columns that cannot be written are a DiskError that names the file."""
    folder = tmp_path / "events"
    with pytest.raises(DiskError, match=r"events/names\.json: .* cannot be written"):
        _log(folder, 100)
    folder.mkdir()
    log = _log(folder, 100)
    log.log_outcomes(1, {"a": _outcome([0], [False], [False]), "b": _outcome([], [False], [False])})
    shutil.rmtree(folder)

    with pytest.raises(DiskError, match=r"events/000000\.safetensors: .* cannot be written") as caught:
        log.flush_events()
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An OSError while a file is put in its place is a DiskError with the system's words."""
    log = _log(tmp_path, 100)
    log.log_outcomes(1, {"a": _outcome([0], [False], [False]), "b": _outcome([], [False], [False])})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DiskError, match="No space left on device"):
        log.flush_events()


def test_causes_of_one_name_share_a_place(tmp_path: Path) -> None:
    """A world may have two; those behind them keep their own name."""
    log = EventLog(["a"], ["ate", "ate", "stung"])
    happened = Events(np.array([0, 1]), np.array([1, 2]), np.ones(2))
    nobody = np.zeros(2, bool)
    log.log_outcomes(1, {"a": Outcome(np.zeros((2, 1), np.float32), np.zeros(2), nobody, nobody, happened)})

    assert [log.causes[cause] for cause in log.tick_records[0]["cause"]] == ["ate", "stung"]
