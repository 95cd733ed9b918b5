"""Reflect as a rule: the source's REFLECT, in the loop of creatures."""

import numpy as np
import pytest
import torch
from torch import Tensor

from alife import loss, nn
from alife.learning import Learner, ReflectRule
from alife.nn import LIF, LIS, Layer

ROWS, INPUTS, HIDDEN, ACTIONS = 3, 4, 6, 3


def _layers(trace_decay: float | None = None) -> list[Layer]:
    generator = torch.Generator().manual_seed(0)
    learn = () if trace_decay is None else ("weight",)
    layers: list[Layer] = [
        LIF(INPUTS, HIDDEN, 0.6, rows=(ROWS,), generator=generator, trace_decay=trace_decay, learn=learn).double(),
        LIS(HIDDEN, ACTIONS, 0.3, rows=(ROWS,), trace_decay=trace_decay, learn=learn).double(),
    ]
    with torch.no_grad():
        layers[-1].weight.normal_(generator=generator)
    return layers


def _inputs(ticks: int) -> Tensor:
    return torch.rand(ticks, ROWS, INPUTS, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def test_it_is_the_loss_of_the_same_name() -> None:
    """What is eligible, times the advantage, is the gradient that alife.loss.Reflect and backward give."""
    layers, decay = _layers(), 0.8
    traces = ReflectRule(decay=decay).traces(layers).double()
    network, reflect = nn.Sequential(*_layers(decay)), loss.Reflect(ACTIONS, decay, (ROWS,)).double()
    generator = torch.Generator().manual_seed(2)
    for x in _inputs(12):
        for layer in layers:
            x = layer(x)
        traces.perceive([layer.tick for layer in layers])
        action = torch.multinomial(x, 1, generator=generator).squeeze(-1)
        traces.write(torch.nn.functional.one_hot(action, ACTIONS) - x)
        reflect.observe(network(layers[0].tick.input), action)
    network.backward(reflect(2.0, network.mean_output()).signal)

    for layer, eligible in zip(network.layers, traces.gradients(slice(None)), strict=True):
        assert layer.weight.grad is not None
        torch.testing.assert_close(-2.0 * eligible, layer.weight.grad, rtol=1e-6, atol=1e-9)


def test_the_advantage_is_the_reward_above_those_before() -> None:
    """The baseline is the mean of the row's own earlier rewards at events, and other rewards do not enter."""
    traces = ReflectRule(decay=0.5).traces(_layers())
    nobody, first = np.zeros(ROWS, bool), np.array([True, False, False])
    errors, rewards = np.zeros(ROWS, np.float32), np.ones(ROWS, np.float32)

    assert traces.advantages(errors, rewards, first).tolist() == [1.0, 1.0, 1.0]
    assert traces.advantages(errors, 2 * rewards, first).tolist() == [1.0, 2.0, 2.0]
    seen = traces.advantages(errors, rewards, nobody).tolist()
    assert seen == pytest.approx([1.0 - (0.5 * 1.0 + 2.0) / 1.5, 1.0, 1.0])


def test_a_rewarded_decision_becomes_more_likely() -> None:
    """In 100 of 100 seeds one rewarded step raises the probability of what was chosen, on the same input."""
    rows = 100
    generator = torch.Generator().manual_seed(3)
    layers: list[Layer] = [
        LIF(INPUTS, HIDDEN, 0.6, rows=(rows,), generator=generator, learn=()),
        LIS(HIDDEN, ACTIONS, 0.3, rows=(rows,), learn=()),
    ]
    with torch.no_grad():
        layers[-1].weight.normal_(generator=generator)
    learner, input = Learner(ReflectRule(learning_rate=0.0003, entropy=0.0), layers), torch.ones(rows, INPUTS)

    def settle() -> Tensor:
        for layer in layers:
            layer.zero_states()
        seen = []
        for _ in range(20):
            output = layers[1](layers[0](input))
            learner.traces.perceive([layer.tick for layer in layers])
            seen.append(output)
        return torch.stack(seen).mean(0)

    before = settle()
    action = torch.multinomial(before, 1, generator=generator)
    score = torch.zeros_like(before).scatter_(-1, action, 1.0) - layers[1].tick.output
    learner.write(score)
    layers[1](layers[0](input))
    learner.learn(
        [layer.tick for layer in layers], np.ones(rows, np.float32), np.ones(rows, np.float32), np.ones(rows, bool)
    )
    after = settle()
    silent = ~(layers[0].tick.output.any(-1) | (before != after).any(-1))  # nothing fires, nothing can be learned

    assert silent.sum() < 5
    assert bool((after.gather(-1, action) > before.gather(-1, action)).squeeze(-1)[~silent].all())


def test_zero_states_forgets_the_decisions_and_keeps_the_baseline() -> None:
    """A new episode knows nothing of the last one but what rewards are usual."""
    layers = _layers()
    traces = ReflectRule().traces(layers).double()
    for x in _inputs(3):
        for layer in layers:
            x = layer(x)
        traces.perceive([layer.tick for layer in layers])
        traces.write(torch.ones(ROWS, ACTIONS, dtype=torch.float64))
    traces.advantages(np.zeros(ROWS), np.ones(ROWS), np.ones(ROWS, bool))
    traces.zero_states(torch.tensor([1]))

    assert [bool(trace.total[1].any()) for trace in (*traces.inputs, traces.chosen)] == [False, False, False]
    assert bool(traces.chosen.total[0].all())
    assert traces.reward_weight.tolist() == [1.0, 1.0, 1.0]
