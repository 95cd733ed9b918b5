"""Columns of a run, read from numbered files of safetensors: of one length in each, and of the types asked for."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from alife.runs._json import damaged
from alife.runs._read_files import list_folder, open_file

FILE_NAME = r"[0-9]{6,12}\.safetensors"
"""The pattern of a name."""

_MOST_BYTES = 2**26  # of a file
_MOST_HEADER = 2**23

Columns = dict[str, NDArray[Any]]


def read_columns(folder: Path, like: Mapping[str, NDArray[Any]]) -> Columns:
    """Return columns of all numbered files of a folder, the files one after the other; empty where there are none.

    Args:
        folder: where they are.
        like: the columns that are asked for, with no line in them.

    Raises:
        CheckpointError: a file cannot be read or is damaged.
    """
    parts: list[Mapping[str, NDArray[Any]]] = [*read_columns_by_file(folder, like)] or [like]
    try:
        return {name: np.concatenate([part[name] for part in parts]) for name in like}
    except (ValueError, MemoryError) as error:  # of other widths, or too many
        raise damaged(str(folder), str(error)) from error


def read_columns_by_file(folder: Path, like: Mapping[str, NDArray[Any]]) -> Iterator[Columns]:
    """Return columns of each numbered file of a folder, one file at a time.

    Args:
        folder: where they are.
        like: the columns that are asked for, with no line in them.

    Raises:
        CheckpointError: a file cannot be read or is damaged.
    """
    for path in list_folder(folder, FILE_NAME):
        with suppress(FileNotFoundError):  # a run that goes on may have dropped its oldest file meanwhile
            yield read_columns_file(path, like)


def read_columns_file(path: Path, like: Mapping[str, NDArray[Any]]) -> Columns:
    """Return columns of one file.

    Raises:
        FileNotFoundError: there is none.
        CheckpointError: it cannot be read or is damaged.
    """
    with open_file(path, _MOST_BYTES) as file:
        refuse_long_header(file.read(8), path)
    try:
        with safe_open(path, framework="numpy") as tensors:
            found = {name: _checked(tensors.get_tensor(name), name, wanted) for name, wanted in like.items()}
    except (SafetensorError, ValueError, TypeError, KeyError, AttributeError, OSError, MemoryError) as error:
        raise damaged(str(path), str(error)) from error
    if len({len(column) for column in found.values()}) > 1:
        raise damaged(str(path), "its columns are of unequal length")
    return found


def refuse_long_header(content: bytes, path: Path) -> None:
    """Raise if a file of safetensors, of which this is the beginning, names more tensors than any run has."""
    if int.from_bytes(content[:8], "little") > _MOST_HEADER:
        raise damaged(str(path), f"its header is longer than {_MOST_HEADER:,} bytes")


def _checked(column: NDArray[Any], name: str, wanted: NDArray[Any]) -> NDArray[Any]:
    """Return a column in the type that is wanted; numbers may be whole or of another precision where it is a float."""
    fits = column.dtype == wanted.dtype or (wanted.dtype.kind == "f" and column.dtype.kind in "fiub")
    if not fits or column.ndim != wanted.ndim:
        raise ValueError(f"{name} must be of {wanted.dtype} with {wanted.ndim} axes")
    with np.errstate(over="ignore"):
        return column.astype(wanted.dtype, copy=False)
