"""Sequential: one layer after the other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import cast, overload

from torch import Tensor, nn

from alife.nn.layers.layer import Layer
from alife.nn.layers.li import LI
from alife.nn.network import Network, check_parts, layers_of


class Sequential(nn.Module):
    """Layers in a row: the output of each is the input of the next, at the same tick.

    Args:
        networks: layers, or whole Sequentials, from the input up.

    Raises:
        TypeError: one is neither a layer nor a Sequential.
        ValueError: there is none, two neighbours do not fit or could never learn, or one is there twice.
    """

    def __init__(self, *networks: Network) -> None:
        super().__init__()
        if not networks:
            raise ValueError("Sequential needs one layer or more, got none")
        check_parts({f"part {k} of Sequential": network for k, network in enumerate(networks)})
        for k, (below, above) in enumerate(pairwise(networks)):
            if below.size != above.inputs:
                raise ValueError(f"layer {k} puts out {below.size} numbers, layer {k + 1} takes {above.inputs}")
            if below.rows != above.rows:
                raise ValueError(f"layer {k} has the rows {below.rows}, layer {k + 1} has {above.rows}")
        self.networks = nn.ModuleList(networks)  # type: ignore[arg-type]
        self.inputs, self.size, self.rows = networks[0].inputs, networks[-1].size, networks[0].rows
        for below, above in pairwise(self.layers):
            if isinstance(below, LI) and _zero(below) and _zero(above):
                names = f"{type(below).__name__} and {type(above).__name__}"
                raise ValueError(f"{names}, one after the other, have weights of zero and would never learn; draw some")

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Every layer, from the input up."""
        return tuple(layers_of(self))

    def __iter__(self) -> Iterator[Network]:
        """Go through what it was made of."""
        return cast(Iterator[Network], iter(self.networks))

    def __len__(self) -> int:
        """Return how many it was made of."""
        return len(self.networks)

    @overload
    def __getitem__(self, index: int) -> Network: ...
    @overload
    def __getitem__(self, index: slice) -> "Sequential": ...
    def __getitem__(self, index: int | slice) -> "Network | Sequential":
        """Return one of what it was made of, or a Sequential of several."""
        return Sequential(*list(self)[index]) if isinstance(index, slice) else list(self)[index]

    def forward(self, input: Tensor) -> Tensor:
        """Take one tick: input (*rows, inputs) to output (*rows, size)."""
        for network in self:
            input = network(input)
        return input

    def backward(self, signal: Tensor) -> Tensor:
        """Run the backward pass of every layer, the last one first; see Layer.backward."""
        for network in reversed(list(self)):
            signal = network.backward(signal)
        return signal

    def mean_output(self) -> Tensor:
        """Return the mean output of the last layer, as its backward pass sees it, (*rows, size)."""
        return self[-1].mean_output()

    def zero_states(self, rows: Tensor | Sequence[int] | None = None) -> None:
        """Clear the states of all rows, or of those given by index."""
        for network in self:
            network.zero_states(rows)


def _zero(layer: Layer) -> bool:
    return layer.weight.numel() > 0 and not bool(layer.weight.any())
