"""Files that are there whole or not at all."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EEXIST
from pathlib import Path

from alife.core.errors import DiskError
from alife.core.sentences import plain

UNFINISHED = ".unfinished"
"""With what the name ends that a file has until it is whole."""


@contextmanager
def whole_file(path: Path, what: str = "", shared: bool = False) -> Iterator[Path]:
    """Let a file be written under another name, which takes its own when it is whole.

    Args:
        path: of the file; one that is there stays until then, and whatever else is there stays for good.
        what: it is, in an error, as in "the picture ".
        shared: whether other processes may write the same file at this time.

    Raises:
        DiskError: it cannot be written.
    """
    token = f"-{secrets.token_hex(4)}" if shared else ""
    unfinished = path.with_name(f"{path.name}{token}{UNFINISHED}")
    try:
        if path.exists() and not path.is_file():  # who may do all would have a file in place of /dev/null
            raise OSError(EEXIST, "what is there is no regular file")
        unfinished.unlink(missing_ok=True)  # a link of that name, or a pipe, would be written into
        yield unfinished
        unfinished.replace(path)
    except BaseException as error:
        with suppress(OSError):
            unfinished.unlink()
        if isinstance(error, OSError):
            raise DiskError(f"{path}: {what}cannot be written ({error.strerror or plain(error)})") from error
        raise


def write_whole(path: Path, text: str, what: str = "") -> None:
    """Write a text as a whole file; the arguments and errors are those of `whole_file`."""
    with whole_file(path, what) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
