"""The lines of metrics of a run, read one after the other."""

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from alife.runs._json import damaged, is_count, is_name, parse_object
from alife.runs._read_files import read_lines

Numbers = Mapping[str, Mapping[str, float | None]]
"""By species and name; None is that of a population of nobody."""

_OTHERS = ("tick", "species")
"""What stands beside the numbers in a table, so no number has such a name."""


class MetricsLine(NamedTuple):
    """One line: what happened since the line before."""

    source: str  # the file and the line in it, for an error
    tick: int
    species: Numbers


def read_metrics_lines(path: Path, size: float = math.inf) -> Iterator[MetricsLine]:
    """Return the lines in so many bytes of a file; none where there is no such file.

    Raises:
        CheckpointError: it cannot be read, or a line is none of metrics.
    """
    for source, line in read_lines(path, size):
        found = parse_object(line, source)
        species = found.get("species")
        if not is_count(found.get("tick")) or not isinstance(species, dict):
            raise damaged(source, "a line of metrics has a tick, and numbers by species")
        for name, numbers in species.items():
            if not is_name(name) or not isinstance(numbers, dict) or not all(map(_is_named_number, numbers.items())):
                raise damaged(source, f"{name!r} must have numbers")
        yield MetricsLine(source, found["tick"], species)


def _is_named_number(item: tuple[str, Any]) -> bool:
    name, number = item
    return (
        is_name(name)
        and name not in _OTHERS
        and (number is None or (isinstance(number, int | float) and not isinstance(number, bool)))
    )
