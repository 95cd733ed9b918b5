"""How far each rule's gradient points where the policy gradient points: the mean cosine over 200 random networks.

python -m benchmarks.cosine [--networks N] [--readout-decay D] [--hidden-layers K]

One episode of L decisions, one reward at its end; networks of 32 LIF (decay .8) a layer and a LIS readout with weights
N(0, 1/32), on the task of benchmarks/tasks/cosine.py. The reference is the sum over decisions of the surrogate policy
gradient, per synapse: (B s) psi x, every factor at its own tick, filtered by the membranes above (e-prop). With more
than one hidden layer the slopes of the layers between are those at the decision.
"""

import argparse
from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

from alife.learning import GatedTrace
from alife.loss import Reflect
from alife.nn import LIF, LIS, Layer, Sequential
from benchmarks.tasks import cosine as task

HIDDEN, MEMBRANE_DECAY = 32, 0.8
EPISODES = (1, 2, 4, 8, 16, 32)  # decisions


class Network:
    """200 networks side by side, and every gradient of the same episode.

    Args:
        rows: how many networks.
        hidden_layers: of LIF.
        readout_decay: of the LIS.
        memory: what a trace keeps from one decision to the next.
        seed: of weights, spikes and actions.
    """

    def __init__(self, rows: int, hidden_layers: int, readout_decay: float, memory: float, seed: int) -> None:
        self.random = torch.Generator().manual_seed(seed)
        per_tick = memory ** (1.0 / task.TICKS)
        widths = [task.CHANNELS, *[HIDDEN] * hidden_layers]
        layers: list[Layer] = [
            LIF(below, above, MEMBRANE_DECAY, trace_decay=per_tick, rows=(rows,), generator=self.random)
            for below, above in pairwise(widths)
        ]
        layers.append(LIS(HIDDEN, task.ACTIONS, readout_decay, trace_decay=per_tick, rows=(rows,)))
        with torch.no_grad():
            layers[-1].weight.normal_(0.0, HIDDEN**-0.5, generator=self.random)
        self.layers, self.sequential = layers, Sequential(*layers)
        self.reflect = Reflect(task.ACTIONS, memory, (rows,))
        self.gated = GatedTrace(discount=1.0, trace_decay=1.0).traces(layers)
        self.exact = _Exact(layers)

    @torch.no_grad()
    def live(self, spikes: Tensor) -> None:
        """Go through one episode, (decisions, ticks, rows, channels)."""
        for decision in spikes:
            for input in decision:
                probabilities = self.sequential(input)
                ticks = [layer.tick for layer in self.layers]
                self.gated.perceive(ticks)
                self.exact.perceive()
            action = torch.multinomial(probabilities, 1, generator=self.random).squeeze(-1)
            score = torch.nn.functional.one_hot(action, task.ACTIONS) - probabilities
            self.reflect.observe(probabilities, action)
            self.gated.write(score)
            self.exact.write(score)

    def cosines(self) -> dict[str, list[float]]:
        """Return, by rule, the mean cosine of each layer with the reference."""
        signal = self.reflect(1.0, self.sequential.mean_output()).signal
        self.sequential.backward(signal)
        source = [-layer.weight.grad for layer in self.layers if layer.weight.grad is not None]
        gated = self.gated.gradients(slice(None))
        return {"trace": _cosines(source, self.exact.total), "gated_trace": _cosines(gated, self.exact.total)}


class _Exact:
    """The reference, with a trace for every synapse and no decay between decisions."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self.total = [torch.zeros_like(layer.weight) for layer in layers]
        self._inputs = [torch.zeros(*layer.rows, layer.inputs) for layer in layers]
        # psi x of each synapse, filtered by the membrane of each layer above.
        self._eligible = [[torch.zeros_like(layer.weight) for _ in layers[k + 1 :]] for k, layer in enumerate(layers)]
        self._slopes = [torch.zeros(*layer.rows, layer.size) for layer in layers]

    def perceive(self) -> None:
        for k, layer in enumerate(self._layers):
            self._inputs[k] = layer.decays[-1] * self._inputs[k] + layer.tick.input
            passed = self._inputs[k].unsqueeze(-2).expand_as(layer.weight)
            if layer.threshold is not None:
                self._slopes[k] = 1.0 / (1.0 + 4.0 * (layer.tick.membrane - layer.threshold).abs()) ** 2
                passed = passed * self._slopes[k].unsqueeze(-1)
            for j, above in enumerate(self._layers[k + 1 :]):
                self._eligible[k][j] = above.decays[-1].unsqueeze(-1) * self._eligible[k][j] + passed
                passed = self._eligible[k][j]

    def write(self, score: Tensor) -> None:
        down = score
        self.total[-1] += down.unsqueeze(-1) * self._inputs[-1].unsqueeze(-2)
        for k in range(len(self._layers) - 2, -1, -1):
            down = torch.einsum("ro,roi->ri", down, self._layers[k + 1].weight.detach())
            self.total[k] += down.unsqueeze(-1) * self._eligible[k][-1]
            down = down * self._slopes[k]


def _cosines(found: Sequence[Tensor], exact: Sequence[Tensor]) -> list[float]:
    pairs = zip(found, exact, strict=True)
    return [float(torch.cosine_similarity(a.flatten(1), b.flatten(1), dim=1).mean()) for a, b in pairs]


def measure(
    networks: int, hidden_layers: int, readout_decay: float, memory: float, decisions: int
) -> dict[str, list[float]]:
    """Return, by rule, the mean cosine of each layer, from the senses up."""
    network = Network(networks, hidden_layers, readout_decay, memory, seed=decisions)
    network.live(torch.from_numpy(task.episodes(decisions, networks, decisions)))
    return network.cosines()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--readout-decay", type=float, default=0.7)
    parser.add_argument("--hidden-layers", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(1)
    print(f"cosine from the lowest layer to the readout, by decisions per reward: {', '.join(map(str, EPISODES))}")
    for rule, memory in (("trace", 0.9), ("trace", 0.99), ("gated_trace", 0.9)):
        cells = [
            measure(options.networks, options.hidden_layers, options.readout_decay, memory, decisions)[rule]
            for decisions in EPISODES
        ]
        name = f"{rule}, {memory:g} kept per decision" if rule == "trace" else rule
        print(f"{name:<32}" + "  ".join(" ".join(f"{value:5.2f}" for value in cell) for cell in cells))


if __name__ == "__main__":
    main()
