"""Layers on torch: those of `alife.nn` in brains, and a brain as a network of `alife.nn` and back.

Of the creatures, only this module, the rules of the source method and the encoder of anybody's torch module load torch.
"""

import importlib
import inspect
import math
import typing
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

import alife.nn
from agents.actor_critic import ActorCritic
from agents.brain import Brain
from agents.layer import Layer
from alife.core.brain import Floats, Neuron, Neurons, Rows
from alife.core.errors import ConfigError
from alife.core.row_state import State
from alife.nn import Sequential
from alife.nn.input_trace import InputTrace
from alife.nn.layers.layer import Layer as NetworkLayer

_OURS = frozenset(("scale", *(field.name for field in fields(Neuron))))  # wiring, and what only counts at birth
_PER_NEURON = ("decay", "at_rest", "synaptic_decay", "adaptation_decay", "adaptation")
_HOUSE_GIVES = ("inputs", "rows", "generator", "trace_decay", "learn", "mean_spikes")


def to_torch(layer: Layer, trace_decay: float | None = 0.9) -> NetworkLayer:
    """Return the same neurons and wiring as a layer of `alife.nn`, with the same weights in the same memory.

    Args:
        layer: of a brain.
        trace_decay: of its input trace per tick; None keeps none.

    Raises:
        ConfigError: `alife.nn` has no such neurons.
    """
    neuron = layer.neuron
    if isinstance(layer, TorchLayer) and isinstance(neuron, ForeignNeuron):
        made = neuron.build_network_layer(layer.inputs, layer.rows, trace_decay).to(_type(layer))
        made.load_state_dict(layer.network_layer.state_dict(), strict=False)  # a trace may be in one of them only
        made.zero_states(torch.arange(layer.rows))
    else:
        made = _same_kind(layer, trace_decay)
    for parameter, array in _learned(made, layer):
        parameter.data = torch.from_numpy(array).transpose(1, 2)
    return made


def _type(layer: Layer) -> torch.dtype:
    return torch.from_numpy(layer.weight).dtype


def _same_kind(layer: Layer, trace_decay: float | None) -> NetworkLayer:
    neuron = layer.neuron
    kind = getattr(alife.nn, type(neuron).__name__, None)
    if kind is None:
        raise ConfigError(f"alife.nn has no layer {type(neuron).__name__}, so it cannot be run on torch")
    at_birth = neuron.start(layer.rows, layer.weight.dtype)
    for name in _PER_NEURON:
        if not np.array_equal(getattr(layer.neurons, name, 0.0), getattr(at_birth, name, 0.0)):
            raise ConfigError(f"the {name} of this layer is not that of its neurons at birth; alife.nn cannot have it")
    own = {field.name: getattr(neuron, field.name) for field in fields(neuron) if field.name not in _OURS}
    before = torch.get_default_dtype()
    torch.set_default_dtype(_type(layer))  # so that a decay has all its digits
    try:
        made: NetworkLayer = kind(
            layer.inputs, layer.size, **own, **_wiring(layer), rows=(layer.rows,), trace_decay=trace_decay
        )
    finally:
        torch.set_default_dtype(before)
    return made


def _learned(network_layer: NetworkLayer, layer: Layer) -> Iterator[tuple[Tensor, Floats]]:
    """Return the weights of a layer of `alife.nn`, (rows, size, inputs), with ours, (rows, inputs, size)."""
    yield network_layer.weight, layer.weight
    if layer.recurrent is not None:
        yield dict(network_layer.named_parameters())["recurrent_weight"], layer.recurrent


def _wiring(layer: Layer) -> dict[str, Any]:
    """Return the options of a layer of `alife.nn` that give it the mask, the signs and the delays of ours."""
    mask, signs, delays = layer.wiring
    free = not signs.any()
    return {
        "connections": 1.0 if mask.all() else torch.from_numpy(np.ascontiguousarray(mask.T)),
        "dale": None if free else torch.from_numpy(signs),
        "delay": 0 if delays is None else delays.tolist(),
    }


def brain_to_torch(brain: Brain) -> Sequential:
    """Return the layers of all brains as a network of `alife.nn` with rows, at rest; weights share their memory.

    A change of a weight here is a change there. Membranes and traces are their own.
    """
    return Sequential(*(to_torch(layer) for layer in brain.layers))


def brain_from_torch(network: Sequential, rule: ActorCritic | None = None) -> Brain:
    """Return brains made of a network of `alife.nn` with one axis of rows, at rest; weights share their memory.

    Decays, thresholds and whatever else a layer has learned come along, row by row.

    Args:
        network: layers of kinds that `agents.neurons` and `agents.readouts` have, the last one a readout.
        rule: how the brains learn.

    Raises:
        ConfigError: a layer is of another kind, or has not exactly one axis of rows.
    """
    return Brain([_from_torch(layer) for layer in network.layers], rule)


