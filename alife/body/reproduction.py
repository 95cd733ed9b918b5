"""Reproduction: who has enough energy divides it with a child."""

from dataclasses import dataclass

from alife.core.types import Decay, Distance, Positive


@dataclass(frozen=True)
class Reproduction:
    """Births by energy, into rows that are empty.

    A creature with the energy `at` or more has a child in the next tick, if there is an empty row for it; where there
    are fewer rows than parents, those with most energy come first. Alone, with energy e,

        parent: (1 - share) e        child: share e

    With a partner, the nearest of those that have enough, too, and are no farther away than `mate`, with energy f,

        parent: (1 - share / 2) e    partner: (1 - share / 2) f    child: share (e + f) / 2

    The child begins somewhere on a disc around its parent, each point as likely as the other, up to what walls are in
    the way.

    Source: after Packard, Intrinsic adaptation in a simple model for evolution (1989); partners are ours.

    Args:
        at: the energy from which a creature has a child.
        share: how much of it is the child's.
        near: the radius of the disc, in world units.
        mate: how far away a partner may be, in world units; 0 has children alone.
    """

    at: Positive = 150.0
    share: Decay = 0.5
    near: Distance = 1.0
    mate: Distance = 0.0
