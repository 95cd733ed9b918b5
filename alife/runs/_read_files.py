"""The files of a run, opened: the one door to them.

A run directory may come from a stranger, be damaged, be written still, or have been left by a process that was killed.
So a file of a run is a regular file, no link to one, pipe or device, and is read up to a size.
"""

import math
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ELOOP
from pathlib import Path
from typing import Any, BinaryIO

from alife.config.yaml_file import MAX_BYTES, decode_yaml
from alife.core.errors import CheckpointError, ConfigError
from alife.runs._json import MOST_BYTES, parse_object

MOST_LINE = 2**20
"""Bytes of a line in a file of lines."""

FOLDERS = ("beginning", "checkpoints", "events", "lives", "recordings", "tensorboard")
"""All that a run directory has."""

_FILES = ("config.yaml", "interventions.jsonl", "metrics.jsonl", "names.json", "summary.json", "sums.json")

_FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"))


@contextmanager
def open_file(path: Path, most: int | None = None) -> Iterator[BinaryIO]:
    """Open a regular file of at most so many bytes.

    Raises:
        FileNotFoundError: there is none.
        CheckpointError: it is no such file, or cannot be read.
    """
    try:
        number = os.open(path, _FLAGS)
        with open(number, "rb") as file:
            about = os.fstat(number)
            if not stat.S_ISREG(about.st_mode):
                raise CheckpointError(f"{path}: is no regular file, as every file of a run is")
            if most is not None and about.st_size > most:
                raise CheckpointError(f"{path}: damaged, it holds {about.st_size:,} bytes, at most {most:,} are read")
            yield file
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileNotFoundError(error.errno, error.strerror, str(path)) from error
    except OSError as error:
        is_link = error.errno == ELOOP and path.is_symlink()  # or a folder on the way leads back to itself
        why = "it is a link, which no file of a run is" if is_link else error.strerror
        raise CheckpointError(f"{path}: cannot be read ({why})") from error
    except MemoryError as error:
        raise CheckpointError(f"{path}: cannot be read (it is larger than the memory that is free)") from error


def read_file(path: Path, most: int) -> bytes:
    """Return what a file holds.

    Raises:
        FileNotFoundError, CheckpointError: as in `open_file`.
    """
    with open_file(path, most) as file:
        return file.read(os.fstat(file.fileno()).st_size)


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the object that a JSON file holds, None if there is no such file.

    Raises:
        CheckpointError: it cannot be read or holds something else.
    """
    try:
        content = read_file(path, MOST_BYTES)
    except FileNotFoundError:
        return None
    return parse_object(content, str(path))


def read_settings(path: Path) -> dict[str, Any]:
    """Return the configuration of a run as plain data.

    Raises:
        ConfigError: there is none, or it is damaged.
        CheckpointError: it cannot be read.
    """
    try:
        content = read_file(path, MAX_BYTES)
    except FileNotFoundError as error:
        what = "is no run directory, for it holds no config.yaml" if path.parent.exists() else "does not exist"
        raise ConfigError(f"{path.parent}: {what}; name a run directory such as runs/pond-1") from error
    return decode_yaml(content, str(path))


def read_lines(path: Path, size: float = math.inf) -> Iterator[tuple[str, bytes]]:
    """Return the lines of a file, each with its path and number; a last line that was never finished is left out.

    There are none where there is no such file: a run killed at its very beginning has not come to it.

    Args:
        path: of the file.
        size: bytes of it that count.

    Raises:
        CheckpointError: it cannot be read, or a line is too long.
    """
    try:
        with open_file(path) as file:
            number, line = 0, b""
            while file.tell() < size and (line := file.readline(MOST_LINE)).endswith(b"\n"):
                number += 1
                yield f"{path}, line {number}", line
            if len(line) == MOST_LINE and not line.endswith(b"\n"):
                raise CheckpointError(f"{path}, line {number + 1}: damaged, it is longer than {MOST_LINE:,} bytes")
    except FileNotFoundError:
        return


def list_folder(folder: Path, name: str) -> list[Path]:
    """Return what a folder of a run holds under names of a pattern, in the order of their numbers; nothing without it.

    Raises:
        CheckpointError: it is no folder, or cannot be read.
    """
    try:
        if not stat.S_ISDIR(os.lstat(folder).st_mode):
            raise CheckpointError(f"{folder}: is no directory, as it is in every run")
        found = [each for each in os.listdir(folder) if re.fullmatch(name, each, re.ASCII)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CheckpointError(f"{folder}: cannot be read ({error.strerror})") from error
    return [folder / each for each in sorted(found, key=lambda each: (len(each), each))]


def check_layout(run: Path) -> None:
    """Raise if a run directory, which is about to be written, is laid out otherwise or leads anywhere else.

    Raises:
        CheckpointError: something in it is neither a directory nor a regular file, or is not what it must be.
    """
    try:
        for folder, folders, files in os.walk(run, onerror=_raise):
            for name in (*folders, *files):
                mode = os.lstat(os.path.join(folder, name)).st_mode
                is_file, is_folder = stat.S_ISREG(mode), stat.S_ISDIR(mode)
                if not (is_file or is_folder) or (is_file if name in FOLDERS else is_folder and name in _FILES):
                    must = "a directory" if name in FOLDERS else "a regular file"
                    must = "no link" if stat.S_ISLNK(mode) else must
                    raise CheckpointError(f"{os.path.join(folder, name)!r}: must be {must}, so the run cannot go on")
    except OSError as error:
        raise CheckpointError(f"{run}: cannot be read ({error.strerror})") from error


def _raise(error: OSError) -> None:
    raise error
