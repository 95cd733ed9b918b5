"""The two tables of README.md, made from the rows that were measured."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alife.core.statistics import confidence_interval
from benchmarks.measured import fill_block

README = Path(__file__).resolve().parents[2] / "README.md"
_LABELS = {
    "ring": "**`ring`, the default**",
    "ring_128": "`ring`, 128 neurons",
    "eprop": "`eprop`: a trace for every synapse",
    "slots_control_variate": "`slots` on gated traces, surprise trigger",
    "gated_trace": "`gated_trace`",
    "reflect": "`reflect`: means only",
    "ann": "tanh units in their place (`ring`)",
    "linear": "no hidden layer at all",
    "readout_only": "only the readout learns",
    "shuffled": "`ring`, the rewards of others",
    "random": "no learning",
    "stream_ac": "no creature: LeakyReLU units, backpropagation at every tick (stream AC)",
    "ppo": "no creature: PPO",
}
_TABLES: Mapping[str, tuple[str, ...]] = {"lantern": ("100000",), "forage": ("30000", "100000")}


def fill_readme(tasks: Mapping[str, list[dict[str, Any]]], path: Path = README) -> None:
    """Write the tables of the tasks between their marks in the README."""
    text = path.read_text(encoding="utf-8")
    for task, marks in _TABLES.items():
        rows = {row["rule"]: row for row in tasks.get(task, [])}
        head = " | ".join(f"after {int(mark):,} ticks" for mark in marks)
        lines = [
            f"| brain: 64 LIF neurons and | {head} | worst seed | seeds | backward passes | learning state |",
            "|---" * (len(marks) + 5) + "|",
            *(_line(label, rows[rule], marks) for rule, label in _LABELS.items() if rule in rows),
        ]
        text = fill_block(text, f"<!-- {task} begins -->", f"<!-- {task} ends -->", "\n".join(lines))
    path.write_text(text, encoding="utf-8")


def _line(label: str, row: Mapping[str, Any], marks: tuple[str, ...]) -> str:
    scores = [_scores(row, mark) for mark in marks]
    worst = min(scores[-1] or row["seeds"])
    learns = row["learning_state_bytes"] > 0
    state = f"{row['learning_state_bytes']:,} bytes" if learns else ""
    backward = f"{100 * row['backward_share']:.1f}%" if learns else ""
    means = " | ".join(_mean(score) for score in scores)
    return f"| {label} | {means} | {worst:.1f} | {len(row['seeds'])} | {backward} | {state} |"


def _scores(row: Mapping[str, Any], mark: str) -> list[float] | None:
    """Return the scores after so many ticks; an older row has those of its end alone."""
    after: dict[str, list[float]] = row.get("scores_after") or {str(row["ticks"]): row["seeds"]}
    return after.get(mark)


def _mean(scores: list[float] | None) -> str:
    """Return a mean and its 95 % interval; "" where nothing was measured."""
    if scores is None:
        return ""
    low, high = confidence_interval(np.array(scores))
    return f"{np.mean(scores):.2f} ({low:.2f} to {high:.2f})"
