"""Mouth: what was got just now."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.kernel import kernel
from alife.core.types import Positive


@dataclass(frozen=True)
class Mouth(Sense):
    """For each role how many things of it the creature got at this tick, as a share of a mouthful, 1 at most.

    It has no range: what is tasted is what was got.

    Args:
        full: how many things at one tick fill the mouth.
    """

    full: Positive = 1.0

    range = 0.0

    def observation_size(self, roles: int) -> int:
        """Return one number for each role."""
        return roles

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, roles) values in [0, 1].

        Raises:
            WorldError: the world does not say what creatures got.
        """
        if surroundings.got is None:
            raise self.missing_error("what each creature got")
        _taste(surroundings.got, self.full, out)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the taste of each role."""
        return tuple(Channel(f"{role} in the mouth", role) for role in roles)


@kernel
def _taste(got: NDArray[np.float64], full: float, out: NDArray[np.float32]) -> None:
    for r in range(got.shape[0]):
        for k in range(got.shape[1]):
            out[r, k] = min(max(got[r, k] / full, 0.0), 1.0)
