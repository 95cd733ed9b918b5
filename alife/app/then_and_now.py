"""Then and now: a film of beginners beside the same creatures after a run, both from the same start."""

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alife.app._one_thread import keep_torch_on_one_thread
from alife.core.command import Select
from alife.core.errors import ConfigError
from alife.core.frame import Frame
from alife.core.sentences import nearest
from alife.core.world import State
from alife.runs.checkpoints import Checkpoint, last_checkpoint, take_on
from alife.runs.past_run import load_run_config
from alife.sim.build import build_simulation
from alife.sim.pace import Pace
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from alife.sim.spectator import Spectator
from alife.view.film.side_by_side import Half, SideBySideFilm


@dataclass(frozen=True)
class ThenAndNowOptions:
    """What is filmed, and how.

    Args:
        portrait: whether the arenas are stacked, for a telephone.
        seconds: how long the film is.
        species: whose creature is in view; None is the first that learns.
        row: which of them is in view.
    """

    portrait: bool = False
    seconds: float = 20.0
    species: str | None = None
    row: int = 0


def then_and_now(
    run: Path, path: Path, options: ThenAndNowOptions, interruption: Interruption, trust: bool = False
) -> Path | None:
    """Film the beginning of a run beside the same beginning with the brains that the run has left; return the film.

    There is none if it was interrupted before its first tick. Both go on learning. The film shows as many ticks
    a second as the run's `view.ticks_per_second`.

    Args:
        run: a run directory with a saved state.
        path: of the film, see `Movie`.
        options: what is filmed.
        interruption: ends the film early when set.
        trust: whether the run's configuration may name code that is not of the house.

    Raises:
        ConfigError: there is no such run, species or row, or it names code of others without trust.
        CheckpointError: the run has left no state that can be read.
        DiskError: the film cannot be written.
    """
    config = load_run_config(run, trust=trust)
    ticks = max(1, round(options.seconds * config.view.ticks_per_second))
    with closing(build_simulation(config)) as then, closing(build_simulation(config)) as now:
        checkpoint = last_checkpoint(run / "checkpoints", now.most_state_bytes())
        return _film_then_and_now(then, now, checkpoint, path.absolute(), options, ticks, interruption)


def _film_then_and_now(
    then: Simulation,
    now: Simulation,
    checkpoint: Checkpoint,
    path: Path,
    options: ThenAndNowOptions,
    ticks: int,
    interruption: Interruption,
) -> Path | None:
    config = then.config
    keep_torch_on_one_thread()
    take_on(checkpoint, partial(_load_learned_brains, now))
    chosen = _creature_in_view(then, options)
    halves = (
        _Side(then, chosen, f"The first {ticks:,} ticks", "then"),
        _Side(now, chosen, f"After {checkpoint.state['tick']:,} ticks, the same start", "now"),
    )
    film = SideBySideFilm(path, config.view.fps, ticks, options.portrait)
    try:
        _film_both(film, halves, Pace(config.view), ticks, interruption)
    except BaseException:
        film.discard()
        raise
    film.close()
    return path if then.tick else None


def _film_both(
    film: SideBySideFilm, sides: tuple["_Side", "_Side"], pace: Pace, ticks: int, interruption: Interruption
) -> None:
    """Run both simulations side by side, and film them."""
    while sides[0].tick < ticks and interruption.signal is None:
        due = min(pace.ticks_for_next_frame(), ticks - sides[0].tick)
        for side in sides:
            side.pass_ticks(due)
        film.add_halves((sides[0].half(), sides[1].half()))


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
        return Half(self._title, self._short, self._frame(), np.array(self._totals), float(self._sum.mean()))

    def _frame(self) -> Frame:
        return self._spectator.build_frame(self._simulation.config.view.ticks_per_second)


def _load_learned_brains(simulation: Simulation, state: State) -> None:
    """Load the brains of a state into a new simulation, and leave all else as it begins."""
    simulation.check_state_dict(state)
    learned = {name: _newborn_state(population) for name, population in state["populations"].items()}
    simulation.load_state_dict({**simulation.state_dict(), "populations": learned})


def _newborn_state(population: State) -> State:
    """Return the state of a population whose creatures keep what they have learned and begin a life with it.

    A row that has ended begins its next tick with empty membranes and traces. From tick 0 on it draws
    its actions as the beginner does.
    """
    return {**population, "tick": 0, "ended": np.ones_like(population["ended"])}


def _creature_in_view(simulation: Simulation, options: ThenAndNowOptions) -> tuple[str, int]:
    """Return the creature in view.

    Raises:
        ConfigError: there is no such species or row.
    """
    populations = simulation.populations
    learning = [name for name, population in populations.items() if population.learns]
    name = options.species if options.species is not None else [*learning, *populations][0]
    if name not in populations:
        known = ", ".join(populations)
        like = nearest(name, populations) or ";"
        raise ConfigError(f"--species: there is no species {name[:80]!r}{like} (species here: {known})")
    if not 0 <= options.row < populations[name].rows:
        last = populations[name].rows - 1
        raise ConfigError(f"--row: there is no row {options.row} of {name}, they go from 0 to {last}")
    return name, options.row
