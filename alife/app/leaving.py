"""Leaving: the end of the command, also where code of others has left something that does not end."""

import os
import sys
import threading
from typing import NoReturn

from alife.core.terminal import print_warning

_PATIENCE = 5.0  # seconds for whatever wants to end in order: threads, child processes, atexit


def leave(code: int) -> NoReturn:
    """End this process with an exit code; after five seconds also without the threads and children that go on."""
    watch = threading.Timer(_PATIENCE, _leave_now, [code])
    watch.daemon = True
    watch.start()
    sys.exit(code)


def _leave_now(code: int) -> None:
    processes = sys.modules.get("multiprocessing")  # where nothing has loaded it there are no children
    for child in (children := processes.active_children() if processes else []):
        child.terminate()
    threads = [each for each in threading.enumerate() if not each.daemon and each is not threading.main_thread()]
    left = [f"the thread {each.name!r}" for each in threads] + [f"the process {each.name!r}" for each in children]
    if left:
        print_warning(f"warning: {', '.join(left)} of the world did not end; left without")
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)
