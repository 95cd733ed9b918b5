"""`alife` as the child of a sweep: the same command line, for as long as the process that started it is there."""

import os
import signal
import sys
import threading
import time

from alife.app.cli import command

_LAST_WORDS = 1.0  # seconds in which a run may save once who waited for it has gone


def live_with_parent() -> None:
    """End in order, and in any case soon, when the standard input ends, as it does however the parent ends."""
    lifeline = os.dup(0)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # which is no world's to read

    def follow() -> None:
        while os.read(lifeline, 1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_LAST_WORDS)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


if __name__ == "__main__":
    live_with_parent()
    command(sys.argv[1:])
