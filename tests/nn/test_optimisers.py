"""Any optimiser of torch can step what the layers learn."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import torch

from alife.nn import ALIF, LIF, LIS, RLIF, SLIF, Sequential
from tests.nn.cases import gradients

PATTERNS = torch.eye(6)[:3].repeat_interleave(2, -1)[:, :6] + torch.eye(6)[3:]
OPTIMISERS: dict[str, Callable[[Iterable[torch.nn.Parameter]], torch.optim.Optimizer]] = {
    "sgd": lambda parameters: torch.optim.SGD(parameters, lr=0.2, momentum=0.5),
    "adam": lambda parameters: torch.optim.Adam(parameters, lr=0.03),
    "adagrad": lambda parameters: torch.optim.Adagrad(parameters, lr=0.1),
}


def _network(hidden: type[Any], learn: Iterable[str]) -> Sequential:
    names = tuple(learn)
    return Sequential(
        hidden(6, 16, decay=0.8, learn=names, generator=torch.Generator().manual_seed(0)),
        LIS(16, 3, decay=0.8, learn=[name for name in names if name in LIS.learnable]),
    )


def _loss(network: Sequential, target: int) -> float:
    """Show a pattern for ten ticks, learn which one it was, and return how unlikely that seemed."""
    network.zero_states()
    for _ in range(10):
        network(PATTERNS[target])
    chance = network.mean_output()
    signal = torch.zeros(3)
    signal[target] = -1.0 / chance[target]  # of -log p
    network.backward(signal)
    return -chance[target].log().item()


def _learn(network: Sequential, optimiser: torch.optim.Optimizer, passes: int = 25) -> list[float]:
    losses = []
    for _ in range(passes):
        optimiser.zero_grad()
        losses.append(sum(_loss(network, target) for target in range(3)) / 3.0)
        optimiser.step()
    return losses


@pytest.mark.slow
@pytest.mark.parametrize("name", OPTIMISERS)
def test_any_optimiser_learns_patterns_by_heart(name: str) -> None:
    """Three patterns are told apart after a few steps on all parameters, from a guess."""
    network = _network(LIF, LIF.learnable)
    before = {name: parameter.detach().clone() for name, parameter in network.named_parameters()}
    losses = _learn(network, OPTIMISERS[name](network.parameters()))

    assert losses[0] == pytest.approx(torch.tensor(3.0).log().item(), abs=1e-4)
    assert losses[-1] < 0.3 * losses[0]
    same = {name for name, parameter in network.named_parameters() if torch.equal(parameter, before[name])}
    assert same <= {"networks.0.trace.free_decay"}  # the input is steady, its mean does not depend on the decay


@pytest.mark.slow
@pytest.mark.parametrize("hidden", [LIF, ALIF, SLIF, RLIF])
def test_every_hidden_layer_can_be_stepped(hidden: type[Any]) -> None:
    """Whatever its learnable numbers are, they move, stay in range and the loss falls."""
    network = _network(hidden, hidden.learnable)
    losses = _learn(network, torch.optim.Adam(network.parameters(), lr=0.03))
    first = network.layers[0]

    assert losses[-1] < 0.3 * losses[0]
    assert all(((decay > 0.0) & (decay < 1.0)).all() for decay in first.decays)
    assert first.threshold is not None
    assert (first.threshold > 0.0).all()
    assert len(gradients(first)) == len(hidden.learnable)


def test_what_is_fixed_stays() -> None:
    """An optimiser with all parameters moves those that are learned and no others."""
    network = _network(LIF, ["decay"])
    before = {name: parameter.detach().clone() for name, parameter in network.named_parameters()}
    with torch.no_grad():
        network.layers[-1].weight.copy_(torch.randn(3, 16, generator=torch.Generator().manual_seed(1)))
        before["networks.1.weight"].copy_(network.layers[-1].weight)
    _learn(network, torch.optim.SGD(network.parameters(), lr=0.1), passes=2)
    moved = {name for name, parameter in network.named_parameters() if not torch.equal(parameter, before[name])}

    assert moved == {"networks.0.free_decay", "networks.1.free_decay"}
