"""Network, what a layer and everything that is put together from layers can do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from torch import Tensor, nn

from alife.nn.layers.layer import Layer


class Network(Protocol):
    """A layer, a Sequential: one input, one output, and a backward pass at any time."""

    inputs: int
    size: int
    rows: tuple[int, ...]

    def __call__(self, input: Tensor) -> Tensor:
        """Take one tick: input (*rows, inputs) to output (*rows, size)."""

    def backward(self, signal: Tensor) -> Tensor:
        """Learn from dL / d mean output, (*rows, size), and return dL / d mean input, (*rows, inputs)."""

    def mean_output(self) -> Tensor:
        """Return the mean output that `backward` differentiates, (*rows, size)."""

    def zero_states(self, rows: Tensor | Sequence[int] | None = None) -> None:
        """Clear the states of all rows, or of those given by index."""


def layers_of(network: object) -> Iterator[Layer]:
    """Yield every layer of a network, in the order in which they were put in."""
    if isinstance(network, Layer):
        yield network
    else:
        for part in network.children():  # type: ignore[attr-defined]
            yield from layers_of(part)


def check_parts(parts: Mapping[str, object]) -> None:
    """Refuse what cannot be a part of a network, or is one twice; the parts are named for the message.

    Raises:
        TypeError: a part is neither a layer nor a Sequential.
        ValueError: a layer is there twice, however deep.
    """
    for name, part in parts.items():
        if not isinstance(part, nn.Module) or not all(hasattr(part, each) for each in ("inputs", "size", "rows")):
            raise TypeError(f"{name} must be a layer or a Sequential, it is a {type(part).__name__}")
    layers = [id(layer) for part in parts.values() for layer in layers_of(part)]
    if len(set(layers)) < len(layers):
        raise ValueError("a layer stands in one place only, its states are those of one tick; make another one")
