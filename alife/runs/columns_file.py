"""Files of columns, each whole or absent, and a log that goes on in numbered ones."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from alife.core.errors import DiskError
from alife.core.whole_file import whole_file, write_whole
from alife.runs._json import damaged
from alife.runs._read_columns import FILE_NAME, read_columns_file
from alife.runs._read_files import list_folder


def write_columns(columns: Mapping[str, NDArray[Any]], path: Path, what: str) -> None:
    """Write columns into a file, which appears only when it is whole.

    Raises:
        DiskError: it cannot be written; `what` they are called in it.
    """
    try:
        with whole_file(path, f"the {what} ") as unfinished:
            save_file(dict(columns), unfinished)
    except SafetensorError as error:
        raise write_error(path, what, error) from error


def write_error(folder: Path, what: str, error: Exception) -> DiskError:
    """Return the error that says in one sentence what cannot be written, and why."""
    reason = getattr(error, "strerror", None) or " ".join(str(error).split())
    return DiskError(f"{folder}: the {what} cannot be written ({reason})")


def write_names(folder: Path, what: str, names: Mapping[str, Any]) -> None:
    """Write the names of the numbers in files of columns beside them.

    Raises:
        DiskError: they cannot be written.
    """
    write_whole(folder / "names.json", json.dumps(names) + "\n", f"the {what} ")


def read_records(folder: Path, dtype: np.dtype[Any], place: tuple[int, int]) -> NDArray[Any]:
    """Return the records that a file had which was not full.

    Args:
        folder: where it is.
        dtype: of a record.
        place: see `ColumnsLog.place`.

    Raises:
        CheckpointError: it cannot be read, or holds fewer.
    """
    (files, count), names = place, dtype.names or ()
    path = _path(folder, files)
    try:
        columns = read_columns_file(path, {name: np.empty(0, dtype[name]) for name in names})
    except FileNotFoundError as error:
        raise damaged(str(path), "it is missing") from error
    if len(columns[names[0]]) < count:
        raise damaged(str(path), f"it must hold {count:,} {folder.name}, as it did")
    records = np.empty(count, dtype)
    for name in names:
        records[name] = columns[name][:count]
    return records


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    """Return records one after another; numpy's own way compares the names of the columns of each."""
    if len(parts) == 1:
        return parts[0]
    return np.frombuffer(b"".join([part.tobytes() for part in parts]), parts[0].dtype)


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number:06d}.safetensors"


class ColumnsLog:
    """Records in numbered files of columns, of which the oldest go.

    Args:
        folder: where they are.
        what: they are called in an error.
        keep: how many records stay at least; 0 keeps none.
        chunk: records in one file.
        dtype: of a record.
        place: where an earlier process stood, see `place`; files of what it wrote later go.

    Raises:
        DiskError: what an earlier process has written later cannot be removed.
        CheckpointError: what it has written cannot be read.
    """

    def __init__(
        self, folder: Path, what: str, keep: int, chunk: int, dtype: np.dtype[Any], place: tuple[int, int] = (0, 0)
    ) -> None:
        self.folder, self._what, self._keep, self._chunk = folder, what, keep, chunk
        self._waiting: list[NDArray[Any]] = []
        self._files, self._count = place
        self._written = self._count  # of the records in the file that is not full, how many are on disk
        self._failed = False  # whether they could not be written the last time
        try:
            if self._count:
                self._waiting = [read_records(folder, dtype, place)]
            for path in list_folder(folder, FILE_NAME):
                if int(path.stem) >= self._files + bool(self._count):
                    path.unlink()
        except OSError as error:
            raise write_error(folder, what, error) from error

    @property
    def place(self) -> tuple[int, int]:
        """How many files are full, and how many records of the one that is not are on disk."""
        return self._files, self._written

    def append_records(self, records: NDArray[Any]) -> None:
        """Append records, (n,) of a dtype with names.

        Where the disk does not take them, they wait for `flush_records`, as many as are kept anyway.
        """
        if self._keep == 0 or len(records) == 0:
            return
        self._waiting.append(records)
        self._count += len(records)
        if self._count >= self._chunk and not self._failed:
            with suppress(DiskError):
                self.flush_records()
        if self._count >= self._chunk + self._keep:
            self._waiting = [_joined(self._waiting)[-self._keep :]]
            self._count = self._keep

    def flush_records(self) -> None:
        """Write the waiting records as one file, which is written again as a whole when more have come.

        Raises:
            DiskError: the file cannot be written.
        """
        if not self._waiting:
            return
        records = _joined(self._waiting)
        self._waiting = [records]
        columns = {name: np.ascontiguousarray(records[name]) for name in records.dtype.names or ()}
        self._failed = True
        write_columns(columns, self._path(self._files), self._what)
        self._failed, self._written = False, self._count
        if self._count >= self._chunk:
            self._begin_file()

    def _begin_file(self) -> None:
        """Begin the next file, and delete the oldest beyond what is kept."""
        self._waiting, self._count, self._written = [], 0, 0
        self._files += 1
        kept = -(-self._keep // self._chunk) + 1  # the newest may be nearly empty, at least the last `keep` must stay
        if self._files > kept:
            self._path(self._files - kept - 1).unlink(missing_ok=True)

    def _path(self, number: int) -> Path:
        return _path(self.folder, number)
