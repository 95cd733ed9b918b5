"""Losses and layers together: a reward moves a network the right way."""

import pytest
import torch
from torch import Tensor

from alife import nn
from alife.loss import Reflect, ReflectMTF, cross_entropy, nll

SEEDS = 100


def _network(readout: type[nn.Layer], learn: tuple[str, ...] = ("weight",)) -> nn.Sequential:
    """Return 100 networks side by side, one for each seed, with readouts that already prefer something."""
    generator = torch.Generator().manual_seed(0)
    hidden = nn.LIF(6, 20, 0.8, rows=(SEEDS,), generator=generator, learn=learn)
    top = readout(20, 3, 0.5, rows=(SEEDS,), learn=learn)  # type: ignore[call-arg]
    with torch.no_grad():
        top.weight.normal_(0.0, 0.2, generator=generator)
    return nn.Sequential(hidden, top)


def _settle(network: nn.Sequential, input: Tensor) -> Tensor:
    network.zero_states()
    for _ in range(30):
        network(input)
    return network.mean_output()


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Reflect, ReflectMTF])
@pytest.mark.parametrize("reward", [1.0, -1.0])
def test_one_rewarded_step_raises_the_probability_of_what_was_done(kind: type[Reflect], reward: float) -> None:
    """In 100 of 100 seeds; and one punished step lowers it."""
    network, reflect = _network(nn.LIS), kind(3, rows=(SEEDS,))
    generator = torch.Generator().manual_seed(1)
    input = torch.rand(SEEDS, 6, generator=generator)
    before = _settle(network, input)
    action = torch.multinomial(before, 1, generator=generator)
    reflect.observe(before, action.squeeze(-1))
    network.backward(reflect(reward, network.mean_output()).signal)
    torch.optim.SGD(network.parameters(), 0.1).step()
    change = (_settle(network, input) - before).gather(-1, action) * reward

    assert int((change > 0).sum()) == SEEDS


def test_there_is_one_softmax() -> None:
    """cross_entropy on membranes (LI) and nll on probabilities (LIS) give the same gradients in the same network."""
    ends = {nn.LI: cross_entropy, nn.LIS: nll}
    target = torch.arange(SEEDS) % 3
    found = []
    for readout, loss in ends.items():
        network = _network(readout)
        _settle(network, torch.ones(SEEDS, 6))
        network.backward(loss(network.mean_output(), target).signal)
        found.append([layer.weight.grad for layer in network.layers])

    for logits, probabilities in zip(*found, strict=True):
        torch.testing.assert_close(logits, probabilities, rtol=1e-4, atol=1e-5)
