"""Creatures: one of a run is saved as a file, and begins a life in another run."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from alife.config.simulation_config import effective
from alife.core.errors import ConfigError
from alife.runs.checkpoints import last_checkpoint
from alife.runs.creature_file import SUFFIX, load_creature, save_creature
from alife.runs.results import load_run
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
    run = load_run(directory)
    state = last_checkpoint(directory / "checkpoints").state
    name = species if species is not None else next(iter(run.config["creatures"]))
    path = directory / f"{name}-{row}{SUFFIX}" if out is None else out
    save_creature(path, take_creature(state, name, row, _about(run.config, name, row, int(state["tick"]))))
    return path


def save_living_creature(simulation: Simulation, folder: Path, species: str, row: int) -> str:
    """Save a creature as it is now in a folder, and return the path of the file; its name says of which tick it is.

    Raises:
        ConfigError: nobody lives in that row.
        DiskError: the file cannot be written.
    """
    about = _about(effective(simulation.config), species, row, simulation.tick)
    path = folder / f"{species}-{row}-{simulation.tick}{SUFFIX}"
    save_creature(path, take_creature(simulation.state_dict(), species, row, about))
    return str(path)


def _about(config: Mapping[str, Any], species: str, row: int, tick: int) -> dict[str, Any]:
    """Return where a creature comes from, and the sections of its species."""
    sections = config["creatures"].get(species, {})
    parts = {part: sections[part] for part in ("body", "brain", "learning", "heredity") if part in sections}
    return {"species": species, "row": row, "tick": tick, "world": config["world"], **parts}


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
        row = settled.get(name, 0)
        if row >= simulation.populations[name].rows:
            raise ConfigError(f"{path}: there are no more than {row} rows of {name}")
        settle_creature(simulation, creature, name, row)
        settled[name] = row + 1
