"""Steps: turn left, go straight on, turn right."""

import math
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body.motor import Motor, check_choices
from alife.core.errors import WorldError
from alife.core.geometry import wrapped
from alife.core.kernel import kernel
from alife.core.types import Distance, Length, Positive


@dataclass(frozen=True)
class Steps(Motor):
    """Three actions: 0 turns left, 1 goes straight on, 2 turns right. The heading changes first, then the place.

    Args:
        turn: how far a turn goes, in radians.
        step: length of a step straight on, in world units.
        turning_step: length of a step while turning, in world units.
    """

    turn: Positive = math.pi / 8
    step: Length = 0.3
    turning_step: Distance = 0.09

    def action_space(self) -> gymnasium.spaces.Discrete:
        """Return the three actions."""
        return gymnasium.spaces.Discrete(3)

    def action_names(self) -> tuple[str, ...]:
        """Return left, straight, right."""
        return ("left", "straight", "right")

    def turn_and_step(self, headings: NDArray[np.float64], actions: NDArray[Any]) -> NDArray[np.float64]:
        """Turn `headings` (rows,) in place and return the steps (rows, 2).

        Raises:
            WorldError: an action is none of the three.
        """
        rows = len(headings)
        steps = np.empty((rows, 2))
        bad = _go(headings, check_choices("steps", actions, rows), self.turn, self.step, self.turning_step, steps)
        if bad >= 0:
            raise WorldError(f"the motor steps takes the actions 0, 1 and 2, row {bad} has {actions[bad]}")
        return steps


@kernel
def _go(
    headings: NDArray[np.float64],
    actions: NDArray[np.int64],
    turn: float,
    straight: float,
    turning: float,
    steps: NDArray[np.float64],
) -> int:
    """Turn and step; return the first row whose action is none, or -1."""
    for r in range(headings.size):
        if actions[r] < 0 or actions[r] > 2:
            return r
        headings[r] = wrapped(headings[r] + turn * (1 - actions[r]), math.tau)
        length = straight if actions[r] == 1 else turning
        steps[r, 0], steps[r, 1] = length * math.cos(headings[r]), length * math.sin(headings[r])
    return -1
