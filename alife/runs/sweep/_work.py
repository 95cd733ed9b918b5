"""What a process does with one seed after another: ordinary runs in directories of their own."""

import json
import os
import queue
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TextIO

from alife.app.loading import loading
from alife.core.errors import AlifeError, CheckpointError
from alife.core.terminal import secure_streams
from alife.sim.signals import Interruption, listening

END = "end"
"""The line after which no task is begun, and those that run are to end in order."""

GRACE = 30.0  # seconds in which a run must have ended after that
_LAST_WORDS = 1.0  # seconds in which it may save once the process that waited for it has gone
_PATIENCE = 5.0  # seconds in which a process that was left behind by an earlier command gives its directory back


@dataclass(frozen=True)
class Task:
    """A seed that is to be run.

    Args:
        seed: of the run.
        config: its effective configuration as plain data.
        directory: where it is to be kept; an unfinished run there goes on.
        strict: whether it ends when something cannot be written.
    """

    seed: int
    config: dict[str, Any]
    directory: Path
    strict: bool = False

    def to_line(self) -> str:
        """Return the task as a line of text."""
        return json.dumps([self.seed, self.config, str(self.directory), self.strict])

    @classmethod
    def from_line(cls, line: str) -> "Task":
        """Return the task that a line stands for."""
        seed, config, directory, strict = json.loads(line)
        return cls(seed, config, Path(directory), strict)


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
        return Ended(_run(task, interruption))
    except AlifeError as error:
        return Ended(error.exit_code, str(error))
    except Exception as error:
        sentence = " ".join(str(error).split())
        return Ended(AlifeError.exit_code, f"{type(error).__name__}: {sentence}".rstrip(": "))


def _run(task: Task, interruption: Interruption) -> int:
    with loading():
        from alife.app.launch import LaunchOptions, launch, resume
        from alife.config.simulation_config import parse_config

        config = parse_config(task.config, task.config["name"])
    options = LaunchOptions(headless=True, out=task.directory, quiet=True, strict=task.strict)
    if _can_go_on(task.directory):
        return resume(task.directory, (), options, interruption, trust=True).exit_code  # it has this very configuration
    return launch(config, options, interruption).exit_code


def _can_go_on(directory: Path) -> bool:
    """Return whether there is an unfinished run that can go on; if there is one that cannot, it is removed."""
    from alife.runs.checkpoints import last_checkpoint
    from alife.runs.claim import Claim
    from alife.runs.run_directory import remove_run

    if not directory.exists():
        return False
    with Claim(directory, patience=_PATIENCE):
        try:
            last_checkpoint(directory / "checkpoints")
            return True
        except CheckpointError:
            remove_run(directory)
    with suppress(OSError):  # it holds more than a run, which then says so
        directory.rmdir()
    return False


def work(do: Callable[[Task, Interruption], Ended] = run_seed) -> None:
    """Do the tasks that come as lines through the standard input until it ends, and answer each with a line."""
    tasks, answers = os.fdopen(os.dup(0)), os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # what a world reads is no task,
    os.dup2(2, 1)  # and what it prints is no answer
    secure_streams()
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    alone = threading.Event()
    with listening() as interruption, suppress(OSError):  # where nobody hears the answer any more
        threading.Thread(target=_read_lines, args=(tasks, lines, interruption, alone), daemon=True).start()
        while line := lines.get():
            ended = do(Task.from_line(line), interruption)
            os.write(answers, f"{json.dumps(asdict(ended))}\n".encode())
            if interruption.signal is not None:
                break
    if alone.is_set():
        os._exit(1)  # for Python takes a second to tidy up


def _read_lines(
    tasks: TextIO, lines: "queue.SimpleQueue[str]", interruption: Interruption, alone: threading.Event
) -> None:
    """Read while runs go on. Stop when no more are wanted, and soon when nobody is there any more to want them."""
    for line in tasks:
        if line.strip() == END:
            _stop(lines, interruption, GRACE)
        else:
            lines.put(line)
    alone.set()
    _stop(lines, interruption, _LAST_WORDS)


def _stop(lines: "queue.SimpleQueue[str]", interruption: Interruption, seconds: float) -> None:
    """End the run under way in order, and this process in any case: a world may never return."""
    interruption.note_signal(signal.SIGTERM)
    lines.put("")
    killing = threading.Timer(seconds, os._exit, [1])
    killing.daemon = True
    killing.start()
