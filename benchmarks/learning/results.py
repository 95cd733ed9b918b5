"""What was measured: rows on disk, the tables and the pictures made from them."""

import json
import platform
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

import alife
from alife.plot import learning_curve
from alife.plot.style import COLOURS, GUIDE, finish, new_figure
from benchmarks.learning.arms import ARMS, CONTROLS
from benchmarks.learning.seasons import STRETCH, WELL
from benchmarks.learning.tasks.all import TASKS

Row = dict[str, Any]
LEAST, MOST = 100, 5e6  # bytes that the picture shows; what keeps less stands at the edge


def versions() -> dict[str, str]:
    """Return what the figures hang on."""
    return {
        "tracelife": alife.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }


def write_row(out: Path, row: Row) -> None:
    """Write one row, in place of an older one of the same rule and task."""
    folder = out / "rows"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]", "_", f"{row['task']}-{row['rule']}")
    text = json.dumps(row, indent=1)
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + " ".join(found[1].split()) + "]", text)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def read_rows(out: Path) -> dict[str, list[Row]]:
    """Return the rows of each task, in the order of the arms; what is not in the table of arms comes last."""
    order = {name: rank for rank, name in enumerate(ARMS)}
    rows = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((out / "rows").glob("*.json"))]
    rows.sort(key=lambda row: order.get(row["rule"], len(order)))
    return {task: found for task in TASKS if (found := [row for row in rows if row["task"] == task])}


def row_line(row: Row) -> str:
    """Return a row in one line."""
    return (
        f"{row['task']:<15}{row['rule']:<23}{row['mean']:7.3f}  ({row['low']:.3f} to {row['high']:.3f})  "
        f"backward {row['backward_share']:.1%}  {row['learning_state_bytes']:,} bytes  {row['seconds']:.0f} s"
    )


def write_tables(out: Path) -> None:
    """Write the tables and pictures of all that was measured."""
    tasks = read_rows(out)
    text = "\n\n".join([_HEAD, *(_section(out, task, rows) for task, rows in tasks.items()), _pareto(out, tasks)])
    (out / "README.md").write_text(text + "\n", encoding="utf-8")


_HEAD = """# Results

Made by `python -m benchmarks.learning` and drawn by `python -m benchmarks.learning --tables`; each row's own command,
its learning rate and every seed are in [rows/](rows). Seeds are rows of one run. Learning rates are the best of .001,
.002, .004, .01 and .03 on ten other seeds each (over a part of the length where a row's
`learning_rates_tried_over` says so). The interval is Student's t on
the mean over seeds; `iqm` is the mean of the middle half. The learning state counts traces, critic and step sizes of
one creature, its weights apart. Seconds are of a machine that did other things as well. The players written by hand:
`python -m benchmarks.players`.

Controls: `readout_only` leaves the hidden layer as it was born, `linear` has none, `ann` has tanh units in its place,
`shuffled` gets the rewards of others, `random` does not learn. All but the last learn by the rule `ring`.

With more than one hidden layer: [deeper brains](depth.md)."""


def _section(out: Path, task: str, rows: list[Row]) -> str:
    what = TASKS[task]
    references = {"acting blindly": what.chance, **what.players}
    lines = [
        f"## {task}",
        f"{what.unit[0].upper()}{what.unit[1:]}. References: "
        + ", ".join(f"{name} {value:.3g}" for name, value in references.items())
        + "."
        + _learning(what.learning),
        "| rule | mean | 95 % interval | iqm | backward | learning state | learning rate | seconds |\n"
        "|---|---|---|---|---|---|---|---|\n" + "\n".join(map(_table_line, rows)),
    ]
    if any(row["curve"] for row in rows):
        _curves(task, rows).savefig(out / f"{task}.png")
        lines.append(f"![{task}: the mean over seeds as it learns]({task}.png)")
    if seasoned := [row for row in rows if row.get("seasons")]:
        lines += _seasons(seasoned)
    shares = {row["share"] for row in rows if row["share"] != 1.0}
    if shares:
        lines.append(f"**Not the whole task**: {', '.join(f'{share:g}' for share in shares)} of its length.")
    return "\n\n".join(lines)


