"""Layer: the synapses and the neurons of one layer, in all brains of a species."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from agents.kernels import arrive, clamp, currents, wire, wire_gradient
from agents.parameters import LearnedDecay, LearnedThreshold, Parameter
from alife.core.brain import Floats, Neuron, Neurons, Rows
from alife.core.errors import ConfigError, WorldError
from alife.core.row_state import RowState

_MOST_INPUTS_DELAYED = 1 << 24  # numbers under way in one brain


class Layer(RowState):
    """Input weights, (rows, inputs, size), and neurons.

    A tick is current = x W, with what arrives as x, and then what the neurons make of it. A silent input costs nothing.

    Where synapses are masked or have signs (Dale's law), the weights are strengths, and what they do is kept beside
    them:

        synapses = |weight| * signs * mask        weight * mask where signs are free

    Args:
        neuron: the hyper-parameters of neurons and wiring.
        inputs: the width of what comes in.
        rows: how many brains.
        random: draws connections and weights.
        dtype: of all numbers.

    Raises:
        ConfigError: the hyper-parameters do not fit the inputs or the size.
    """

    counters = ("ticks",)

    by_slices: ClassVar[bool] = True
    """Whether a tick may be taken by slices of rows, on several threads."""

    def __init__(
        self, neuron: Neuron, inputs: int, rows: int, random: np.random.Generator, dtype: Any = np.float32
    ) -> None:
        self.neuron, self.inputs, self.size, self.rows = neuron, inputs, neuron.size, rows
        self.ticks = 0
        self.parameters: tuple[Parameter, ...] = ()
        self._followers: list[Callable[[Rows], None]] = []
        self._plain = neuron.connections >= 1.0 and neuron.dale is None
        # One number stands for a mask that no kernel takes, however wide it is: so brains of no rows cost nothing.
        masked = rows > 0 and not self._plain
        self._mask = (
            _mask(neuron.connections, inputs, neuron.size, random, dtype)
            if masked
            else np.broadcast_to(np.ones((), dtype), (inputs, neuron.size))
        )
        self._signs = _signs(neuron.dale, inputs, dtype)
        self._delays = _delays(neuron.delay, inputs)
        longest = 0 if self._delays is None else int(self._delays.max()) + 1
        self.under_way = np.zeros((rows, longest, inputs), dtype)  # a ring over the ticks
        self._input = self._arrived = np.zeros((rows, inputs), dtype)
        self.neurons = self._start(neuron, rows, dtype)
        self._own = self.neurons.before, self.neurons.output, self.neurons.surrogate  # which kernels may take
        self._check_arrays(dtype)
        self._clamped: NDArray[np.int8] | None = None
        self._current = np.zeros((rows, neuron.size), dtype)
        self.weight = np.zeros((rows, inputs, neuron.size), dtype)
        self._synapses = self.weight if self._plain else np.zeros_like(self.weight)
        self.draw_weights(np.arange(rows), random)

    def _check_arrays(self, dtype: Any) -> None:
        """Raise unless neurons have made arrays that kernels may take."""
        for array in self._own:
            if array is not None and not (
                isinstance(array, np.ndarray)
                and array.shape == (self.rows, self.size)
                and array.dtype == dtype
                and array.flags.c_contiguous
            ):
                raise WorldError(
                    f"{self.kind}: before, output and surrogate must be arrays of {np.dtype(dtype)} in C order, "
                    f"of shape {(self.rows, self.size)}"
                )

    @staticmethod
    def _start(neuron: Neuron, rows: int, dtype: Any) -> Neurons:
        return neuron.start(rows, dtype)

    @property
    def input(self) -> Floats:
        """What arrived at this tick, (rows, inputs)."""
        return self._input

    @property
    def synapses(self) -> Floats:
        """What the weights do, (rows, inputs, size)."""
        return self._synapses

    @property
    def recurrent(self) -> Floats | None:
        """The weights between the neurons, (rows, size, size); None where they do not hear each other."""
        recurrent: Floats | None = getattr(self.neurons, "recurrent", None)
        return recurrent

    @property
    def wiring(self) -> tuple[Floats, Floats, NDArray[np.int64] | None]:
        """The mask (inputs, size), the signs (inputs,), 0 where they are free, and the delays (inputs,) if any."""
        return self._mask, self._signs, self._delays

    def set_wiring(self, mask: Floats | None, signs: Floats | None, delays: NDArray[np.int64] | None) -> None:
        """Take another mask, other signs and other delays; None for none."""
        dtype = self.weight.dtype
        self._mask = np.ones((self.inputs, self.size), dtype) if mask is None else mask.astype(dtype)
        self._signs = np.zeros(self.inputs, dtype) if signs is None else signs.astype(dtype)
        self._plain = mask is None and signs is None
        self._synapses = self.weight if self._plain else np.zeros_like(self.weight)
        self._delays = delays
        longest = 0 if delays is None else int(delays.max()) + 1
        self.under_way = np.zeros((self.rows, longest, self.inputs), dtype)
        self.rewire(np.arange(self.rows))

    @property
    def fan_in(self) -> float:
        """How many inputs a neuron sees, in the mean."""
        return float(self.inputs) if self._plain else max(float(self._mask.sum(0).mean()), 1.0)

    @property
    def kind(self) -> str:
        """The name of the neurons."""
        return type(self.neuron).__name__.lower()

    def learn_parameters(self, decays: float, thresholds: float, shared: bool, reach: float) -> None:
        """Let decays and thresholds be learned, where the neurons have any; what is learned already stays.

        Args:
            decays: how many times faster than weights decays are learned; 0 where they stay.
            thresholds: the same for thresholds.
            shared: whether one decay is learned for all neurons.
            reach: how many times slower learning takes it to be.
        """
        neurons, known = self.neurons, {parameter.name for parameter in self.parameters}
        if decays and LearnedDecay.name not in known and getattr(neurons, "decay", None) is neurons.decays[-1]:
            self.parameters += (LearnedDecay(neurons.decays[-1], shared, decays, reach),)
        if thresholds and LearnedThreshold.name not in known and hasattr(neurons, "at_rest"):
            self.parameters += (LearnedThreshold(neurons.at_rest, False, thresholds),)

    def follow_parameters(self, take_on: Callable[[Rows], None]) -> None:
        """Have something called with the rows whose decays and thresholds may have changed, each time."""
        self._followers.append(take_on)

    def genes(self, name: str) -> Floats | None:
        """Return the decays or thresholds of the neurons, (rows, size); None unless creatures may be born with theirs.

        They may not where the neurons have none, or learn it.
        """
        if any(parameter.name == name for parameter in self.parameters):
            return None
        neurons = self.neurons
        found: Floats | None = getattr(neurons, {"decay": "decay", "threshold": "at_rest"}[name], None)
        return found if name == "threshold" or found is neurons.decays[-1] else None

    def set_genes(self, name: str, rows: Rows, values: Floats) -> None:
        """Let all neurons of each of these rows have one decay, or one threshold, (len(rows),)."""
        numbers = self.genes(name)
        assert numbers is not None
        numbers[rows] = values[:, None]
        for take_on in self._followers:
            take_on(rows)

    def draw_weights(self, rows: Rows, random: np.random.Generator) -> None:
        """Draw the weights of these rows as at birth."""
        if not len(rows):
            return
        mean, spread = self.neuron.weights_at_birth()
        for array in self.learned_arrays():
            array[rows] = 0.0
        for parameter in self.parameters:
            parameter.be_born(rows)
        if mean or spread:
            fan_in = self.fan_in
            drawn = random.standard_normal((len(rows), self.inputs, self.size), np.float32)
            drawn *= spread * fan_in**-0.5
            drawn += mean / fan_in
            self.weight[rows] = drawn
            exciting, inhibiting = int((self._signs > 0).sum()), int((self._signs < 0).sum())
            if exciting and inhibiting:  # inhibition is made as strong as excitation
                self.weight[np.ix_(rows, self._signs < 0)] *= exciting / inhibiting
        self.rewire(rows)

    def rewire(self, rows: Rows) -> None:
        """Let the synapses and neurons of these rows do what was learned."""
        if not self._plain:
            wire(rows, self.weight, self._signs, self._mask, self._synapses)
        if self.parameters:
            for parameter in self.parameters:
                parameter.write(rows)
            for take_on in self._followers:
                take_on(rows)

    def gradient_at_weights(self, rows: Rows, gradient: Floats) -> None:
        """Turn a gradient at the synapses of these rows, (n, inputs, size), into one at their weights, in place."""
        if not self._plain:
            wire_gradient(rows, self.weight, self._signs, self._mask, gradient)

    def tick(self, rows: Rows, signal: Floats) -> Floats:
        """Take one tick: from what comes in, (all rows, inputs), to the neurons' output, (all rows, size)."""
        self._input = signal
        if self._delays is not None:
            arrive(rows, self.ticks, self._delays, signal, self.under_way, self._arrived)
            self._input = self._arrived
        currents(rows, self._synapses, self._input, self._current)
        self.neurons.step(rows, self._current)
        before, output, surrogate = self._own
        neurons = self.neurons
        if neurons.before is not before or neurons.output is not output or neurons.surrogate is not surrogate:
            raise WorldError(f"{self.kind} must write into before, output and surrogate, and put no others there")
        if self._clamped is not None:
            clamp(rows, self._clamped, self.neurons.output)
        return self.neurons.output

    def clamp_neurons(self, clamped: NDArray[np.int8] | None) -> None:
        """Make neurons put out 0 or 1 from now on, (rows, size), and -1 where they are free; None frees all."""
        self._clamped = clamped

    def learned_arrays(self) -> list[Floats]:
        """Return what is learned and inherited: weights, those between the neurons if any, and free parameters."""
        between = [] if self.recurrent is None else [self.recurrent]
        return [self.weight, *between, *(parameter.free for parameter in self.parameters)]

    def trace_arrays(self) -> list[Floats]:
        """Return what the layer itself remembers for a rule to learn from; most rules keep their traces beside it."""
        return []

    def count_tick(self) -> None:
        """Count one tick, once all rows have taken it."""
        self.ticks += 1

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows: what happened is forgotten, weights stay."""
        self.under_way[rows] = 0.0
        self.neurons.reset(rows)

    def come_to_rest(self, rows: Rows) -> None:
        """Begin a new episode in these rows, and take a tick there in which nothing arrives."""
        self.reset(rows)
        if self._delays is not None:
            self._input[rows] = 0.0
        self._current[rows] = 0.0
        self.neurons.step(rows, self._current)

    def load_state_dict(self, state: Any) -> None:
        """Take on a state that `state_dict` returned."""
        super().load_state_dict(state)
        self.rewire(np.arange(self.rows))


def _mask(share: float, inputs: int, size: int, random: np.random.Generator, dtype: Any) -> Floats:
    """Return where there is a synapse, (inputs, size) of 0 and 1: as many inputs for each neuron."""
    if share >= 1.0:
        return np.ones((inputs, size), dtype)
    seen = max(1, round(share * inputs))
    order = random.random((size, inputs)).argsort(-1)
    mask = np.zeros((size, inputs), dtype)
    np.put_along_axis(mask, order[:, :seen], 1.0, -1)
    return np.ascontiguousarray(mask.T)


def _signs(share: float | None, inputs: int, dtype: Any) -> Floats:
    """Return the sign of every input's synapses, (inputs,) of 1 and -1; of 0 where they are free."""
    if share is None:
        return np.zeros(inputs, dtype)
    signs = np.ones(inputs, dtype)
    signs[round(share * inputs) :] = -1.0
    return signs


def _delays(delay: int | Sequence[int], inputs: int) -> NDArray[np.int64] | None:
    """Return the delay of every input in ticks, (inputs,); None where there is none."""
    if delay == 0:
        return None
    several = [delay] * inputs if isinstance(delay, int) else list(delay)
    if len(several) != inputs:
        raise ConfigError(f"delay must be one number of ticks or {inputs} of them, got {len(several)}")
    delays = np.array(several, np.int64)
    if inputs * (int(delays.max(initial=0)) + 1) > _MOST_INPUTS_DELAYED:
        raise ConfigError(f"delay is too long to be kept for {inputs} inputs, got {int(delays.max())}")
    return delays if delays.any() else None
