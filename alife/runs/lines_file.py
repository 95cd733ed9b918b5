"""A file of lines that grows; what the disk does not take waits for the next time."""

import os
from contextlib import suppress
from pathlib import Path

_MOST = 2**24  # bytes that wait; what comes on top is lost


class LinesFile:
    """Appends lines, or other records, to a file, each whole or not there.

    It is opened anew each time, so that a disk that was away and is back is written again.

    Args:
        path: of the file; it is made with its first line if it is not there.
        size: bytes of it that count; what comes behind them is written over.
        sync: whether a line outlives a failure of the power, which takes milliseconds.
    """

    def __init__(self, path: Path, size: int = 0, sync: bool = False) -> None:
        self.path, self.size, self._sync = path, size, sync
        self._waiting = b""

    def append_line(self, line: str) -> None:
        """Append a line to those that wait."""
        self.append_record(line.encode() + b"\n")

    def append_record(self, record: bytes) -> None:
        """Append what is whole without an end of line."""
        if len(self._waiting) < _MOST:
            self._waiting += record

    def flush_lines(self) -> None:
        """Write the lines that wait; the system has them when this returns.

        Raises:
            OSError: they cannot be written now, and wait on.
        """
        if not self._waiting:
            return
        with self.path.open("r+b" if self.size else "wb", buffering=0) as file:
            try:
                file.seek(self.size)
                left = memoryview(self._waiting)
                while left:
                    left = left[file.write(left) :]
                if self._sync:
                    os.fsync(file.fileno())
            except OSError:
                with suppress(OSError):
                    file.truncate(self.size)
                raise
        self.size, self._waiting = self.size + len(self._waiting), b""
