"""Work for processes in tests, ending in every way there is."""

import os
import signal
import sys
import time
from pathlib import Path

from alife.runs.sweep._work import Ended, Task, work
from alife.sim.signals import Interruption

COMMAND = (sys.executable, "-P", "-c", "from tests.runs.sweep.jobs import do_jobs; do_jobs()")


def task(how: str, path: str | Path = os.devnull) -> Task:
    """Return a task that ends so, and says in a file how far it is."""
    return Task(0, {"how": how}, Path(path))


def do_jobs() -> None:
    """Be the process that does them."""
    work(_do)


def _do(job: Task, interruption: Interruption) -> Ended:
    """Do what the task says and return in which process."""
    how = job.config["how"]
    if how == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "leave":
        os._exit(7)
    if how == "hit":
        signal.raise_signal(signal.SIGTERM)
    if how == "talk":
        print("no answer")
        assert sys.stdin.read() == ""
    if how == "threads":
        return Ended(0, os.environ["OMP_NUM_THREADS"])
    if how == "hang":
        job.directory.write_text("begun")
        time.sleep(1000)
    if how == "wait":
        job.directory.write_text("begun")
        while interruption.signal is None:
            time.sleep(0.01)
        job.directory.write_text("stopped")
    return Ended(interruption.exit_code, str(os.getpid()))
