"""What was measured: rows on disk, the tables and the pictures made from them."""

import json
import platform
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

import alife
from benchmarks.learning.arms import ARMS, BEST
from benchmarks.learning.course import BLOCK, STRETCH
from benchmarks.learning.pictures import draw_curves, draw_pareto
from benchmarks.learning.tasks.all import TASKS
from benchmarks.learning.worlds import SPAN, WorldTask
from benchmarks.measured import interval

Row = dict[str, Any]

_OPTIONAL: Mapping[str, Any] = {
    "backward_share": None,
    "learning_state_bytes": None,
    "learning_rate": None,
    "seconds": 0.0,
    "scores_after": {},
    "measures": {},
    "curve": [],
    "share": 1.0,
}
"""What a row may lack that another maker has written."""


RESULTS = Path(__file__).resolve().parents[2] / "docs" / "results"
"""Where the rows of this project lie."""


def versions() -> dict[str, str]:
    """Return what the figures hang on."""
    return {
        "tracelife": alife.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }


def seed_range(seeds: Sequence[int]) -> str:
    """Return seeds as a person writes them: 0-9, or 0,3,7."""
    if len(seeds) > 1 and list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"{seeds[0]}-{seeds[-1]}"
    return ",".join(map(str, seeds))


def write_row(out: Path, row: Row) -> None:
    """Write one row, in place of an older one of the same rule and task."""
    folder = out / "rows"
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w.-]", "_", f"{row['task']}-{row['rule']}")
    text = json.dumps(row, indent=1)
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda found: "[" + " ".join(found[1].split()) + "]", text)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def read_rows(out: Path) -> dict[str, list[Row]]:
    """Return the rows of each task; tasks and rules that the bench does not know come last."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((out / "rows").glob("*.json"))]
    rows = [{**_OPTIONAL, "seed_range": seed_range(range(len(row["seeds"]))), **row} for row in found]
    rules, tasks = list(ARMS), list(dict.fromkeys([*TASKS, *(row["task"] for row in rows)]))
    rows.sort(key=lambda row: rules.index(row["rule"]) if row["rule"] in rules else len(rules))
    return {task: mine for task in tasks if (mine := [row for row in rows if row["task"] == task])}


def row_line(row: Row) -> str:
    """Return a row in one line."""
    return (
        f"{row['task']:<15}{row['rule']:<23}seeds {row['seed_range']:<10}{row['mean']:7.3f}  ({row['low']:.3f} to "
        f"{row['high']:.3f})  backward {row['backward_share']:.1%}  {row['learning_state_bytes']:,} bytes  "
        f"{row['seconds']:.0f} s"
    )


def write_tables(out: Path) -> None:
    """Write the tables and pictures of all that was measured."""
    tasks = read_rows(out)
    parts = [_HEAD, *(_section(out, task, rows) for task, rows in tasks.items()), _pareto(out, tasks)]
    text = "\n\n".join(filter(None, parts))
    (out / "README.md").write_text(text + "\n", encoding="utf-8")


_HEAD = """# Results

Made by `python -m benchmarks.learning` and drawn by `python -m benchmarks.learning --tables`; each row's own command,
every seed and every point of a curve are in `rows/`. **The seeds in the tables chose nothing**: rates are
the best of .001, .002, .004, .01 and .03 on other seeds, from 100 on, the same for every rule, and `ann` chooses the
scale of its first weights there, too, once or three times. A row says on which (`chosen_on`), and whether on a part of
the length (`learning_rates_tried_over`). Ten seeds live side by side, rows of one run.

An interval is the 95 % interval of the mean over seeds, by Student's t. A difference is taken seed by seed, over the
seeds that both rules have. The learning state counts traces, critic and step sizes of one creature, its weights apart.
Seconds are of a machine that did other things as well. Bands and bars in pictures are these intervals. The players
written by hand: `python -m benchmarks.players`.

Controls: `readout_only` leaves the hidden layer as it was born, `linear` has none, `ann` has tanh units in its place,
`shuffled` gets the rewards of others, `random` does not learn. All but the last learn by the rule `ring`. Besides,
`ring_128` has 128 neurons, `ring_entropy` an entropy of .1 that never rises, `ring_recall` puts away what it knows when
reward falls behind and takes up what it had put away before, `critic_state` has a critic that reads the readout's
input. `stream_ac` and `ppo` are no creatures but networks of float units that learn by backpropagation, at
every step and over stored ones (`python -m benchmarks.baselines`).

Elsewhere, beside [MinAtar](../worlds/minatar.md):

