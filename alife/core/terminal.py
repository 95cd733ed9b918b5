"""Terminal: the one way in which this program speaks to a person.

What is printed may hold words of others, names and errors; no character of theirs commands the terminal. And nothing
that becomes of standard output or standard error ends a run: a reader that has gone, a full disk, a closed descriptor,
an alphabet that lacks a letter.
"""

import errno
import io
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO, TypeVar

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

T = TypeVar("T")

_SILENT = 10.0  # seconds
_COMMANDS = re.compile(r"[^\n\x20-\x7e\xa0-\U0010ffff]|[\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def print_line(text: object) -> None:
    """Print a line, or several, on standard output."""
    _print(text, sys.stdout)


def print_warning(text: object) -> None:
    """Print a line, or several, on standard error."""
    _print(text, sys.stderr)


def with_progress(things: Sequence[T], what: str) -> Iterator[T]:
    """Yield things, and say on standard error every ten seconds how many have been."""
    said = time.monotonic()
    for done, thing in enumerate(things):
        if time.monotonic() - said >= _SILENT:
            said = time.monotonic()
            print_warning(f"{done:,} of {len(things):,} {what}")
        yield thing


def printable(text: str) -> str:
    r"""Return a text whose control characters are written out, as \x1b: it moves no cursor and hides no word."""
    return _COMMANDS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _print(text: object, stream: TextIO | None) -> None:
    if stream is not None:  # as where the descriptor was closed before we began
        with suppress(OSError, ValueError):
            stream.write(printable(str(text)) + "\n")
            stream.flush()


def secure_streams() -> None:
    """Let whatever is written to standard output and standard error from now on succeed, or be dropped.

    This holds for all that writes there by Python, worlds of others, too. Streams that others have put in the place of
    the system's are left alone.
    """
    for number in range(3):
        _open_descriptor(number)
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is getattr(sys, f"__{name}__"):
            setattr(sys, name, _secured(stream, number))


def _open_descriptor(number: int) -> None:
    """Lead a closed descriptor nowhere, or the next file that is opened would get what is printed."""
    try:
        os.fstat(number)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_RDWR), number)


def _secured(stream: io.TextIOWrapper | None, number: int) -> io.TextIOWrapper:
    raw = getattr(getattr(stream, "buffer", None), "raw", getattr(stream, "buffer", None))
    if stream is not None and not isinstance(raw, io.FileIO):  # as at a console of Windows
        stream.reconfigure(errors="backslashreplace")
        return stream
    encoding, at_once, by_line = (
        ("utf-8", False, True) if stream is None else (stream.encoding, stream.write_through, stream.line_buffering)
    )
    buffer = io.BufferedWriter(_Output(number, "w", closefd=False))
    return io.TextIOWrapper(buffer, encoding, "backslashreplace", line_buffering=by_line, write_through=at_once)


class _Output(io.FileIO):
    """Writes what the system takes and drops the rest."""

    _told = False

    def write(self, data: "ReadableBuffer", /) -> int:
        try:
            while (written := super().write(data)) is None:  # whoever shares the terminal does not wait for it
                time.sleep(0.01)
            return written
        except OSError as error:
            self._tell(error)
            return memoryview(data).nbytes

    def _tell(self, error: OSError) -> None:
        """Tell once why standard output takes no more; a reader that has gone knows."""
        if self.fileno() == 1 and error.errno != errno.EPIPE and not self._told:
            self._told = True
            print_warning(f"warning: standard output takes no more ({error.strerror})")
