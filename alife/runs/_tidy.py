"""One table of many runs: a line for each run and species, a column for each thing."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.runs._columns import Table
from alife.runs._json import damaged

_OF_EPISODES = {
    "episodes": "ended",
    "episode_return": "mean_return",
    "episode_length": "mean_length",
    "episode_success": "success",
}
_OF_LIVES = ("alive", "births", "deaths", "median_lifespan")


def tidy_table(runs: Iterable[tuple[Path, Mapping[str, Any], Mapping[str, Any]]]) -> Table:
    """Return the table.

    Args:
        runs: of each its directory, what goes in front, and its summary.

    Raises:
        CheckpointError: a summary is not what a run writes.
    """
    lines: list[dict[str, Any]] = []
    for path, front, summary in runs:
        try:
            lines += [{**front, **_line(name, one, summary)} for name, one in summary["species"].items()]
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise damaged(str(path / "summary.json"), f"its species: {error}") from error
    names = dict.fromkeys(name for line in lines for name in line)
    return Table({name: _column([line.get(name) for line in lines]) for name in names})


def _line(name: str, species: Mapping[str, Any], summary: Mapping[str, Any]) -> dict[str, Any]:
    episodes = species.get("episodes", {})
    return {
        "species": name,
        "ended": summary["ended"],
        "ticks": summary["ticks"],
        "reward_per_100_ticks": species["reward_per_100_ticks"][-1],
        "backward_share": species["backward_share"],
        "event_log_sha256": summary["event_log_sha256"],
        **{column: episodes[key] for column, key in _OF_EPISODES.items() if key in episodes},
        **{key: species[key] for key in _OF_LIVES if key in species},
    }


def _column(values: Sequence[Any]) -> NDArray[Any]:
    """Return values of one kind as they are, numbers with nothing between them as floats, all others as texts."""
    if all(isinstance(value, bool) for value in values):
        return np.array(values, np.bool_)
    if all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in values):
        return np.array([np.nan if value is None else value for value in values])
    return np.array(["" if value is None else str(value) for value in values], np.str_)
