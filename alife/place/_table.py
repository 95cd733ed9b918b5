"""Item table: the things of a place and their properties, as arrays that never change."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from alife.core.errors import ConfigError
from alife.core.world import Species
from alife.place.things import Creatures, Things

CONTACT = 0.02  # world units by which a touch reaches farther than what keeps a creature out


class ItemTable:
    """The columns of what can be touched in a copy: things, role after role, then creatures that a declaration shows.

    Args:
        kinds: the declarations, in order.
        species: who lives there.
        radius: of a creature.
        causes: names of events, after those of contacts.
        all_matter: whether every contact may become an event.

    Raises:
        ConfigError: a declaration names a species that does not exist.
    """

    def __init__(
        self,
        kinds: Sequence[Things | Creatures],
        species: Species,
        radius: float,
        causes: Sequence[str],
        all_matter: bool,
    ) -> None:
        self.kinds, self.roles = kinds, [kind.role for kind in kinds]
        named = ((*kind.by, *getattr(kind, "left_by", ()), getattr(kind, "species", "")) for kind in kinds)
        wanted = [name for names in named for name in names if name]
        if missing := [name for name in wanted if name not in species]:
            raise ConfigError(f"needs a species {missing[0]!r}; there are {', '.join(species)}")
        counts = [count for _, count in species.values()]
        ends = np.cumsum([0, *counts]).tolist()
        self.parts = {name: slice(ends[k], ends[k + 1]) for k, name in enumerate(species)}
        self.creatures: int = ends[-1]
        things = [kind.most if isinstance(kind, Things) else 0 for kind in kinds]
        seen = [self._members(kind) if isinstance(kind, Creatures) else np.empty(0, np.int64) for kind in kinds]
        self.seen = np.concatenate([np.empty(0, np.int64), *seen])  # (seen,) places among a copy's creatures
        every = np.arange(len(kinds))
        self.kind = np.concatenate([np.repeat(every, things), np.repeat(every, [len(group) for group in seen])])
        self.things = sum(things)
        self._set_contact_columns(radius)
        self.energy = np.array([_or_nan(getattr(kind, "energy", None)) for kind in kinds], np.float64)  # of each kind
        self.share = np.array([_or_nan(getattr(kind, "share", None)) for kind in kinds], np.float64)
        self.feeds_otherwise = bool(np.isfinite(self.energy).any() or np.isfinite(self.share).any())
        may = np.array([[not kind.by or name in kind.by for kind in kinds] for name in species], bool)
        # From which distance on a species touches each thing, (species, things and seen); -1 is never.
        self.touched_from = np.where(may.reshape(len(species), -1)[:, self.kind], self.contact, -1.0)
        self.species_of = np.repeat(np.arange(len(species)), counts)  # of each creature of a copy
        self.owner = np.concatenate([np.full(self.things, -1), self.seen])  # the creature that is the thing, or -1
        self._set_causes(causes, all_matter)

    def count(self, name: str) -> int:
        """Return how many of a species live in a copy."""
        part = self.parts[name]
        return int(part.stop - part.start)

    def _members(self, kind: Creatures) -> NDArray[np.int64]:
        part = self.parts[kind.species] if kind.species else slice(0, self.creatures)
        return np.arange(part.start, part.stop)

    def _set_contact_columns(self, radius: float) -> None:
        """Set the contact columns of each thing, (things and seen,)."""
        self.leaves = np.array([kind.leaves for kind in self.kinds], bool)[self.kind]
        self.solid = np.array([isinstance(kind, Things) and kind.solid for kind in self.kinds], bool)[self.kind]
        self.radii = np.array([getattr(kind, "radius", radius) for kind in self.kinds], np.float64)[self.kind]
        keeps_out = self.solid | (np.arange(len(self.kind)) >= self.things)
        self.least = self.radii + radius  # how near a solid thing lets the middle of a creature come
        reaches = np.array([getattr(kind, "reach", None) or np.nan for kind in self.kinds], np.float64)[self.kind]
        self.contact = np.where(np.isnan(reaches), self.least + CONTACT * keeps_out, reaches)

    def _set_causes(self, causes: Sequence[str], all_matter: bool) -> None:
        """Collect the causes, and set the cause of each kind."""
        words = []
        for kind in self.kinds:
            matters = all_matter or kind.leaves or kind.reward != 0
            loses = isinstance(kind, Creatures) and (kind.leaves or kind.loss != 0)
            words.append(((kind.cause or kind.role) * matters, getattr(kind, "loss_cause", "") * loses))
        self.causes = tuple(dict.fromkeys([*(word for pair in words for word in pair if word), *causes]))
        order = {cause: k for k, cause in enumerate(self.causes)}
        places = [[order.get(word, 0) for word in pair] for pair in words]
        self.touch_cause, self.touched_cause = np.array(places, np.int64).reshape(-1, 2).T.copy()  # of each kind


def _or_nan(number: float | None) -> float:
    return np.nan if number is None else number
