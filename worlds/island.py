"""Island: two kinds of fruit in patches that move with the seasons, of which one feeds and the other stings."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from alife.core.types import Amount, Count, NonNegative
from alife.place import Draws, Place, Things


class Island(Place):
    """A place for generations: what is food may stay the same for ever, or change within a life.

    Fruit of role A feeds and fruit of role B stings, at first. Each lies in patches, and grows again where it was
    eaten. With every season the patches are somewhere else; after each `turn` seasons A and B change what they mean,
    unannounced. Where they never turn, a creature may be born with what its ancestors were selected for; where they
    turn within its life, it has to find out.

    Observation: what the body senses of the roles A and B; then the signal season, its share that is over.

    Actions: those of the motor.

    Events: `ate`, worth 1, and `stung`, worth -harm, by what the fruit was when it was eaten; with a metabolism also
    `born`, and `died`, worth what it says.

    Ends: a creature that dies is `terminated`; the place itself never ends.

    Source: the question is that of Hinton and Nowlan, How learning can guide evolution (1987), and of Ackley and
    Littman, Interactions between learning and evolution (1992).

    Args:
        species: by name, a body and how many there is room for in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        wraps: whether its edges are joined.
        radius: of a creature.
        A: how many fruits are of role A.
        B: how many fruits are of role B.
        patches: how many patches there are of each.
        spread: of the fruits of a patch, the standard deviation along each axis, in world units.
        season: ticks after which patches are elsewhere.
        turn: seasons after which A and B change what they mean; 0 is never.
        harm: what a sting costs, where food brings 1; below 1 even who picks by chance gains something.

    Version history:
        v0: first.
    """

    size = 24.0
    wraps = False
    A: Amount = 60
    B: Amount = 60
    patches: Count = 3
    spread: NonNegative = 1.5
    season: Count = 2000
    turn: Amount = 0
    harm: NonNegative = 1.0
    sensed_as = ("A", "B")
    changes = ("season", "turn", "spread")
    signals: ClassVar[Mapping[str, float]] = {"season": 0.0}

    @property
    def things(self) -> Sequence[Things]:
        """Fruit of both roles."""
        return (
            Things("A", 60, reward=1.0, cause="ate", regrows="here", after=20),
            Things("B", 60, reward=-self.harm, cause="stung", regrows="here", after=20),
        )

    def on_begin(self, copies: NDArray[np.int64], random: Draws) -> None:
        """Lay out the patches of the first season."""
        self._lay_out(copies, random)

    def on_tick(self, random: Draws) -> None:
        """Change the season once its last tick is over, and what fruit means after so many of them."""
        age = int(self.age[0])  # all copies are of one age
        self.signal["season"][...] = age % self.season / self.season
        if age == 0 or age % self.season:
            return
        every = np.arange(self.copies)
        self._lay_out(every, random)
        if self.turn and age // self.season % self.turn == 0:
            self.swap_roles(every, "A", "B")
            self.annotate(every, "turn")
        else:
            self.annotate(every, "season")

    def _lay_out(self, copies: NDArray[np.int64], random: Draws) -> None:
        """Put all fruit of these copies around the middles of new patches."""
        middles = random.uniform(0.15 * self.size, 0.85 * self.size, 2 * self.patches, 2)
        falls = random.normal(self.spread, self.A + self.B, 2)
        patch = np.concatenate([np.arange(self.A) % self.patches, self.patches + np.arange(self.B) % self.patches])
        spots = middles[:, patch] + falls
        self.group_of("A").positions[copies] = spots[copies, : self.A]
        self.group_of("B").positions[copies] = spots[copies, self.A :]
