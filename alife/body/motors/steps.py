"""Steps: turn left, go straight on, turn right."""

import math
from dataclasses import dataclass
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body.motor import Motor
from alife.core.geometry import wrap
from alife.core.types import NonNegative, Positive

_TURNS = np.array([1.0, 0.0, -1.0])  # by action: left, straight on, right


@dataclass(frozen=True)
class Steps(Motor):
    """Three actions: 0 turns left, 1 goes straight on, 2 turns right. The heading changes first, then the place.

    Args:
        turn: how far a turn goes, in radians.
        step: length of a step straight on, in world units.
        turning_step: length of a step while turning, in world units.
    """

    turn: Positive = math.pi / 8
    step: Positive = 0.3
    turning_step: NonNegative = 0.09

    def action_space(self) -> gymnasium.spaces.Discrete:
        """Return the three actions."""
        return gymnasium.spaces.Discrete(3)

    def action_names(self) -> tuple[str, ...]:
        """Return left, straight, right."""
        return ("left", "straight", "right")

    def turn_and_step(self, headings: NDArray[np.float64], actions: NDArray[Any]) -> NDArray[np.float64]:
        """Turn `headings` (rows,) in place and return the steps (rows, 2)."""
        headings += self.turn * _TURNS[actions]
        wrap(headings, math.tau)
        steps = np.empty((len(headings), 2))
        np.cos(headings, out=steps[:, 0])
        np.sin(headings, out=steps[:, 1])
        steps *= np.where(actions == 1, self.step, self.turning_step)[:, None]
        return steps
