"""Smell: the amount of each role around the body, whatever stands between."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel, Field
from alife.core.types import NonNegative, Positive


@dataclass(frozen=True)
class Smell(Sense):
    """The summed scents of all things of a role, at one nostril in the middle of the body or at one on each side.

    The scent of a thing is exp(-distance / decay). The value is scent / (1 + scent) of the sum over the things of a
    role: one half when there is one thing, right at the nostril, and never more than 1. Walls do not keep scents away
    and there is no range: far things just smell little. The numbers of one role stand together, left before right.

    Args:
        decay: over which distance a scent falls to 1/e, in world units.
        nostrils: 1, or 2 to smell left and right apart.
        apart: between two nostrils, in world units.
    """

    decay: Positive = 1.0
    nostrils: Literal[1, 2] = 2
    apart: NonNegative = 0.5

    def observation_size(self, roles: int) -> int:
        """Return nostrils times roles."""
        return self.nostrils * roles

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, roles * nostrils) values in [0, 1]."""
        offsets, roles, headings = surroundings[:3]
        sides = (0.0,) if self.nostrils == 1 else (0.5 * self.apart, -0.5 * self.apart)
        scents = np.zeros(out.size)
        for nostril, side in enumerate(sides):
            dx = offsets[..., 0] + side * np.sin(headings)[:, None]
            dy = offsets[..., 1] - side * np.cos(headings)[:, None]
            strengths = np.exp(np.sqrt(dx * dx + dy * dy) / -self.decay)
            places = np.arange(0, out.size, out.shape[1])[:, None] + (roles * self.nostrils + nostril)
            np.add.at(scents, places.ravel(), strengths.ravel())
        out[:] = (scents / (1.0 + scents)).reshape(out.shape)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the smell of each role; its field is as wide as its decay."""
        where = ("",) if self.nostrils == 1 else (" left", " right")
        around = Field(-math.pi, math.pi, self.decay)
        return tuple(Channel(f"smell of {role}{side}", role, around) for role in roles for side in where)
