"""Things and creatures: what is in a place, and the consequences of touching it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from alife.core.errors import WorldError
from alife.place.schedule import Schedule

Point = tuple[float, float]
Box = tuple[Point, Point]
"""A rectangle, from its lower left corner to its upper right one."""

_LONGEST = 1e6  # world units: the largest arena

Returns = Literal["elsewhere", "here", "never"]


@dataclass(frozen=True)
class Things:
    """Equal things of one role. Unless its number is scheduled or follows from `at`, it is a key of the place in YAML.

    Args:
        role: what senses, pictures and YAML call them: a word, as in `food`.
        count: how many; with a schedule, those beyond the number of the tick are away.
        reward: what touching one brings.
        cause: what the event is called; if empty, as the role.
        radius: in world units; a thing is touched where its disc meets a creature's.
        reach: how near the middle of a creature must come to touch one, whatever the radii; None is where discs meet.
        energy: what touching one adds to the energy of a body with a metabolism; None is its gain times the reward.
        left_by: the species that leave one where one of them dies, as long as there are fewer than there may be; there
            are none at first.
        lasts: ticks after which one that was left is gone; 0 is never.
        regrows: where one that was touched is next: "elsewhere"; "here", that is, it stays; "never".
        after: ticks until it is there again; 0 is at once, and with "here" it never leaves.
        at: where they are at first, a point for each; empty is anywhere.
        within: the box in which they appear; empty is the whole place.
        solid: whether creatures are kept out, as out of a stone or a door.
        by: the species for which touching has consequences; empty is to all.

    Raises:
        WorldError: something is out of range or at odds.
    """

    role: str
    count: int | Schedule | None = None
    reward: float | Schedule = 0.0
    cause: str = ""
    radius: float = 0.2
    regrows: Returns = "elsewhere"
    after: int = 0
    at: Sequence[Point] = ()
    within: Box | Schedule | None = None
    solid: bool = False
    by: Sequence[str] = ()
    reach: float | None = None
    energy: float | None = None
    left_by: Sequence[str] = ()
    lasts: int = 0

    def __post_init__(self) -> None:
        faults = {
            "have a role, a word": not self.role or self.role.startswith("creature"),
            "be 0 or more in number": self.most < 0,
            f"have a radius above 0 and of {_LONGEST:g} at most": not 0 < self.radius <= _LONGEST,
            f"have a reach above 0 and of {_LONGEST:g} at most": not (self.reach is None or 0 < self.reach <= _LONGEST),
            "regrow elsewhere, here or never": self.regrows not in ("elsewhere", "here", "never"),
            "be away for 0 ticks or more": self.after < 0,
            "be as many as their places": len(self.at) not in (0, self.most),
            "be at points, as in at=[(4, 4)]": len(self.at) > 0 and np.shape(self.at)[1:] != (2,),
            "be within a box, as in within=((0, 0), (4, 4))": not all(is_box(box) for box in _values(self.within)),
            "be for a list of species, as in by=('foxes',)": isinstance(self.by, str),
            "be left by a list of species, as in left_by=('foxes',)": isinstance(self.left_by, str),
            "last for 0 ticks or more": self.lasts < 0,
            "be left or be somewhere at first, not both": bool(self.left_by) and bool(len(self.at)),
        }
        for must, broken in faults.items():
            if broken:
                raise WorldError(f"things of role {self.role!r} must {must}")

    @property
    def most(self) -> int:
        """How many there can be at once."""
        if isinstance(self.count, Schedule):
            return int(max(self.count.values))
        return self.count if self.count is not None else max(1, len(self.at))

    @property
    def leaves(self) -> bool:
        """Whether a touched one leaves its place."""
        return self.regrows != "here" or self.after > 0


def is_box(box: Any) -> bool:
    """Return whether it is a rectangle, from its lower left corner to its upper right one."""
    return np.shape(box) == (2, 2) and bool((np.asarray(box[0]) <= np.asarray(box[1])).all())


def _values(scheduled: Any) -> Sequence[Any]:
    if isinstance(scheduled, Schedule):
        return scheduled.values
    return () if scheduled is None else (scheduled,)


@dataclass(frozen=True)
class Creatures:
    """Makes creatures things that others see and touch, of the role `creature:SPECIES`, or `creature` for all.

    Args:
        species: who is seen; empty is all who live here.
        reward: what touching one brings.
        cause: what that event is called.
        loss: what being touched brings.
        loss_cause: what that event is called.
        share: of the energy that the touched one has, which goes to who touches it; None gives its gain times the
            reward, and takes none.
        regrows: where one that was touched is next: "here", nothing comes of it; "elsewhere"; "never", its life ends.
        by: the species for which touching has consequences; empty is to all.
    """

    species: str = ""
    reward: float | Schedule = 0.0
    cause: str = "met"
    loss: float | Schedule = 0.0
    loss_cause: str = "was met"
    regrows: Returns = "here"
    by: Sequence[str] = ()
    share: float | None = None
    role: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "role", f"creature:{self.species}" if self.species else "creature")
        if self.regrows not in ("elsewhere", "here", "never"):
            raise WorldError(f"creatures of {self.species or 'all species'} must regrow elsewhere, here or never")
        if not (self.share is None or 0.0 <= self.share <= 1.0):
            raise WorldError(f"creatures of {self.species or 'all species'} must give a share of energy from 0 to 1")

    @property
    def leaves(self) -> bool:
        """Whether a touched one leaves its place."""
        return self.regrows != "here"
