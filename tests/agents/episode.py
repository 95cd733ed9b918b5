"""A brain that decides some times, seen by any traces, and the same in one graph through time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from agents.layer import Layer
from agents.neurons.spiking import Spiking, SpikingNeurons
from agents.readouts.lis import LIS
from alife.core.brain import ReadoutNeurons, Traces

ACTIONS, INPUTS, ROWS = 3, 5, 4
ALL = np.arange(ROWS)
FORGETS = 1e-12  # decay of membranes that remember nothing


def brain(
    *hidden: type[Spiking],
    size: int = 8,
    readout_decay: float = 0.4,
    seed: int = 0,
    rows: int = ROWS,
    dtype: Any = np.float64,
    **options: Any,
) -> list[Layer]:
    """Return layers; the weights of the readout are not zero."""
    random, layers, inputs = np.random.default_rng(seed), list[Layer](), INPUTS
    for kind in hidden:
        layers.append(Layer(kind(size=size, **options), inputs, rows, random, dtype))
        layers[-1].weight += 0.5 / inputs  # so that no layer is silent, however many there are
        layers[-1].rewire(np.arange(rows))
        inputs = size
    layers.append(Layer(LIS(size=ACTIONS, decay=readout_decay), inputs, rows, random, dtype))
    layers[-1].weight[...] = random.normal(size=layers[-1].weight.shape)
    return layers


def readout_of(layers: Sequence[Layer]) -> ReadoutNeurons:
    """Return the neurons that act."""
    readout = layers[-1].neurons
    assert isinstance(readout, ReadoutNeurons)
    return readout


def think(layers: Sequence[Layer], x: NDArray[Any], rows: NDArray[np.int64] | None = None) -> NDArray[Any]:
    """Take one tick; return what the readout puts out."""
    rows = np.arange(len(x)) if rows is None else rows
    for layer in layers:
        x = layer.tick(rows, x)
        layer.count_tick()
    return x


def gradients(traces: Traces, accumulated: bool = False) -> list[NDArray[Any]]:
    """Return the gradients of all rows."""
    return traces.gradients(ALL, accumulated)


class Episode:
    """Some decisions of a brain, one at each tick, with random inputs.

    Args:
        layers: the brain.
        watching: traces that see it all.
        decisions: how many; one more forward pass follows, which no decision has come of.
        seed: of inputs and actions.
        errors: whether traces accumulate by random TD errors, before each decision.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        watching: Sequence[Traces],
        decisions: int = 20,
        seed: int = 1,
        errors: bool = False,
    ) -> None:
        random = np.random.default_rng(seed)
        self.layers, readout = layers, readout_of(layers)
        self.inputs = 0.4 + random.normal(size=(decisions + 1, ROWS, INPUTS))
        self.actions: list[NDArray[Any]] = []
        self.grads: list[NDArray[Any]] = []
        self.output: list[list[NDArray[Any]]] = []
        self.before: list[list[NDArray[Any]]] = []
        self.weighed: list[list[NDArray[Any]]] = [[] for _ in watching]  # sum of gradients times TD errors
        for tick, x in enumerate(self.inputs):
            think(layers, x)
            self.output.append([layer.neurons.output.copy() for layer in layers])
            self.before.append([layer.neurons.before.copy() for layer in layers])
            error = random.normal(size=ROWS)
            for k, traces in enumerate(watching):
                traces.perceive(ALL)
                if errors:
                    traces.accumulate(ALL, error)
                    now = [error[:, None, None] * each for each in gradients(traces)]
                    self.weighed[k] = [old + new for old, new in zip(self.weighed[k] or [0.0] * 9, now, strict=False)]
            if tick < decisions:
                readout.sample(ALL, random.random(ROWS))
                self.actions.append(np.array(readout.action))
                self.grads.append(readout.grad_log_prob(ALL).copy())
                for traces in watching:
                    traces.record(ALL, self.grads[-1])
                    traces.count_decision()

    def by_autograd(self, keep: float, surrogates: Sequence[NDArray[Any]] | None = None) -> list[NDArray[Any]]:
        """Differentiate the discounted sum of log-probabilities, through every tick, but not through resets.

        Args:
            keep: what a decision is worth less after the next.
            surrogates: of each hidden layer, to be held constant; None for those of each tick.
        """
        weights = [torch.tensor(layer.weight, requires_grad=True) for layer in self.layers]
        neurons = [_Neurons(layer) for layer in self.layers]
        total = self._sum_of_log_probs(weights, neurons, keep, surrogates)
        return [each.numpy() for each in torch.autograd.grad(total, weights)]

    def of_decays_and_thresholds(self, keep: float) -> list[NDArray[Any]]:
        """Differentiate the same by the decay and the threshold of each neuron, (rows, size), layer by layer."""
        neurons = [_Neurons(layer) for layer in self.layers]
        leaves = [each.requires_grad_() for layer in neurons for each in layer.leaves()]
        total = self._sum_of_log_probs([torch.tensor(layer.weight) for layer in self.layers], neurons, keep)
        return [each.numpy() for each in torch.autograd.grad(total, leaves)]

    def _sum_of_log_probs(
        self,
        weights: Sequence[Tensor],
        neurons: Sequence["_Neurons"],
        keep: float,
        surrogates: Sequence[NDArray[Any]] | None = None,
    ) -> Tensor:
        total = torch.zeros(ROWS, dtype=torch.float64)
        for tick, actions in enumerate(self.actions):
            x = torch.from_numpy(self.inputs[tick])
            for k, (layer, weight) in enumerate(zip(neurons, weights, strict=True)):
                current = torch.einsum("rio,ri->ro", weight, x)
                if surrogates is None or k == len(surrogates):
                    x = layer.step(current)
                else:
                    x = layer.constant(current, torch.from_numpy(self.output[tick][k]), surrogates[k])
            log_prob = torch.log_softmax(x, -1).gather(1, torch.from_numpy(actions)[:, None])
            total = keep * total + log_prob.squeeze(1)
        return total.sum()


