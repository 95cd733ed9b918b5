"""Predator and prey: hunters that live on grazers."""

import numpy as np
from numpy.typing import NDArray

from alife.place import Creatures, Place, Things

_LEFT, _STRAIGHT, _RIGHT = 0, 1, 2  # actions of the motor `steps`
_NEAR = 0.4  # of what prey senses of a predator from which it flees


class PredatorPrey(Place):
    """Plants feed the prey, and the prey feeds the predators.

    A predator that touches prey has caught it: its life is over, and the predator is fed. Prey lives on plants, which
    grow again elsewhere, and has to be somewhere else than those who hunt it. With a metabolism both starve if they
    fail. Neither is told what the other is: prey has to learn from its deaths, predators from their meals, and each
    learns in a world in which the other learns, too.

    Observation: what the body senses of the roles plant, creature:prey and creature:predators.

    Actions: those of the motor; predators and prey may have different ones.

    Events: `ate`, prey has touched a plant, worth 1; `caught`, a predator has touched prey, worth 1; `was caught`, to
    the prey, without a reward, the end of its life; with a metabolism also `born`, and `died`, worth what it says.

    Ends: prey that was caught is `terminated`, as is who starves; the place itself never ends.

    Args:
        species: two, named prey and predators: a body each, and how many live in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        wraps: whether its edges are joined.
        radius: of a creature.
        plant: how many plants.

    Version history:
        v0: first.
    """

    things = (
        Things("plant", 12, reward=1.0, cause="ate", by=("prey",)),
        Creatures("prey", 1.0, "caught", loss_cause="was caught", regrows="never", by=("predators",)),
        Creatures("predators", by=("predators",)),
    )


def prey_player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play prey by hand: turn away from a predator that is near, else go to the nearest plant.

    Args:
        observations: (rows, 24 or more) from eight sectors: of plants, prey and predators.
        random: not needed here.
    """
    plants, predators = observations[:, :8], observations[:, 16:24]
    danger = predators.argmax(1)
    flee = np.where(danger == 4, _STRAIGHT, np.where(danger < 4, _RIGHT, _LEFT))
    return np.where(predators.max(1) > _NEAR, flee, _towards(plants))


def predators_player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play predators by hand: go to the nearest prey.

    Args:
        observations: (rows, 24 or more) from eight sectors: of plants, prey and predators.
        random: not needed here.
    """
    return _towards(observations[:, 8:16])


def _towards(seen: NDArray[np.float32]) -> NDArray[np.int64]:
    """Turn to the nearest of what is seen, and go straight on where it is ahead or nothing is seen."""
    sector = seen.argmax(1)
    return np.where((sector == 0) | ~seen.any(1), _STRAIGHT, np.where(sector <= 4, _LEFT, _RIGHT))
