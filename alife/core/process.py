"""Process: what belongs to all of it, put back where code of others has changed it for itself."""

import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from alife.core.errors import WorldWarning

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def kept_process(whose: str) -> Iterator[None]:
    """Let code of others run, and put back the working directory and the handlers of signals, saying who changed them.

    What it prints goes to standard error: standard output is the command's.

    Args:
        whose: code it is.
    """
    here, handlers = _working_directory(), _handlers()
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        if here and _working_directory() != here:
            os.chdir(here)
            _say(whose, "the working directory")
        for number, handler in handlers.items():
            if signal.getsignal(number) is not handler:
                signal.signal(number, handler)
                _say(whose, f"what happens at {number.name}")


def _say(whose: str, what: str) -> None:
    warnings.warn(f"{whose} has changed {what}; it is put back", WorldWarning, stacklevel=4)


def _working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:  # it is not there any more
        return ""


def _handlers() -> dict[signal.Signals, Any]:
    """Return the handlers that Python knows and may set."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    found = {number: signal.getsignal(number) for number in _SIGNALS}
    return {number: handler for number, handler in found.items() if handler is not None}
