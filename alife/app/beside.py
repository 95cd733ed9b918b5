"""Beginners beside what they have become: two simulations from the same start, run side by side."""

from collections.abc import Callable
from contextlib import ExitStack, closing

import numpy as np
from numpy.typing import NDArray

from alife.config.simulation_config import SimulationConfig
from alife.core.command import Select
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from alife.sim.spectator import Spectator
from alife.view.film.side_by_side import Half


class Beside:
    """The beginning of a run, and beside it the same beginning with learned brains; both go on learning.

    Args:
        config: of the run.
        choose: the creature in view, of a simulation that was built.
        ticks: for how long both will run.
        load: takes the learned brains on in a simulation, and returns at which tick they were those of the run.
        begin: takes on what the run itself began with, where that was no newborn brains.

    Raises:
        AlifeError: a simulation cannot be built, or takes no such brains on.
    """

    def __init__(
        self,
        config: SimulationConfig,
        choose: Callable[[Simulation], tuple[str, int]],
        ticks: int,
        load: Callable[[Simulation], int],
        begin: Callable[[Simulation], object] = lambda simulation: None,
    ) -> None:
        with ExitStack() as stack:
            then, now = (stack.enter_context(closing(build_simulation(config))) for _ in range(2))
            begin(then)
            lived, chosen = load(now), choose(then)
            self._close = stack.pop_all()
        self.ticks = ticks
        self._sides = (
            _Side(then, chosen, f"The first {ticks:,} ticks", "then"),
            _Side(now, chosen, f"After {lived:,} ticks, the same start", "now"),
        )

    @property
    def tick(self) -> int:
        """How many ticks have passed."""
        return self._sides[0].tick

    def pass_ticks(self, count: int) -> None:
        """Let ticks pass on both sides, none after the last."""
        for side in self._sides:
            side.pass_ticks(min(count, self.ticks - side.tick))

    def halves(self) -> tuple[Half, Half]:
        """Return what there is to see."""
        return self._sides[0].half(), self._sides[1].half()

    def close(self) -> None:
        """Close both worlds."""
        self._close.close()


class _Side:
    """One of the two runs."""

    def __init__(self, simulation: Simulation, chosen: tuple[str, int], title: str, short: str) -> None:
        self._simulation, (self._species, self._row) = simulation, chosen
        self._title, self._short = title, short
        self._spectator = Spectator(simulation)
        self._spectator.apply_command(Select(*chosen))
        self._totals: list[float] = []
        self._sum: NDArray[np.float64] = np.zeros(simulation.populations[self._species].rows)

    @property
    def tick(self) -> int:
        """How many ticks have passed."""
        return self._simulation.tick

    def pass_ticks(self, count: int) -> None:
        """Run ticks, and add up their rewards."""
        for _ in range(count):
            self._simulation.run_tick()
            self._spectator.observe_tick()
            self._sum += self._simulation.outcome(self._species).rewards
            self._totals.append(float(self._sum[self._row]))

    def half(self) -> Half:
        """Return what there is to see."""
        frame = self._spectator.build_frame(self._simulation.config.view.ticks_per_second)
        return Half(self._title, self._short, frame, np.array(self._totals), float(self._sum.mean()))
