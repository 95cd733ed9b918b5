"""Creature: what one creature is and has learned, taken out of one simulation and put into another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.errors import ConfigError
from alife.core.world import State
from alife.sim.simulation import Simulation

_PARTS = ("brain", "coding", "newborns")  # of the state of a population, those of which each row has its own

Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Creature:
    """One creature.

    Args:
        arrays: what its row has in each array of its species' state, by the path of the array.
        about: where it comes from, as plain data, for people.
    """

    arrays: Mapping[str, NDArray[Any]]
    about: Mapping[str, Any]


def take_creature(state: State, species: str, row: int, about: Mapping[str, Any]) -> Creature:
    """Take a creature out of the state of a simulation.

    Args:
        state: see `Simulation.state_dict`.
        species: whose.
        row: of it.
        about: see Creature.

    Raises:
        ConfigError: there is no such species or row, or nobody lives in it.
    """
    populations = state["populations"]
    if species not in populations:
        raise ConfigError(f"there is no species {species!r}; there are {', '.join(populations)}")
    own = populations[species]
    if not 0 <= row < len(own["alive"]):
        raise ConfigError(f"there is no row {row} of {species}, they go from 0 to {len(own['alive']) - 1}")
    if not own["alive"][row]:
        raise ConfigError(f"row {row} of {species} is empty")
    return Creature({path: np.array(array[row]) for path, array in _arrays_by_row(own)}, about)


def settle_creature(simulation: Simulation, creature: Creature, species: str, row: int) -> None:
    """Let a creature live in a row of a simulation that has just begun, in place of who is there.

    Its genes, its brain and what it has learned are the creature's; body, place and energy are the row's.

    Raises:
        ConfigError: its brain is not like those of the species.
        CheckpointError: its state is none.
    """
    state = simulation.state_dict()
    own = state["populations"][species]
    arrays = dict(_arrays_by_row(own))
    if found := next(_misfits(creature.arrays, arrays), None):
        raise _misfit_error(species, found)
    for path, array in arrays.items():
        array[row] = creature.arrays[path]
    own["ended"][row] = True  # so it begins with empty membranes and traces
    simulation.load_state_dict(state)


def fitting_species(simulation: Simulation, creature: Creature) -> str:
    """Return the first species whose brains are like the creature's.

    Raises:
        ConfigError: there is none; the message says what does not fit the first of all.
    """
    populations = simulation.state_dict()["populations"]
    found: dict[str, str] = {
        name: next(_misfits(creature.arrays, dict(_arrays_by_row(own))), "") for name, own in populations.items()
    }
    if fitting := [name for name, misfit in found.items() if not misfit]:
        return fitting[0]
    raise _misfit_error(*next(iter(found.items())))


def _misfit_error(species: str, found: str) -> ConfigError:
    return ConfigError(
        f"the creature does not fit the species {species}: {found}; it needs the same senses in a world of as many "
        "roles, the same layers, rule and genes"
    )


def _misfits(given: Mapping[str, NDArray[Any]], wanted: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    """Yield what a creature's arrays have that those of a species have not, or the other way around."""
    for path, array in wanted.items():
        if path not in given:
            yield f"it lacks {path}"
        elif given[path].shape != array.shape[1:] or given[path].dtype != array.dtype:
            own = f"{given[path].dtype} of shape {given[path].shape}"
            yield f"{path} is {own} and must be {array.dtype} of shape {array.shape[1:]}"
        elif array.dtype.kind == "f" and not np.isfinite(given[path]).all():
            yield f"{path} is not finite"
    yield from (f"it has {path}, which is not here" for path in given if path not in wanted)


def _arrays_by_row(population: State) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield path and array of all of which each row of a population has its own."""
    rows = len(population["alive"])
    for part in _PARTS:
        if part in population:
            yield from _walk(population[part], part, rows)


def _walk(state: Any, path: str, rows: int) -> Iterator[tuple[str, NDArray[Any]]]:
    if isinstance(state, Mapping):
        for name, part in state.items():
            yield from _walk(part, f"{path}/{name}", rows)
    elif isinstance(state, np.ndarray) and state.ndim and len(state) == rows:
        yield path, state
