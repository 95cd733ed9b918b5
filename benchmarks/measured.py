"""What was measured: rows kept in a file, the marked block of a page that shows them, and how sure a mean is."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.statistics import confidence_interval


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows that are kept in a file, none if there is no such file."""
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return rows


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep rows in a file, a line for each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(row) for row in rows)
    path.write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def fill_block(page: str, begin: str, end: str, block: str) -> str:
    """Return a page with another text between two lines of it.

    Raises:
        ValueError: it does not hold them.
    """
    before, has_begin, rest = page.partition(begin)
    _, has_end, after = rest.partition(end)
    if not has_begin or not has_end:
        raise ValueError(f"the page must hold the lines {begin} and {end}")
    return f"{before}{begin}\n\n{block}\n\n{end}{after}"


def interval(values: Sequence[float] | NDArray[np.float64]) -> tuple[float, float]:
    """Return the 95 % interval of the mean over seeds; of one seed, that seed."""
    return confidence_interval(values) if len(values) > 1 else (float(values[0]), float(values[0]))
