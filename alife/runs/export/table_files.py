"""Tables as files: CSV, and Parquet where pyarrow is installed. A file appears only when it is whole."""

import csv
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.whole_file import whole_file
from alife.runs import Table
from alife.runs._extras import import_extra
from alife.runs.export.columns import Column


def write_csv(path: Path, first: Table, more: Iterable[Table] = ()) -> None:
    """Write a table as CSV: a line of names, then numbers that read back as they were; what is not a number is empty.

    Args:
        path: of the file.
        first: part of the table.
        more: all others, of the same columns.

    Raises:
        DiskError: the file cannot be written.
    """
    with whole_file(path) as unfinished, unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(first)
        for part in chain([first], more):
            writer.writerows(zip(*map(_cells, part.values()), strict=True))


def write_parquet(
    path: Path, first: Table, more: Iterable[Table], columns: Mapping[str, Column], asked_by: str
) -> None:
    """Write a table as Parquet; what stands in a column and its unit are metadata of its field.

    Args:
        path: of the file.
        first: part of the table.
        more: all others, of the same columns.
        columns: by name, what stands in them; one that is not among them is left without metadata.
        asked_by: who needs pyarrow.

    Raises:
        ConfigError: pyarrow is not installed.
        DiskError: the file cannot be written.
    """
    arrow, parquet = import_extra("pyarrow", asked_by), import_extra("pyarrow.parquet", asked_by)
    fields = arrow.table(dict(first)).schema
    schema = arrow.schema(
        [field.with_metadata(columns[field.name]._asdict()) if field.name in columns else field for field in fields]
    )
    with whole_file(path) as unfinished, parquet.ParquetWriter(unfinished, schema) as file:
        for part in chain([first], more):
            file.write_table(arrow.table(dict(part), schema=schema))


def _cells(column: NDArray[Any]) -> list[Any]:
    """Return a column as the cells of a file; numbers of single precision with no more digits than they need."""
    if column.dtype.kind == "f":
        short = column.astype(np.str_) if column.dtype == np.float32 else column
        column = np.where(np.isnan(column), "", short.astype(object))
    cells: list[Any] = column.tolist()
    return cells
