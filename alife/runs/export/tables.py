"""The tables of a run: one observation in each line, in parts, so that no more than one is in memory."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.runs import Recorded, Run, Table

Parts = Iterator[Table]
"""One table, cut into several of the same columns; one after the other they are the whole."""

_MOST_LINES = 2**17  # of a part of what layers did

_TableOfBrain = Callable[[Recorded, Mapping[str, NDArray[Any]]], Parts]


def tables_of(run: Run) -> dict[str, Parts]:
    """Return the tables by name; one of which the run has kept nothing has no parts.

    Raises:
        AlifeError: what the run has left is damaged; also while the parts are read.
    """
    return {
        "metrics": _metrics(run),
        "events": run.events_by_file(),
        "lives": run.lives_by_file(),
        "spikes": _of_brains(run, _spikes),
        "membranes": _of_brains(run, _membranes),
        "td_errors": _of_brains(run, _td_errors),
    }


def _metrics(run: Run) -> Parts:
    """Yield one table, species after species at each tick; a number that a species has not is not a number."""
    tables = run.metrics
    if not tables:
        return
    order = np.argsort(np.concatenate([table["tick"] for table in tables.values()]), kind="stable")
    told = [Table({"species": _same(name, len(table["tick"])), **table}) for name, table in tables.items()]
    names = dict.fromkeys(["tick", *(name for table in told for name in table)])
    nothing = [np.full(len(table["tick"]), np.nan) for table in told]
    yield Table(
        {
            name: np.concatenate([one.get(name, none) for one, none in zip(told, nothing, strict=True)])[order]
            for name in names
        }
    )


def _of_brains(run: Run, table: _TableOfBrain) -> Parts:
    """Yield the parts of every brain that was recorded."""
    for rows in run.recordings.values():
        for brain in rows.values():
            for columns in brain.by_file():
                yield from table(brain, columns)


def _spikes(brain: Recorded, columns: Mapping[str, NDArray[Any]]) -> Parts:
    for table in _of_layers(brain, columns, "spikes", "output"):
        there = table["output"] != 0
        yield Table({name: column[there] for name, column in table.items()})


def _membranes(brain: Recorded, columns: Mapping[str, NDArray[Any]]) -> Parts:
    return _of_layers(brain, columns, "membranes", "membrane")


def _of_layers(brain: Recorded, columns: Mapping[str, NDArray[Any]], what: str, name: str) -> Parts:
    """Yield a line for each neuron at each tick, some at a time, for layers may be large."""
    for k, layer in enumerate(brain.layers):
        numbers = columns[f"{what}/{k}"]
        for start in range(0, numbers.size, _MOST_LINES):
            cells = np.arange(start, min(start + _MOST_LINES, numbers.size))
            ticks, neurons = np.divmod(cells, numbers.shape[1])
            front = _front(brain, columns["ticks"][ticks], layer=layer)
            yield Table({**front, "neuron": neurons, name: numbers.ravel()[cells]})


def _td_errors(brain: Recorded, columns: Mapping[str, NDArray[Any]]) -> Parts:
    """Yield the TD errors, none of a brain without a critic."""
    there = np.isfinite(columns["td_errors"])
    yield Table({**_front(brain, columns["ticks"][there]), "td_error": columns["td_errors"][there]})


def _front(brain: Recorded, ticks: NDArray[Any], **names: str) -> dict[str, NDArray[Any]]:
    """Return the columns that say of which brain and tick a line is."""
    row = np.full(len(ticks), brain.row)
    more = {what: _same(name, len(ticks)) for what, name in names.items()}
    return {"tick": ticks, "species": _same(brain.species, len(ticks)), "row": row, **more}


def _same(name: str, lines: int) -> NDArray[Any]:
    return np.full(lines, name)
