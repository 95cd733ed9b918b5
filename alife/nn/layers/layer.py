"""Layer, the contract of everything a network is built from."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple, Self, TypedDict

import torch
from torch import Tensor, nn

from alife.core.types import Amount, Decay, Fraction
from alife.nn._check import check_finite, check_tensor, row_index, whole_number
from alife.nn._free import Free
from alife.nn._signature import whole_doc, whole_signature
from alife.nn._wiring import delays_of, mask_of, signs_of
from alife.nn.input_trace import InputTrace


class Tick(NamedTuple):
    """What happened in a layer at one tick. Read it before the next: a tensor may be the layer's own state."""

    input: Tensor  # (*rows, inputs), as it arrived
    membrane: Tensor  # (*rows, size) before any reset
    output: Tensor  # (*rows, size)


class NoTick(Tick):
    """What a layer shows before its first tick, and after it forgot everything: zeros."""


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

    A layer is one class with two methods: `update_membrane`, what the neurons do with their currents at one tick,
    and `steady_output`, what they put out on average under steady ones. The rest comes from here. A forward pass keeps
    no graph. `backward` may be called at any tick, any number of times, at a cost that does not depend on how
    many ticks went before: it rebuilds the mean output from the mean input and differentiates that.

    A layer has `weight` (*rows, size, inputs), `decays`, a `membrane` buffer (*rows, size) and, after each
    forward pass, its `tick`. A constructor's `**options` are the parameters below.

    Args:
        inputs: the width of what comes in.
        size: how many neurons.
        connections: the share of the inputs that each neuron sees, at least one, drawn anew for each; or a mask
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
        """Give a class the signature and the help that name the options it passes on."""
        super().__init_subclass__(**keywords)
        cls.__signature__ = whole_signature(cls)  # type: ignore[attr-defined]
        cls.__doc__ = whole_doc(cls)

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
        self.inputs, self.size = inputs, size = whole_number(inputs, "inputs", 1), whole_number(size, "size", 1)
        if not isinstance(rows, Sequence) or isinstance(rows, str):
            raise ValueError(f"rows must be a tuple such as (1000,), got {rows!r}")
        self.rows = tuple(whole_number(count, "rows", 0) for count in rows)
        self.learn, self._states, self._free = self._checked_learn(learn), list[str](), dict[str, Free]()
        if trace_decay is None and "trace_decay" in self.learn:
            raise ValueError("learn names trace_decay, but trace_decay is None")
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
        self.tick = self._no_tick()

    def _no_tick(self) -> Tick:
        weight = self.weight
        return NoTick(weight.new_zeros(*self.rows, self.inputs), self.membrane, weight.new_zeros(*self.rows, self.size))

    def _checked_learn(self, learn: Sequence[str]) -> tuple[str, ...]:
        if not isinstance(learn, Iterable):
            raise ValueError(f"learn must be names out of {', '.join(self.learnable)}, got {learn!r}")
        names = (learn,) if isinstance(learn, str) else tuple(learn)
        if unknown := [name for name in names if name not in self.learnable]:
            raise ValueError(
                f"learn: {type(self).__name__} has no {unknown[0]!r} to learn; it has {', '.join(self.learnable)}"
            )
        return names

    # What a class of layers is made of.

    @abstractmethod
    def update_membrane(self, current: Tensor) -> tuple[Tensor, Tensor]:
        """Update the membrane by a current (*rows, size), which may be changed in place.

        Returns:
            The membrane before any reset, and the output, (*rows, size) each.
        """

    @abstractmethod
    def steady_output(self, current: Tensor) -> Tensor:
        """Return the mean output under a mean current (*rows, size), differentiable in it and in what is learned."""

    @property
    @abstractmethod
    def decays(self) -> tuple[Tensor, ...]:
        """The leaky passes from an input to the membrane, in order; each (*rows, 1), or (*rows, size)."""

    @property
    def threshold(self) -> Tensor | None:
        """The membrane at which a neuron spikes, (*rows, 1) or (*rows, size); None for a layer that does not spike."""
        return None

    @property
    def threshold_now(self) -> Tensor | None:
        """The threshold as it stands at this tick, where it moves with what happened; else `threshold`."""
        return self.threshold

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
        free.bind_parameter(self._parameters, f"free_{name}")  # type: ignore[arg-type]
        self._free[name] = free
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
            TypeError: the input is no tensor.
            ValueError: the input does not have the shape (*rows, inputs), or not the number type of the weights, or it
                is not finite; a membrane would never be a number again.
        """
        arrived = self._delayed_input(input)
        if self.trace is not None:
            self.trace.add_input(arrived)
        membrane, output = self.update_membrane(self.current(arrived))
        self.tick = Tick(arrived, membrane, output)
        return output

    def _delayed_input(self, input: Tensor) -> Tensor:
        self._check_given(input, "an input", self.inputs)
        if self.delays is None:
            return input.detach() if input.requires_grad else input  # its graph is not ours to keep
        self.under_way.copy_(torch.cat([input.unsqueeze(-2), self.under_way[..., :-1, :]], -2))
        return self.under_way.gather(-2, self.delays.expand(*self.rows, 1, -1)).squeeze(-2)

    def _check_given(self, given: Tensor, what: str, width: int) -> None:
        weight = self.weight
        if not (
            isinstance(given, Tensor)
            and given.shape == (*self.rows, width)
            and given.dtype == weight.dtype
            and given.device == weight.device
        ):
            check_tensor(type(self).__name__, what, given, (*self.rows, width), weight)
        check_finite(type(self).__name__, what, given)

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

        With the input trace's mean x, the mean current c = W x and the mean output y = steady_output(c), one graph from
        x to y is built, differentiated and forgotten.

        Args:
            signal: dL / dy, (*rows, size).

        Returns:
            dL / dx, (*rows, inputs).

        Raises:
            TypeError: the signal is no tensor.
            ValueError: the layer keeps no trace, or the signal has the wrong shape or number type or is not finite.
            RuntimeError: there was no tick yet, in no row.
        """
        self._check_given(signal, "a learning signal", self.size)
        trace = self._required_trace()
        if trace.is_empty():
            raise RuntimeError(f"{type(self).__name__} got a learning signal before its first tick; call it first")
        with torch.enable_grad():
            mean_input = trace.mean_input().requires_grad_()
            output = self.steady_output(self._mean_current(mean_input))
        torch.autograd.backward(output, signal.detach())
        assert mean_input.grad is not None
        return mean_input.grad

    @torch.no_grad()
    def mean_output(self) -> Tensor:
        """Return the mean output that `backward` differentiates, (*rows, size)."""
        return self.steady_output(self._mean_current(self._required_trace().mean_input()))

    def _mean_current(self, mean_input: Tensor) -> Tensor:
        return self.current(self._required_trace().with_decay_gradient(mean_input))

    def _required_trace(self) -> InputTrace:
        if self.trace is None:
            raise ValueError(f"{type(self).__name__} keeps no trace to learn from; give it a trace_decay")
        return self.trace

    def zero_states(self, rows: Tensor | Sequence[int] | None = None) -> None:
        """Clear the states of all rows, or of those given by index of the first axis. What was learned stays.

        Args:
            rows: whole numbers, or a mask of booleans, of the first axis.

        Raises:
            TypeError: rows are neither whole numbers nor booleans.
            ValueError: rows are given, but the layer has none, or not these.
        """
        if rows is not None and not self.rows:
            raise ValueError(f"{type(self).__name__} has no rows; zero_states takes none here")
        name, device = type(self).__name__, self.weight.device
        index = ... if rows is None else row_index(name, rows, self.rows[0], device)
        for name in self._states:
            getattr(self, name)[index] = 0.0
        for part in self.children():
            if isinstance(part, InputTrace):
                part.zero_states(index)
        if rows is None:
            self.tick = self._no_tick()

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Self:
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        with torch.no_grad():
            self.tick = type(self.tick)(*(fn(each) for each in self.tick))
        return self

    def extra_repr(self) -> str:
        """Say how wide the layer is and what it was given, as far as it differs from the plainest."""
        said = {
            **{name: _range_text(free.detached_value()) for name, free in self._free.items()},
            "refractory": getattr(self, "refractory", 0) or None,
            "connections": None if self.mask is None else f"{float(self.mask.mean()):.3g}",
            "dale": None if self.signs is None else f"{float((self.signs > 0).float().mean()):.3g}",
            "delay": None if self.delays is None else _range_text(self.delays),
            "trace_decay": None if self.trace is None else _range_text(self.trace.decay),
            "learn": self.learn,
            "rows": self.rows or None,
        }
        return ", ".join(
            [
                str(self.inputs),
                str(self.size),
                *(f"{name}={value}" for name, value in said.items() if value is not None),
            ]
        )


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
        """Do nothing."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise the complaint again with the name."""
        if isinstance(error, ValueError):
            raise ValueError(f"{self._name} {error}") from None


def _range_text(values: Tensor) -> str:
    """Return the one number that all are, or from where to where they go."""
    if not values.numel():
        return "none"
    low, high = float(values.min()), float(values.max())
    return f"{low:.4g}" if low == high else f"{low:.4g}..{high:.4g}"
