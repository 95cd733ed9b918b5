"""Garden: flowers wilt and bloom again where a creature brings water; in the drought only the far well has any."""

import numpy as np
from numpy.typing import NDArray

from alife.core.types import Fraction
from alife.place import Contacts, Draws, Place, Schedule, Things

_RINGS = ((1.5, 5), (3.0, 10))  # of flower beds around the well in the middle: how far, how many
_ANGLES = [(reach, turn) for reach, beds in _RINGS for turn in np.arange(beds) * 2 * np.pi / beds]
BEDS = [(5 + reach * np.cos(turn), 5 + reach * np.sin(turn)) for reach, turn in _ANGLES]


class Garden(Place):
    """A creature that comes to a well is full of water, and gives a share of it to each dry bed it comes to."""

    size = 10.0
    share: Fraction = 0.34  # three beds, then the water is gone
    signals = {"water": 0.0}
    things = (
        # What is beyond the number of the tick is away: the second well, in the middle.
        Things("blue well", Schedule((2, 1), every=2500, how="cycle"), at=[(0, 0), (5, 5)], radius=0.5, regrows="here"),
        Things("brown bed", at=BEDS, reward=1.0, cause="watered", radius=0.25, regrows="here", after=300),
        Things("pink bloom", at=BEDS, radius=0.35, regrows="here"),
    )
    causes = ("drew water",)

    def on_touch(self, contacts: Contacts) -> None:
        """Draw water at wells, and reward watering dry beds only."""
        well, bed, water = contacts.of_role("blue well"), contacts.of_role("brown bed"), self.signal["water"]
        who = (contacts.copies, contacts.creatures)
        dry = bed & (water[who] == 0.0)
        contacts.taken[dry], contacts.reward[dry] = False, 0.0
        np.subtract.at(water, (contacts.copies[bed], contacts.creatures[bed]), self.share)
        np.maximum(water, 0.0, out=water)
        copies, creatures = contacts.copies[well], contacts.creatures[well]
        empty = water[copies, creatures] == 0.0  # coming back with water brings no reward
        self.give_reward(copies[empty], creatures[empty], 0.3, "drew water")
        water[copies, creatures] = 1.0

    def on_tick(self, random: Draws) -> None:
        """Show the blooms of beds that are not dry, and annotate droughts."""
        self.group_of("pink bloom").present[:] = ~self.group_of("brown bed").present
        wells = self.group_of("blue well").present.sum(1)
        self.annotate(np.flatnonzero((wells == 1) & (self.age % 2500 == 0)), "drought")


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Go to the nearest dry bed with water, and to a well without; wander where none is seen."""
    roles = observations[:, :24].reshape(-1, 3, 8)
    seen = np.where(observations[:, 24:] > 0, roles[:, 1], roles[:, 0])
    sector = np.where(seen.any(1), seen.argmax(1), random.choice([0, 0, 0, 0, 7], len(seen)))
    return np.where(sector == 0, 1, np.where(sector <= 4, 0, 2))
