"""What a run leaves on disk, written, read back and lived again: directories, checkpoints, records, replays, sweeps.

Names are exported lazily, so that reading results needs neither torch nor the simulation.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alife.runs._columns import Table
    from alife.runs._recorded import Recorded
    from alife.runs.results import Run, Runs, Sweep, is_of_seeds, load, seed_directories, seed_directory

_HOMES = {
    "Recorded": "_recorded",
    "Run": "results",
    "Runs": "results",
    "Sweep": "results",
    "Table": "_columns",
    "is_of_seeds": "results",
    "load": "results",
    "seed_directories": "results",
    "seed_directory": "results",
}

__all__ = ["Recorded", "Run", "Runs", "Sweep", "Table", "is_of_seeds", "load", "seed_directories", "seed_directory"]


def __getattr__(name: str) -> Any:
    """Import an exported name when it is asked for first."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
