"""One directory, one process: whoever comes second is told whose it is, and touches nothing."""

import json
import multiprocessing
import os
from pathlib import Path

import pytest

from alife.app.launch import LaunchOptions, launch, resume
from alife.core.errors import ConfigError, DiskError
from alife.runs.claim import LOCK_FILE, Claim, claim_new
from alife.runs.run_directory import RunDirectory
from alife.sim.signals import Interruption
from tests.sim.runs import small

HEADLESS = LaunchOptions(headless=True, quiet=True)


def _names(path: Path) -> list[str]:
    return sorted(part.name for part in path.iterdir())


@pytest.mark.slow
def test_who_comes_second_is_told_whose_it_is(tmp_path: Path) -> None:
    """Process, host and time stand in the sentence; a new run, a run that goes on and a claim hear the same."""
    path = tmp_path / "run"
    launch(small(20), LaunchOptions(headless=True, out=path))
    before = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}
    with Claim(path):
        for attempt in (
            lambda: Claim(path),
            lambda: RunDirectory(path, ""),
            lambda: resume(path, ["ticks=40"], HEADLESS, Interruption()),
        ):
            with pytest.raises(ConfigError, match=rf"run: process {os.getpid()} on .+ since \d{{4}}-"):
                attempt()
    after = {file: file.read_bytes() for file in path.rglob("*") if file.is_file()}

    assert after == before
    assert resume(path, ["ticks=40"], HEADLESS, Interruption()).summary["ticks"] == 40
    assert LOCK_FILE not in _names(path)


def test_the_loser_of_a_race_removes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has looked before the winner came, and comes while it is at work or has just left, leaves its files alone."""
    monkeypatch.setattr("alife.runs.run_directory._refuse_if_used", lambda _: None)  # it has looked before
    first = RunDirectory(tmp_path / "run", "name: first\n")
    with pytest.raises(ConfigError, match="process"):
        RunDirectory(tmp_path / "run", "name: second\n")
    first.close()
    with pytest.raises(ConfigError, match="empty"):
        RunDirectory(tmp_path / "run", "name: third\n")

    assert _names(tmp_path / "run") == ["config.yaml", "events", "metrics.jsonl"]
    assert (tmp_path / "run" / "config.yaml").read_text() == "name: first\n"


def test_what_is_not_of_the_run_stays(tmp_path: Path) -> None:
    """A run that comes to nothing takes its own files with it, and not the note that a person has put beside them."""
    directory = RunDirectory(tmp_path / "run", "")
    (tmp_path / "run" / "note.txt").write_text("mine")
    directory.discard_directory()

    assert _names(tmp_path / "run") == ["note.txt"]


def test_names_never_collide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs of one name that begin in the same second get directories of their own."""
    monkeypatch.chdir(tmp_path)
    paths = [claim_new("pond").path for _ in range(5)]

    assert len(set(paths)) == 5
    assert all(path.is_dir() for path in paths)


def test_what_a_killed_process_has_left_holds_nothing(tmp_path: Path) -> None:
    """A lock file without its process is taken over, and a directory with nothing else in it is empty."""
    (tmp_path / LOCK_FILE).write_text(json.dumps({"pid": 1, "host": "elsewhere", "since": "then"}))
    directory = RunDirectory(tmp_path, "")

    assert json.loads((tmp_path / LOCK_FILE).read_text())["pid"] == os.getpid()
    directory.close()
    assert LOCK_FILE not in _names(tmp_path)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
def test_a_process_that_a_world_forks_off_holds_nothing(tmp_path: Path) -> None:
    """It may outlive the run by hours."""
    context = multiprocessing.get_context("fork")
    begun, done = context.Event(), context.Event()
    claim = Claim(tmp_path)
    child = context.Process(target=lambda: (begun.set(), done.wait(60)))
    child.start()
    assert begun.wait(60)
    claim.release()
    with Claim(tmp_path):
        assert child.is_alive()
    done.set()
    child.join()


def test_a_directory_that_was_taken_away_is_not_written_again_until_it_is_back(tmp_path: Path) -> None:
    """Where another run has it now, nothing is written there; what was not written comes when it is back."""
    directory = RunDirectory(tmp_path / "run", "")
    directory.append_metrics({"tick": 1})
    (tmp_path / "run").rename(tmp_path / "away")
    with pytest.raises(DiskError, match="No such file"):
        directory.append_metrics({"tick": 2})
    other = RunDirectory(tmp_path / "run", "")
    with pytest.raises(DiskError, match="another directory"):
        directory.append_metrics({"tick": 3})

    assert (tmp_path / "run" / "metrics.jsonl").read_text() == ""
    other.discard_directory()
    (tmp_path / "away").rename(tmp_path / "run")
    directory.append_metrics({"tick": 4})

    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["tick"] for line in lines] == [1, 2, 3, 4]
