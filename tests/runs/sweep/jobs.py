"""Work for processes in tests, ending in every way there is."""

import os
import signal
import time

from alife.sim.signals import Interruption


def job(task: str, interruption: Interruption) -> tuple[str, int]:
    """Do what the task says and return how it went, and in which process."""
    how, _, path = task.partition(" ")
    if how == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "leave":
        os._exit(7)
    if how == "hit":
        signal.raise_signal(signal.SIGTERM)
    if how == "wait":
        with open(path or os.devnull, "w") as file:
            file.write("begun")
        while interruption.signal is None:
            time.sleep(0.01)
        with open(path or os.devnull, "w") as file:
            file.write("stopped")
    return f"{task} {interruption.signal}" if interruption.signal else task, os.getpid()
