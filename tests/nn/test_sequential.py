"""Layers in a row."""

import copy

import pytest
import torch

from alife.nn import LIF, LIS, Sequential
from tests.nn.cases import random


def _network(rows: tuple[int, ...] = ()) -> Sequential:
    generator = torch.Generator().manual_seed(0)
    network = Sequential(
        Sequential(LIF(4, 8, rows=rows, generator=generator), LIF(8, 6, rows=rows, generator=generator)),
        LIS(6, 3, rows=rows),
    )
    with torch.no_grad():
        network.layers[-1].weight.copy_(random(*rows, 3, 6))
    return network


def test_a_tick_goes_through_all_layers() -> None:
    """The output of each layer is the input of the next at the same tick, nested or not."""
    network = _network(rows=(2,))
    apart = [copy.deepcopy(layer) for layer in network.layers]
    for x in random(20, 2, 4):
        seen = x
        for layer in apart:
            seen = layer(seen)

        assert torch.equal(seen, network(x))
    assert torch.equal(apart[-1].mean_output(), network.mean_output())


def test_it_is_a_container() -> None:
    """It knows its widths, its layers from the input up, and gives back what it was made of."""
    network = _network(rows=(2,))

    assert (network.inputs, network.size, network.rows, len(network)) == (4, 3, (2,), 2)
    assert [type(layer) for layer in network.layers] == [LIF, LIF, LIS]
    assert list(network) == [network[0], network[1]]
    assert network[1] is network.layers[-1]


def test_zero_states_reaches_every_layer() -> None:
    """All layers forget, in the given rows only."""
    network = _network(rows=(2,))
    for x in 0.5 + random(30, 2, 4):
        network(x)
    network.zero_states([1])

    assert all(layer.membrane[0].any() and not layer.membrane[1].any() for layer in network.layers)
    network.zero_states()
    assert not any(layer.membrane.any() for layer in network.layers)


def test_a_state_dict_holds_the_whole_network() -> None:
    """A network that takes on another's state goes on exactly as that one; so does a copy."""
    first, second = _network(), _network()
    inputs = random(30, 4)
    for x in inputs[:10]:
        first(x)
    second.load_state_dict(first.state_dict())
    third = copy.deepcopy(first)
    outputs = [torch.stack([network(x) for x in inputs[10:]]) for network in (first, second, third)]

    assert torch.equal(outputs[0], outputs[1])
    assert torch.equal(outputs[0], outputs[2])


def test_what_does_not_fit_is_refused() -> None:
    """One sentence says which neighbours do not fit, or that there is nothing, or one layer twice."""
    same = LIF(4, 4)
    with pytest.raises(ValueError, match=r"Sequential.*one layer"):
        Sequential()
    with pytest.raises(ValueError, match=r"layer 1.*8.*layer 2.*7"):
        Sequential(LIF(4, 4), LIF(4, 8), LIS(7, 2))
    with pytest.raises(ValueError, match=r"layer 0.*\(2,\).*layer 1.*\(\)"):
        Sequential(LIF(4, 8, rows=(2,)), LIS(8, 2))
    with pytest.raises(ValueError, match="a layer stands in one place only"):
        Sequential(same, same)
