"""The summary of several seeds: as one JSON object, and as a table to read."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import alife
from alife.core.statistics import confidence_interval, interquartile_mean
from alife.runs.results import AT_THE_END

Summary = dict[str, Any]


def aggregate(summaries: Sequence[Summary]) -> Summary:
    """Return statistics over seeds for each species, and the versions that the first run noted.

    Args:
        summaries: of the runs that are done.
    """
    if not summaries:
        return {"species": {}, "versions": {"tracelife": alife.__version__}}
    species = {name: _species([one["species"][name] for one in summaries]) for name in summaries[0]["species"]}
    return {"species": species, "versions": summaries[0]["versions"]}


def _species(seeds: Sequence[Summary]) -> Summary:
    return {
        "rows": seeds[0]["rows"],
        "reward_per_100_ticks": _statistics([float(one["reward_per_100_ticks"][-1]) for one in seeds]),
        "backward_share": _statistics([float(one["backward_share"]) for one in seeds]),
        "learning_state_bytes": round(float(np.mean([one["learning_state_bytes"] for one in seeds]))),
    }


def _statistics(values: Sequence[float]) -> Summary:
    """Return the statistics of one number; a single seed has no interval."""
    return {
        "mean": round(float(np.mean(values)), 6),
        "interquartile_mean": round(interquartile_mean(values), 6),
        "interval_95": [round(end, 6) for end in confidence_interval(values)] if len(values) > 1 else None,
        "seeds": list(values),
    }


def sweep_text(summary: Mapping[str, Any]) -> str:
    """Return the summary of all runs as a table for a person."""
    points = summary.get("points", {"": summary})
    seeds = {(point, seed): how for point, one in points.items() for seed, how in one["seeds"].items()}
    missing = [each for each, how in seeds.items() if how["ended"] not in AT_THE_END]
    extinct = sum(how["ended"] == "extinct" for how in seeds.values())
    what = "runs" if "points" in summary else "seeds"
    lines = [
        f"{summary['name']}: {len(seeds) - len(missing)} of {len(seeds)} {what} done, "
        f"{next(iter(points.values()))['ticks']:,} ticks each"
        f"{f', {extinct} of them extinct before' if extinct else ''}, "
        f"in {summary['seconds']:.1f} s"
    ]
    if missing:
        goes_on = f"; the same command with --out {summary['directory']} goes on" if summary["directory"] else ""
        lines.append(f"not done: {_names(missing)}{goes_on}")
    if len(missing) < len(seeds):
        most = max(sum(how["ended"] in AT_THE_END for how in one["seeds"].values()) for one in points.values())
        lines += _table(points, most)
    return "\n".join(lines)


def _names(runs: Sequence[tuple[str, str]]) -> str:
    if not runs[0][0]:
        return f"seed{'s' if len(runs) > 1 else ''} {', '.join(seed for _, seed in runs)}"
    more = f"; and {len(runs) - 10} more" if len(runs) > 10 else ""
    return "; ".join(f"{point}, seed {seed}" for point, seed in runs[:10]) + more


_COLUMNS = "  {:<{}} {:>8} {:>8} {:>17} {:>14} {:>16}"


def _table(points: Mapping[str, Any], seeds: int) -> list[str]:
    rows = {
        f"{point}  {name[:12]}".strip(): species
        for point, one in points.items()
        for name, species in one["species"].items()
    }
    width = max(12, *map(len, rows))
    heads = ("mean", "iq mean", "95 % interval", "learned at", "learning state")
    return [
        "reward per 100 ticks and creature in the last tenth, "
        + (f"over {seeds} seeds (95 %: Student's t on the mean):" if seeds > 1 else "of the one seed:"),
        _COLUMNS.format("", width, *heads),
        *(_COLUMNS.format(name, width, *_cells(one)) for name, one in rows.items()),
    ]


def _cells(one: Mapping[str, Any]) -> tuple[str, ...]:
    reward, interval_95 = one["reward_per_100_ticks"], one["reward_per_100_ticks"]["interval_95"]
    return (
        f"{reward['mean']:+.2f}",
        f"{reward['interquartile_mean']:+.2f}",
        "-" if interval_95 is None else "{:+.2f} to {:+.2f}".format(*interval_95),
        f"{one['backward_share']['mean']:.1%} of ticks",
        f"{one['learning_state_bytes']:,} bytes",
    )
