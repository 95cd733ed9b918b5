"""Runs side by side, each an `alife run` or `alife resume` of its own: one that dies takes nothing with it but itself.

None outlives this process, however it ends: it holds the standard input of each, which ends with it (`_child.py`).
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from alife.core.errors import AlifeError, CheckpointError
from alife.core.terminal import print_warning
from alife.sim.signals import SAVING, Interruption

GRACE = 30.0  # seconds in which a run that was told to end must have ended
_LOOK = 0.05  # seconds from one look at the processes to the next
_ERROR = "error: "


@dataclass(frozen=True)
class Task:
    """A run that is wanted.

    Args:
        name: in front of what it says.
        config: of the run, as YAML.
        directory: where it is to be kept; an unfinished run there goes on.
        strict: whether it ends when something cannot be written.
        patience: seconds in which a process that was left behind gives the directory back.
    """

    name: str
    config: str
    directory: Path
    strict: bool = False
    patience: float = 5.0


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Args:
        exit_code: 0 when it was done, that of the kind of error, or of the signal that interrupted it.
        error: what went wrong, one or more sentences below each other; "" if nothing did.
    """

    exit_code: int
    error: str = ""


T = TypeVar("T")
CommandOf = Callable[[Task, Path], Sequence[str]]


def alife_command(task: Task, file: Path) -> Sequence[str]:
    """Return what Python is asked to do for a task; see `alife_arguments`."""
    return ["-P", "-m", "alife.runs.sweep._child", *alife_arguments(task, file)]


def alife_arguments(task: Task, file: Path) -> Sequence[str]:
    """Return what `alife` is asked to do for a task.

    Args:
        task: what is wanted.
        file: for the configuration.

    Raises:
        AlifeError: another process has its directory, or what is there cannot be read.
    """
    options = ["--headless", "--quiet", *(["--strict"] if task.strict else [])]
    if _can_go_on(task.directory, task.patience):
        return ["resume", str(task.directory), "--trust", *options]  # it has this very configuration
    file.write_text(task.config, encoding="utf-8")
    return ["run", str(file), f"--out={task.directory}", *options]


def outcomes(
    tasks: Iterable[Task], workers: int, interruption: Interruption, command: CommandOf = alife_command
) -> Generator[tuple[Task, Ended | None], None, None]:
    """Do all tasks, and yield each as it begins, with None, and as it ends, with how it ended.

    Once interrupted, the runs under way are ended and yielded, and no more are begun; when the generator is closed,
    they are ended, too.

    Args:
        tasks: what is wanted; each is taken when it begins.
        workers: at most so many at a time.
        interruption: of the whole.
        command: what Python does for a task, which may have a file.
    """
    waiting, running = enumerate(tasks), list[_Child]()
    with tempfile.TemporaryDirectory(prefix="tracelife-") as folder:
        try:
            while True:
                while len(running) < workers and (found := next_unless(waiting, interruption)) is not None:
                    number, task = found
                    yield task, None
                    try:
                        running.append(_Child(task, command, Path(folder, str(number))))
                    except AlifeError as error:
                        yield task, Ended(error.exit_code, str(error))
                    except OSError as error:
                        yield task, Ended(AlifeError.exit_code, f"no process can be started for it ({error.strerror})")
                if not running:
                    return
                for child in [*running]:
                    if interruption.signal is not None:
                        child.end()
                    if (ended := child.ended()) is not None:
                        running.remove(child)
                        yield child.task, ended
                time.sleep(_LOOK)
        finally:
            while running:
                for child in running:
                    child.end()
                running = [child for child in running if child.ended() is None]
                time.sleep(_LOOK)


def next_unless(waiting: Iterator[T], interruption: Interruption) -> T | None:
    """Return the next thing to do; None where there is no more, or nothing more is to be begun."""
    return next(waiting, None) if interruption.signal is None else None


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Child:
    """The process of a task.

    Args:
        task: what it does.
        command: that it is started with.
        file: a path for files of its own.
    """

    def __init__(self, task: Task, command: CommandOf, file: Path) -> None:
        self.task = task
        self._errors: list[str] = []
        self._rest, self._killed_at = "", 0.0
        words = command(task, file.with_suffix(".yaml"))
        log = file.with_suffix(".log")
        with log.open("wb") as stderr:  # a file, for a pipe would be held open by what a world leaves behind
            self._process = subprocess.Popen(
                [sys.executable, *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,  # its summary lies in its directory
                stderr=stderr,
                env={**_ONE_THREAD, **os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
                process_group=0,  # an interrupt at the terminal is for this process, which ends the others in order
            )
        self._log = log.open(encoding="utf-8", errors="replace")

    def end(self) -> None:
        """Let it end in order; called again when it should long have, kill it."""
        if not self._killed_at:
            self._killed_at = time.monotonic() + GRACE
            self._process.terminate()
        elif time.monotonic() > self._killed_at:
            self._process.kill()

    def ended(self) -> Ended | None:
        """Pass on what the run has said meanwhile, and return how it ended; None while it goes on."""
        code = self._process.poll()  # before its words are read, or its last ones would be missed
        *lines, self._rest = (self._rest + self._log.read()).split("\n")
        for line in lines:
            if line.startswith(_ERROR):
                self._errors.append(line.removeprefix(_ERROR))
            elif line != SAVING:
                print_warning(f"{self.task.name}: {line}")
        if code is None:
            return None
        self._log.close()
        assert self._process.stdin is not None
        self._process.stdin.close()
        return Ended(code if code >= 0 else 128 - code, "\n".join(self._errors) or self._end_of_silent(code))

    def _end_of_silent(self, code: int) -> str:
        """Return what went wrong with a run that said nothing of it; "" where nothing did."""
        if code < 0 and not (self._killed_at and code == -signal.SIGTERM):  # it was told before it listened
            name = signal.Signals(-code).name
            short = ", as the system does where memory is short; give fewer --workers if that is so"
            return f"its process was killed by {name}{short if name == 'SIGKILL' else ''}"
        return f"its process left with exit code {code} before it was done" if 0 < code < 128 else ""


_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
"""As many processes as processors leave none for more; who wants more says so in the environment."""


def _can_go_on(directory: Path, patience: float) -> bool:
    """Return whether there is an unfinished run that can go on; if there is one that cannot, it is removed."""
    from alife.runs.checkpoints import last_checkpoint
    from alife.runs.claim import Claim
    from alife.runs.run_directory import remove_run

    if not directory.exists():
        return False
    with Claim(directory, patience=patience):
        try:
            last_checkpoint(directory / "checkpoints")
            return True
        except CheckpointError:
            remove_run(directory)
    with suppress(OSError):  # it holds more than a run, which then says so
        directory.rmdir()
    return False
