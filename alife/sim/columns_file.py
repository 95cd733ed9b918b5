"""A file of columns, whole or not there."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from alife.errors import DiskError

FAILURES = (OSError, SafetensorError)
"""What may go wrong while columns are written."""


def write_columns(columns: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Write columns into a new file; nobody sees a part of it."""
    unfinished = path.with_name("unfinished")
    save_file(dict(columns), unfinished)
    unfinished.replace(path)


def not_written(folder: Path, what: str, error: Exception) -> DiskError:
    """Return the error that says in one sentence what cannot be written, and why."""
    reason = getattr(error, "strerror", None) or " ".join(str(error).split())
    return DiskError(f"{folder}: the {what} cannot be written ({reason})")
