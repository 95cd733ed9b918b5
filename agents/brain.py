"""Brain: the networks of all creatures of a species, and a tick of them, which reads as its equations."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.actor_critic import ActorCritic
from agents.kernels import are_within, in_threes, note_beyond
from agents.layer import Layer
from agents.learner import Learner
from agents.refusals import LARGEST, input_faults, membrane_faults, output_faults, take_marked
from alife.core.brain import Floats, ReadoutNeurons, Rows
from alife.core.errors import NumericError
from alife.core.fault import RowFaults
from alife.core.random import Stream
from alife.core.row_state import RowState

if TYPE_CHECKING:
    from alife.nn import Sequential


class Brain(RowState):
    """One network for each row: layers, the last of them a readout, and what learns in them.

    Args:
        layers: from the senses up.
        rule: how they learn; None where nobody does.
        random: for rules that draw.

    Raises:
        ConfigError: the rule does not fit the layers.
    """

    def __init__(self, layers: Sequence[Layer], rule: ActorCritic | None, random: Stream | None = None) -> None:
        self.layers = tuple(layers)
        readout = self.layers[-1].neurons
        assert isinstance(readout, ReadoutNeurons)
        self._readout, self._foreign_readout = readout, not type(readout).__module__.startswith("agents.")
        self.learner = Learner(rule, self.layers, random) if rule is not None else None
        self.faults: list[RowFaults] = [] if self.learner is None else self.learner.faults
        self._membranes = in_threes([layer.neurons.before for layer in self.layers], more=1)
        self._beyond = np.zeros(self.layers[-1].rows, bool)  # rows in which something is refused, for a moment

    @property
    def readout(self) -> ReadoutNeurons:
        """The neurons that act."""
        return self._readout

    def to_torch(self) -> "Sequential":
        """Return the same networks as layers of `alife.nn` that share the weights; see agents.torch_layer."""
        from agents.torch_layer import brain_to_torch

        return brain_to_torch(self)

    @classmethod
    def from_torch(cls, network: "Sequential", rule: ActorCritic | None = None) -> "Brain":
        """Return brains made of layers of `alife.nn`, which share the weights; see agents.torch_layer."""
        from agents.torch_layer import brain_from_torch

        return brain_from_torch(network, rule)

    def think(self, rows: Rows, signal: Floats) -> None:
        """v <- d v + x W, layer by layer: from what is sensed, (all rows, inputs), to the output of the readout.

        Where an input, a membrane or the output is not finite, or too large, `faults` says so, and the row is as at the
        first tick of an episode in which nothing is sensed: its input is set to 0.

        Raises:
            NumericError: the output is not finite there either.
        """
        sensed = signal
        for layer in self.layers:
            signal = layer.tick(rows, signal)
        if not are_within(rows, (sensed, *self._membranes), LARGEST):
            self._refuse(rows, sensed)
        if self._foreign_readout and note_beyond(rows, signal, LARGEST, self._beyond):
            refused = take_marked(rows, self._beyond)
            self._let_rest(output_faults(refused, signal))
            if note_beyond(refused, signal, LARGEST, self._beyond):
                raise NumericError(f"the output of row {refused[0]} is not finite even at rest")

    def _refuse(self, rows: Rows, sensed: Floats) -> None:
        """Let the rows rest in which an input or a membrane is beyond its limit; the lowest one counts."""
        if note_beyond(rows, sensed, LARGEST, self._beyond):
            refused = take_marked(rows, self._beyond)
            sensed_there = input_faults(refused, sensed)
            sensed[refused] = 0.0
            self._let_rest(sensed_there)
        for k, layer in enumerate(self.layers):
            if note_beyond(rows, layer.neurons.before, LARGEST, self._beyond):
                refused = take_marked(rows, self._beyond)
                self._let_rest(membrane_faults(refused, k, layer.neurons.before, layer.weight))

    def _let_rest(self, faults: RowFaults) -> None:
        """Note faults, and let their rows be as after a tick in which nothing was sensed."""
        self.faults.append(faults)
        for layer in self.layers:
            layer.come_to_rest(faults.rows)
        if self.learner is not None:
            self.learner.reset(faults.rows)

    def raise_fault(self) -> None:
        """Raise the first fault that nobody has taken note of, if there is one.

        Raises:
            NumericError: there is.
        """
        for fault in self.faults:
            raise NumericError(f"row {fault.rows[0]}: {fault.what}")

    def learn(self, rows: Rows, rewards: Floats, terminated: Any, rewarded: Any, ended: Any) -> None:
        """Judge what was decided before by what came of it, and learn where there is an event; see Learner."""
        if self.learner is not None:
            self.learner.learn(rows, rewards, terminated, rewarded, ended)

    def decide(self, rows: Rows, random: Floats) -> None:
        """Draw an action into `readout.action`, and record how it was drawn."""
        self._readout.sample(rows, random)
        if self.learner is not None:
            self.learner.record(rows)

    def count_tick(self) -> None:
        """Count one tick, once all rows have taken it."""
        for layer in self.layers:
            layer.count_tick()
        if self.learner is not None:
            self.learner.traces.count_decision()

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows: forget what happened, keep what was learned."""
        for layer in self.layers:
            layer.reset(rows)
        if self.learner is not None:
            self.learner.reset(rows)

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows; their weights are given by others."""
        for layer in self.layers:
            layer.reset(rows)
        if self.learner is not None:
            self.learner.begin_lives(rows)
