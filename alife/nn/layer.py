"""Layer, the contract of everything a network is built from."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, TypedDict

import torch
from torch import Tensor, nn

from alife.nn.free import Free
from alife.nn.input_trace import InputTrace
from alife.nn.signature import whole_signature
from alife.nn.wiring import delays_of, mask_of, signs_of
from alife.types import Amount, Decay, Fraction


class Tick(NamedTuple):
    """What happened in a layer at one tick. Read it before the next: a tensor may be the layer's own state."""

    input: Tensor  # (*rows, inputs), as it arrived
    membrane: Tensor  # (*rows, size) before any reset
    output: Tensor  # (*rows, size)


class LayerOptions(TypedDict, total=False):
    """What every layer takes beside its own parameters; see Layer."""

    connections: Fraction | Tensor
    dale: Fraction | Tensor | None
    delay: Amount | Sequence[Amount]
    trace_decay: Decay | None
    learn: Sequence[str]
    rows: tuple[int, ...]
    generator: torch.Generator | None


class Layer(nn.Module, ABC):
    """Neurons with their input weights, one set for each row.

    A layer is one class with two methods: `step`, what the neurons do with their currents at one tick, and
    `mean`, what they put out on average under steady ones. The rest comes from here. A forward pass keeps
    no graph. `backward` may be called at any tick, any number of times, at a cost that does not depend on how
    many ticks went before: it rebuilds the mean output from the mean input and differentiates that.

    A layer has `weight` (*rows, size, inputs), `decays`, a `membrane` buffer (*rows, size) and, after each
    forward pass, its `tick`. A constructor's `**options` are the parameters below.

    Args:
        inputs: the width of what comes in.
        size: how many neurons.
        connections: the share of the inputs that each neuron sees, drawn anew for each neuron; or a mask
            (size, inputs), true where there is a synapse.
        dale: the share of the inputs whose synapses all excite, the first ones; the synapses of the others all
            inhibit; or the signs, (inputs,) of 1 and -1. None leaves signs free.
        delay: ticks that an input is on its way; one number for all inputs, or one for each.
        trace_decay: of the input trace per tick; None keeps no trace, and there is no backward pass.
        learn: the names of what gets a gradient, out of `learnable`; the rest is fixed.
        rows: the leading axes: () for one network, (1000,) for a thousand.
        generator: draws weights and connections; torch's own when omitted.

    Raises:
        ValueError: a parameter is out of its range; the message names it.
    """

    learnable: ClassVar[tuple[str, ...]] = ("weight", "trace_decay")
    """What can be learned, by name."""

    recurrent: ClassVar[bool] = False
    """Whether the neurons hear each other."""

    tick: Tick
    weight: nn.Parameter
    membrane: Tensor
    mask: Tensor | None
    signs: Tensor | None
    delays: Tensor | None
    under_way: Tensor  # where there are delays: (*rows, longest + 1, inputs), the latest first

    def __init_subclass__(cls, **keywords: Any) -> None:
        """Let the signature of a class name the options that it passes on."""
        super().__init_subclass__(**keywords)
        cls.__signature__ = whole_signature(cls)  # type: ignore[attr-defined]

    def __init__(
        self,
        inputs: int,
        size: int,
        *,
        connections: Fraction | Tensor = 1.0,
        dale: Fraction | Tensor | None = None,
        delay: Amount | Sequence[Amount] = 0,
        trace_decay: Decay | None = 0.9,
        learn: Sequence[str] = ("weight",),
        rows: tuple[int, ...] = (),
        generator: torch.Generator | None = None,
    ) -> None:
        super().__init__()
        self.inputs, self.size = _counted(inputs, "inputs"), _counted(size, "size")
        self.rows = tuple(_counted(count, "rows", 0) for count in rows)
        self.learn, self._states = self._checked(learn), list[str]()
        self.weight = nn.Parameter(torch.zeros(*self.rows, size, inputs), requires_grad="weight" in self.learn)
        self.register_buffer("mask", mask_of(connections, size, inputs, generator))
        self.register_buffer("signs", signs_of(dale, inputs))
        self.register_buffer("delays", delays_of(delay, inputs))
        self._plain = self.mask is None and self.signs is None
        if self.delays is not None:
            self.add_state("under_way", int(self.delays.max()) + 1, inputs)
        self.add_state("membrane", size)
        self.trace: InputTrace | None = None
        if trace_decay is not None:
            with _named("trace_decay"):
                self.trace = InputTrace(inputs, trace_decay, self.rows, "trace_decay" in self.learn)
        self.tick = Tick(torch.zeros(*self.rows, inputs), self.membrane, torch.zeros(*self.rows, size))

    def _checked(self, learn: Sequence[str]) -> tuple[str, ...]:
        names = (learn,) if isinstance(learn, str) else tuple(learn)
        if unknown := [name for name in names if name not in self.learnable]:
            raise ValueError(
                f"learn: {type(self).__name__} has no {unknown[0]!r} to learn; it has {', '.join(self.learnable)}"
            )
        return names

    # What a class of layers is made of.

    @abstractmethod
    def step(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Take one tick: current (*rows, size), the layer's to keep, to (membrane before any reset, output)."""

    @abstractmethod
    def mean(self, current: Tensor) -> Tensor:
        """Return the mean output under a mean current (*rows, size), differentiable in it and in what is learned."""

    @property
    @abstractmethod
    def decays(self) -> tuple[Tensor, ...]:
        """The leaky passes from an input to the membrane, in order; each (*rows, 1), or (*rows, size)."""

    @property
    def threshold(self) -> Tensor | None:
        """The membrane at which a neuron spikes, (*rows, 1) or (*rows, size); None for a layer that does not spike."""
        return None

    def add_state(self, name: str, *shape: int) -> None:
        """Give the layer a buffer (*rows, *shape) of zeros, that `zero_states` clears."""
        self.register_buffer(name, torch.zeros(*self.rows, *shape))
        self._states.append(name)

    def add_free(self, name: str, kind: type[Free], value: float | Sequence[float]) -> Any:
        """Give the layer a number with a range, learned if `learn` names it; its parameter is `free_<name>`."""
        with _named(name):
            free = kind(value, self.rows, self.size)
        free.parameter.requires_grad_(name in self.learn)
        setattr(self, f"free_{name}", free.parameter)
        free.live_in(self._parameters, f"free_{name}")  # type: ignore[arg-type]
        return free

    @torch.no_grad()
    def draw_weights(self, mean: float, spread: float, generator: torch.Generator | None) -> None:
        """Draw every weight from N(mean / n, spread^2 / n) for n connections of a neuron.

        With `dale` their absolute values are the strengths, and inhibition is made as strong as excitation.
        """
        fan_in = self.inputs if self.mask is None else max(float(self.mask.sum(-1).mean()), 1.0)
        self.weight.normal_(mean / fan_in, spread * fan_in**-0.5, generator=generator)
        if self.signs is not None:
            exciting, inhibiting = (self.signs > 0).sum(), (self.signs < 0).sum()
            if exciting and inhibiting:
                self.weight[..., self.signs < 0] *= exciting / inhibiting

    # What every layer does.

    @torch.no_grad()
    def forward(self, input: Tensor) -> Tensor:
        """Take one tick: input (*rows, inputs) to output (*rows, size).

        Raises:
            ValueError: the input does not have the shape (*rows, inputs).
        """
        arrived = self._arrived(input)
        if self.trace is not None:
            self.trace.perceive(arrived)
        membrane, output = self.step(self.current(arrived))
        self.tick = Tick(arrived, membrane, output)
        return output

    def _arrived(self, input: Tensor) -> Tensor:
        if input.shape != (*self.rows, self.inputs):
            raise ValueError(
                f"{type(self).__name__} got an input of shape {tuple(input.shape)}, "
                f"it takes {(*self.rows, self.inputs)}"
            )
        if self.delays is None:
            return input.detach() if input.requires_grad else input  # its graph is not ours to keep
        self.under_way.copy_(torch.cat([input.unsqueeze(-2), self.under_way[..., :-1, :]], -2))
        return self.under_way.gather(-2, self.delays.expand(*self.rows, 1, -1)).squeeze(-2)

    def current(self, input: Tensor) -> Tensor:
        """Return the current into each neuron, synapses times input, shape (*rows, size)."""
        return product(input, self.synapses)

    @property
    def synapses(self) -> Tensor:
        """What the weights do, (*rows, size, inputs): zero where there is no connection, signed as `dale` says."""
        if self._plain:
            return self.weight
        strength = self.weight if self.signs is None else self.weight * self._uprighting() * self.signs
        return strength if self.mask is None else strength * self.mask

    def weight_gradient(self, gradient: Tensor, rows: Tensor | slice = ...) -> Tensor:  # type: ignore[assignment]
        """Return the gradient at the weights of these rows, given the one at the synapses, (n, size, inputs)."""
        if self.signs is not None:
            gradient = gradient * self.signs * self._uprighting()[rows]
        return gradient if self.mask is None else gradient * self.mask

    @torch.no_grad()
    def _uprighting(self) -> Tensor:
        """Return -1 where a weight is below zero, else 1: as a slope of |weight| it lets a weight leave zero."""
        return 1.0 - 2.0 * (self.weight < 0.0).to(self.weight.dtype)

    def backward(self, signal: Tensor) -> Tensor:
        """Add the gradients of what is learned to their `.grad`, and return the signal for the layer below.

        With the input trace's mean x, the mean current c = W x and the mean output y = mean(c), one graph from x
        to y is built, differentiated and forgotten.

        Args:
            signal: dL / dy, (*rows, size).

        Returns:
            dL / dx, (*rows, inputs).

        Raises:
            ValueError: the layer keeps no trace, or the signal has the wrong shape.
        """
        if signal.shape != (*self.rows, self.size):
            raise ValueError(
                f"{type(self).__name__} got a learning signal of shape {tuple(signal.shape)}, "
                f"it takes {(*self.rows, self.size)}"
            )
        with torch.enable_grad():
            mean_input = self._kept_trace().mean().requires_grad_()
            output = self.mean(self._mean_current(mean_input))
        torch.autograd.backward(output, signal.detach())
        assert mean_input.grad is not None
        return mean_input.grad

    @torch.no_grad()
    def mean_output(self) -> Tensor:
        """Return the mean output that `backward` differentiates, (*rows, size)."""
        return self.mean(self._mean_current(self._kept_trace().mean()))

    def _mean_current(self, mean_input: Tensor) -> Tensor:
        return self.current(self._kept_trace().with_slope(mean_input))

    def _kept_trace(self) -> InputTrace:
        if self.trace is None:
            raise ValueError(f"{type(self).__name__} keeps no trace to learn from; give it a trace_decay")
        return self.trace

    def zero_states(self, rows: Tensor | Sequence[int] | None = None) -> None:
        """Forget what happened: of all rows, or of those given by index of the first axis. What was learned stays.

        Raises:
            ValueError: rows are given, but the layer has none.
        """
        if rows is not None and not self.rows:
            raise ValueError(f"{type(self).__name__} has no rows; zero_states takes none here")
        index = ... if rows is None else rows
        for name in self._states:
            getattr(self, name)[index] = 0.0
        for part in self.children():
            if isinstance(part, InputTrace):
                part.zero_states(index)

    def extra_repr(self) -> str:
        """Say how wide the layer is."""
        rows = f", rows={self.rows}" if self.rows else ""
        return f"{self.inputs}, {self.size}{rows}"


class Readout(Layer):
    """The last layer of a network that acts: its output are the parameters of a distribution over actions."""

    chooses: ClassVar[bool] = True
    """Whether the output is the probability of each of several choices."""


def product(input: Tensor, weight: Tensor) -> Tensor:
    """Return W x for each row: input (*rows, inputs), weight (*rows, size, inputs), result (*rows, size)."""
    # x W' rather than W x: several times faster for many small matrices.
    if input.ndim == 2:
        return torch.bmm(input.unsqueeze(1), weight.transpose(1, 2)).squeeze(1)
    return torch.matmul(input.unsqueeze(-2), weight.mT).squeeze(-2)


class _named:  # noqa: N801 - reads as a word of the language
    """Put the name of a parameter before a complaint about its value."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise the complaint again with the name."""
        if isinstance(error, ValueError):
            raise ValueError(f"{self._name} {error}") from None


def _counted(value: int, what: str, least: int = 1) -> int:
    if value < least:
        raise ValueError(f"{what} must be {least} or more, got {value}")
    return value
