"""Clamps: what interventions fix in brains, the output of a neuron or all weights of a creature."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from alife.core.errors import InterventionError
from alife.core.intervention import Clamp, Heal, Lesion, LetLearn
from alife.core.world import State
from alife.learning import Learner
from alife.nn import Layer

_Entries = tuple[NDArray[np.int64], NDArray[np.int64]]  # rows, neurons


class Clamps:
    """The clamped neurons of a species, and its rows that may not learn. Where there are none it costs nothing.

    A clamped neuron integrates what comes in as before, but it puts out 0 or 1 whatever its membrane does: to the
    layer above, to learning and, in a layer that remembers its own spikes, to itself and its neighbours.
    A row that may not learn is to its learner as one that has decided nothing yet: nothing is credited to it.

    Args:
        name: of the species.
        layers: of its brains; the last is the readout.
        learner: None without a learning rule.
    """

    def __init__(self, name: str, layers: Sequence[Layer], learner: Learner | None) -> None:
        self._name, self._layers, self._learner = name, layers, learner
        self._outputs: dict[tuple[int, int, int], float] = {}  # by layer, row and neuron
        self._blocked: set[int] = set()  # rows that may not learn
        self._compile_arrays()

    def apply_intervention(self, intervention: Lesion | Clamp | Heal | LetLearn) -> None:
        """Apply an intervention, all of it or nothing.

        Raises:
            InterventionError: there is nothing to apply it to.
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
        self._compile_arrays()

    def _clamp(self, layer: int, row: int, neuron: int, output: float) -> None:
        self._check_neuron(layer, row, neuron)
        self._outputs[layer, row, neuron] = output

    def _heal(self, layer: int, row: int, neuron: int) -> None:
        self._check_neuron(layer, row, neuron)
        if (layer, row, neuron) not in self._outputs:
            whose = f"neuron {neuron} of layer {layer} of row {row} of {self._name}"
            raise InterventionError(f"{whose} is neither silenced nor clamped, so there is nothing to heal")
        del self._outputs[layer, row, neuron]

    def _check_neuron(self, layer: int, row: int, neuron: int) -> None:
        hidden = len(self._layers) - 1
        if not 0 <= row < self._rows:
            raise InterventionError(f"{self._name} has no row {row}; the rows are 0 to {self._rows - 1}")
        if layer == hidden:
            raise InterventionError(
                f"layer {layer} of {self._name} is the readout, which acts; interventions are for neurons below it"
            )
        if not 0 <= layer < hidden:
            has = f"the layers below the readout are 0 to {hidden - 1}" if hidden else "there is none but the readout"
            raise InterventionError(f"{self._name} has no layer {layer}; {has}")
        size = self._layers[layer].size
        if not 0 <= neuron < size:
            raise InterventionError(f"layer {layer} of {self._name} has no neuron {neuron}; they are 0 to {size - 1}")

    @property
    def _rows(self) -> int:
        return int(self._layers[-1].rows[0])

    def _let_learn(self, row: int, learns: bool) -> None:
        if self._learner is None:
            raise InterventionError(
                f"{self._name} have no learning rule, so they can neither be let learn nor kept from it"
            )
        if learns is (row not in self._blocked):
            raise InterventionError(f"row {row} of {self._name} {'may' if learns else 'may not'} learn already")
        self._blocked ^= {row}
        self._learner.zero_states(torch.tensor([row]))

    def remove_rows(self, rows: Sequence[int]) -> None:
        """Remove all interventions on these rows: other creatures live there now."""
        gone = set(rows)
        self._outputs = {key: output for key, output in self._outputs.items() if key[1] not in gone}
        self._blocked -= gone
        self._compile_arrays()

    def _compile_arrays(self) -> None:
        """Compile the clamp masks into arrays, by layer."""
        self._forced: dict[int, tuple[_Entries, NDArray[np.float32]]] = {}
        for layer in {layer for layer, _, _ in self._outputs}:
            own = [(row, neuron, output) for (k, row, neuron), output in self._outputs.items() if k == layer]
            rows, neurons, outputs = (np.array(column) for column in zip(*own, strict=True))
            self._forced[layer] = (rows, neurons), outputs.astype(np.float32)
        self._blocked_rows = np.array(sorted(self._blocked), np.int64)

    def force_outputs(self, number: int) -> None:
        """Set the outputs of the clamped neurons of a layer, after its forward pass."""
        if number not in self._forced:
            return
        (entries, outputs), layer = self._forced[number], self._layers[number]
        layer.tick.output.numpy()[entries] = outputs
        remembered = getattr(layer, "spikes", None)
        if isinstance(remembered, torch.Tensor):
            remembered.numpy()[entries] = outputs

    def block_learning(self) -> None:
        """Keep rows that may not learn from being credited: mark them as without a decision."""
        if self._learner is not None and len(self._blocked_rows):
            self._learner.fresh.numpy()[self._blocked_rows] = True

    def clamped_neurons(self, row: int) -> tuple[tuple[int, int, float], ...]:
        """Return the clamped neurons of a row: layer, neuron and output."""
        return tuple(sorted((k, neuron, output) for (k, own, neuron), output in self._outputs.items() if own == row))

    def may_learn(self, row: int) -> bool:
        """Return whether no intervention keeps a row from learning."""
        return row not in self._blocked

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        outputs = [[layer, row, neuron, output] for (layer, row, neuron), output in sorted(self._outputs.items())]
        return {"outputs": outputs, "kept": sorted(self._blocked)}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned, or an empty one.

        Raises:
            InterventionError: it is of neurons that do not exist.
        """
        outputs = {(int(k), int(row), int(neuron)): float(out) for k, row, neuron, out in state["outputs"]}
        for layer, row, neuron in outputs:
            self._check_neuron(layer, row, neuron)
        blocked = {int(row) for row in state["kept"]}
        if not blocked <= set(range(self._rows)):
            raise InterventionError(f"the state keeps rows of {self._name} from learning that do not exist")
        self._outputs, self._blocked = outputs, blocked
        self._compile_arrays()
