"""A run that was interrupted goes on from its last checkpoint as if it had never stopped."""

import io
import json
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

import alife as library
from alife.app.launch import LaunchOptions, launch, resume
from alife.core.errors import CheckpointError, ConfigError, DiskError
from alife.runs import saver
from alife.runs.checkpoints import last_checkpoint, save_checkpoint
from alife.runs.columns_file import ColumnsLog
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from tests.command import alife
from tests.forked import forked
from tests.sim.runs import small

HEADLESS = LaunchOptions(headless=True, quiet=True)


def _goes_on(run: Path, *changes: str) -> dict[str, Any]:
    return resume(run, changes, HEADLESS, Interruption()).summary


def _whole(run: Path) -> dict[str, bytes]:
    """Return what a run has left by name, but for what says when it was made."""
    files = [
        path
        for path in run.rglob("*")
        if path.is_file() and path.name not in ("summary.json", "sums.json", "config.yaml")
    ]
    return {str(path.relative_to(run)): path.read_bytes() for path in files if "checkpoints" not in path.parts}


@pytest.mark.slow
def test_a_killed_run_goes_on_to_the_bit(tmp_path: Path) -> None:
    """Events, lives, recordings, metrics and hash are byte for byte those of a run that was never stopped."""
    words = ["configs/hungry_pond.yaml", "--headless", "--ticks", "1200", "--set", "record.checkpoint.seconds=0.05"]
    words += ["--set", "record.spikes.learners=[0]"]
    with forked("run", *words, "--out", tmp_path / "killed") as run:
        while run.process.is_alive() and len(list((tmp_path / "killed" / "checkpoints").glob("[0-9]*"))) < 3:
            time.sleep(0.01)
        run.send_signal(signal.SIGKILL)
        assert run.finished().returncode == -signal.SIGKILL
    killed_at = last_checkpoint(tmp_path / "killed" / "checkpoints").state["tick"]
    done = alife("resume", tmp_path / "killed", "--headless", "--json")
    never_stopped = alife("run", *words, "--json", "--out", tmp_path / "whole")
    again, once = (json.loads(each.stdout.splitlines()[-1]) for each in (done, never_stopped))

    assert 0 < killed_at < 1200
    assert again["event_log_sha256"] == once["event_log_sha256"]
    assert again["species"] == once["species"]
    killed, whole = _whole(tmp_path / "killed"), _whole(tmp_path / "whole")
    assert {name: text for name, text in killed.items() if "recordings" not in name} == {
        name: text for name, text in whole.items() if "recordings" not in name
    }


@pytest.mark.slow
def test_a_finished_run_is_extended(tmp_path: Path) -> None:
    """With more ticks it comes to what a longer run comes to; without, it says that there are none left."""
    launch(small(120), LaunchOptions(headless=True, out=tmp_path / "run"))
    with pytest.raises(ConfigError, match=r"--ticks: .*120"):
        _goes_on(tmp_path / "run")
    longer = _goes_on(tmp_path / "run", "ticks=300")
    whole = launch(small(300), LaunchOptions(headless=True, out=tmp_path / "whole")).summary

    assert longer["event_log_sha256"] == whole["event_log_sha256"]
    assert (tmp_path / "run" / "metrics.jsonl").read_text() == (tmp_path / "whole" / "metrics.jsonl").read_text()


def test_what_was_not_whole_is_passed_over(tmp_path: Path) -> None:
    """The last checkpoint that is whole counts; where none is, the newest says why."""
    root, state = tmp_path / "checkpoints", {"config": "x", "a": np.arange(3)}
    for tick in (1, 2, 3, 4):
        save_checkpoint(root, tick, {**state, "tick": tick}, {"metrics": tick}, 3)
    assert sorted(path.name for path in root.iterdir()) == ["000000000002", "000000000003", "000000000004"]
    (root / "000000000004" / "state.json").write_text("{}")
    (root / "000000000003" / "manifest.json").unlink()
    assert (last_checkpoint(root).state["tick"], last_checkpoint(root).places) == (2, {"metrics": 2})
    (root / "000000000002" / "arrays.safetensors").write_bytes(b"")
    with pytest.raises(CheckpointError, match=r"000000000004.*damaged"):
        last_checkpoint(root)


@pytest.mark.slow
def test_what_decides_may_not_be_changed(tmp_path: Path) -> None:
    """The key is named; a directory of something else is, too."""
    launch(small(100), LaunchOptions(headless=True, out=tmp_path / "run"))
    with pytest.raises(ConfigError, match=r"seed.*decides"):
        _goes_on(tmp_path / "run", "seed=3", "ticks=200")
    with pytest.raises(ConfigError, match=r"no run directory.*config\.yaml"):
        _goes_on(tmp_path, "ticks=200")


