"""A brain that decides some times, seen by any traces, and the same in one graph through time."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from alife.learning import Traces
from alife.nn import ALIF, LIF, LIS, Layer, Spiking

ACTIONS, INPUTS, ROWS = 3, 5, 4


def generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def brain(
    *hidden: type[Spiking], size: int = 8, readout_decay: float = 0.4, seed: int = 0, **options: Any
) -> list[Layer]:
    """Return layers in double precision; the weights of the readout are not zero."""
    drawing, layers, inputs = generator(seed), list[Layer](), INPUTS
    for kind in hidden:
        layers.append(kind(inputs, size, rows=(ROWS,), generator=drawing, learn=(), **options).double())
        inputs = size
    layers.append(LIS(inputs, ACTIONS, readout_decay, rows=(ROWS,), learn=()).double())
    layers[-1].weight.normal_(generator=drawing)
    return layers


class Episode:
    """Some decisions of a brain, one at each tick, with random inputs.

    Args:
        layers: the brain.
        decisions: how many; one more forward pass follows, which no decision has come of.
        watching: traces that see it all.
        seed: of inputs and actions.
    """

    def __init__(self, layers: Sequence[Layer], watching: Sequence[Traces], decisions: int = 20, seed: int = 1) -> None:
        self.layers = layers
        self.inputs = 0.4 + torch.randn(decisions + 1, ROWS, INPUTS, generator=generator(seed), dtype=torch.float64)
        self.actions: list[Tensor] = []
        drawing = generator(seed + 1)
        for tick, x in enumerate(self.inputs):
            probabilities = think(layers, x)
            for traces in watching:
                traces.perceive([layer.tick for layer in layers])
            if tick < decisions:
                self.actions.append(torch.multinomial(probabilities, 1, generator=drawing).squeeze(1))
                score = torch.nn.functional.one_hot(self.actions[-1], ACTIONS) - probabilities
                for traces in watching:
                    traces.write(score)

    def by_autograd(self, keep: float) -> list[Tensor]:
        """Differentiate the discounted sum of log-probabilities, through every tick, but not through resets."""
        weights = [layer.weight.clone().requires_grad_() for layer in self.layers]
        neurons = [_Neurons(layer) for layer in self.layers]
        total = torch.zeros(ROWS, dtype=torch.float64)
        for x, actions in zip(self.inputs[:-1], self.actions, strict=True):
            for layer, weight in zip(neurons, weights, strict=True):
                x = layer.step(torch.einsum("roi,ri->ro", weight, x))
            total = keep * total + torch.log_softmax(x, -1).gather(1, actions[:, None]).squeeze(1)
        return list(torch.autograd.grad(total.sum(), weights))


def think(layers: Sequence[Layer], x: Tensor) -> Tensor:
    for layer in layers:
        x = layer(x)
    return x


class _Neurons:
    """LIF, ALIF or an integrator, written down again with a graph."""

    def __init__(self, layer: Layer) -> None:
        self._layer, self._v, self._a, self._z = layer, 0.0, 0.0, 0.0

    def step(self, current: Tensor) -> Tensor:
        layer = self._layer
        before = layer.decays[-1] * self._v + current
        if not isinstance(layer, LIF | ALIF):
            self._v = before
            return before
        threshold, height = layer._threshold.detached_value(), 0.0
        if isinstance(layer, ALIF):
            self._a = layer.adaptation_decay * self._a + self._z
            height = layer.adaptation * self._a
        self._z = _Spike.apply(before - threshold - height)
        self._v = before - threshold * self._z.detach()
        return self._z


class _Spike(torch.autograd.Function):
    """A spike whose slope is 1 / (1 + 4 |v|)^2."""

    @staticmethod
    def forward(ctx: Any, above: Tensor) -> Tensor:
        ctx.save_for_backward(above)
        return (above >= 0.0).to(above.dtype)

    @staticmethod
    def backward(ctx: Any, signal: Tensor) -> Tensor:
        (above,) = ctx.saved_tensors
        return signal / (1.0 + 4.0 * above.abs()) ** 2