def _from_torch(given: NetworkLayer) -> Layer:
    if len(given.rows) != 1:
        raise ConfigError(f"a brain has one axis of rows; this layer of alife.nn has {len(given.rows)}")
    neuron = _neuron_of(given)
    dtype = given.weight.detach().numpy().dtype
    layer = Layer(neuron, given.inputs, given.rows[0], np.random.default_rng(0), dtype)
    layer.set_wiring(_numpy(given.mask, transposed=True), _numpy(given.signs), _numpy(given.delays))
    for name in _PER_NEURON:
        source = getattr(given, "threshold" if name == "at_rest" else name, None)
        if isinstance(source, Tensor) and hasattr(layer.neurons, name):
            getattr(layer.neurons, name)[...] = source.detach().numpy()
    for parameter, array in _learned(given, layer):
        array[...] = parameter.detach().transpose(1, 2).numpy()
        parameter.data = torch.from_numpy(array).transpose(1, 2)
    layer.rewire(np.arange(layer.rows))
    return layer


def _numpy(tensor: Tensor | None, transposed: bool = False) -> Any:
    if tensor is None:
        return None
    array = tensor.detach().numpy()
    return np.ascontiguousarray(array.T) if transposed else array


def _neuron_of(given: NetworkLayer) -> Neuron:
    """Return the hyper-parameters of a layer that are not arrays; the arrays follow."""
    name = type(given).__name__
    for package in ("agents.neurons", "agents.readouts"):
        try:
            kind = getattr(importlib.import_module(f"{package}.{name.lower()}"), name)
        except (ImportError, AttributeError):
            continue
        options: dict[str, Any] = {"size": given.size}
        if hasattr(given, "refractory"):
            options["refractory"] = given.refractory
        if (start := getattr(given, "_start", None)) is not None:
            options["spread"] = math.log1p(math.exp(start))
        made: Neuron = kind(**options)
        return made
    raise ConfigError(f"agents has no neurons of the kind {name}, so this layer of alife.nn cannot be a brain's")


