"""A workbench for artificial creatures that learn within one life."""

TYPE_CHECKING = False  # for nothing is imported here: see alife/__main__.py
if TYPE_CHECKING:
    from pathlib import Path

    from alife.runs import Run, Runs

__version__ = "0.1.0"


def load(path: "str | Path") -> "Run | Runs":
    """Return what a run directory holds, or the runs by seed in a directory that `--seeds` made.

    The result has `config`, `summary`, `metrics`, `events` and `recordings`; see alife.runs.Run.

    Raises:
        ConfigError: the directory is neither.
    """
    from alife.runs import load as read  # only now, for `import alife` is to cost nothing

    return read(path)
