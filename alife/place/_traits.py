"""Traits: how the bodies of a species differ from their plan, and from each other."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from alife.core.errors import WorldError
from alife.core.world import State
from alife.place._rows import load_array

TRAITS = ("range", "step", "size", "basal")
"""What may differ: how far a creature senses, how far it steps, its radius, and what a tick costs it.

Each is a factor on what the body plan says, 1 at first; the first three are 1 at most, so the plan is the largest body.
Walls and solid things keep everybody as far off as the largest.
"""


class Traits:
    """The traits of all creatures of a place, (copies, creatures) each, never replaced.

    Args:
        copies: arenas side by side.
        parts: which of a copy's creatures are of a species.
        count: creatures of a copy.
    """

    def __init__(self, copies: int, parts: Mapping[str, slice], count: int) -> None:
        self._parts = parts
        self.range, self.step, self.size, self.basal = np.ones((len(TRAITS), copies, count))
        self.differ = False  # whether anybody was ever told to

    def clear(self) -> None:
        """Let all have what their plan says."""
        for trait in TRAITS:
            self._of(trait)[...] = 1.0
        self.differ = False

    def set_traits(self, name: str, rows: NDArray[np.int64], traits: Mapping[str, NDArray[np.float64]]) -> None:
        """Set traits of some rows of a species.

        Raises:
            WorldError: there is no such trait, or it is out of its range.
        """
        part = self._parts[name]
        copies, places = np.divmod(rows, part.stop - part.start)
        for trait, values in traits.items():
            if trait not in TRAITS:
                raise WorldError(f"bodies have no trait {trait!r}; there are {', '.join(TRAITS)}")
            most = np.inf if trait == "basal" else 1.0
            if not ((values >= 0.0) & (values <= most)).all():
                raise WorldError(f"the trait {trait} must be from 0 to {most:g} for each creature of {name}")
            self._of(trait)[copies, places + part.start] = values
            self.differ = True

    def _of(self, trait: str) -> NDArray[np.float64]:
        array: NDArray[np.float64] = getattr(self, trait)
        return array

    def state_dict(self) -> State:
        """Return the traits of all."""
        return {trait: self._of(trait).copy() for trait in TRAITS}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        for trait in TRAITS:
            load_array(self._of(trait), state[trait])
        self.differ = True