class _Neurons:
    """LIF, ALIF or an integrator, written down again with a graph."""

    def __init__(self, layer: Layer) -> None:
        neurons = layer.neurons
        self._decay = torch.tensor(neurons.decays[-1])
        self._threshold = torch.tensor(neurons.at_rest) if isinstance(neurons, SpikingNeurons) else None
        self._adaptation = torch.as_tensor(getattr(neurons, "adaptation", 0.0))
        self._adaptation_decay = torch.as_tensor(getattr(neurons, "adaptation_decay", 0.0))
        self._v, self._a, self._z = [torch.zeros(())] * 3

    def leaves(self) -> list[Tensor]:
        """Return the decays, and the thresholds where there are any."""
        return [self._decay] if self._threshold is None else [self._decay, self._threshold]

    def step(self, current: Tensor) -> Tensor:
        before = self._decay * self._v + current
        if self._threshold is None:
            self._v = before
            return before
        self._a = self._adaptation_decay * self._a + self._z
        self._z = _Spike.apply(before - self._threshold - self._adaptation * self._a)
        self._v = before - self._threshold * self._z.detach()
        return self._z

    def constant(self, current: Tensor, spikes: Tensor, surrogate: NDArray[Any]) -> Tensor:
        """Return spikes as they were, that move with the membrane as much as a constant surrogate says."""
        self._v = self._decay * self._v + current
        return spikes + torch.from_numpy(surrogate) * (self._v - self._v.detach())


class _Spike(torch.autograd.Function):
    """A spike whose derivative is 1 / (1 + 4 |v|)^2."""

    @staticmethod
    def forward(ctx: Any, above: Tensor) -> Tensor:
        ctx.save_for_backward(above)
        return (above >= 0.0).to(above.dtype)

    @staticmethod
    def backward(ctx: Any, signal: Tensor) -> Tensor:
        (above,) = ctx.saved_tensors
        return signal / (1.0 + 4.0 * above.abs()) ** 2
