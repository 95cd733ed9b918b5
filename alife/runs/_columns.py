"""Table: columns of equal length by name, which pandas takes over where it is installed."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Table(Mapping[str, NDArray[Any]]):
    """Columns of one length: `table["tick"]` is an array (lines,).

    Args:
        columns: by name.
    """

    def __init__(self, columns: Mapping[str, NDArray[Any]]) -> None:
        self._columns = dict(columns)

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"Table({self.lines} lines of {', '.join(self._columns)})"

    @property
    def lines(self) -> int:
        """How many lines there are; `len` counts columns."""
        return len(next(iter(self._columns.values()), np.empty(0)))

    def to_pandas(self) -> Any:
        """Return the table as a pandas DataFrame.

        Raises:
            ImportError: pandas is not installed.
        """
        return pandas().DataFrame(self._columns)


def pandas() -> Any:
    """Return the package pandas, which is no dependency.

    Raises:
        ImportError: it is not installed.
    """
    try:
        return import_module("pandas")
    except ImportError as error:
        sentence = "to_pandas needs pandas, which is not installed; `pip install pandas` installs it"
        raise ImportError(sentence) from error
