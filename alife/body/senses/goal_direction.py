"""Goal direction: which way the place is where the creature was rewarded last."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.kernel import kernel
from alife.core.types import Count


@dataclass(frozen=True)
class GoalDirection(Sense):
    """Cells that each prefer a direction to the place where the creature was rewarded last.

        a_k = max(0, 1 - |angle to the place - 2 pi k / count| count / (2 pi)), angles at most pi apart

    At most two cells are active, and all add up to 1; a single one is 1 wherever the place is. They are silent where
    the creature knows of no such place or stands on it. It remembers one place, that of the last tick of which the
    reward was positive, through the ends of episodes, and forgets it when it has been there again for ten ticks, as
    near as its radius, without such a reward, and when it dies.

    That the body keeps count of its way to one place is given and not learned; what to do about it is up to the brain.

    Source: neurons of bats prefer a direction to a goal, seen or remembered (Sarel, Finkelstein, Las and Ulanovsky
    2017, https://doi.org/10.1126/science.aak9589); a remembered goal in coordinates lets the rats of Foster, Morris
    and Dayan (2000) find a platform that moved after one trial.

    Args:
        count: of cells; cell 0 prefers the heading, or the east, the others follow counter-clockwise.
        egocentric: whether directions are from the heading, or from the east, for motors that know the winds.
    """

    count: Count = 8
    egocentric: bool = True

    range = 0.0
    needs_goals = True

    def observation_size(self, roles: int) -> int:
        """Return the number of cells, however many roles there are."""
        return self.count

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, count) values in [0, 1].

        Raises:
            WorldError: the world does not say where creatures were rewarded.
        """
        if surroundings.goals is None:
            raise self.missing_error("the places where creatures were rewarded")
        _point(surroundings.goals, surroundings.headings, self.egocentric, out)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the cells, named by their directions in degrees."""
        start = "" if self.egocentric else " from east"
        return tuple(Channel(f"last reward at {360.0 * k / self.count:.4g}°{start}") for k in range(self.count))


@kernel
def _point(
    goals: NDArray[np.float64], headings: NDArray[np.float64], egocentric: bool, out: NDArray[np.float32]
) -> None:
    """out = the tuning of each cell; displacements that are not a number are of no place."""
    count = out.shape[1]
    for r in range(goals.shape[0]):
        x, y = goals[r, 0], goals[r, 1]
        out[r] = 0.0
        if x * x + y * y > 0.0:  # false for what is not a number
            angle = math.atan2(y, x) - (headings[r] if egocentric else 0.0)
            place = angle / math.tau * count
            below = math.floor(place)
            out[r, below % count] = 1.0 - (place - below)
            out[r, (below + 1) % count] += place - below
