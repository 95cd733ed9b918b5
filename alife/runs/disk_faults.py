"""Faults of the disk while a run goes on: told once, and lived with."""

from collections.abc import Iterator
from contextlib import contextmanager

from alife.core.errors import DiskError
from alife.core.terminal import print_warning


class DiskFaults:
    """What becomes of a fault of the disk: it is told once, and the run goes on.

    Args:
        strict: whether it ends the run instead.
    """

    def __init__(self, strict: bool = False) -> None:
        self._strict, self._told = strict, False

    @contextmanager
    def tolerated(self) -> Iterator[None]:
        """Let the run go on after a DiskError.

        Raises:
            DiskError: it was asked to be strict.
        """
        try:
            yield
        except DiskError as error:
            if self._strict:
                raise
            if not self._told:
                self._told = True
                print_warning(f"warning: {error}; the run goes on, and what can be is written later")
