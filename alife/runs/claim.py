"""Claim: a directory that one process alone writes, however many want it, and however the one ends.

The lock is the system's, on a file in the directory, so it goes with the process that holds it, also when that is
killed. What the file says is for people: who it is, where, and since when.
"""

import json
import os
import platform
import time
from contextlib import suppress
from datetime import datetime
from errno import ESTALE
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self
from weakref import WeakSet

from alife.core.errors import CheckpointError, ConfigError, DiskError
from alife.runs._read_files import read_json

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOCK_FILE = "lock"
_ROOT = Path("runs")
_AGAIN = 0.05  # seconds until a lock that another process holds is tried again


class TakenError(Exception):
    """A directory that must be new is there."""


class Claim:
    """Makes a directory, if it is not there, and holds it until it is released.

    Where the system or the disk has no locks, it is made and not held.

    Args:
        path: of the directory.
        new: whether it must not be there yet.
        patience: seconds in which another process may still give it back.

    Raises:
        ConfigError: another process holds it; the message says which.
        TakenError: it is there, and must be new.
        DiskError: it cannot be made, or nothing can be written in it.
    """

    def __init__(self, path: Path, new: bool = False, patience: float = 0.0) -> None:
        self.path, self._lock, self._released = path.absolute(), -1, False  # whatever directory a world changes to
        self._directory = -1  # open as long as it is claimed, so that no other directory is taken for it
        self._made: list[Path] = []  # innermost first
        try:
            self._make_directory(new)
            self._acquire(patience)
            self._directory = os.open(path, os.O_RDONLY) if fcntl is not None else -1
        except OSError as error:
            self._remove_made()
            raise DiskError(f"{path}: the directory cannot be made, or not be written ({error.strerror})") from error
        _held.add(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def hold(self) -> None:
        """Hold the directory further, also where the lock was taken away.

        Raises:
            OSError: it is not there, or another is in its place.
            ConfigError: another process has it now.
        """
        if self._released:
            return
        if self._directory >= 0 and not os.path.samestat(os.stat(self.path), os.fstat(self._directory)):
            raise OSError(ESTALE, "another directory is in its place")
        if not self._is_locked():
            self._unlock()
            self._acquire(0.0)

    def release(self) -> None:
        """Let others have the directory."""
        with suppress(OSError):
            if self._is_locked():  # while it is, so that no other's is removed
                (self.path / LOCK_FILE).unlink()
        self.forget()

    def discard(self) -> None:
        """Release the directory, and remove what was made for it, up to the first that holds anything."""
        self.release()
        self._remove_made()

    def forget(self) -> None:
        """Hold the directory no more, and leave all as it is."""
        self._released = True
        self._unlock()
        if self._directory >= 0:
            os.close(self._directory)
            self._directory = -1

    def _unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _is_locked(self) -> bool:
        """Return whether the lock file in the directory is the one that this claim has locked."""
        with suppress(FileNotFoundError):
            return self._lock >= 0 and os.path.samestat(os.stat(self.path / LOCK_FILE), os.fstat(self._lock))
        return False

    def _make_directory(self, new: bool) -> None:
        self._made = [path for path in (self.path, *self.path.parents) if not path.exists()]
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self.path.mkdir()
        except FileExistsError:
            self._made = []
            if new:
                raise TakenError from None
            os.listdir(self.path)  # raises if it is no directory

    def _acquire(self, patience: float) -> None:
        """Lock the directory, and say in the file who it is."""
        deadline = time.monotonic() + patience
        while self._lock < 0:
            lock = os.open(self.path / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
            if not _try_to_lock(lock):
                os.close(lock)
                if time.monotonic() >= deadline:
                    raise ConfigError(_whose(self.path))
                time.sleep(_AGAIN)
            elif os.fstat(lock).st_nlink == 0:  # it was removed by who had it, just before
                os.close(lock)
            else:
                self._lock = lock
        about = {"pid": os.getpid(), "host": platform.node(), "since": f"{datetime.now():%Y-%m-%d %H:%M:%S}"}
        os.truncate(self._lock, 0)
        os.write(self._lock, json.dumps(about).encode())

    def _remove_made(self) -> None:
        with suppress(OSError):
            for path in self._made:
                if path.exists():
                    path.rmdir()


def claim_new(name: str) -> Claim:
    """Claim a new directory under runs/, named after the run and the time; no two get the same one.

    Raises:
        DiskError: it cannot be made.
    """
    stem = f"{name}-{datetime.now():%Y%m%d-%H%M%S}"
    for number in count(1):
        with suppress(TakenError):
            return Claim(_ROOT / (stem if number == 1 else f"{stem}-{number}"), new=True)
    raise AssertionError("there is always a number more")


def refuse_if_held(path: Path) -> None:
    """Raise if a process writes a directory; touch nothing.

    Raises:
        ConfigError: one does; the message says which.
    """
    with suppress(OSError):
        lock = os.open(path / LOCK_FILE, os.O_RDWR)
        try:
            if not _try_to_lock(lock):
                raise ConfigError(_whose(path))
        finally:
            os.close(lock)


def holds_nothing(path: Path) -> bool:
    """Return whether nothing is in a directory but, perhaps, the lock of a process."""
    return all(name == LOCK_FILE for name in os.listdir(path))


def _try_to_lock(lock: int) -> bool:
    """Lock an open file; return False if another process has locked it."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # there are disks without locks
        pass
    return True


def _whose(path: Path) -> str:
    try:
        about = read_json(path / LOCK_FILE) or {}
        who = f"process {about['pid']} on {about['host']} writes it since {about['since']}"
    except (CheckpointError, KeyError):
        who = "another process has just begun to write it"
    return f"{path}: {who}; wait for it, end it, or name another directory"


_held: WeakSet[Claim] = WeakSet()


def _forget_in_child() -> None:
    """Let a process that a world forks off hold nothing: it may live longer than the run."""
    for claim in _held:
        claim.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)
