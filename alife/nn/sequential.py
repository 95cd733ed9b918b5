"""Sequential: one layer after the other."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from torch import Tensor, nn

from alife.nn.layer import Layer
from alife.nn.network import Network, layers_of


class Sequential(nn.Module):
    """Layers in a row: the output of each is the input of the next, at the same tick.

    Args:
        networks: layers, or whole Sequentials, from the input up.

    Raises:
        ValueError: there is none, two neighbours do not fit, or one is there twice; the message says which.
    """

    def __init__(self, *networks: Network) -> None:
        super().__init__()
        if not networks:
            raise ValueError("Sequential needs one layer or more, got none")
        if len({id(network) for network in networks}) < len(networks):
            raise ValueError("a layer stands in one place only, its states are those of one tick; make another one")
        for k, (below, above) in enumerate(pairwise(networks)):
            if below.size != above.inputs:
                raise ValueError(f"layer {k} puts out {below.size} numbers, layer {k + 1} takes {above.inputs}")
            if below.rows != above.rows:
                raise ValueError(f"layer {k} has the rows {below.rows}, layer {k + 1} has {above.rows}")
        self.networks = nn.ModuleList(networks)  # type: ignore[arg-type]
        self._networks = networks
        self.inputs, self.size, self.rows = networks[0].inputs, networks[-1].size, networks[0].rows

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Every layer, from the input up."""
        return tuple(layers_of(self))

    def __iter__(self) -> Iterator[Network]:
        """Go through what it was made of."""
        return iter(self._networks)

    def __len__(self) -> int:
        """Return how many it was made of."""
        return len(self._networks)

    def __getitem__(self, index: int) -> Network:
        """Return one of what it was made of."""
        return self._networks[index]

    def forward(self, input: Tensor) -> Tensor:
        """Take one tick: input (*rows, inputs) to output (*rows, size)."""
        for network in self._networks:
            input = network(input)
        return input

    def backward(self, signal: Tensor) -> Tensor:
        """Let every layer learn, the last one first; see Layer.backward."""
        for network in reversed(self._networks):
            signal = network.backward(signal)
        return signal

    def mean_output(self) -> Tensor:
        """Return the mean output of the last layer, as its backward pass sees it, (*rows, size)."""
        return self._networks[-1].mean_output()

    def zero_states(self, rows: Tensor | Sequence[int] | None = None) -> None:
        """Forget what happened: in all rows, or in those given by index."""
        for network in self._networks:
            network.zero_states(rows)
