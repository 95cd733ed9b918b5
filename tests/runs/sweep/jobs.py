"""What children do in tests: they end in every way there is."""

import os
import signal
import sys
import time
from pathlib import Path

from alife.runs.sweep._child import live_with_parent
from alife.runs.sweep.processes import Task
from alife.sim.signals import Interruption, listening


def task(how: str, path: str | Path = os.devnull) -> Task:
    """Return a task that ends so, and says in a file how far it is."""
    return Task(how, "", Path(path))


def command(job: Task, _: Path) -> list[str]:
    """Return what Python is asked to do for it."""
    return ["-m", "tests.runs.sweep.jobs", job.name, str(job.directory)]


def do(how: str, file: Path, interruption: Interruption) -> int:
    """Do what a name says and return the exit code."""
    if how == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "leave":
        os._exit(7)
    if how == "hit":
        signal.raise_signal(signal.SIGTERM)
    if how == "err":
        print("warning: it is dark\nerror: first\nerror: second", file=sys.stderr)
        return 3
    if how == "threads":
        file.write_text(os.environ["OMP_NUM_THREADS"])
    if how == "read":
        assert sys.stdin.read() == ""
    if how == "hang":
        file.write_text("begun")
        time.sleep(1000)
    if how == "wait":
        file.write_text("begun")
        while interruption.signal is None:
            time.sleep(0.01)
        file.write_text("stopped")
    return interruption.exit_code


if __name__ == "__main__":
    live_with_parent()
    with listening() as heard:
        code = do(sys.argv[1], Path(sys.argv[2]), heard)
    sys.exit(code)
