"""Clamps: what interventions fix in brains, the output of a neuron or all the weights of a creature."""

from typing import Any

import numpy as np

from agents.brain import Brain
from alife.core.errors import InterventionError
from alife.core.intervention import Clamp, Heal, Lesion, LetLearn
from alife.core.world import State

_FREE = -1  # a neuron that nothing clamps


class Clamps:
    """The clamped neurons and the rows that may not learn. Where there are none it costs nothing.

    A clamped neuron integrates what comes in as before, but it puts out 0 or 1 whatever its membrane does: to the
    layer above, to learning and, in a layer that remembers its own spikes, to itself and its neighbours.
    A row that may not learn is to its learner as one that has decided nothing yet: nothing can have come of it.

    Args:
        name: of the species.
        brain: of its creatures.
    """

    def __init__(self, name: str, brain: Brain) -> None:
        self._name, self._brain = name, brain
        self._rows = brain.layers[-1].rows
        self._outputs: dict[tuple[int, int, int], float] = {}  # by layer, row and neuron
        self._kept: set[int] = set()  # rows that may not learn
        self._fill_arrays()

    def apply(self, intervention: Lesion | Clamp | Heal | LetLearn) -> None:
        """Apply an intervention, all of it or nothing.

        Raises:
            InterventionError: there is no such neuron or row, or nothing to heal or change.
        """
        match intervention:
            case Lesion(_, row, layer, neuron):
                self._clamp(layer, row, neuron, 0.0)
            case Clamp(_, row, layer, neuron):
                self._clamp(layer, row, neuron, 1.0)
            case Heal(_, row, layer, neuron):
                self._heal(layer, row, neuron)
            case LetLearn(_, row, learns):
                self._let_learn(row, learns)
        self._fill_arrays()

    def _clamp(self, layer: int, row: int, neuron: int, output: float) -> None:
        self._check(layer, row, neuron)
        self._outputs[layer, row, neuron] = output

    def _heal(self, layer: int, row: int, neuron: int) -> None:
        self._check(layer, row, neuron)
        if (layer, row, neuron) not in self._outputs:
            whose = f"neuron {neuron} of layer {layer} of row {row} of {self._name}"
            raise InterventionError(f"{whose} is neither silenced nor clamped, so there is nothing to heal")
        del self._outputs[layer, row, neuron]

    def _check(self, layer: int, row: int, neuron: int) -> None:
        hidden = len(self._brain.layers) - 1
        if not 0 <= row < self._rows:
            raise InterventionError(f"{self._name} has no row {row}; the rows are 0 to {self._rows - 1}")
        if layer == hidden:
            raise InterventionError(
                f"layer {layer} of {self._name} is the readout, which acts; interventions are for neurons below it"
            )
        if not 0 <= layer < hidden:
            has = f"the layers below the readout are 0 to {hidden - 1}" if hidden else "there is none but the readout"
            raise InterventionError(f"{self._name} has no layer {layer}; {has}")
        size = self._brain.layers[layer].size
        if not 0 <= neuron < size:
            raise InterventionError(f"layer {layer} of {self._name} has no neuron {neuron}; they are 0 to {size - 1}")

    def _let_learn(self, row: int, learns: bool) -> None:
        if self._brain.learner is None:
            raise InterventionError(
                f"{self._name} have no learning rule, so they can neither be let learn nor kept from it"
            )
        if learns is (row not in self._kept):
            raise InterventionError(f"row {row} of {self._name} {'may' if learns else 'may not'} learn already")
        self._kept ^= {row}
        self._brain.learner.reset(np.array([row]))

    def clear_rows(self, rows: list[int]) -> None:
        """Undo what was done to these rows: others live there now."""
        gone = set(rows)
        if self._kept & gone or any(row in gone for _, row, _ in self._outputs):
            self._outputs = {place: output for place, output in self._outputs.items() if place[1] not in gone}
            self._kept -= gone
            self._fill_arrays()

    def _fill_arrays(self) -> None:
        """Tell each layer which of its neurons are clamped, and to what."""
        for k, layer in enumerate(self._brain.layers):
            own = {(row, neuron): output for (of, row, neuron), output in self._outputs.items() if of == k}
            clamped = np.full((layer.rows, layer.size), _FREE, np.int8)
            for place, output in own.items():
                clamped[place] = output
            layer.clamp_neurons(clamped if own else None)
        self._rows_kept = np.array(sorted(self._kept), np.int64)

    def keep_from_learning(self) -> None:
        """Mark the rows that may not learn as having decided nothing."""
        if len(self._rows_kept) and self._brain.learner is not None:
            self._brain.learner.fresh[self._rows_kept] = True

    def neurons(self, row: int) -> tuple[tuple[int, int, float], ...]:
        """Return the clamped neurons of a row: layer, neuron and what it puts out."""
        return tuple(sorted((k, neuron, output) for (k, own, neuron), output in self._outputs.items() if own == row))

    def may_learn(self, row: int) -> bool:
        """Return whether no intervention keeps a row from learning."""
        return row not in self._kept

    def state_dict(self) -> State:
        """Return all there is to remember."""
        outputs = [[layer, row, neuron, output] for (layer, row, neuron), output in sorted(self._outputs.items())]
        return {"outputs": outputs, "kept": sorted(self._kept)}

    def load_state_dict(self, state: Any) -> None:
        """Take on a state that `state_dict` returned.

        Raises:
            InterventionError: it is of neurons or rows that are not here.
        """
        outputs = {(int(k), int(row), int(neuron)): float(out) for k, row, neuron, out in state["outputs"]}
        for layer, row, neuron in outputs:
            self._check(layer, row, neuron)
        kept = {int(row) for row in state["kept"]}
        if not kept <= set(range(self._rows)):
            raise InterventionError(f"there are rows of {self._name} kept from learning that are not there")
        self._outputs, self._kept = outputs, kept
        self._fill_arrays()
