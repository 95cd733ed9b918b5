"""What a process does with one seed after another: ordinary runs in directories of their own."""

import json
import os
import queue
import shutil
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from alife.app.loading import loading
from alife.core.errors import AlifeError, DiskError
from alife.sim.signals import Interruption, listening

GRACE = 30.0  # seconds in which a run must have ended once nobody waits for it any more


@dataclass(frozen=True)
class Task:
    """A seed that is to be run.

    Args:
        seed: of the run.
        config: its effective configuration as plain data.
        directory: where it is to be kept; what an unfinished run has left there goes.
    """

    seed: int
    config: dict[str, Any]
    directory: Path

    def to_line(self) -> str:
        """Return the task as a line of text."""
        return json.dumps([self.seed, self.config, str(self.directory)])

    @classmethod
    def from_line(cls, line: str) -> "Task":
        """Return the task that a line stands for."""
        seed, config, directory = json.loads(line)
        return cls(seed, config, Path(directory))


@dataclass(frozen=True)
class Ended:
    """How the run of a seed ended.

    Args:
        exit_code: 0 when it was done, that of the kind of error, or of the signal that interrupted it.
        error: what went wrong, one or more sentences below each other; "" if nothing did.
    """

    exit_code: int
    error: str = ""

    @property
    def interrupted(self) -> bool:
        """Whether a signal ended it."""
        return self.exit_code > 128


def run_seed(task: Task, interruption: Interruption) -> Ended:
    """Run a seed and return how it ended; all else is in its run directory."""
    try:
        _clear(task.directory)
        return Ended(_run(task, interruption))
    except AlifeError as error:
        return Ended(error.exit_code, str(error))
    except Exception as error:
        sentence = " ".join(str(error).split())
        return Ended(AlifeError.exit_code, f"{type(error).__name__}: {sentence}".rstrip(": "))


def _run(task: Task, interruption: Interruption) -> int:
    with loading():
        from alife.app.launch import LaunchOptions, launch
        from alife.config.simulation_config import parse_config

        config = parse_config(task.config, task.config["name"])
    return launch(config, LaunchOptions(headless=True, out=task.directory, quiet=True), interruption).exit_code


def _clear(directory: Path) -> None:
    try:
        if directory.exists():
            shutil.rmtree(directory)
    except OSError as error:
        raise DiskError(f"{directory}: an unfinished run cannot be removed ({error.strerror})") from error


def work(do: Callable[[Task, Interruption], Ended] = run_seed) -> None:
    """Do the tasks that come as lines through the standard input until it ends, and answer each with a line."""
    tasks, answers = os.fdopen(os.dup(0)), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # what a world reads is no task,
    os.dup2(2, 1)  # and what it prints is no answer
    with listening() as interruption, suppress(OSError):  # where nobody hears the answer any more
        lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=_read_lines, args=(tasks, lines, interruption), daemon=True).start()
        while line := lines.get():
            ended = do(Task.from_line(line), interruption)
            os.write(answers, f"{json.dumps(asdict(ended))}\n".encode())
            if interruption.signal is not None:
                break


def _read_lines(tasks: TextIO, lines: "queue.SimpleQueue[str]", interruption: Interruption) -> None:
    """Read while runs go on; when the input ends, because nobody is there any more or wants more, stop."""
    for line in tasks:
        lines.put(line)
    interruption.note_signal(signal.SIGTERM)
    lines.put("")
    time.sleep(GRACE)
    os._exit(1)  # a plug-in that never returns must not outlive the process that waited for it
