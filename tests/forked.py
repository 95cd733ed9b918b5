"""The command line in a fork of the test's process: for signals and for murder, without importing all of it again."""

import multiprocessing
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO, Any

from alife.app.cli import command
from tests.command import NO_SCREEN, ROOT, Finished


class Forked:
    """The process and its streams."""

    def __init__(self, process: BaseProcess, out: IO[str], err: IO[str]) -> None:
        assert process.pid is not None
        self.process, self.pid, self._out, self._err = process, process.pid, out, err

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def finished(self, seconds: float = 60.0) -> Finished:
        """Wait for its end and return what it leaves."""
        self.process.join(seconds)
        assert self.process.exitcode is not None
        return Finished(self.process.exitcode, *(_read(stream) for stream in (self._out, self._err)))


@contextmanager
def forked(*words: str | Path, env: dict[str, str] = NO_SCREEN) -> Iterator[Forked]:
    """Start `alife` with these words in a process that has all that this one has loaded, and leads a group of its own.

    It is killed where it is still there in the end.
    """
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        arguments: Any = (list(map(str, words)), env, out, err)
        process = multiprocessing.get_context("fork").Process(target=_live, args=arguments, daemon=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # from Python 3.12 on, where there are threads
            process.start()
        try:
            yield Forked(process, out, err)
        finally:
            process.kill()
            process.join()


def _live(words: list[str], env: dict[str, str], out: IO[str], err: IO[str]) -> None:
    os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(ROOT)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    command(words)


def _read(stream: IO[str]) -> str:
    stream.seek(0)
    return stream.read()
