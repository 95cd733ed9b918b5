"""Glide: turn and thrust, as two continuous numbers."""

import math
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body.motor import Motor
from alife.core.errors import WorldError
from alife.core.geometry import wrapped
from alife.core.kernel import kernel
from alife.core.types import Length, Positive


@dataclass(frozen=True)
class Glide(Motor):
    """Two numbers from -1 to 1: turn, 1 as far left as it goes, and thrust, from standing still to full speed.

        heading <- heading + turn * max_turn
        place   <- place + max_speed * (thrust + 1) / 2 along the new heading

    What lies beyond -1 and 1 counts as the bound. Zeros go straight on at half speed. Where turn is one of -1, 0, 1 and
    the speed that of the step, the path is that of the motor `steps`.

    Args:
        max_turn: the farthest turn per tick, in radians.
        max_speed: the longest step per tick, in world units.
    """

    max_turn: Positive = math.pi / 8
    max_speed: Length = 0.3

    def action_space(self) -> gymnasium.spaces.Box:
        """Return turn and thrust."""
        return gymnasium.spaces.Box(-1.0, 1.0, (2,), np.float32)

    def action_names(self) -> tuple[str, ...]:
        """Return turn, thrust."""
        return ("turn", "thrust")

    def turn_and_step(self, headings: NDArray[np.float64], actions: NDArray[Any]) -> NDArray[np.float64]:
        """Turn `headings` (rows,) in place and return the steps (rows, 2), for actions (rows, 2).

        Raises:
            WorldError: the actions are not two numbers for each creature.
        """
        if actions.shape != (len(headings), 2):
            raise WorldError(
                f"the motor glide takes turn and thrust of each creature, an array ({len(headings)}, 2), it got one of "
                f"shape {actions.shape}; hand-written players steer the motor steps"
            )
        numbers = np.ascontiguousarray(actions, np.float64)
        steps = np.empty((len(headings), 2))
        _go(headings, numbers, self.max_turn, self.max_speed, steps)
        return steps


@kernel
def _go(
    headings: NDArray[np.float64],
    actions: NDArray[np.float64],
    max_turn: float,
    max_speed: float,
    steps: NDArray[np.float64],
) -> None:
    for r in range(headings.size):
        turn, thrust = min(max(actions[r, 0], -1.0), 1.0), min(max(actions[r, 1], -1.0), 1.0)
        headings[r] = wrapped(headings[r] + max_turn * turn, math.tau)
        length = max_speed * 0.5 * (thrust + 1.0)
        steps[r, 0], steps[r, 1] = length * math.cos(headings[r]), length * math.sin(headings[r])
