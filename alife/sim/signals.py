"""Signals: a run asked to stop ends its tick and leaves in order; asked twice, it leaves at once."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType


class Interruption:
    """Whether a run has been asked to stop, and by which signal."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._signalled = False  # by this process itself

    @property
    def exit_code(self) -> int:
        """130 after an interrupt, 143 after a termination, 129 where the terminal has gone, 0 after none of them."""
        return 0 if self.signal is None else 128 + self.signal

    def handle_signal(self, number: int, frame: FrameType | None) -> None:
        """Note the first signal, and say so; raise the second one again with its default handler."""
        if not self._signalled:
            self._signalled = True
            self.note_signal(number)
            with suppress(OSError):  # print is for no handler: it may have interrupted another
                os.write(2, b"saving; once more ends at once\n")
            return
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)

    def note_signal(self, number: int) -> None:
        """Note that another process was asked to stop, and this one with it."""
        if self.signal is None:
            self.signal = number


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
    before = {number: signal.signal(number, interruption.handle_signal) for number in numbers}
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
