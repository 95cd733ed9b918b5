"""A workbench for artificial creatures that learn within one life."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said here, before an older Python stumbles over what it cannot read
    found = f"this is Python {sys.version_info[0]}.{sys.version_info[1]}, and 3.11 or newer is needed"
    sys.stderr.write(f"error: {found}; with it, make run PYTHON=python3.11 makes an environment of its own\n")
    sys.exit(2)

TYPE_CHECKING = False  # for nothing but what is built in is imported here: see alife/__main__.py
if TYPE_CHECKING:
    from pathlib import Path

    from alife.app.workbench import Simulation, resume, simulate
    from alife.core.errors import AlifeError
    from alife.runs import Run, Runs, Sweep

__version__ = "0.1.0"

__all__ = ["AlifeError", "Run", "Runs", "Simulation", "Sweep", "load", "resume", "simulate"]
"""What may be relied on from Python; beside it the contracts that a plug-in subclasses, alife.place, alife.core.world,
alife.core.brain, alife.body, and the library alife.nn, alife.loss and alife.plot. All else may change."""

_HOMES = {
    "AlifeError": "alife.core.errors",
    "Run": "alife.runs",
    "Runs": "alife.runs",
    "Simulation": "alife.app.workbench",
    "Sweep": "alife.runs",
    "resume": "alife.app.workbench",
    "simulate": "alife.app.workbench",
}


def __getattr__(name: str) -> object:
    """Load what is asked for, and only now: `import alife` is to cost nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'alife' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def load(path: "str | Path") -> "Run | Runs | Sweep":
    """Return what a run directory holds, the runs by seed in one that `--seeds` made, or a sweep by point.

    A run has `config`, `summary`, `metrics`, `events`, `lives` and `recordings`, several have `table` and `to_pandas`.

    Raises:
        ConfigError: the directory is none of them.
    """
    from alife.runs import load as read  # only now, for `import alife` is to cost nothing

    return read(path)