@pytest.mark.slow
def test_a_full_disk_does_not_end_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A checkpoint that cannot be written is told of once and tried again; only the last one must be."""
    tried: list[int] = []

    def full(root: Path, tick: int, *_: Any) -> None:
        tried.append(tick)
        if tick < 1000:
            raise DiskError(f"{root}: the state cannot be written (No space left on device)")

    monkeypatch.setattr(saver, "save_checkpoint", full)
    launch(small(1000, record={"checkpoint": {"seconds": 0.001}}), LaunchOptions(headless=True, out=tmp_path / "run"))

    assert tried[-1] == 1000
    assert capsys.readouterr().err.count("No space left on device") == (len(tried) > 1)


@pytest.mark.slow
def test_a_disk_that_is_full_for_a_while_loses_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Metrics, events and lives wait in memory and come later, each line whole; one warning; the same hash."""
    whole = launch(small(600), LaunchOptions(headless=True, out=tmp_path / "whole")).summary
    monkeypatch.setattr("alife.sim.events._CHUNK", 10)
    with _disk_full_between(200, 400):
        ending = launch(small(600), LaunchOptions(headless=True, out=tmp_path / "run"))

    assert ending.exit_code == 0
    assert ending.summary["event_log_sha256"] == whole["event_log_sha256"]
    assert (tmp_path / "run" / "metrics.jsonl").read_text() == (tmp_path / "whole" / "metrics.jsonl").read_text()
    ticks = [library.load(tmp_path / name).events["tick"].tolist() for name in ("run", "whole")]
    assert ticks[0] == ticks[1]
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.slow
def test_who_is_strict_ends_with_the_disk(tmp_path: Path) -> None:
    """With the error of the disk at once, and with whole lines up to there."""
    with _disk_full_between(200, 400), pytest.raises(DiskError, match="No space left on device"):
        launch(small(600), LaunchOptions(headless=True, out=tmp_path / "run", strict=True))

    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["tick"] for line in lines] == list(range(10, 200, 10))


@contextmanager
def _disk_full_between(first: int, last: int) -> Iterator[None]:
    """Let the disk take half of what is written, and then no more, from one tick to another."""
    simulations: list[Simulation] = []
    run_tick, open_file = Simulation.run_tick, io.open

    def noting(simulation: Simulation) -> None:
        simulations[:] = [simulation]
        run_tick(simulation)

    def opened(*arguments: Any, **options: Any) -> Any:
        file = open_file(*arguments, **options)
        if simulations and first <= simulations[0].tick <= last and file.writable():
            return _Full(file)
        return file

    full = partial(_save_unless, simulations, first, last)
    columns = patch("alife.runs.columns_file.save_file", full)
    with patch.object(Simulation, "run_tick", noting), patch.object(io, "open", opened), columns:
        yield


class _Full:
    """A file on a full disk."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, content: Any) -> int:
        self._file.write(content[: len(content) // 2])
        raise OSError(28, "No space left on device")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_Full":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _save_unless(simulations: list[Simulation], first: int, last: int, columns: Any, path: Path) -> None:
    if simulations and first <= simulations[0].tick <= last:
        raise OSError(28, "No space left on device")
    save_file(columns, path)


_DTYPE = np.dtype([("tick", "<i8"), ("value", "<f8")])


@pytest.mark.slow
@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=12), st.data())
def test_a_log_goes_on_where_it_stood(steps: list[tuple[int, bool]], data: st.DataObject) -> None:
    """Whatever was written after its place is as if it had never been: the files are those of one process."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        stop = data.draw(st.integers(0, len(steps)))
        _write(ColumnsLog(Path(one), "events", 100, 10, _DTYPE), steps)
        log = ColumnsLog(Path(other), "events", 100, 10, _DTYPE)
        _write(log, steps[:stop])
        place = log.place
        _write(log, [(7, True), (9, False), (9, True)])
        _write(ColumnsLog(Path(other), "events", 100, 10, _DTYPE, place), steps[stop:])

        assert _files(one) == _files(other)


def _write(log: ColumnsLog, steps: list[tuple[int, bool]]) -> None:
    for count, flush in steps:
        records = np.zeros(count, _DTYPE)
        records["tick"] = np.arange(count)
        log.append_records(records)
        if flush:
            log.flush_records()
    log.flush_records()


def _files(folder: str) -> dict[str, bytes]:
    return {name: (Path(folder) / name).read_bytes() for name in os.listdir(folder)}
