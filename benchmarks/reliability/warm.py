"""Commands in processes that begin at once: all they need was loaded and compiled before they were forked."""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from alife.app.cli import main
from alife.config.simulation_config import load_config
from alife.sim.build import build_simulation

_Result = TypeVar("_Result")
CONFIGS = Path(__file__).resolve().parents[2] / "configs"


class Ended(NamedTuple):
    """How a command has ended."""

    code: int
    text: str
    """What it said, on both of its outputs."""

    @property
    def traceback(self) -> bool:
        """Whether it showed its inside to whoever called it."""
        return "Traceback (most recent call last)" in self.text or "Exception ignored" in self.text

    @property
    def last(self) -> str:
        """The last line that it said."""
        return (self.text.strip().splitlines() or [""])[-1]


class Command:
    """The command line at work in a process of its own.

    Args:
        words: what a person would type after `alife`.
        said: a file for all that it says.
        within: what surrounds it there, such as a disk that fills.
    """

    def __init__(
        self, words: Iterable[str | Path], said: Path, within: AbstractContextManager[None] | None = None
    ) -> None:
        self._said = said
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os._exit(_run(list(map(str, words)), said, within or nullcontext()))
        self._code: int | None = None

    def running(self) -> bool:
        """Return whether it goes on."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code is None

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Send a signal, if it still runs."""
        if self.running():
            os.kill(self.pid, number)

    def wait(self, seconds: float = 120.0) -> Ended:
        """Return how it ended; it is killed if it takes too long."""
        until = time.monotonic() + seconds
        while self.running():
            if time.monotonic() > until:
                self.kill()
            time.sleep(0.002)
        assert self._code is not None
        return Ended(self._code, self._said.read_text(encoding="utf-8", errors="replace"))


def _run(words: list[str], said: Path, within: AbstractContextManager[None]) -> int:
    """Run the command line in a process that was just forked, and return its exit code."""
    os.setsid()
    output = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for number in (1, 2):
        os.dup2(output, number)
    hear_signals()
    try:
        with within:
            code = main(words)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 70
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def hear_signals() -> None:
    """Let this process hear signals as one begun at a terminal; `nohup` and shells that work on leave some ignored."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)


def run(words: Iterable[str | Path], said: Path, seconds: float = 120.0) -> Ended:
    """Return how a command ended."""
    return Command(words, said).wait(seconds)


def digest(run_directory: Path) -> str:
    """Return the hash of all events of a finished run, "none" if it has not been finished."""
    summary = run_directory / "summary.json"
    return str(json.loads(summary.read_text())["event_log_sha256"]) if summary.exists() else "none"


def warm_up(names: Iterable[str]) -> None:
    """Load and compile what these configurations need, so that processes forked from here need not."""
    for name in names:
        simulation = build_simulation(load_config(CONFIGS / f"{name}.yaml", ["ticks=300"]))
        for _ in range(300):
            simulation.run_tick()
        simulation.state_dict()


def attempts(jobs: int, attempt: Callable[[Any], _Result], tasks: Iterable[Any]) -> list[_Result]:
    """Return what an attempt gave for each task, so many at a time, in processes forked from this one."""
    with get_context("fork").Pool(jobs) as pool:
        return pool.map(attempt, tasks, chunksize=1)
