"""A picture as a file, whole or not there."""

from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from alife.core.errors import DiskError


class Picture(Protocol):
    """A figure of matplotlib, known by what it can do: only those who have one to save have loaded matplotlib."""

    def savefig(self, fname: Path, *, format: str) -> Any:
        """Write it into a file."""


def save_picture(picture: Picture, path: Path) -> None:
    """Write a picture as PNG, in place of one that may be there.

    Raises:
        DiskError: it cannot be written; what was there still is.
    """
    unfinished = path.with_suffix(".unfinished")
    try:
        picture.savefig(unfinished, format="png")
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise DiskError(f"{path}: the picture cannot be written ({error.strerror})") from error
