"""The mean output of each layer, written down again in plain torch as a function of what can be learned.

Nothing here looks at a trace: the mean input comes from the whole history of inputs.
"""

import torch
from torch import Tensor

from alife.nn import ALIF, LIB, LIG, LIS, RLIF, SLIF, Layer, Spiking
from tests.nn.cases import parameter_of

SHARPNESS = 24.0
START = 0.541324854612918  # log(e - 1)


class Rates:
    """What a layer must have learned after a history.

    Args:
        layer: without rows.
        inputs: all inputs since the start, (ticks, inputs).
        outputs: all outputs since the start, (ticks, size).
        estimator: smoothed or clipped.
        refractory: ticks.
    """

    def __init__(
        self, layer: Layer, inputs: Tensor, outputs: Tensor, estimator: str = "smoothed", refractory: int = 0
    ) -> None:
        self.layer, self.outputs, self.estimator, self.refractory = layer, outputs, estimator, refractory
        self.free = {
            name: parameter_of(layer, name).detach().clone().requires_grad_() for name in type(layer).learnable
        }
        self.arrived = inputs if layer.delays is None else _late(inputs, layer.delays)

    def expect(self, signal: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Return the gradients of everything learnable, and the signal for the layer below."""
        mean_input = self.mean_of(self.arrived)
        names, leaves = list(self.free), list(self.free.values())
        output = self.mean_output(mean_input)
        found = torch.autograd.grad(output, [*leaves, mean_input], signal, allow_unused=True)
        filled = [torch.zeros_like(leaf) if each is None else each for leaf, each in zip(leaves, found, strict=False)]
        assert found[-1] is not None
        return dict(zip(names, filled, strict=True)), found[-1]

    def mean_of(self, history: Tensor) -> Tensor:
        """Return sum_k l^k x(n - k) / sum_k l^k."""
        age = torch.arange(len(history) - 1, -1, -1, dtype=history.dtype)
        weight = torch.sigmoid(self.free["trace_decay"]) ** age
        return (weight.unsqueeze(-1) * history).sum(0) / weight.sum()

    def mean_output(self, mean_input: Tensor) -> Tensor:
        """Return the mean output under a mean input."""
        layer, weight = self.layer, self.free["weight"]
        if layer.signs is not None:
            weight = weight.abs() * layer.signs
        if layer.mask is not None:
            weight = weight * layer.mask
        current = (weight * mean_input).sum(-1)
        d = torch.sigmoid(self.free["decay"])
        d = d.repeat_interleave(layer.size // len(d))
        if not isinstance(layer, Spiking):
            return self._read_out(current / (1.0 - d))
        th = torch.log(1.0 + torch.exp(self.free["threshold"]))
        if isinstance(layer, SLIF):
            current = current / (1.0 - torch.sigmoid(self.free["synaptic_decay"]))
        if isinstance(layer, RLIF):
            before = torch.cat([torch.zeros_like(self.outputs[:1]), self.outputs[:-1]])
            others = self.free["recurrent_weight"] * (1.0 - torch.eye(layer.size, dtype=current.dtype))
            current = current + (others * self.mean_of(before)).sum(-1)
        if isinstance(layer, ALIF):
            return self._balanced(current, d, th)
        return self._spikes(current, d, th)

    def _balanced(self, current: Tensor, d: Tensor, th: Tensor) -> Tensor:
        """Walk to where the output is what its own adaptation leaves of it; all steps are differentiated."""
        q, b = torch.sigmoid(self.free["adaptation_decay"]), torch.log(1.0 + torch.exp(self.free["adaptation"]))
        leak = (1.0 - d) * b / (1.0 - q)
        stride = 1.0 / (1.0 + leak / th).detach()
        spikes = torch.full_like(current, 0.5)
        for _ in range(200):
            spikes = spikes + stride * (self._spikes(current - leak * spikes, d, th) - spikes)
        return spikes

    def _spikes(self, current: Tensor, d: Tensor, th: Tensor) -> Tensor:
        share = (current - (1.0 - d) * th / 2.0) / th
        if self.estimator == "clipped":
            spikes = torch.where((current >= (1.0 - d) * th) & (share < 1.0), share, (share >= 1.0).to(share.dtype))
        else:
            rise, fall = (torch.log(1.0 + torch.exp(SHARPNESS * (share - corner))) for corner in (0.0, 1.0))
            spikes = (rise - fall) / SHARPNESS
        return spikes / (1.0 + self.refractory * spikes)

    def _read_out(self, membrane: Tensor) -> Tensor:
        if isinstance(self.layer, LIS):
            return membrane.exp() / membrane.exp().sum()
        if isinstance(self.layer, LIB):
            return 1.0 / (1.0 + torch.exp(-membrane))
        if isinstance(self.layer, LIG):
            mean, spread = membrane.chunk(2)
            return torch.cat([mean, torch.log(1.0 + torch.exp(spread + START))])
        return membrane


def _late(inputs: Tensor, delays: Tensor) -> Tensor:
    """Return each column so many ticks later."""
    late = torch.zeros_like(inputs)
    for i, delay in enumerate(delays.tolist()):
        late[delay:, i] = inputs[: len(inputs) - delay, i]
    return late
