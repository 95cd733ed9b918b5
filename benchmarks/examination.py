"""Examination: the tests of a checkout, run in a copy with a fault in it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from benchmarks.mutations import Fault

INSTALLING = ("tests/test_readme.py", "tests/test_wheel.py")
"""Tests that install the project, which takes minutes and the network."""

TIME_LIMIT = "time limit"
_OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "-rfE", "--tb=no", "--hypothesis-seed=0")
_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
_NOTHING_FAILED = (0, 5)  # exit codes of pytest: all tests passed, there were none
_FAILED = re.compile(r"^(?:FAILED|ERROR) ([^\s\[]+(?:\[.*?\])?)(?: - |$)", re.MULTILINE)


@dataclass
class Examination:
    """Runs the tests of a checkout with a fault in it.

    Args:
        checkout: is copied, never changed.
        home: an empty folder for the copies.
        room_limit: seconds that the tests of a room may take.
        limit: seconds that all others may take; 0 leaves them out.
        processes: how many faults are examined at a time.
    """

    checkout: Path
    home: Path
    room_limit: float
    limit: float
    processes: int = 1
    broken: set[str] = field(default_factory=set, init=False)
    """Tests that fail without a fault."""

    def __post_init__(self) -> None:
        self._running: set[int] = set()
        # numba keeps kernels by the path of their files, so each copy stands where the one before it stood
        self._free: SimpleQueue[Path] = SimpleQueue()
        for i in range(self.processes):
            self._free.put(self.home / str(i))

    def check(self) -> None:
        """See that the tests can be run at all.

        Raises:
            RuntimeError: they cannot be collected.
        """
        if why := self._first_failure(self.home / "0", None, self.room_limit, "tests", "--collect-only"):
            raise RuntimeError(f"the tests of {self.checkout} should be collected without an error, but: {why}")

    def caught_by(self, fault: Fault) -> str | None:
        """Return the test that caught a fault, or what else ended its run; None if nothing did."""
        room = f"tests/{fault.room.rpartition('/')[2]}"
        has_tests, folder = (self.checkout / room).is_dir(), self._free.get()
        try:
            caught = self._failing(folder, fault, self.room_limit, room) if has_tests else None
            if caught or not self.limit:
                return caught
            return self._failing(folder, fault, self.limit, "tests", f"--ignore={room}")
        finally:
            self._free.put(folder)

    def stop(self) -> None:
        """End what is running."""
        for leader in list(self._running):
            _kill_session(leader)

    def _failing(self, folder: Path, fault: Fault, limit: float, *tests: str) -> str | None:
        """Return the first of some tests that fails with a fault but not without it, or what else ended its run."""
        while failed := self._first_failure(folder, fault, limit, *tests):
            if not failed.startswith("tests/") or not self._first_failure(folder, None, limit, failed):
                break
            self.broken.add(failed)
            print(f"left out, for it fails without a fault: {failed}", file=sys.stderr, flush=True)
        return failed

    def _first_failure(self, folder: Path, fault: Fault | None, limit: float, *tests: str) -> str | None:
        """Return the first test that fails in a new copy, or what else ended the run; None if nothing did."""
        _copy(self.checkout, folder, fault)
        left_out = [f"--{'deselect' if '::' in test else 'ignore'}={test}" for test in (*INSTALLING, *self.broken)]
        command = [sys.executable, "-m", "pytest", *_OPTIONS, *left_out, *tests]
        with tempfile.TemporaryFile("w+") as printed:
            code = self._run(command, folder, printed.fileno(), limit)
            printed.seek(0)
            failed = _FAILED.search(printed.read())
        if code is None:
            return TIME_LIMIT
        if code in _NOTHING_FAILED:
            return None
        return failed[1] if failed else f"exit code {code}"

    def _run(self, command: list[str], folder: Path, output: int, limit: float) -> int | None:
        """Run a command in a copy, and end all that it began; return its exit code, None at the limit."""
        places = {"PYTHONPATH": _house(folder), "TMPDIR": folder, "XDG_CACHE_HOME": self.home / "cache"}
        process = subprocess.Popen(
            command,
            cwd=_house(folder),
            env={**os.environ, "OMP_NUM_THREADS": "1", **{name: str(place) for name, place in places.items()}},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        self._running.add(process.pid)
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            return None
        finally:
            _kill_session(process.pid)
            process.wait()
            self._running.discard(process.pid)


def _house(folder: Path) -> Path:
    return folder / "house"


def _copy(checkout: Path, folder: Path, fault: Fault | None) -> None:
    """Put a copy of a checkout into an emptied folder, with a fault or without one."""

    def not_copied(inside: str, names: list[str]) -> set[str]:
        return _NOT_COPIED(inside, names) | ({"runs"} if Path(inside) == checkout else set())

    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(checkout, _house(folder), ignore=not_copied)
    if (environment := checkout / ".venv").exists():
        (_house(folder) / ".venv").symlink_to(environment.resolve())
    if fault:
        path = _house(folder) / fault.path
        path.write_text(fault.plant(path.read_text(encoding="utf-8")), encoding="utf-8")


def _kill_session(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
