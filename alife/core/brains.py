"""Brains, the contract of all creatures of a species: what a simulation asks of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from alife.core.brain import Rows
from alife.core.channel import Channel
from alife.core.fault import RowFaults
from alife.core.frame import BrainProbe, WeightsSnapshot
from alife.core.intervention import Clamp, Heal, Lesion, LetLearn, Set
from alife.core.world import Outcome, State


class Report(NamedTuple):
    """The TD errors and backward passes of the last tick, by row; the same arrays at every tick."""

    errors: NDArray[Any]  # (rows,) TD error of the decision before; 0 where there was none
    learned: NDArray[np.bool_]  # (rows,) made a backward pass
    surprised: NDArray[np.bool_]  # (rows,) made one that an event of its own brain started, not one of the world
    faults: list[RowFaults]  # what was refused since somebody has cleared it


class Brains(Protocol):
    """All creatures of a species, run together."""

    rows: int
    learns: bool
    report: Report

    @property
    def genes(self) -> Mapping[str, NDArray[np.float64]]:
        """The genes by name, (rows,) each, the same arrays at every tick; those of newborns once they have acted."""

    def update_causes(self, causes: Sequence[str]) -> None:
        """Take the causes of a world that takes the place of another, which events refer to by place."""

    def act(self, outcome: Outcome) -> NDArray[Any]:
        """Learn from the outcome of the last decisions, and return the next actions of all rows."""

    def skip_learning(self, rows: Rows) -> None:
        """Let these rows learn nothing from the next outcome."""

    def probe(self, row: int) -> BrainProbe:
        """Return the probe of one brain, as it was when it last acted."""

    def probes(self, rows: slice) -> Callable[[int], BrainProbe]:
        """Return what gives the probe of each of some rows, of now, whatever comes then."""

    def channels(self, sensed: Sequence[Channel]) -> tuple[Channel, ...]:
        """Return the channel of each brain input but the constant one, given the channels of the observation."""

    def snapshot(self, row: int) -> WeightsSnapshot:
        """Return the weights snapshot of one brain: copies of its weights and traces."""

    def apply(self, intervention: Lesion | Clamp | Heal | LetLearn | Set) -> None:
        """Apply an intervention, all of it or nothing; what is set is the mutation of `heredity`.

        Raises:
            InterventionError: there is no such row, layer or neuron to apply it to.
        """

    def spikes_per_neuron(self) -> list[NDArray[np.float64]]:
        """Return, for each spiking layer, how often a neuron has spiked since the first tick, (rows,), their mean."""

    def firing_rates(self) -> list[float]:
        """Return, for each spiking layer, spikes per neuron per tick since birth, mean over all creatures."""

    def learning_state_bytes(self) -> int:
        """Return the bytes of learning state per creature: traces and step sizes, weights apart."""

    def state_dict(self) -> State:
        """Return copies of the state of these creatures."""

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
