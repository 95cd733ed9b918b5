"""Processes side by side, and all that can become of them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from alife.runs.sweep._work import Ended, Task
from alife.runs.sweep.pool import outcomes
from alife.sim.signals import Interruption
from tests.runs.sweep.jobs import COMMAND, task

ROOT = Path(__file__).resolve().parents[3]


def _outcomes(
    *jobs: str | Task, workers: int = 2, interruption: Interruption | None = None
) -> Iterator[tuple[str, Ended]]:
    tasks = [task(job) if isinstance(job, str) else job for job in jobs]
    for done, ended in outcomes(tasks, workers, interruption or Interruption(), COMMAND):
        yield done.config["how"], ended


def _is_running(process: str) -> bool:
    return Path("/proc", process).exists()


def test_a_process_does_task_after_task() -> None:
    """Every task is done, by no more processes than workers, none of them this one; none is left."""
    done = list(_outcomes(*(f"task {k}" for k in range(6))))
    processes = {ended.error for _, ended in done}

    assert sorted(how for how, _ in done) == [f"task {k}" for k in range(6)]
    assert len(processes) <= 2
    assert str(os.getpid()) not in processes
    assert not any(map(_is_running, processes))


def test_a_process_that_dies_takes_only_its_own_task_along() -> None:
    """The task of a process that was killed, or left, is told with how; all others are done, later ones, too."""
    done = dict(_outcomes("a", "die", "leave", "b", "c"))

    assert done["die"].exit_code == 128 + signal.SIGKILL
    assert "killed by SIGKILL" in done["die"].error
    assert done["leave"] == Ended(7, "its process left with exit code 7 before it was done")
    assert [done[how].exit_code for how in "abc"] == [0, 0, 0]


def test_what_a_world_prints_is_no_answer(capfd: pytest.CaptureFixture[str]) -> None:
    """It comes out among the errors, and what it reads is empty."""
    done = dict(_outcomes("talk", "a", workers=1))

    assert [ended.exit_code for ended in done.values()] == [0, 0]
    assert capfd.readouterr() == ("", "no answer\n")


def test_a_process_computes_on_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a person wants more: as many processes as processors leave none for other threads."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    one = dict(_outcomes("threads"))["threads"].error
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    three = dict(_outcomes("threads"))["threads"].error

    assert (one, three) == ("1", "3")


def test_once_interrupted_tasks_end_and_no_more_begin(tmp_path: Path) -> None:
    """Tasks under way end in order; the third one is never begun."""
    interruption, files = Interruption(), [tmp_path / "a", tmp_path / "b"]

    def interrupt() -> None:
        for file in files:
            _wait_for(file, "begun")
        interruption.note_signal(signal.SIGINT)

    threading.Thread(target=interrupt).start()
    done = list(_outcomes(*(task("wait", file) for file in files), "never", interruption=interruption))

    assert [how for how, _ in done] == ["wait", "wait"]
    assert all(ended.interrupted for _, ended in done)
    assert [file.read_text() for file in files] == ["stopped", "stopped"]


def test_what_is_interrupted_as_it_starts_ends_in_order(tmp_path: Path) -> None:
    """A process that hears of its task and of the end at once does both."""
    interruption = Interruption()
    stream = outcomes([task("wait", tmp_path / "file")], 1, interruption, COMMAND)
    threading.Timer(0.01, interruption.note_signal, [signal.SIGINT]).start()

    assert [ended.error.isdecimal() for _, ended in stream] in ([True], [])


def test_a_process_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plug-in that never returns holds nobody up who wants to leave."""
    monkeypatch.setattr("alife.runs.sweep.pool.GRACE", 0.1)
    interruption = Interruption()
    threading.Timer(0.5, interruption.note_signal, [signal.SIGINT]).start()
    done = dict(_outcomes(task("hang", tmp_path / "file"), interruption=interruption))

    assert done["hang"].exit_code == 128 + signal.SIGKILL


def test_a_process_that_was_told_itself_takes_no_more() -> None:
    """SIGTERM to one process ends its task; the next one is for a fresh process that knows of no signal."""
    done = dict(_outcomes("hit", "after", workers=1))

    assert done["hit"].exit_code == 128 + signal.SIGTERM
    assert done["after"].exit_code == 0
    assert done["hit"].error != done["after"].error


def test_who_stops_listening_leaves_no_process_behind(tmp_path: Path) -> None:
    """Where the caller fails between two answers, what is under way ends in order."""
    stream = _outcomes("quick", task("wait", tmp_path / "file"))
    _, quick = next(stream)
    _wait_for(tmp_path / "file", "begun")
    stream.close()  # type: ignore[attr-defined]

    assert (tmp_path / "file").read_text() == "stopped"
    assert not _is_running(quick.error)


def test_a_system_without_room_for_a_process_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be started is told like what was killed."""

    def full(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("subprocess.Popen", full)
    ended = Ended(1, "no process can be started for it; the system has no room for one more")

    assert dict(_outcomes("a", "b")) == {"a": ended, "b": ended}


_PARENT = """
import sys
from alife.runs.sweep.pool import outcomes
from alife.sim.signals import Interruption
from tests.runs.sweep.jobs import COMMAND, task
list(outcomes([task(*sys.argv[1:])], 1, Interruption(), COMMAND))
"""


@pytest.mark.parametrize("how", ["wait", "hang"])
def test_no_process_outlives_a_parent_that_was_killed(how: str, tmp_path: Path) -> None:
    """Even where the parent cannot say goodbye, its process ends its task in order if it can, and is gone, silently."""
    program, file = tmp_path / "parent.py", tmp_path / "told"
    program.write_text(_PARENT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, program, how, file], env=environment, stderr=subprocess.PIPE) as parent:
        _wait_for(file, "begun")
        parent.kill()
        killed_at = time.monotonic()
        assert parent.stderr is not None
        assert parent.stderr.read() == b""  # which ends when its process has gone, too

        assert time.monotonic() - killed_at < 2
        assert file.read_text() == ("stopped" if how == "wait" else "begun")


def _wait_for(file: Path, text: str) -> None:
    deadline = time.monotonic() + 60
    while not file.exists() or file.read_text() != text:
        assert time.monotonic() < deadline, f"{file} never said {text}"
        time.sleep(0.02)
