"""Proprioception: the speed, turn and energy of the body."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.types import Positive


@dataclass(frozen=True)
class Proprioception(Sense):
    """Up to three numbers: how far the body really went at this tick, how far it turned, how much energy it has.

    Speed is the length of the step as a share of `max_speed`, 1 at most. Turn is 0.5 when the body keeps its heading, 1
    when it turned left by `max_turn` or more, 0 when right. Energy is a share of the most that the body holds.

    Args:
        speed: whether to feel the speed.
        turn: whether to feel the turn.
        energy: whether to feel the energy.
        max_speed: what counts as full speed, in world units per tick.
        max_turn: what counts as a full turn, in radians per tick.
    """

    speed: bool = True
    turn: bool = True
    energy: bool = False
    max_speed: Positive = 0.3
    max_turn: Positive = math.pi / 8

    def observation_size(self, roles: int) -> int:
        """Return how many of the three are felt."""
        return self.speed + self.turn + self.energy

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, size) values in [0, 1].

        Raises:
            WorldError: the world does not give what is felt.
        """
        place = iter(range(out.shape[1]))
        if self.speed:
            if surroundings.steps is None:
                raise self.missing_error("the steps of creatures")
            lengths = np.hypot(surroundings.steps[:, 0], surroundings.steps[:, 1])
            out[:, next(place)] = np.minimum(lengths / self.max_speed, 1.0)
        if self.turn:
            if surroundings.turns is None:
                raise self.missing_error("the turns of creatures")
            out[:, next(place)] = 0.5 + 0.5 * np.clip(surroundings.turns / self.max_turn, -1.0, 1.0)
        if self.energy:
            if surroundings.energy is None:
                raise self.missing_error("the energy of creatures, which a body with a metabolism has")
            out[:, next(place)] = np.clip(surroundings.energy, 0.0, 1.0)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return those of speed, turn and energy that are felt."""
        felt = {"speed": self.speed, "turn": self.turn, "energy": self.energy}
        return tuple(Channel(name) for name, wanted in felt.items() if wanted)
