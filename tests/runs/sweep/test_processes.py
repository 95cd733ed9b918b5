"""Processes side by side, and all that can become of them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from operator import length_hint
from pathlib import Path

import pytest

from alife.runs.sweep.processes import Ended, Task, outcomes
from alife.sim.signals import Interruption
from tests.runs.sweep.jobs import command, task

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.slow


def _outcomes(
    *jobs: str | Task, workers: int = 2, interruption: Interruption | None = None
) -> Iterator[tuple[str, Ended]]:
    tasks = [task(job) if isinstance(job, str) else job for job in jobs]
    for done, ended in outcomes(tasks, workers, interruption or Interruption(), command):
        if ended is not None:
            yield done.name, ended


def test_a_process_that_dies_takes_only_its_own_task_along(capsys: pytest.CaptureFixture[str]) -> None:
    """However one ends, it is told with how, warnings at once; all others are done, later ones, too."""
    done = dict(_outcomes("a", "die", "leave", "err", "hit", "read", "b"))

    assert done["die"].exit_code == 128 + signal.SIGKILL
    assert "killed by SIGKILL" in done["die"].error
    assert done["leave"] == Ended(7, "its process left with exit code 7 before it was done")
    assert done["err"] == Ended(3, "first\nsecond")
    assert done["hit"] == Ended(128 + signal.SIGTERM)
    assert [done[how].exit_code for how in ("a", "read", "b")] == [0, 0, 0]
    assert capsys.readouterr().err == "err: warning: it is dark\n"


def test_as_many_run_at_once_as_there_are_workers(tmp_path: Path) -> None:
    """The third is made and begins when the first has ended; each computes on one thread, unless a person says so."""
    jobs = [task("threads", tmp_path / str(k)) for k in range(3)]
    left, running, done, most = iter(jobs), set[Path](), set[Path](), 0
    for job, ended in outcomes(left, 2, Interruption(), command):
        (running.add if ended is None else running.discard)(job.directory)
        done |= set() if ended is None else {job.directory}
        most = max(most, len(running))
        assert length_hint(left) == 3 - len(running | done)

    assert most == 2
    assert {job.directory.read_text() for job in jobs} == {os.environ.get("OMP_NUM_THREADS", "1")}


def test_once_interrupted_tasks_end_and_no_more_begin(tmp_path: Path) -> None:
    """Tasks under way end in order; the third one is never begun."""
    interruption, files = Interruption(), [tmp_path / "a", tmp_path / "b"]

    def interrupt() -> None:
        for file in files:
            _wait_for(file, "begun")
        interruption.note_signal(signal.SIGINT)

    threading.Thread(target=interrupt).start()
    done = list(_outcomes(*(task("wait", file) for file in files), "never", interruption=interruption))

    assert done == [("wait", Ended(128 + signal.SIGTERM))] * 2
    assert [file.read_text() for file in files] == ["stopped", "stopped"]


def test_a_process_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A plug-in that never returns holds nobody up who wants to leave; nor does one that is told as it starts."""
    monkeypatch.setattr("alife.runs.sweep.processes.GRACE", 0.1)
    interruption, file = Interruption(), tmp_path / "file"

    def interrupt() -> None:
        _wait_for(file, "begun")
        interruption.note_signal(signal.SIGINT)

    threading.Thread(target=interrupt).start()
    done = dict(_outcomes(task("hang", file), interruption=interruption))
    late = Interruption()
    threading.Timer(0.01, late.note_signal, [signal.SIGINT]).start()

    assert done["hang"].exit_code == 128 + signal.SIGKILL
    assert list(_outcomes("wait", interruption=late)) in ([], [("wait", Ended(128 + signal.SIGTERM))])


def test_who_stops_listening_leaves_no_process_behind(tmp_path: Path) -> None:
    """Where the caller fails between two answers, what is under way ends in order."""
    stream = outcomes([task("quick"), task("wait", tmp_path / "file")], 2, Interruption(), command)
    while next(stream)[1] is None:
        pass
    _wait_for(tmp_path / "file", "begun")
    stream.close()

    assert (tmp_path / "file").read_text() == "stopped"


def test_a_system_without_room_for_a_process_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be started is told like what was killed."""

    def full(*_: object, **__: object) -> None:
        raise BlockingIOError(11, "no room")

    monkeypatch.setattr("subprocess.Popen", full)
    ended = Ended(1, "no process can be started for it (no room)")

    assert dict(_outcomes("a", "b")) == {"a": ended, "b": ended}


_PARENT = """
import sys
from alife.runs.sweep.processes import outcomes
from alife.sim.signals import Interruption
from tests.runs.sweep.jobs import command, task
list(outcomes([task(*sys.argv[1:])], 1, Interruption(), command))
"""


@pytest.mark.parametrize("how", ["wait", "hang"])
def test_no_process_outlives_a_parent_that_was_killed(how: str, tmp_path: Path) -> None:
    """Even where the parent cannot say goodbye, its process ends its task in order if it can, and is gone."""
    program, file = tmp_path / "parent.py", tmp_path / "told"
    program.write_text(_PARENT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, program, how, file], env=environment) as parent:
        _wait_for(file, "begun")
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.kill()
        killed_at = time.monotonic()
        while any(map(_is_running, children)):
            assert time.monotonic() - killed_at < 2
            time.sleep(0.02)

    assert len(children) == 1
    assert file.read_text() == ("stopped" if how == "wait" else "begun")


def _is_running(process: str) -> bool:
    """Return whether a process is there, and no more than waited for."""
    try:
        return Path("/proc", process, "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _wait_for(file: Path, text: str) -> None:
    deadline = time.monotonic() + 60
    while not file.exists() or file.read_text() != text:
        assert time.monotonic() < deadline, f"{file} never said {text}"
        time.sleep(0.02)