- [Memory](memory.md): learned decays, long traces, one reward for 64 decisions.
- [Deeper brains](depth.md).
- [The water maze](water_maze.md), trial by trial."""


def _section(out: Path, task: str, rows: list[Row]) -> str:
    what = TASKS.get(task)
    lines = [f"## {task}", _what_is_counted(what), _scores(rows)]
    if differences := _differences(rows, _marks(rows)):
        lines += [f"Difference to `{BEST}`, seed by seed.", differences]
    lines += _measures(what, rows)
    if drawn := [row for row in rows if row["curve"]]:
        axes = getattr(what, "curve_axes", ("time (ticks)", getattr(what, "short_unit", "score")))
        figure = draw_curves(task, drawn, axes, getattr(what, "season", 0))
        figure.savefig(out / f"{task}.png")
        lines.append(f"![{task}: the mean over seeds as it learns, with its 95 % interval]({task}.png)")
    if shares := {row["share"] for row in rows if row["share"] != 1.0}:
        lines.append(f"**Not the whole task**: {', '.join(f'{share:g}' for share in shares)} of its length.")
    return "\n\n".join(lines)


def _what_is_counted(what: Any) -> str:
    if what is None:
        return "Rows of another maker, by their own commands."
    references = {"acting blindly": what.chance, **what.players}
    said = ", ".join(f"{name} {value:.3g}" for name, value in references.items())
    learning = f" All rules with `{_as_yaml(what.learning)[1:-1]}`." if what.learning else ""
    return f"{what.unit[0].upper()}{what.unit[1:]}. References: {said}.{learning}"


def _as_yaml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_as_yaml(part)}" for name, part in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *lines))


def _marks(rows: Sequence[Row]) -> list[int]:
    """Return after how many ticks scores are told, the end as 0 where it is told once."""
    return sorted({int(ticks) for row in rows for ticks in row["scores_after"]}) or [0]


def _score(row: Row, mark: int) -> list[float]:
    """Return the scores of a row after so many ticks; none where it did not live so long."""
    own = {0: row["seeds"], row.get("ticks"): row["seeds"]}
    return list(row["scores_after"].get(str(mark), own.get(mark, [])))


def _scored(row: Row, mark: int) -> Row:
    """Return a row with the mean and the interval after so many ticks."""
    scores = _score(row, mark)
    low, high = interval(scores)
    return {**row, "mean": float(np.mean(scores)), "low": low, "high": high}


def _at(mark: int) -> str:
    return f"at {mark:,} ticks" if mark else "mean"


def _scores(rows: list[Row]) -> str:
    marks = _marks(rows)
    head = ["rule", "seeds", *(f"{_at(mark)} (95 %), worst" for mark in marks)]
    head += ["backward", "learning state", "learning rate", "seconds"]
    return _table(head, [_score_line(row, marks) for row in rows])


def _score_line(row: Row, marks: Sequence[int]) -> list[str]:
    scores = [_score(row, mark) for mark in marks]
    rate, scale = row["learning_rate"], row.get("scale", 1.0)
    learns = row["backward_share"] is not None and row["learning_state_bytes"]
    return [
        f"`{row['rule']}`",
        row["seed_range"],
        *(_interval(each, bold=True, worst=True) if each else "" for each in scores),
        f"{row['backward_share']:.1%}" if learns else "",
        "" if row["learning_state_bytes"] is None else f"{row['learning_state_bytes']:,} bytes",
        ("" if rate is None else f"{rate:g}") + ("" if scale == 1.0 else f", weights x {scale:g}"),
        f"{row['seconds']:.0f}",
    ]


def _digits(largest: float) -> int:
    """Return how many decimals numbers of this size are told with."""
    return sum(abs(largest) < bound for bound in (100.0, 20.0, 2.0))


def _interval(values: Sequence[float], bold: bool = False, worst: bool = False) -> str:
    """Return the mean and its interval, and the lowest if it is asked for."""
    mean, (low, high) = float(np.mean(values)), interval(values)
    digits = _digits(max(abs(low), abs(high)))
    shown = f"**{mean:.{digits}f}**" if bold else f"{mean:.{digits}f}"
    return f"{shown} ({low:.{digits}f} to {high:.{digits}f})" + (f", {min(values):.{digits}f}" if worst else "")


def _differences(rows: Sequence[Row], marks: Sequence[int]) -> str:
    """Return a table of the differences to the best rule, of all that share seeds with it."""
    best = next((row for row in rows if row["rule"] == BEST), None)
    lines = []
    for row in rows:
        pairs = [_pairs(row, best, mark) for mark in marks] if best and row is not best else []
        if any(len(pair) > 1 for pair in pairs):
            cells = [_interval(pair) if len(pair) > 1 else "" for pair in pairs]
            lines.append([f"`{row['rule']}`", str(max(map(len, pairs))), *cells])
    return _table(["rule", "seeds", *map(_at, marks)], lines) if lines else ""


def _pairs(row: Row, best: Row, mark: int) -> list[float]:
    """Return the differences over common seeds: both ranges begin alike, and whole blocks lived in the same runs."""
    own, other = _score(row, mark), _score(best, mark)
    if row["seed_range"].partition("-")[0] != best["seed_range"].partition("-")[0]:
        return []
    common = min(len(own), len(other))
    if len(own) != len(other):
        common -= common % BLOCK
    return [a - b for a, b in zip(own[:common], other[:common], strict=True)]


def _measures(what: Any, rows: Sequence[Row]) -> list[str]:
    """Return the tables and lines of what else was counted."""
    lines: list[str] = []
    if found := _measured(rows, "ticks_to_reach"):
        lines += [
            f"Ticks until {SPAN * STRETCH:,} in a row brought {what.level:g} per 100: the median over seeds, those that"
            " never came so far as the latest, and how many did.",
            _table(["rule", f"ticks to {what.level:g}"], [[f"`{rule}`", _reached(values)] for rule, values in found]),
        ]
    for name, said, cell in _SEASONAL:
        if found := _measured(rows, name):
            lines += [said, _numbered(found, cell)]
    for name, said in _AROUND.items():
        after = dict(_measured(rows, f"{name}_after"))
        pairs = [(rule, [*zip(was, after[rule], strict=True)]) for rule, was in _measured(rows, f"{name}_before")]
        if pairs:
            lines += [said, _numbered(pairs, lambda pair: " → ".join(map(_plus_minus, pair)))]
    for rule, values in _measured(rows, "ended_in_the_window"):
        if rule == BEST:
            lines.append(f"Counting all episodes that end in the last eighth, `{rule}` has {_interval(values)}.")
    return lines


def _numbered(found: Sequence[tuple[str, Sequence[Any]]], cell: Callable[[Any], str]) -> str:
    """Return a table of values by rule, a column for each season or swap."""
    numbers = [str(k + 1) for k in range(max(len(values) for _, values in found))]
    return _table(["rule", *numbers], [[f"`{rule}`", *map(cell, values)] for rule, values in found])


def _measured(rows: Sequence[Row], name: str) -> list[tuple[str, Any]]:
    return [(row["rule"], row["measures"][name]) for row in rows if row["measures"].get(name)]


def _reached(values: Sequence[float | None]) -> str:
    """Return the median, counting those that never came so far as later than all, and how many came."""
    count = sum(value is not None for value in values)
    median = float(np.median([np.inf if value is None else value for value in values]))
    return f"{f'{median:,.0f}' if np.isfinite(median) else 'none'} ({count} of {len(values)})"


def _plus_minus(values: Sequence[float]) -> str:
    """Return the mean and half of its interval."""
    low, high = interval(values)
    digits = min(2, _digits(max(abs(low), abs(high))))
    return f"{np.mean(values):.{digits}f} ± {(high - low) / 2:.{digits}f}"


_SEASONAL: Sequence[tuple[str, str, Callable[[Any], str]]] = (
    ("season_reward", "Reward per 100 ticks in each season, ± half of the 95 % interval.", _plus_minus),
    (
        "season_ticks",
        f"Ticks of a season until {STRETCH:,} in a row brought {WorldTask.level:g} per 100: the median, and how many"
        " seeds came so far.",
        _reached,
    ),
)
_AROUND = {
    "straight": "Probability to go straight on around each swap: in the 2,000 ticks before it → in ticks 1,001 to 3,000"
    " after it.",
    "events": "Events, food or poison, per 1,000 ticks around each swap, in the same ticks.",
}


def _pareto(out: Path, tasks: Mapping[str, list[Row]]) -> str:
    panels = []
    for task, rows in tasks.items():
        known = [row for row in rows if row["learning_state_bytes"] is not None]
        mark = max((mark for mark in _marks(known) if all(_score(row, mark) for row in known)), default=0)
        if len(known) > 1:
            title = f"{task}, {_at(mark)}" if mark else task
            panels.append(
                (title, getattr(TASKS.get(task), "short_unit", "score"), [_scored(row, mark) for row in known])
            )
    if not panels:
        return ""
    draw_pareto(panels).savefig(out / "pareto.png")
    return (
        "## What a rule must remember, and what it reaches\n\n"
        "One panel for each task, one point with its interval for each rule, squares for controls. Up and left is"
        " better.\n\n"
        "![Learning state in bytes against the score, a panel for each task](pareto.png)"
    )
