"""Graph: any wiring without cycles, with skips, several inputs and several outputs."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import cast

import torch
from torch import Tensor, nn

from alife.nn._check import check_tensor, whole_number
from alife.nn.layers.layer import Layer
from alife.nn.network import Network, check_parts, layers_of


class Graph(nn.Module):
    """Networks as nodes; each takes the outputs of others, or inputs from outside, one beside the other.

        net = Graph(
            inputs={"eye": 16, "ear": 4},
            nodes={
                "hidden": (LIF(20, 64), ["eye", "ear"]),
                "choice": (LIS(64 + 16, 3), ["hidden", "eye"]),      # the eye skips a layer
            },
            outputs=["choice"],
        )
        net({"eye": x, "ear": y})["choice"]

    All nodes pass their tick in one forward pass. In a backward pass a node's signal is the sum of what comes
    down from all that take its output. A cycle in time is a matter for a recurrent layer, such as RLIF.

    Args:
        inputs: the width of each input from outside, by name.
        nodes: by name, a layer or Sequential, and the names of what it takes, in this order.
        outputs: the names of the nodes whose outputs are returned.

    Raises:
        TypeError: a node is no layer with a list of names.
        ValueError: a name is unknown, used twice, of no use or takes part in a cycle, or widths or rows do not fit.
    """

    def __init__(
        self, inputs: Mapping[str, int], nodes: Mapping[str, tuple[Network, Sequence[str]]], outputs: Sequence[str]
    ) -> None:
        super().__init__()
        parts, self._sources = _split(nodes)
        self.inputs = {name: whole_number(width, f"input {name!r}", 1) for name, width in inputs.items()}
        self.outputs = _names(outputs, "Graph puts out")
        self._check_names({*parts})
        try:
            self.nodes = nn.ModuleDict(parts)  # type: ignore[arg-type]
        except KeyError as error:
            raise ValueError(f"a node cannot have this name: {error.args[0]}") from None
        self._order = self._sorted()
        self._check_use()
        self._check_widths()
        self.rows = self._networks[self._order[0]].rows

    @property
    def _networks(self) -> dict[str, Network]:
        return cast(dict[str, Network], dict(self.nodes.items()))

    def _check_names(self, nodes: set[str]) -> None:
        if not nodes or not self.outputs:
            raise ValueError("Graph needs one node and one output or more")
        if both := sorted(self.inputs.keys() & nodes):
            raise ValueError(f"{both[0]!r} is the name of an input and of a node; rename one of them")
        known = {*self.inputs, *nodes}
        for name, sources in self._sources.items():
            if not sources:
                raise ValueError(f"node {name!r} takes nothing; name what it takes out of {', '.join(sorted(known))}")
            if unknown := [source for source in sources if source not in known]:
                raise ValueError(f"node {name!r} takes {unknown[0]!r}; there is {', '.join(sorted(known))}")
        if strange := [name for name in self.outputs if name not in nodes]:
            raise ValueError(f"output {strange[0]!r} is no node; the nodes are {', '.join(sorted(nodes))}")

    def _check_use(self) -> None:
        """Refuse what leads to no output."""
        used = set(self.outputs)
        for name in reversed(self._order):
            if name not in used:
                raise ValueError(f"node {name!r} leads to no output; name it among the outputs, or leave it out")
            used.update(self._sources[name])
        if unused := [name for name in self.inputs if name not in used]:
            raise ValueError(f"no node takes the input {unused[0]!r}; leave it out")

    def _sorted(self) -> tuple[str, ...]:
        try:
            order = TopologicalSorter(self._sources).static_order()
            return tuple(name for name in order if name in self.nodes)
        except CycleError as error:
            raise ValueError(f"the nodes {' -> '.join(error.args[1])} form a cycle; use a recurrent layer") from None

    def _check_widths(self) -> None:
        rows = self._networks[self._order[0]].rows
        for name in self._order:
            network, widths = self._networks[name], self._widths(name)
            if network.inputs != sum(widths):
                listed = " + ".join(
                    f"{source} {width}" for source, width in zip(self._sources[name], widths, strict=True)
                )
                raise ValueError(f"node {name!r} takes {network.inputs} numbers, it is given {listed}")
            if network.rows != rows:
                raise ValueError(f"node {name!r} has the rows {network.rows}, {self._order[0]!r} has {rows}")

    def _widths(self, name: str) -> list[int]:
        return [self.inputs[each] if each in self.inputs else self._networks[each].size for each in self._sources[name]]

    @property
    def layers(self) -> tuple[Layer, ...]:
        """Every layer, node by node as they were given."""
        return tuple(layers_of(self))

    def forward(self, inputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Take one tick: an input (*rows, width) for each name to an output for each name.

        Raises:
            TypeError: they are not tensors by name.
            ValueError: an input is missing, there is one too many, or one has the wrong shape or number type.
        """
        _check_mapping(inputs, "inputs")
        if inputs.keys() != self.inputs.keys():
            raise ValueError(
                f"Graph got the inputs {', '.join(inputs) or 'none'}, it takes {', '.join(self.inputs) or 'none'}"
            )
        weight = next(layers_of(self)).weight
        for name, width in self.inputs.items():
            check_tensor("Graph", f"the input {name!r}", inputs[name], (*self.rows, width), weight)
        values, networks = dict(inputs), self._networks
        for name in self._order:
            values[name] = networks[name](torch.cat([values[each] for each in self._sources[name]], -1))
        return {name: values[name] for name in self.outputs}

    def backward(self, signals: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Learn from the signals at some or all outputs and return those at the inputs.

        Args:
            signals: dL / d mean output by the name of a node, (*rows, size); a node without one has none of its own.
        """
        networks = self._networks
        _check_mapping(signals, "signals")
        if unknown := [name for name in signals if name not in networks]:
            raise ValueError(f"there is no node {unknown[0]!r}; the nodes are {', '.join(sorted(networks))}")
        weight = next(layers_of(self)).weight
        for name, signal in signals.items():
            check_tensor("Graph", f"the signal at {name!r}", signal, (*self.rows, networks[name].size), weight)
        coming = dict(signals)
        for name in reversed(self._order):
            if name in coming:
                signal_below = networks[name].backward(coming[name])
                for source, part in zip(
                    self._sources[name], torch.split(signal_below, self._widths(name), -1), strict=True
                ):
                    coming[source] = coming[source] + part if source in coming else part
        return {name: coming[name] for name in self.inputs if name in coming}

    def mean_output(self) -> dict[str, Tensor]:
        """Return the mean output of every output node, as its backward pass sees it."""
        return {name: self._networks[name].mean_output() for name in self.outputs}

    def zero_states(self, rows: Tensor | Sequence[int] | None = None) -> None:
        """Clear the states of all rows, or of those given by index."""
        for network in self._networks.values():
            network.zero_states(rows)


def _split(nodes: Mapping[str, tuple[Network, Sequence[str]]]) -> tuple[dict[str, Network], dict[str, tuple[str, ...]]]:
    """Return the networks and what each takes, by the name of the node."""
    for name, node in nodes.items():
        if not isinstance(node, tuple | list) or len(node) != 2:
            raise TypeError(f"node {name!r} must be a layer and the names of what it takes, in a tuple of two")
    check_parts({f"node {name!r}": network for name, (network, _) in nodes.items()})
    networks = {name: network for name, (network, _) in nodes.items()}
    return networks, {name: _names(sources, f"node {name!r} takes") for name, (_, sources) in nodes.items()}


def _names(names: Sequence[str], what: str) -> tuple[str, ...]:
    if isinstance(names, str):
        raise TypeError(f"{what} a list of names, got the text {names!r}; write [{names!r}]")
    return tuple(names)


def _check_mapping(given: object, what: str) -> None:
    if not isinstance(given, Mapping):
        raise TypeError(f"Graph takes {what} by name, a dict, got a {type(given).__name__}")
