"""Creatures: one of a run is saved as a file, and begins a life in another run."""

from collections.abc import Sequence
from pathlib import Path

from alife.core.errors import ConfigError
from alife.runs import Run, load
from alife.runs.checkpoints import last_checkpoint
from alife.runs.creature_file import SUFFIX, load_creature, save_creature
from alife.sim.creature import fitting_species, settle_creature, take_creature
from alife.sim.simulation import Simulation


def save_creature_of_run(directory: Path, species: str | None, row: int, out: Path | None) -> Path:
    """Save a creature as the last checkpoint of a run has it, and return the path of the file.

    Args:
        directory: of the run.
        species: whose; the first if left out.
        row: of it.
        out: where; SPECIES-ROW.creature in the directory if left out.

    Raises:
        ConfigError: it is no run, or there is no such creature.
        CheckpointError: the run has no whole checkpoint.
        DiskError: the file cannot be written.
    """
    run = load(directory)
    if not isinstance(run, Run):
        raise ConfigError(f"{directory}: these are runs of several seeds; name the directory of one of them")
    checkpoint = last_checkpoint(directory / "checkpoints")
    creatures = run.config["creatures"]
    name = species if species is not None else next(iter(creatures))
    about = {
        "species": name,
        "row": row,
        "tick": int(checkpoint.state["tick"]),
        "world": run.config["world"],
        **{part: creatures[name].get(part) for part in ("body", "brain", "learning", "heredity") if name in creatures},
    }
    creature = take_creature(checkpoint.state, name, row, about)
    path = directory / f"{name}-{row}{SUFFIX}" if out is None else out
    save_creature(path, creature)
    return path


def settle_creatures(simulation: Simulation, paths: Sequence[Path]) -> None:
    """Let the creatures of files live in the first rows of the first species that each of them fits.

    Raises:
        ConfigError: a creature fits no species, or there are more than rows.
        CheckpointError: a file is none.
    """
    settled: dict[str, int] = {}
    for path in paths:
        creature = load_creature(path)
        name = fitting_species(simulation, creature)
        if name is None:
            first = next(iter(simulation.populations))
            settle_creature(simulation, creature, first, 0)  # says what does not fit
            return
        row = settled.get(name, 0)
        if row >= simulation.populations[name].rows:
            raise ConfigError(f"{path}: there are no more than {row} rows of {name}")
        settle_creature(simulation, creature, name, row)
        settled[name] = row + 1
