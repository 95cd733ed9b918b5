"""Seeds side by side, in processes where one that dies takes nothing with it but its own seed.

A process takes longer to start than many a run, so it runs seed after seed: a task goes in as a line, how it ended
comes out as a line. At the line END it ends its run in order and leaves; where its input ends without, this process is
gone, and it leaves within two seconds. So none outlives this one, however this one ends.
"""

import json
import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress

from alife.core.errors import AlifeError
from alife.runs.sweep._work import END, GRACE, Ended, Task
from alife.sim.signals import Interruption

_WORK = (sys.executable, "-P", "-c", "from alife.runs.sweep._work import work; work()")
_LOOK = 0.1  # seconds in which an interruption is noticed


def outcomes(
    tasks: Iterable[Task], workers: int, interruption: Interruption, command: Sequence[str] = _WORK
) -> Generator[tuple[Task, Ended], None, None]:
    """Do all tasks, and yield each with how it ended as it ends.

    Once interrupted, the runs under way are ended and yielded, and no more are begun; when the generator is closed,
    they are ended, too.

    Args:
        tasks: each a seed.
        workers: at most so many tasks at a time.
        interruption: of the whole.
        command: starts a process.
    """
    waiting, begun = list(tasks)[::-1], dict[Future[Ended], Task]()
    with ThreadPoolExecutor(workers) as threads, _Processes(command) as processes:
        while begun or (waiting and interruption.signal is None):
            while waiting and interruption.signal is None and len(begun) < workers:
                task = waiting.pop()
                begun[threads.submit(processes.run, task)] = task
            for ended in wait(begun, _LOOK, FIRST_COMPLETED).done:
                yield begun.pop(ended), ended.result()
            if interruption.signal is not None:
                processes.end()


class _Processes:
    """Processes that are started when they are needed, and gone in the end.

    Args:
        command: starts one.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._all: list[subprocess.Popen[str]] = []
        self._idle: list[subprocess.Popen[str]] = []
        self._told: set[subprocess.Popen[str]] = set()  # that they are to end
        self._killed_at = math.inf

    def __enter__(self) -> "_Processes":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        for process in self._all:
            with process:  # which closes its pipes
                while process.poll() is None:
                    self.end()
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_LOOK)

    def run(self, task: Task) -> Ended:
        """Do a task in an idle process, or else in a new one, and return how it ended."""
        try:
            process = self._idle.pop() if self._idle else self._start()
        except OSError:
            sentence = "no process can be started for it; the system has no room for one more"
            return Ended(AlifeError.exit_code, sentence)
        assert process.stdout is not None
        _send_line(process, task.to_line())
        if not (answer := process.stdout.readline()):
            return _end_of_lost(process.wait())
        ended = Ended(**json.loads(answer))
        if not ended.interrupted:
            self._idle.append(process)
        return ended

    def end(self) -> None:
        """Let all processes end what they do, and leave; called again when they should long have, kill them."""
        self._killed_at = min(self._killed_at, time.monotonic() + 2 * GRACE)
        for process in self._all:
            if process not in self._told:
                self._told.add(process)
                _send_line(process, END)
            if time.monotonic() > self._killed_at:
                process.kill()

    def _start(self) -> subprocess.Popen[str]:
        one_thread = {"OMP_NUM_THREADS": "1"}  # as many processes as processors leave none for more
        same_modules = {"PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**one_thread, **os.environ, **same_modules},
            process_group=0,  # an interrupt at the terminal is for this process, which ends the others in order
        )
        self._all.append(process)
        return process


def _send_line(process: "subprocess.Popen[str]", line: str) -> None:
    """Send a line to a process, unless it is gone: then there will be no answer."""
    assert process.stdin is not None
    try:
        process.stdin.write(f"{line}\n")
        process.stdin.flush()
    except (OSError, ValueError):
        with suppress(OSError):  # or what was not sent would be tried again when it is closed
            process.stdin.close()


def _end_of_lost(code: int) -> Ended:
    """Return how a run ended whose process left, or was killed, without a word."""
    if code < 0:
        name = signal.Signals(-code).name
        short = ", as the system does where memory is short; give fewer --workers if that is so"
        return Ended(128 - code, f"its process was killed by {name}{short if name == 'SIGKILL' else ''}")
    return Ended(code or AlifeError.exit_code, f"its process left with exit code {code} before it was done")
