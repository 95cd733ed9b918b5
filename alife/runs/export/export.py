"""Export: what a run, or each of several, has left, in files that other programs read."""

import json
import os
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from alife.core.errors import CheckpointError, ConfigError, DiskError
from alife.core.terminal import print_warning
from alife.core.whole_file import write_whole
from alife.runs import Run, Table, load
from alife.runs._extras import import_extra
from alife.runs._read_columns import FILE_NAME
from alife.runs._read_files import FOLDERS, list_folder
from alife.runs.export.columns import Column, describe_column
from alife.runs.export.table_files import write_csv, write_parquet
from alife.runs.export.tables import tables_of
from alife.runs.metrics_lines import read_metrics_lines
from alife.runs.sums import check_sums
from alife.runs.tensorboard_file import TensorBoardFile

Format = Literal["csv", "parquet", "tensorboard"]

_OPTION = "--to"
_PACKAGES = {"parquet": "pyarrow", "tensorboard": "tensorboard"}
_MUCH = 10**9  # bytes of CSV, from which on it is said before
_TIMES_IN_CSV = 6  # what is recorded: a line for each neuron and tick, in place of eight bytes
_TYPES = {"i": "integer", "f": "number", "U": "string"}
"""By kind of a dtype: its name in a Data Package."""


def export(path: Path, to: Format, out: Path | None = None) -> list[Path]:
    """Write what lies in a run directory, or in one of several runs, for other programs; return the files.

    Each of several runs gets the folder within `out` that it has within the directory.

    Args:
        path: the directory.
        to: the format.
        out: where the files go, in place of those that are there; `export` in the directory when omitted.

    Raises:
        ConfigError: there is no run, nothing in it yet, a package is missing, or `out` is a folder of the run itself.
        CheckpointError: what the run has left is damaged, or a link or a pipe lies where the files go in its directory.
        DiskError: a file cannot be written.
    """
    if to != "csv":
        import_extra(_PACKAGES[to], _OPTION)
    folder, found = path / "export" if out is None else out, load(path)
    if out is None:
        _refuse_strange(folder)
    runs = [found] if isinstance(found, Run) else [*_runs_in(found)]
    files = [file for run in runs for file in _export_run(run, to, folder / run.path.relative_to(path))]
    if not files:
        raise ConfigError(f"{path}: there is nothing to export; no run in it has kept anything yet")
    return files


def _refuse_strange(folder: Path) -> None:
    """Raise if in a folder that came with a run is a pipe, or a link, which may lead to any file of who exports it."""
    for one in (folder, *folder.rglob("*")):
        if one.is_symlink() or (one.exists() and not one.is_dir() and not one.is_file()):
            what = "a link" if one.is_symlink() else "a pipe or a device"
            raise CheckpointError(
                f"{one}: is {what}, which no file of a run is; remove it, or name a folder with --out"
            )


def _runs_in(several: Mapping[Any, Any]) -> Iterator[Run]:
    for one in several.values():
        yield from [one] if isinstance(one, Run) else _runs_in(one)


def _export_run(run: Run, to: Format, folder: Path) -> list[Path]:
    if os.path.realpath(folder) in [os.path.realpath(run.path / name) for name in ("", *FOLDERS)]:
        raise ConfigError(f"--out {folder}: is written by the run itself; name another folder, or leave it out")
    try:
        return _write_tensorboard(run, folder) if to == "tensorboard" else _write_tables(run, to, folder)
    except OSError as error:
        raise DiskError(f"{folder}: cannot be written ({error.strerror})") from error


def _write_tensorboard(run: Run, folder: Path) -> list[Path]:
    check_sums(run.path, "metrics.jsonl")
    lines = read_metrics_lines(run.path / "metrics.jsonl")
    if (first := next(lines, None)) is None:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    return [TensorBoardFile(folder, chain([first], lines), _OPTION).path]


def _write_tables(run: Run, to: Format, folder: Path) -> list[Path]:
    """Write each table of which the run has kept anything, and beside CSV what stands in the columns of all."""
    if to == "csv":
        _warn_of_size(run.path / "recordings")
    files, resources = [], []
    for name, parts in tables_of(run).items():
        filled = (part for part in parts if part.lines)
        if (first := next(filled, None)) is None:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.{to}"
        columns = {column: describe_column(name, column) for column in first}
        if to == "parquet":
            write_parquet(path, first, filled, columns, _OPTION)
        else:
            write_csv(path, first, filled)
        files.append(path)
        resources.append({"name": name, "path": path.name, "schema": {"fields": _fields(first, columns)}})
    if to == "csv" and files:
        files.append(folder / "datapackage.json")
        write_whole(files[-1], json.dumps({"resources": resources}, indent=1) + "\n")
    return files


def _warn_of_size(recordings: Path) -> None:
    recorded = sum(path.stat().st_size for path in list_folder(recordings, FILE_NAME))
    if (size := _TIMES_IN_CSV * recorded) > _MUCH:
        print_warning(
            f"warning: {recordings}: {recorded / 1e9:.1f} GB become about {size / 1e9:.1f} GB of CSV; "
            "--to parquet writes about as much as was recorded"
        )


def _fields(table: Table, columns: Mapping[str, Column]) -> list[dict[str, str]]:
    """Return the fields of a table as a Data Package lists them (datapackage.org), which has no key for units."""
    return [
        {"name": name, "type": _TYPES[table[name].dtype.kind], **column._asdict()} for name, column in columns.items()
    ]
