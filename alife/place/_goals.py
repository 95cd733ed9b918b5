"""Goals: where each creature was rewarded last."""

import numpy as np
from numpy.typing import NDArray

from alife.core.geometry import shortest
from alife.core.kernel import kernel
from alife.core.world import State
from alife.place._rows import load_array

_IN_VAIN = 10  # ticks at its place; at once, a creature would forget what it met at the edge


class Goals:
    """The place where each creature was rewarded last, until it has been there again for ten ticks in vain.

    Args:
        spots: of all creatures, (copies, creatures, 2), never replaced.
        radius: of the largest creature: so near its place a creature is there.
        sizes: of all creatures, as shares of it, (copies, creatures), never replaced.
        period: of a torus; 0 where edges are not joined.
    """

    def __init__(self, spots: NDArray[np.float64], radius: float, sizes: NDArray[np.float64], period: float) -> None:
        self._spots, self._radius, self._sizes, self._period = spots, radius, sizes, period
        self._places = np.full_like(spots, np.nan)
        self._waits = np.zeros(spots.shape[:2], np.int64)
        self.displacements = np.full_like(spots, np.nan)
        """From each creature to its place, (copies, creatures, 2), not a number where it knows none; never replaced."""

    def reset(self) -> None:
        """Forget everything."""
        self._places[...], self.displacements[...], self._waits[...] = np.nan, np.nan, 0

    def begin_lives(self, born: NDArray[np.bool_]) -> None:
        """Let creatures be born, (copies, creatures): they know nothing."""
        self._places[born] = np.nan

    def remember(self, rewards: NDArray[np.float64]) -> None:
        """Remember where those are whose rewards of this tick, (copies, creatures), are positive; let others forget."""
        arena = (self._spots, self._radius, self._sizes, self._period)
        _remember(rewards, *arena, self._places, self._waits, self.displacements)

    def state_dict(self) -> State:
        """Return the places, which creatures know one, and for how many ticks they have been there in vain."""
        known = ~np.isnan(self._places[..., 0])
        return {"places": np.nan_to_num(self._places), "known": known, "waits": self._waits.copy()}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        load_array(self._places, state["places"])
        load_array(self._waits, state["waits"])
        self._places[~np.asarray(state["known"])] = np.nan


@kernel
def _remember(
    rewards: NDArray[np.float64],
    spots: NDArray[np.float64],
    radius: float,
    sizes: NDArray[np.float64],
    period: float,
    places: NDArray[np.float64],
    waits: NDArray[np.int64],
    displacements: NDArray[np.float64],
) -> None:
    for c in range(spots.shape[0]):
        for i in range(spots.shape[1]):
            if rewards[c, i] > 0.0:
                places[c, i], waits[c, i] = spots[c, i], 0
            near = radius * sizes[c, i]
            x = shortest(places[c, i, 0] - spots[c, i, 0], period)
            y = shortest(places[c, i, 1] - spots[c, i, 1], period)
            if rewards[c, i] <= 0.0 and x * x + y * y <= near * near:
                waits[c, i] += 1
                if waits[c, i] >= _IN_VAIN:
                    places[c, i] = np.nan
                    x = y = np.nan
            displacements[c, i, 0], displacements[c, i, 1] = x, y
