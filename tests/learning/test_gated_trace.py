"""Gated traces against automatic differentiation of the same run."""

import gc
from typing import Any

import pytest
import torch
from torch import Tensor

from alife.core.errors import ConfigError
from alife.learning.gated_trace import GatedTrace, GatedTraces
from alife.nn import LIF, LIS, Layer
from alife.nn.input_trace import InputTrace

ACTIONS, INPUTS, ROWS, KEEP = 3, 5, 4, 0.7


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _brain(
    sizes: list[int], rows: int = ROWS, seed: int = 0, decays: tuple[float | tuple[float, ...], ...] = (0.5, 0.8)
) -> list[Layer]:
    """Return layers in double precision, each with a decay of its own and a readout that is not zero."""
    generator, layers, inputs = _generator(seed), [], INPUTS
    for k, size in enumerate(sizes):
        layers.append(LIF(inputs, size, decay=decays[k], rows=(rows,), generator=generator, learn=()).double())
        inputs = size
    layers.append(LIS(inputs, ACTIONS, decay=0.3, rows=(rows,), learn=()).double())
    layers[-1].weight.normal_(generator=generator)
    return layers


def _think(layers: list[Layer], x: Tensor) -> Tensor:
    for layer in layers:
        x = layer(x)
    return x


def _score(probabilities: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Draw actions and return them with onehot - probabilities."""
    actions = torch.multinomial(probabilities, 1, generator=generator)
    return actions, torch.zeros_like(probabilities).scatter_(1, actions, 1.0) - probabilities


class _Run:
    """A brain that has decided some times; the forward pass after the last decision is taken in, too."""

    def __init__(self, sizes: list[int], decisions: int = 30, seed: int = 0, **options: Any) -> None:
        self.layers = _brain(sizes, seed=seed, **options)
        self.traces = GatedTraces(self.layers, KEEP)
        self.inputs = 0.3 + torch.randn(decisions + 1, ROWS, INPUTS, generator=_generator(seed + 1)).double()
        self.spikes: list[list[Tensor]] = []
        self.membranes: list[list[Tensor]] = []
        self.actions: list[Tensor] = []
        drawing, scores = _generator(seed + 2), []
        for x in self.inputs:
            if scores:
                self.traces.write(scores[-1])
            actions, score = _score(_think(self.layers, x), drawing)
            scores.append(score)
            self.traces.perceive([layer.tick for layer in self.layers])
            self.spikes.append([layer.tick.output.clone() for layer in self.layers[:-1]])
            self.membranes.append([layer.tick.membrane.clone() for layer in self.layers])
            self.actions.append(actions)

    def by_autograd(self) -> list[Tensor]:
        """Differentiate the discounted sum of log-probabilities of what was decided by every weight.

        In this model a spike is what it was, and its slope is the mean slope after the last tick.
        """
        weights = [layer.weight.clone().requires_grad_() for layer in self.layers]
        slopes = [traces.slope for traces in self.traces.traces[:-1]]
        membranes: list[Tensor | float] = [0.0 for _ in weights]
        total = torch.zeros(ROWS, dtype=torch.float64)
        for x, spikes, actions in zip(self.inputs[:-1], self.spikes, self.actions, strict=False):
            for k, weight in enumerate(weights):
                v = self.layers[k].decay * membranes[k] + torch.einsum("roi,ri->ro", weight, x)
                membranes[k] = v
                if k < len(slopes):
                    x = spikes[k] + slopes[k] * (v - v.detach())
            total = KEEP * total + torch.log_softmax(membranes[-1], -1).gather(1, actions).squeeze(1)
        return list(torch.autograd.grad(total.sum(), weights))


brains = pytest.mark.parametrize("sizes", [[], [8], [8, 6]], ids=["linear", "one hidden", "two hidden"])


@brains
@pytest.mark.parametrize("seed", [0, 10])
def test_it_is_the_gradient_under_a_constant_slope(sizes: list[int], seed: int) -> None:
    """In every layer the gradient equals automatic differentiation of 30 decisions with slopes held constant."""
    run = _Run(sizes, seed=seed)
    expected, actual = run.by_autograd(), run.traces.gradients(slice(None))

    assert len(actual) == len(sizes) + 1
    for ours, exact in zip(actual, expected, strict=True):
        assert exact.abs().max() > 1e-3
        torch.testing.assert_close(ours, exact, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("sizes", [[8], [8, 6]], ids=["one hidden", "two hidden"])
def test_neurons_of_the_lowest_layer_may_have_decays_of_their_own(sizes: list[int]) -> None:
    """With three groups, one filter each, it is the gradient too."""
    run = _Run(sizes, decays=((0.2, 0.6, 0.95), 0.8))

    assert run.traces.traces[0].gated.now.shape == (ROWS, ACTIONS, 3 * INPUTS)
    for ours, exact in zip(run.traces.gradients(slice(None)), run.by_autograd(), strict=True):
        assert exact.abs().max() > 1e-3
        torch.testing.assert_close(ours, exact, rtol=1e-9, atol=1e-12)


def test_above_the_lowest_layer_several_decays_are_refused() -> None:
    """They would need a filter for every combination; one sentence says so."""
    with pytest.raises(ConfigError, match="in the lowest layer only; layer 1 has them"):
        GatedTrace().traces(_brain([8, 6], decays=(0.5, (0.5, 0.9))))


@brains
def test_a_decision_counts_only_once_it_is_written(sizes: list[int]) -> None:
    """Before the first write there is nothing to learn from."""
    run = _Run(sizes, decisions=0)

    assert not any(gradient.any() for gradient in run.traces.gradients(slice(None)))


@brains
def test_some_rows_are_rows_of_all(sizes: list[int]) -> None:
    """Gradients of an index are the rows of the gradients of everybody."""
    traces, rows = _Run(sizes).traces, torch.tensor([2, 0])

    for some, everybody in zip(traces.gradients(rows), traces.gradients(slice(None)), strict=True):
        torch.testing.assert_close(some, everybody[rows])


@brains
def test_gradients_are_arrays_of_their_own(sizes: list[int]) -> None:
    """Whoever changes a gradient changes no trace and no weight."""
    run = _Run(sizes)
    state = {name: buffer.clone() for name, buffer in run.traces.named_buffers()}
    weights = [layer.weight.clone() for layer in run.layers]
    for gradient in run.traces.gradients(slice(None)):
        gradient.fill_(9.0)

    assert all(torch.equal(state[name], buffer) for name, buffer in run.traces.named_buffers())
    assert all(torch.equal(weight, layer.weight) for weight, layer in zip(weights, run.layers, strict=True))


@brains
def test_a_new_episode_clears_only_its_rows(sizes: list[int]) -> None:
    """After zero_states a row has nothing to learn from and no features, and the others have all they had."""
    traces = _Run(sizes).traces
    before = traces.gradients(slice(None))
    features = traces.features.clone()
    traces.zero_states(torch.tensor([1, 3]))

    assert not any(layer.filtered[:, [1, 3]].any() for layer in traces.traces)
    assert torch.equal(features[[0, 2]], traces.features[[0, 2]])
    for old, new in zip(before, traces.gradients(slice(None)), strict=True):
        assert not new[[1, 3]].any()
        assert torch.equal(old[[0, 2]], new[[0, 2]])


def test_the_mean_slope_follows_the_surrogate() -> None:
    """It is the leaky mean of 1 / (1 + 4 |v - th|)^2 over the membranes before their resets."""
    run = _Run([8, 6])
    for k in range(2):
        slope = torch.zeros(ROWS, (8, 6)[k], dtype=torch.float64)
        for membranes in run.membranes:
            slope = 0.9 * slope + 0.1 / (1.0 + 4.0 * (membranes[k] - 1.0).abs()) ** 2

        torch.testing.assert_close(run.traces.traces[k].slope, slope)


def test_the_features_are_the_readout_s_filtered_input() -> None:
    """The readout's membrane is its weights times the features."""
    run = _Run([8])
    readout = run.layers[-1]

    torch.testing.assert_close(torch.einsum("roi,ri->ro", readout.weight, run.traces.features), readout.membrane)


def test_the_rule_decays_its_traces_by_discount_times_trace_decay() -> None:
    """One decision is worth discount * trace_decay less after the next."""
    layers = _brain([])
    traces = GatedTrace(discount=0.5, trace_decay=0.4).traces(layers)
    _think(layers, torch.ones(ROWS, INPUTS).double())
    traces.perceive([layers[0].tick])
    traces.write(torch.ones(ROWS, ACTIONS).double())
    (before,) = traces.gradients(slice(None))
    traces.write(torch.zeros(ROWS, ACTIONS).double())
    (after,) = traces.gradients(slice(None))

    torch.testing.assert_close(after, 0.2 * before)


def test_memory_does_not_grow() -> None:
    """After 10,000 ticks there are as many bytes in the buffers and as many tensors alive as after 10."""
    layers = _brain([4], rows=2)
    traces = GatedTraces(layers, KEEP)
    x, score = torch.randn(2, INPUTS).double(), torch.randn(2, ACTIONS).double()
    seen = []
    for tick in range(1, 10_001):
        _think(layers, x)
        traces.perceive([layer.tick for layer in layers])
        traces.write(score)
        if tick in (10, 10_000):
            traces.gradients(slice(None))
            tensors = sum(issubclass(type(thing), Tensor) for thing in gc.get_objects())
            seen.append((sum(buffer.nbytes for buffer in traces.buffers()), tensors))

    assert seen[0] == seen[1]
    assert not any(buffer.requires_grad for buffer in traces.buffers())


def test_with_gates_of_one_and_no_membranes_it_is_the_input_trace() -> None:
    """Where every gate is 1 and membranes forget at once, each action's trace is the source's: t <- l t + x."""
    layers: list[Layer] = [
        LIF(INPUTS, 5, decay=1e-15, rows=(ROWS,), generator=_generator(0), learn=()).double(),
        LIS(5, ACTIONS, decay=1e-15, rows=(ROWS,), learn=()).double(),
    ]
    traces = GatedTrace(discount=1.0, trace_decay=0.9).traces(layers).double()
    plain = [InputTrace(layer.inputs, 0.9, (ROWS,)).double() for layer in layers]
    for x in torch.rand(40, ROWS, INPUTS, generator=_generator(1), dtype=torch.float64):
        _think(layers, x)
        traces.perceive([layer.tick for layer in layers])
        traces.write(torch.ones(ROWS, ACTIONS, dtype=torch.float64))
        for trace, layer in zip(plain, layers, strict=True):
            trace.add_input(layer.tick.input)

    for gated, trace in zip(traces.traces, plain, strict=True):
        expected = trace.total.unsqueeze(1).expand(-1, ACTIONS, -1)
        torch.testing.assert_close(gated.gated.now, expected, rtol=1e-6, atol=1e-9)
