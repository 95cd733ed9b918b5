"""Smell: the amount of each role around the body, whatever stands between."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel, Field
from alife.core.kernel import kernel
from alife.core.types import Distance, Length

_CUT_OFF = 12.0  # decay lengths, beyond which a scent is too faint to be told from none


@dataclass(frozen=True)
class Smell(Sense):
    """The summed scents of all things of a role, at one nostril in the middle of the body or at one on each side.

    The scent of a thing is exp(-distance / decay). The value is scent / (1 + scent) of the sum over the things of a
    role: one half when there is one thing, right at the nostril, and never more than 1. Walls do not keep scents away.
    A scent is cut off at a distance of 12 decay lengths from the nostril, where it is 6e-6: things beyond smell of
    nothing. The numbers of one role stand together, left before right.

    Args:
        decay: over which distance a scent falls to 1/e, in world units.
        nostrils: 1, or 2 to smell left and right apart.
        apart: between two nostrils, in world units.
    """

    decay: Length = 1.0
    nostrils: Literal[1, 2] = 2
    apart: Distance = 0.5

    @property
    def range(self) -> float:  # type: ignore[override]  # it follows from the decay
        """12 decay lengths from a nostril."""
        return _CUT_OFF * self.decay + 0.5 * self.apart

    def observation_size(self, roles: int) -> int:
        """Return nostrils times roles."""
        return self.nostrils * roles

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, roles * nostrils) values in [0, 1]."""
        near = surroundings.neighbours
        side = 0.5 * self.apart if self.nostrils == 2 else 0.0
        _smell(near.starts, near.role, near.dx, near.dy, surroundings.headings, self.nostrils, side, self.decay, out)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the smell of each role; its field is as wide as its decay."""
        where = ("",) if self.nostrils == 1 else (" left", " right")
        around = Field(-math.pi, math.pi, self.decay)
        return tuple(Channel(f"smell of {role}{side}", role, around) for role in roles for side in where)


@kernel
def _smell(
    starts: NDArray[np.int64],
    role: NDArray[np.int64],
    dx: NDArray[np.float64],
    dy: NDArray[np.float64],
    headings: NDArray[np.float64],
    nostrils: int,
    side: float,
    decay: float,
    out: NDArray[np.float32],
) -> None:
    """out = s / (1 + s), s the sum of exp(-d / decay) over the things of a role, d from a nostril."""
    end = _CUT_OFF * decay
    for r in range(headings.size):
        scents = out[r]
        scents[:] = 0.0
        left_x, left_y = -side * math.sin(headings[r]), side * math.cos(headings[r])
        for n in range(starts[r], starts[r + 1]):
            for nostril in range(nostrils):
                turned = 1.0 - 2.0 * nostril  # left, then right
                x, y = dx[n] - turned * left_x, dy[n] - turned * left_y
                distance = math.sqrt(x * x + y * y)
                if distance <= end:
                    scents[role[n] * nostrils + nostril] += np.float32(math.exp(-distance / decay))
        for k in range(scents.size):
            scents[k] = scents[k] / (np.float32(1) + scents[k])