def _learning(options: Mapping[str, Any]) -> str:
    """Say what every rule of a task learns with, where that is not the default."""
    return f" All rules with `{_as_yaml(options)[1:-1]}`." if options else ""


def _as_yaml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_as_yaml(part)}" for name, part in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def _seasons(rows: list[Row]) -> list[str]:
    """Return two tables: what each season brought, and after how many ticks it went well."""
    numbers = range(1, 1 + max(len(row["seasons"]) for row in rows))
    head = f"| rule | {' | '.join(map(str, numbers))} |\n|{'---|' * (1 + len(numbers))}\n"
    rewards = [f"| `{row['rule']}` | {' | '.join(f'{season[0]:.2f}' for season in row['seasons'])} |" for row in rows]
    ticks = [f"| `{row['rule']}` | {' | '.join(map(_reached, row['seasons']))} |" for row in rows]
    return [
        "Reward per 100 ticks in each season.",
        head + "\n".join(rewards),
        f"Ticks of a season until a stretch of {STRETCH:,} ticks brought {WELL:g} per 100: the mean over the seeds that"
        " came so far, and how many they were.",
        head + "\n".join(ticks),
    ]


def _reached(season: tuple[float, int, float | None]) -> str:
    _, seeds, ticks = season
    return "none" if ticks is None else f"{ticks:,.0f} ({seeds})"


def _table_line(row: Row) -> str:
    rate = "" if row["learning_rate"] is None else f"{row['learning_rate']:g}"
    backward = f"{row['backward_share']:.1%}" if row["critic_updates"] else ""
    return (
        f"| `{row['rule']}` | **{row['mean']:.3f}** | {row['low']:.3f} to {row['high']:.3f} | {row['iqm']:.3f} | "
        f"{backward} | {row['learning_state_bytes']:,} bytes | {rate} | {row['seconds']:.0f} |"
    )


def _curves(task: str, rows: Iterable[Row]) -> Any:
    curves = {row["rule"]: ([point[0] for point in row["curve"]], [point[1] for point in row["curve"]]) for row in rows}
    return learning_curve(curves, title=task, ylabel="reward per 100 ticks" if "100" in TASKS[task].unit else "reward")


def _pareto(out: Path, tasks: Mapping[str, list[Row]]) -> str:
    """Draw what each rule reached against what it had to remember, a panel for each task."""
    columns = min(len(tasks), 3)
    figure = new_figure((4.2 * columns, 3.4 * -(-len(tasks) // columns)))
    panels = figure.subplots(-(-len(tasks) // columns), columns, squeeze=False).ravel()
    for axes, (task, rows) in zip(panels, tasks.items(), strict=False):
        for row in rows:
            point = (max(row["learning_state_bytes"], LEAST), row["mean"])
            axes.plot(*point, "o", color=GUIDE if row["rule"] in CONTROLS else COLOURS[0], markersize=5)
            axes.annotate(row["rule"], point, fontsize=6, xytext=(4, 3), textcoords="offset points")
        axes.set(xscale="log", xlim=(0.7 * LEAST, MOST), xticks=[100, 1e3, 1e4, 1e5, 1e6])
        axes.set_xticklabels(["none", "1 kB", "10 kB", "100 kB", "1 MB"], fontsize=7)
        axes.minorticks_off()
        axes.tick_params(labelsize=7)
        finish(axes, task, "", "")
        axes.set_xlabel("learning state of one creature", fontsize=7)
    for axes in panels[len(tasks) :]:
        axes.remove()
    figure.savefig(out / "pareto.png")
    return (
        "## What a rule must remember, and what it reaches\n\n"
        "One panel for each task, one point for each rule, controls in grey. Up and left is better.\n\n"
        "![Learning state in bytes against the score, a panel for each task](pareto.png)"
    )
