"""Who lives in the worlds under test, what they do, and how to compare what became of them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from alife.body import Body
from alife.body.motors.glide import Glide
from alife.body.motors.steps import Steps
from alife.body.senses.sectors import Sectors
from alife.core.world import Outcome, Species, World

ONE: Species = {"learners": (Body(), 1)}
CROWD: Species = {"learners": (Body(), 3), "others": (Body((Sectors(4, 3.0),), Steps(turn=0.5)), 2)}
MIXED: Species = {"learners": (Body(motor=Glide()), 3), "others": (Body((Sectors(4, 3.0),)), 2)}
STRAIGHT = 1

any_species = pytest.mark.parametrize("species", [ONE, CROWD, MIXED], ids=["one", "crowd", "mixed"])
Player = Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.int64]]


def _arrays(outcomes: Mapping[str, Outcome]) -> dict[str, NDArray[Any]]:
    """Return every array of every outcome by name."""
    found = {}
    for name, outcome in outcomes.items():
        found |= {f"{name} {part}": getattr(outcome, part) for part in ("observations", "rewards")}
        found |= {f"{name} {part}": getattr(outcome, part) for part in ("terminated", "truncated")}
        found |= {f"{name} {part}": column for part, column in outcome.events._asdict().items()}
    return found


def same(first: Mapping[str, Outcome], second: Mapping[str, Outcome]) -> bool:
    """Return whether two ticks brought the same, to the bit."""
    ours, theirs = _arrays(first), _arrays(second)
    return ours.keys() == theirs.keys() and all(np.array_equal(ours[name], theirs[name]) for name in ours)


def random_actions(species: Species, copies: int, ticks: int) -> Iterator[dict[str, NDArray[Any]]]:
    """Yield random actions of every row; those of a copy are the same whatever the number of copies."""
    random = [np.random.default_rng(copy) for copy in range(copies)]
    for _ in range(ticks):
        draws = [{name: _drawn(body, count, r) for name, (body, count) in species.items()} for r in random]
        yield {name: np.concatenate([draw[name] for draw in draws]) for name in species}


def _drawn(body: Body, count: int, random: np.random.Generator) -> NDArray[Any]:
    return random.uniform(-1.0, 1.0, (count, 2)) if isinstance(body.motor, Glide) else random.integers(0, 3, count)


def reward_per_100_ticks(world: World, play: Player, ticks: int = 2000) -> float:
    """Return what the only creature of each copy earns when it is played by hand."""
    random, total = np.random.default_rng(0), 0.0
    outcome = world.reset(0)["learners"]
    for _ in range(ticks):
        outcome = world.step({"learners": play(outcome.observations, random)})["learners"]
        total += float(outcome.rewards.sum())
    return 100.0 * total / (world.copies * ticks)


def energy_of(world: World) -> NDArray[np.float64]:
    """Return the energy of all creatures of a place with a metabolism, (copies, creatures)."""
    return np.array(world.state_dict()["life"]["energy"])


def change_lives(world: World, what: str, where: Any, value: Any) -> None:
    """Change `alive` or `energy` of some creatures of a place with a metabolism, as in a state that was saved."""
    state = world.state_dict()
    state["life"][what][where] = value
    world.load_state_dict(state)
