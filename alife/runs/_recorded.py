"""Recorded: what went on in one brain, tick by tick."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.runs._columns import Table
from alife.runs._json import damaged, is_count, is_name
from alife.runs._read_columns import read_columns, read_columns_by_file
from alife.runs._read_files import read_json
from alife.runs.sums import check_sums

Floats = NDArray[np.float32]

_NO_TICKS = np.empty(0, np.int64)


class Recorded:
    """One brain at every tick of a run. An array is read when it is first asked for.

    Args:
        folder: `recordings/` of a run directory.
        species: the name of its species.
        row: which of its creatures.
        layers: names of its layers, from the senses up; the last one is the readout.
    """

    def __init__(self, folder: Path, species: str, row: int, layers: tuple[str, ...]) -> None:
        self.species, self.row, self.layers, self._folder = species, row, layers, folder
        self._is_checked = False

    def __repr__(self) -> str:
        return f"Recorded(row {self.row} of {self.species}: {', '.join(self.layers)})"

    @cached_property
    def ticks(self) -> NDArray[np.int64]:
        """(ticks,) at which it acted, the first one is 0; what the world answers is an event of the tick after."""
        return self._read("ticks", _NO_TICKS)

    @cached_property
    def td_errors(self) -> Floats:
        """(ticks,) TD error of the decision before, 0 where there was none; NaN for a brain without a critic."""
        return self._read_column("td_errors", 1)

    @cached_property
    def spikes(self) -> list[Floats]:
        """(ticks, size) for each layer: spikes as 0 or 1, or what the layer put out where it does not spike."""
        return [self._read_column(f"spikes/{k}", 2) for k in range(len(self.layers))]

    @cached_property
    def membranes(self) -> list[Floats]:
        """(ticks, size) for each layer: the membranes before any reset."""
        return [self._read_column(f"membranes/{k}", 2) for k in range(len(self.layers))]

    def to_pandas(self) -> Any:
        """Return all of it as a pandas DataFrame, a line for each tick and a column for each neuron.

        Raises:
            ImportError: pandas is not installed.
        """
        columns: dict[str, NDArray[Any]] = {"tick": self.ticks, "td_error": self.td_errors}
        for what, arrays in (("spike", self.spikes), ("membrane", self.membranes)):
            for layer, array in zip(self.layers, arrays, strict=True):
                columns |= {f"{layer} {what} {neuron}": column for neuron, column in enumerate(array.T)}
        return Table(columns).to_pandas()

    def by_file(self) -> Iterator[dict[str, NDArray[Any]]]:
        """Return `ticks`, `td_errors`, and `spikes/K` and `membranes/K` of the layer K, a thousand ticks at a time.

        Raises:
            CheckpointError: a file is damaged.
        """
        self._check_sums()
        own = f"{self.species}/{self.row}/"
        of_layers = [f"{what}/{k}" for what in ("spikes", "membranes") for k in range(len(self.layers))]
        like: dict[str, NDArray[Any]] = {
            "ticks": _NO_TICKS,
            f"{own}td_errors": _nothing(1),
            **{own + name: _nothing(2) for name in of_layers},
        }
        for columns in read_columns_by_file(self._folder, like):
            yield {name.removeprefix(own): column for name, column in columns.items()}

    def _read_column(self, what: str, axes: int) -> Floats:
        return self._read(f"{self.species}/{self.row}/{what}", _nothing(axes))

    def _read(self, name: str, like: NDArray[Any]) -> NDArray[Any]:
        column = read_columns(self._folder, {name: like})[name]
        self._check_sums()
        return column

    def _check_sums(self) -> None:
        if not self._is_checked:
            check_sums(self._folder.parent, self._folder.name)
            self._is_checked = True


def _nothing(axes: int) -> Floats:
    return np.empty((0,) * axes, np.float32)


def recordings(folder: Path) -> dict[str, dict[int, Recorded]]:
    """Return the recordings by species and row; empty where none were asked for.

    Raises:
        CheckpointError: their list cannot be read or is damaged.
    """
    path = folder / "names.json"
    names = read_json(path) or {}
    if not all(is_name(species) and _is_list(one) for species, one in names.items()):
        raise damaged(str(path), "each species must have rows and names of layers")
    check_sums(folder.parent, f"{folder.name}/{path.name}")
    return {
        species: {row: Recorded(folder, species, row, tuple(one["layers"])) for row in one["rows"]}
        for species, one in names.items()
    }


def _is_list(one: Any) -> bool:
    """Return whether this is what a list of recordings says of a species."""
    rows, layers = (one.get("rows"), one.get("layers")) if isinstance(one, dict) else (None, None)
    return (
        isinstance(rows, list) and isinstance(layers, list) and all(map(is_count, rows)) and all(map(is_name, layers))
    )
