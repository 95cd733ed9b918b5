"""Processes side by side, and all that can become of them."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from alife.runs.sweep.pool import Lost, answers
from alife.sim.signals import Interruption
from tests.runs.sweep.jobs import job

ROOT = Path(__file__).resolve().parents[3]


def _all(tasks: list[str], workers: int, interruption: Interruption | None = None) -> dict[str, Any]:
    return dict(answers(job, tasks, workers, interruption or Interruption()))


def test_a_process_serves_task_after_task() -> None:
    """Every task has its answer, from no more processes than workers, none of them this one; none is left."""
    done = _all([f"task{k}" for k in range(6)], 2)

    assert {task: answer for task, (answer, _) in done.items()} == {f"task{k}": f"task{k}" for k in range(6)}
    processes = {process for _, process in done.values()}
    assert len(processes) <= 2
    assert os.getpid() not in processes
    assert multiprocessing.active_children() == []


def test_a_process_that_dies_takes_only_its_own_task_along() -> None:
    """The task of a process that was killed, or left, is named with how; all others are done, later ones, too."""
    done = _all(["a", "die", "leave", "b", "c"], 2)

    assert done["die"] == Lost(-signal.SIGKILL)
    assert done["leave"] == Lost(7)
    assert [done[task][0] for task in "abc"] == ["a", "b", "c"]


def test_once_interrupted_tasks_end_and_no_more_begin() -> None:
    """Tasks under way hear of the signal and answer; the third one is never begun."""
    interruption = Interruption()
    threading.Timer(0.5, interruption.note_signal, [signal.SIGINT]).start()
    done = _all(["wait", "wait ", "never"], 2, interruption)

    assert {task: answer for task, (answer, _) in done.items()} == {"wait": "wait 2", "wait ": "wait  2"}


def test_a_process_that_was_told_itself_takes_no_more() -> None:
    """SIGTERM to one process ends its task; the next one is for a fresh process that knows of no signal."""
    done = _all(["hit", "after"], 1)

    assert done["hit"][0] == "hit 15"
    assert done["after"][0] == "after"
    assert done["hit"][1] != done["after"][1]


def test_who_stops_listening_leaves_no_process_behind() -> None:
    """Where the caller fails between two answers, what is under way ends."""
    stream = answers(job, ["quick", "wait"], 2, Interruption())
    next(stream)
    stream.close()

    assert multiprocessing.active_children() == []


def test_a_system_without_room_for_a_process_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be started is lost like what was killed."""

    def full(_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", full)

    assert _all(["a", "b"], 2) == {"a": Lost(None), "b": Lost(None)}


_PARENT = """
import sys
from alife.runs.sweep.pool import answers
from alife.sim.signals import Interruption
from tests.runs.sweep.jobs import job
if __name__ == "__main__":
    list(answers(job, ["wait " + sys.argv[1]], 1, Interruption()))
"""


def test_no_process_outlives_a_parent_that_was_killed(tmp_path: Path) -> None:
    """Even where the parent cannot say goodbye, its process ends its task in order."""
    program, file = tmp_path / "parent.py", tmp_path / "told"
    program.write_text(_PARENT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, program, file], env=environment)
    _wait_for(file, "begun")
    parent.kill()
    parent.wait()
    _wait_for(file, "stopped")


def _wait_for(file: Path, text: str) -> None:
    deadline = time.monotonic() + 60
    while not file.exists() or file.read_text() != text:
        assert time.monotonic() < deadline, f"{file} never said {text}"
        time.sleep(0.02)
