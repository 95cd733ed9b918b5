"""Players: policies without a brain, written by hand or random."""

import sys
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete
from numpy.typing import NDArray

from alife.core.world import Outcome, World

Policy = Callable[[Outcome], NDArray[Any]]
"""Returns an action for each row, given the outcome of the last tick."""


def hand_written_player(world: World, species: str) -> Policy | None:
    """Return the player of a species, None without one: `player`, `Player` or `SPECIES_player` of the world's module.

    A function `player` acts on what is sensed; a class `Player` is made for so many rows and remembers.
    """
    module = vars(sys.modules[type(world).__module__])
    random = np.random.default_rng(0)
    if callable(player := module.get(f"{species}_player", module.get("player"))):
        return lambda outcome: np.asarray(player(outcome.observations, random))
    if callable(make := module.get("Player")):
        remembering = make(world.row_count(species))
        return lambda outcome: np.asarray(remembering(outcome.observations, outcome.rewards))
    return None


def random_player(space: gymnasium.Space[Any], rows: int, random: np.random.Generator) -> Policy:
    """Return a policy that draws any action of a Discrete or a Box space."""
    if isinstance(space, Discrete):
        return lambda outcome: random.integers(space.start, space.start + space.n, rows)
    assert isinstance(space, Box), f"there is no way to draw from {space}"
    return lambda outcome: random.uniform(space.low, space.high, (rows, *space.shape)).astype(space.dtype)
