"""Proprioception: the speed, turn and energy of the body."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.kernel import kernel
from alife.core.types import Length, Positive


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
    max_speed: Length = 0.3
    max_turn: Positive = math.pi / 8

    range = 0.0

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
            _feel_speed(surroundings.steps, self.max_speed, next(place), out)
        if self.turn:
            if surroundings.turns is None:
                raise self.missing_error("the turns of creatures")
            _feel_share(surroundings.turns, 0.5 / self.max_turn, 0.5, next(place), out)
        if self.energy:
            if surroundings.energy is None:
                raise self.missing_error("the energy of creatures, which a body with a metabolism has")
            _feel_share(surroundings.energy, 1.0, 0.0, next(place), out)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return those of speed, turn and energy that are felt."""
        felt = {"speed": self.speed, "turn": self.turn, "energy": self.energy}
        return tuple(Channel(name) for name, wanted in felt.items() if wanted)


@kernel
def _feel_speed(steps: NDArray[np.float64], most: float, place: int, out: NDArray[np.float32]) -> None:
    """out = min(|step| / most, 1)."""
    for r in range(steps.shape[0]):
        out[r, place] = min(math.sqrt(steps[r, 0] * steps[r, 0] + steps[r, 1] * steps[r, 1]) / most, 1.0)


@kernel
def _feel_share(values: NDArray[np.float64], scale: float, middle: float, place: int, out: NDArray[np.float32]) -> None:
    """out = middle + scale * value, from 0 to 1."""
    for r in range(values.size):
        out[r, place] = min(max(middle + scale * values[r], 0.0), 1.0)
