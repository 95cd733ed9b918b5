"""How a sweep gets on: a table of its points in a terminal, or else a line for each run that has ended."""

import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from rich.console import Console
from rich.live import Live
from rich.table import Table

from alife.core.terminal import print_line, print_warning, printable
from alife.runs.results import AT_THE_END
from alife.sim.progress import OnTerminal

Shown = Literal["lines", "table", "nothing"]
"""A table is shown in a terminal only, and is lines elsewhere."""


class Progress(OnTerminal):
    """What is said while a sweep runs; errors are said in any case.

    Args:
        runs: how many each point has, by its name.
        shown: what is to be seen.
    """

    def __init__(self, runs: Mapping[str, int], shown: Shown) -> None:
        console = Console(file=sys.stderr)
        self._live = Live(console=console, auto_refresh=False) if shown == "table" and console.is_terminal else None
        self._says_lines = shown != "nothing" and self._live is None
        self._runs, self._all, self._ended = runs, sum(runs.values()), 0
        self._counts = {point: Counter[str]() for point in runs}
        self._rewards: dict[str, dict[str, list[float]]] = {point: {} for point in runs}

    def note_begun(self, point: str) -> None:
        """Note that a run has begun."""
        self._counts[point]["running"] += 1
        self._show()

    def note_ended(self, point: str, run: str, summary: Mapping[str, Any], error: str = "") -> None:
        """Note how a run that had begun has ended; there is an error, a summary, or nothing if it was interrupted."""
        self._ended += 1
        self._counts[point].update({"running": -1, "failed" if error else summary.get("ended", "interrupted"): 1})
        for line in error.splitlines():
            print_warning(f"error: {run}: {line}")
        if summary and not error:
            rewards = self._note_rewards(point, summary)
            after = f"{summary['ended']} after {summary['ticks']:,} ticks in {summary['seconds']:.1f} s"
            self._say(f"{run}: {after}, {', '.join(rewards)}")
        self._show()

    def note_done_before(self, point: str, run: str, summary: Mapping[str, Any]) -> None:
        """Note that an earlier command has run this to its end."""
        self._ended += 1
        self._counts[point][summary["ended"]] += 1
        self._note_rewards(point, summary)
        self._say(f"{run}: was done before")
        self._show()

    def _note_rewards(self, point: str, summary: Mapping[str, Any]) -> list[str]:
        rewards = {name: one["reward_per_100_ticks"][-1] for name, one in summary["species"].items()}
        for name, reward in rewards.items():
            self._rewards[point].setdefault(name, []).append(reward)
        return [f"{name} {reward:+.2f}" for name, reward in rewards.items()]

    def _say(self, line: str) -> None:
        if self._says_lines:
            print_line(f"{line} ({self._ended} of {self._all})")

    def _show(self) -> None:
        if self._live is not None:
            self._live.update(self._table(), refresh=True)

    def _table(self) -> Table:
        columns = ("", "done", "running", "failed", "reward per 100 ticks and creature, mean so far")
        table = Table(*columns, box=None, pad_edge=False)
        for point, counts in self._counts.items():
            means = [f"{printable(name)} {np.mean(values):+.2f}" for name, values in self._rewards[point].items()]
            done = f"{sum(counts[how] for how in AT_THE_END)} of {self._runs[point]}"
            table.add_row(point, done, str(counts["running"]), str(counts["failed"]), ", ".join(means))
        return table
