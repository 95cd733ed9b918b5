"""A picture as a file, whole or not there."""

from pathlib import Path
from typing import Any, Protocol

from alife.core.whole_file import whole_file


class Picture(Protocol):
    """A figure of matplotlib, known by what it can do: only those who have one to save have loaded matplotlib."""

    def savefig(self, fname: Path, *, format: str) -> Any:
        """Write it into a file."""


def save_picture(picture: Picture, path: Path) -> None:
    """Write a picture as PNG, in place of one that may be there.

    Raises:
        DiskError: it cannot be written; what was there still is.
    """
    with whole_file(path, "the picture ") as unfinished:
        picture.savefig(unfinished, format="png")
