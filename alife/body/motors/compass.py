"""Compass: go north, or east, or between, whatever the heading."""

import math
from dataclasses import dataclass
from typing import Annotated, Any

import gymnasium
import numpy as np
from annotated_types import Ge, Lt
from numpy.typing import NDArray

from alife.body.motor import Motor
from alife.core.geometry import wrap
from alife.core.types import Length

_WINDS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")


@dataclass(frozen=True)
class Compass(Motor):
    """Eight actions, one for each wind, counter-clockwise from the east, which is +x. It always moves.

        course <- inertia * (old heading as a unit vector) + (1 - inertia) * (the wind of the action)

    The heading becomes that of the course, and the step has full length along it. Where the two cancel out, the heading
    stays. This is the motor for senses that tell where a creature is and not how it is turned, such as place cells.

    Source: eight directions with momentum are those of the rat of Foster, Morris and Dayan (2000).

    Args:
        step: length of a step, in world units.
        inertia: share of the old heading in the course; below 1.
    """

    step: Length = 0.3
    inertia: Annotated[float, Ge(0), Lt(1)] = 0.0

    def action_space(self) -> gymnasium.spaces.Discrete:
        """Return the eight winds."""
        return gymnasium.spaces.Discrete(len(_WINDS))

    def action_names(self) -> tuple[str, ...]:
        """Return the names of the winds, from the east to the south-east."""
        return _WINDS

    def turn_and_step(self, headings: NDArray[np.float64], actions: NDArray[Any]) -> NDArray[np.float64]:
        """Turn `headings` (rows,) in place and return the steps (rows, 2)."""
        wind = np.asarray(actions) * (math.tau / len(_WINDS))
        x = self.inertia * np.cos(headings) + (1.0 - self.inertia) * np.cos(wind)
        y = self.inertia * np.sin(headings) + (1.0 - self.inertia) * np.sin(wind)
        goes = np.hypot(x, y) > 1e-9
        headings[goes] = np.arctan2(y, x)[goes]
        wrap(headings, math.tau)
        return self.step * np.stack([np.cos(headings), np.sin(headings)], axis=1)
