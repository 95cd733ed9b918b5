"""Signals: a run asked to stop ends its tick and leaves in order; asked twice, it leaves at once.

Signals are heard by a thread of their own, through the wake-up descriptor that Python writes each of them to: so they
are heard while the main thread waits in a world that never returns. And after the first one the system itself ends the
process at the next, where it can be told to: so also where a world keeps all threads of Python from running.
"""

import ctypes
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

SAVING = "saving; once more ends at once"
"""What a run says at the first signal."""

_LOOK = 1.0  # seconds from one look at the run to the next
_MOMENT = 0.25  # seconds from a signal in which a hang-up belongs to it
_HANG_UP = getattr(signal, "SIGHUP", None)
_DEFAULT = ctypes.c_void_p(None)  # SIG_DFL


class Interruption:
    """Whether a run has been asked to stop, and by which signal."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._signalled_at: float | None = None  # this process itself
        self._look: Callable[[bool], None] | None = None

    @property
    def exit_code(self) -> int:
        """130 after an interrupt, 143 after a termination, 129 where the terminal has gone, 0 after none of them."""
        return 0 if self.signal is None else 128 + self.signal

    def hear_signal(self, number: int) -> None:
        """Note the first signal, and say so; end this process at the second one.

        A terminal that is closed may send two hang-ups, its shell's and the system's, which are one.
        """
        if self._signalled_at is None:
            self._signalled_at = time.monotonic()
            self.note_signal(number)
            with suppress(OSError):
                os.write(2, f"{SAVING}\n".encode())
        elif number != _HANG_UP or time.monotonic() > self._signalled_at + _MOMENT:
            os._exit(128 + number)

    def handle_signal(self, number: int, frame: FrameType | None) -> None:
        """Note a signal in the main thread, whenever that comes to it; the thread that listens does all else."""
        self.note_signal(number)

    def note_signal(self, number: int) -> None:
        """Note that another process was asked to stop, and this one with it."""
        if self.signal is None:
            self.signal = number

    @contextmanager
    def looking(self, look: Callable[[bool], None]) -> Iterator[None]:
        """Call a function about once a second from the thread that listens, with whether the run was asked to stop."""
        self._look = look
        try:
            yield
        finally:
            self._look = None

    def look(self) -> None:
        """Look at the run, if it is to be looked at."""
        if (look := self._look) is not None:
            look(self.signal is not None)


class _Once:
    """Lets the system end the process when a signal comes again, also where no thread of Python can run.

    Python's handlers stay, for one time each. Where the C library has no `sysv_signal`, nothing is changed.

    Args:
        numbers: of signals that Python handles.
    """

    def __init__(self, numbers: Sequence[int]) -> None:
        handler_of = ctypes.pythonapi.PyOS_getsig
        handler_of.restype = ctypes.c_void_p
        self._handlers = {number: ctypes.c_void_p(handler_of(number)) for number in numbers}
        library = ctypes.CDLL(None) if os.name == "posix" else None
        self._handle_once = getattr(library, "sysv_signal", lambda number, handler: None)
        for number, handler in self._handlers.items():
            self._handle_once(number, handler)

    def note_first(self) -> None:
        """Let no other signal be handled, either; but a hang-up is heard again, for it may come twice."""
        for number, handler in self._handlers.items():
            self._handle_once(number, handler if number == _HANG_UP else _DEFAULT)


@contextmanager
def listening() -> Iterator[Interruption]:
    """Listen for SIGINT, SIGTERM and SIGHUP. Our own handlers, because SDL would swallow the second.

    Outside the main thread there is nothing to listen to: signals come to the main thread alone.
    """
    interruption = Interruption()
    if threading.current_thread() is not threading.main_thread():
        yield interruption
        return
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    numbers = [number for number in numbers if not _is_waived(number)]
    heard, written = socket.socketpair()
    written.setblocking(False)
    before = {number: signal.signal(number, interruption.handle_signal) for number in numbers}
    written_before = signal.set_wakeup_fd(written.fileno(), warn_on_full_buffer=False)
    arguments = (heard, numbers, _Once(numbers), interruption)
    thread = threading.Thread(target=_listen, args=arguments, name="signals", daemon=True)
    thread.start()
    _listeners.append(before)
    try:
        yield interruption
    finally:
        _listeners.remove(before)
        signal.set_wakeup_fd(written_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        written.close()
        thread.join()
        heard.close()


def _is_waived(number: int) -> bool:
    """Return whether who started this process wants it to outlive the terminal, as nohup does."""
    return number == _HANG_UP and signal.getsignal(number) == signal.SIG_IGN


def _listen(heard: socket.socket, numbers: Sequence[int], once: _Once, interruption: Interruption) -> None:
    """Hear signals, and look at the run between them, until nobody can write any more."""
    heard.settimeout(_LOOK)
    while True:
        try:
            numbers_heard = heard.recv(64)
        except TimeoutError:
            interruption.look()
            continue
        if not numbers_heard:
            return
        for number in numbers_heard:
            if number in numbers:
                once.note_first()
                interruption.hear_signal(number)


_listeners: list[dict[int, Any]] = []  # the handlers from before each began to listen


def _stop_listening_in_child() -> None:
    """Let a process that a world forks off tell its parent of no signal, and leave what a terminal sends to the parent.

    SIGTERM ends it, as whoever forked it expects.
    """
    for before in _listeners:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler if number == signal.SIGTERM else signal.SIG_IGN)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_stop_listening_in_child)