class TorchLayer(Layer):
    """A layer of brains whose ticks and backward passes are those of a layer of `alife.nn`.

    Its weights are one array with those of the layer. All rows are run at every tick, on one thread.

    Args:
        trace_decay: of the input trace of the layer, per tick; None keeps none.
        neuron, inputs, rows, random, dtype: see Layer.
    """

    by_slices: ClassVar[bool] = False

    def __init__(
        self,
        neuron: Neuron,
        inputs: int,
        rows: int,
        random: np.random.Generator,
        dtype: Any = np.float32,
        trace_decay: float | None = 0.9,
    ) -> None:
        self._trace_decay = trace_decay
        super().__init__(neuron, inputs, rows, random, dtype)
        if isinstance(neuron, ForeignNeuron):
            self._network_layer = self._draw_foreign(neuron, rows, random)
            self._network_layer.weight.data = torch.from_numpy(self.weight).transpose(1, 2)
        else:
            self._network_layer = to_torch(self, trace_decay)

    @staticmethod
    def _start(neuron: Neuron, rows: int, dtype: Any) -> Neurons:
        return (
            ForeignNeurons(rows, neuron.size, dtype) if isinstance(neuron, ForeignNeuron) else neuron.start(rows, dtype)
        )

    def genes(self, name: str) -> Floats | None:
        """Return None: a layer of `alife.nn` has the same neurons in all rows."""
        return None

    def _draw_foreign(self, neuron: "ForeignNeuron", rows: int, random: np.random.Generator) -> NetworkLayer:
        """Return a user's layer; torch's own random numbers are let be."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(random.integers(2**63)))
            return neuron.build_network_layer(self.inputs, rows, self._trace_decay).to(_type(self))

    def draw_weights(self, rows: Rows, random: np.random.Generator) -> None:
        """Draw the weights of these rows as at birth; a user's layer draws its own."""
        if isinstance(self.neuron, ForeignNeuron):
            drawn = self._draw_foreign(self.neuron, len(rows), random)
            self.weight[rows] = drawn.weight.detach().transpose(1, 2).numpy()
        else:
            super().draw_weights(rows, random)

    @property
    def network_layer(self) -> NetworkLayer:
        """The layer of `alife.nn`."""
        return self._network_layer

    def tick(self, rows: Rows, signal: Floats) -> Floats:
        """Take one tick of all rows."""
        with torch.inference_mode():
            output = self._network_layer(torch.from_numpy(signal))
        tick, neurons = self._network_layer.tick, self.neurons
        self._input = tick.input.numpy()
        neurons.before[...] = tick.membrane.numpy()
        neurons.output[...] = output.numpy()
        if neurons.threshold is not None and (threshold := self._network_layer.threshold_now) is not None:
            neurons.threshold[...] = threshold.numpy()
        if self._clamped is not None:
            self._force(rows)
        return neurons.output

    def _force(self, rows: Rows) -> None:
        """Force clamped neurons, also in what the layer remembers of its own spikes."""
        assert self._clamped is not None
        forced = self._clamped >= 0
        self.neurons.output[forced] = self._clamped[forced]
        if isinstance(spikes := getattr(self._network_layer, "spikes", None), Tensor):
            spikes.numpy()[forced] = self._clamped[forced]

    def trace_arrays(self) -> list[Floats]:
        """Return the sums of the input traces, which the rules `trace` and `reflect` learn from."""
        traces = [module for module in self._network_layer.modules() if isinstance(module, InputTrace)]
        return [sums.numpy() for trace in traces for sums in trace.buffers(recurse=False)]

    def gradient_at_weights(self, rows: Rows, gradient: Floats) -> None:
        """Do nothing: what torch gives is at the weights already."""

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows: what happened is forgotten, weights stay."""
        super().reset(rows)
        self._network_layer.zero_states(torch.from_numpy(rows))

    def state_dict(self) -> State:
        """Return copies of all state, that of the layer of `alife.nn` too."""
        kept = {name: tensor.numpy().copy() for name, tensor in self._network_layer.state_dict().items()}
        return {**super().state_dict(), "network_layer": kept}

    def load_state_dict(self, state: Any) -> None:
        """Take on a state that `state_dict` returned."""
        super().load_state_dict(state)
        own = {name: torch.from_numpy(np.array(array)) for name, array in state["network_layer"].items()}
        self._network_layer.load_state_dict(own)


class ForeignNeuron(Neuron):
    """A user's layer of `alife.nn`, as neurons that a configuration names; only the source method learns in them."""

    layer_class: type[NetworkLayer]
    on_torch: ClassVar[bool] = True

    def __init__(self, **options: Any) -> None:
        size = options.pop("size", 64)
        vars(self).update(size=size, connections=1.0, dale=None, delay=0, options=options)

    def build_network_layer(self, inputs: int, rows: int, trace_decay: float | None) -> NetworkLayer:
        """Return the layer."""
        return self.layer_class(inputs, self.size, **vars(self)["options"], rows=(rows,), trace_decay=trace_decay)

    def start(self, rows: int, dtype: Any) -> Neurons:
        """Refuse: these neurons are run by torch alone.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(
            f"{type(self).__name__} is a layer of alife.nn; it learns by the rules trace and reflect alone. "
            "Other rules take neurons in numpy, see docs/neurons/your-own.md"
        )


class ForeignNeurons(Neurons):
    """What is seen of the neurons of a layer of `alife.nn`: membranes and output."""

    def __init__(self, rows: int, size: int, dtype: Any) -> None:
        super().__init__(rows, size, dtype, bends=False)
        self._no_decay = np.zeros((rows, size), dtype)

    @property
    def decays(self) -> tuple[Floats, ...]:
        """Nothing that a rule of traces could use."""
        return (self._no_decay,)

    def step(self, rows: Rows, current: Floats) -> None:
        """Do nothing: torch takes the tick."""


@cache
def neuron_of(layer: type[NetworkLayer]) -> type[Neuron]:
    """Return neurons that a configuration may name, made of a class of layers of `alife.nn`."""

    def start_of(self: ForeignNeuron, **options: Any) -> None:
        ForeignNeuron.__init__(self, **options)

    made = type(layer.__name__, (ForeignNeuron,), {"layer_class": layer, "__init__": start_of})
    signature = inspect.signature(layer)
    given = [each for name, each in signature.parameters.items() if name not in _HOUSE_GIVES]
    made.__init__.__annotations__ = _hints_of(layer)  # type: ignore[misc]
    made.__signature__ = signature.replace(parameters=given)  # type: ignore[attr-defined]
    made.__module__, made.__qualname__ = layer.__module__, layer.__qualname__
    return made


def _hints_of(layer: type[NetworkLayer]) -> dict[str, Any]:
    """Return the annotation of each parameter, also of those that a constructor passes on to the next one up."""
    hints: dict[str, Any] = {}
    for base in reversed(layer.__mro__):
        if issubclass(base, NetworkLayer) and "__init__" in vars(base):
            hints |= typing.get_type_hints(vars(base)["__init__"], include_extras=True)
    return hints
