"""The progress line: where a run is, how fast, how well its species do, how long it will take."""

import sys
import time
from datetime import timedelta
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from alife.core.terminal import printable
from alife.sim.simulation import Simulation

_SILENT = 10.0  # seconds


class OnTerminal:
    """Something that a terminal shows while a `with` goes on; `_live` is None where there is none."""

    _live: Live | None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()


class Progress(OnTerminal):
    """One line on standard error, kept up to date.

    Where that is not a terminal, as in the log of a job, there is one line at each tenth of a run of known length, from
    ten seconds on: a run that has ended by then leaves none.

    Args:
        quiet: whether there is nothing in either place.
    """

    def __init__(self, quiet: bool = False) -> None:
        self._console = Console(file=sys.stderr)
        shown = self._console.is_terminal and not quiet
        self._live = Live(console=self._console, auto_refresh=False, transient=True) if shown else None
        self._quiet, self._begun = quiet, time.monotonic()
        self._tenth: int | None = None  # of the run, that it had reached when this was asked last

    def show_progress(self, simulation: Simulation, ticks_per_second: float) -> None:
        """Show the progress line anew, or print it at a new tenth of the run."""
        if self._live is not None:
            self._live.update(
                Text(progress_line(simulation, ticks_per_second), overflow="ellipsis", no_wrap=True), refresh=True
            )
        elif not self._quiet and self._reaches_tenth(simulation):
            self.print_line(progress_line(simulation, ticks_per_second))

    def _reaches_tenth(self, simulation: Simulation) -> bool:
        """Return whether a line is due: at each tenth but the last, of which the summary tells."""
        ticks = simulation.config.ticks
        if not ticks:
            return False
        before, self._tenth = self._tenth, 10 * simulation.tick // ticks
        return before is not None and before < self._tenth < 10 and time.monotonic() - self._begun >= _SILENT

    def print_line(self, text: str) -> None:
        """Print a line that stays, above the progress line."""
        self._console.print(Text(printable(text)), soft_wrap=True)


def progress_line(simulation: Simulation, ticks_per_second: float) -> str:
    """Return the progress line."""
    parts = [simulation.config.name, f"tick {simulation.tick:,}"]
    left = None
    if simulation.config.ticks is not None:
        parts[1] += f" of {simulation.config.ticks:,}"
        left = (simulation.config.ticks - simulation.tick) / max(ticks_per_second, 1e-9)
    parts.append(f"{ticks_per_second:,.0f} ticks/s")
    for name, metrics in simulation.metrics.items():
        parts.append(f"{name} {metrics.recent_reward():+.1f} per 100 ticks")
    if left is not None and left < 1e6:
        parts.append(f"{timedelta(seconds=round(left))} left")
    return " · ".join(parts)
