"""A world that breaks its contract in a chosen way at a chosen tick."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.types import Amount, Count, Positive
from alife.world import Events, Outcome, Species
from worlds.forage import Forage


class BrokenWorld(Forage):
    """Forage until the chosen tick."""

    def __init__(
        self, species: Species, copies: Count = 1, size: Positive = 12.0, fault: str = "raises", at: Amount = 5
    ) -> None:
        self._fault, self._at = fault, at
        super().__init__(species, copies, size)

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        outcomes = super().step(actions)
        if self._tick != self._at:
            return outcomes
        if self._fault == "raises":
            raise RuntimeError("the sky fell")
        return {name: self._broken(outcome) for name, outcome in outcomes.items() if self._fault != "missing"}

    def _broken(self, outcome: Outcome) -> Outcome:
        match self._fault:
            case "nan observation":
                observations = outcome.observations.copy()
                observations[1, 3] = np.nan
                return replace(outcome, observations=observations)
            case "nan reward":
                return replace(outcome, rewards=np.array([0.0, np.inf]))
            case "wrong shape":
                return replace(outcome, observations=outcome.observations[:, :3])
            case "far event":
                return replace(outcome, events=Events(np.array([7]), np.array([0]), np.array([1.0])))
        raise ValueError(self._fault)
