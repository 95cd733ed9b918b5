"""Then and now: a film of beginners beside the same creatures after a run, both from the same start."""

from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from alife.app._one_thread import keep_torch_on_one_thread
from alife.app.beside import Beside
from alife.core.errors import ConfigError
from alife.core.sentences import nearest
from alife.runs.checkpoints import last_checkpoint, take_on
from alife.runs.past_run import load_beginning, load_run_config
from alife.sim.learned import load_learned_brains
from alife.sim.pace import Pace
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from alife.sim.spectator import most_interesting
from alife.view.film.side_by_side import SideBySideFilm


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

    def load(simulation: Simulation) -> int:
        checkpoint = last_checkpoint(run / "checkpoints", simulation.most_state_bytes())
        take_on(checkpoint, simulation.check_state_dict)
        take_on(checkpoint, partial(load_learned_brains, simulation))
        return int(checkpoint.state["tick"])

    choose, begin = partial(_creature_in_view, options=options), partial(load_beginning, run)
    keep_torch_on_one_thread()
    with closing(Beside(config, choose, ticks, load, begin)) as beside:
        film = SideBySideFilm(path.absolute(), config.view.fps, ticks, options.portrait)
        try:
            _film_both(film, beside, Pace(config.view), interruption)
        except BaseException:
            film.discard()
            raise
        film.close()
        return path.absolute() if beside.tick else None


def _film_both(film: SideBySideFilm, beside: Beside, pace: Pace, interruption: Interruption) -> None:
    """Run both simulations side by side, and film them."""
    while beside.tick < beside.ticks and interruption.signal is None:
        beside.pass_ticks(pace.ticks_for_next_frame())
        film.add_halves(beside.halves())


def _creature_in_view(simulation: Simulation, options: ThenAndNowOptions) -> tuple[str, int]:
    """Return the creature in view.

    Raises:
        ConfigError: there is no such species or row.
    """
    populations = simulation.populations
    name = options.species if options.species is not None else most_interesting(simulation)
    if name not in populations:
        known = ", ".join(populations)
        like = nearest(name, populations) or ";"
        raise ConfigError(f"--species: there is no species {name[:80]!r}{like} (species here: {known})")
    if not 0 <= options.row < populations[name].rows:
        last = populations[name].rows - 1
        raise ConfigError(f"--row: there is no row {options.row} of {name}, they go from 0 to {last}")
    return name, options.row
