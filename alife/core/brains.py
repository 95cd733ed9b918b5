"""Population, the contract of all creatures of a species: what a simulation asks of them."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from alife.core.channel import Channel
from alife.core.frame import BrainProbe, WeightsSnapshot
from alife.core.intervention import Clamp, Heal, Lesion, LetLearn
from alife.core.world import Outcome, State


class Report(NamedTuple):
    """What the last tick meant to each row."""

    errors: NDArray[np.float32]  # (rows,) TD error of the decision before; 0 where there was none
    learned: NDArray[np.bool_]  # (rows,) made a backward pass
    surprised: NDArray[np.bool_]  # (rows,) made one that no event of the world had started, but one of its own brain


class Brains(Protocol):
    """All creatures of a species, run together."""

    rows: int
    learns: bool
    report: Report

    def act(self, outcome: Outcome) -> NDArray[Any]:
        """Let every creature sense, learn from what came of its last decision, and decide again."""

    def probe(self, row: int) -> BrainProbe:
        """Return what goes on in the brain of one creature, as it was when it last acted."""

    def channels(self, sensed: Sequence[Channel]) -> tuple[Channel, ...]:
        """Return what each input of a brain means but the constant one, given what each number means that is sensed."""

    def snapshot(self, row: int) -> WeightsSnapshot:
        """Return copies of what one brain has learned, and of what it would credit now."""

    def apply(self, intervention: Lesion | Clamp | Heal | LetLearn) -> None:
        """Apply an intervention, all of it or nothing.

        Raises:
            InterventionError: there is nothing to lay it on.
        """

    def firing_rates(self) -> list[float]:
        """Return, for each spiking layer, spikes per neuron per tick since birth, mean over all creatures."""

    def learning_state_bytes(self) -> int:
        """Return the bytes of learning state per creature: traces and step sizes, weights apart."""

    def state_dict(self) -> State:
        """Return copies of all that these creatures must remember."""

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned."""
