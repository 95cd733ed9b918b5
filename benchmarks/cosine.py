"""How far each rule's gradient points where the policy gradient points: the mean cosine over 200 random networks.

python -m benchmarks.cosine [--networks N] [--readout-decay D] [--hidden-layers K] [--decisions L]

Each mean is printed with half of its 95 % interval over networks (Student's t).

One episode of L decisions, one reward at its end; networks of 32 LIF (decay .8) a layer and a LIS readout with weights
N(0, 1/32), on the task of benchmarks/learning/tasks/cosine.py. The reference is the sum over decisions of the surrogate
policy gradient, per synapse: (B s) psi x, every factor at its own tick, filtered by the membranes above (rule `eprop`).
With more than one hidden layer the surrogate derivatives of the layers between are those at the decision. Rules that
must forget from one decision to the next are measured against a reference that forgets as they do.
"""

import argparse
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from agents.actor_critic import ActorCritic
from agents.layer import Layer
from agents.neurons.lif import LIF
from agents.readouts.lis import LIS, LISMembranes
from agents.rules.eprop import EProp
from agents.rules.gated_trace import GatedTrace
from agents.rules.ring import Ring
from agents.rules.slots import Slots
from agents.rules.trace import Trace
from agents.torch_layer import to_torch
from alife.core.brain import Floats, Neuron, Traces
from alife.loss import Reflect
from alife.nn import Sequential
from benchmarks.learning.tasks import cosine as task
from benchmarks.measured import interval

HIDDEN, MEMBRANE_DECAY = 32, 0.8
EPISODES = (1, 2, 4, 8, 16, 32)  # decisions
RULES: dict[str, ActorCritic] = {
    "ring, 16 decisions": Ring(discount=1.0, trace_decay=1.0),
    "ring, 32 decisions": Ring(discount=1.0, trace_decay=1.0, slots=32),
    "gated_trace": GatedTrace(discount=1.0, trace_decay=1.0),
    "gated_trace, .76 kept": GatedTrace(),
    "slots, .76 kept": Slots(),
    "slots, control variate .5": Slots(control_variate=0.5),
}


class Network:
    """Networks side by side, and every gradient of the same episode.

    The source method runs on layers of `alife.nn` with the same weights, which see the same inputs and actions.

    Args:
        rows: how many networks.
        hidden_layers: of LIF.
        readout_decay: of the LIS.
        memory: what a trace of the source method keeps from one decision to the next.
        seed: of weights, spikes and actions.
        rules: by name, what is compared with the source method.
    """

    def __init__(
        self,
        rows: int,
        hidden_layers: int,
        readout_decay: float,
        memory: float,
        seed: int,
        rules: Mapping[str, ActorCritic],
    ) -> None:
        self._rules, self.rows, self.random = rules, np.arange(rows), np.random.default_rng(seed)
        self.layers = _layers(rows, hidden_layers, readout_decay, self.random)
        readout = self.layers[-1].neurons
        assert isinstance(readout, LISMembranes)
        self.readout = readout
        per_tick = memory ** (1.0 / task.TICKS)
        self.sequential = Sequential(*(to_torch(layer, per_tick) for layer in self.layers))
        self.reflect = Reflect(task.ACTIONS, memory, (rows,))
        self._brains = [self.layers]  # the rules of the source method have layers of their own
        self.found = {name: rule.traces(self._layers_for(rule)) for name, rule in rules.items()}
        self.exact = {
            gamma_lambda: EProp(discount=gamma_lambda, trace_decay=1.0).traces(self.layers)
            for gamma_lambda in {1.0, *(rule.keep for rule in rules.values())}
        }
        self._watching: list[Traces] = [*self.found.values(), *self.exact.values()]

    def _layers_for(self, rule: ActorCritic) -> Sequence[Layer]:
        """Return the layers in which a rule can learn, with the weights of all others."""
        if not isinstance(rule, Trace):
            return self.layers
        own = [
            rule.build_layer(layer.neuron, layer.inputs, layer.rows, np.random.default_rng(0), layer.weight.dtype)
            for layer in self.layers
        ]
        for copied, layer in zip(own, self.layers, strict=True):
            copied.weight[...] = layer.weight
        self._brains.append(own)
        return own

    @torch.no_grad()
    def run_episode(self, spikes: NDArray[np.float32]) -> list[NDArray[np.int64]]:
        """Run one episode, (decisions, ticks, rows, channels), and return the actions, (rows,) for each decision."""
        return [self._decide(decision) for decision in spikes]

    def _decide(self, decision: NDArray[np.float32]) -> NDArray[np.int64]:
        for signal in decision:
            self._tick(signal)
        self.readout.sample(self.rows, self.readout.random_numbers(self.random, 1)[0])
        action = self.readout.action.copy()
        self.reflect.observe(torch.from_numpy(self.readout.output), torch.from_numpy(action))
        for traces in self._watching:
            traces.record(self.rows, self.readout.grad_log_prob(self.rows))
            traces.count_decision()
        return action

    def _tick(self, signal: NDArray[np.float32]) -> None:
        self.sequential(torch.from_numpy(signal))
        for layers in self._brains:
            arriving = signal
            for layer in layers:
                arriving = layer.tick(self.rows, arriving)
                layer.count_tick()
        for traces in self._watching:
            traces.perceive(self.rows)

    def cosines(self) -> dict[str, list[Floats]]:
        """Return, by rule, the cosine of each layer with the reference, (rows,) each."""
        exact = {gamma_lambda: traces.gradients(self.rows, False) for gamma_lambda, traces in self.exact.items()}
        found = {name: traces.gradients(self.rows, False) for name, traces in self.found.items()}
        cosines = {name: _cosines(gradient, exact[self._rules[name].keep]) for name, gradient in found.items()}
        return {"trace": _cosines(self._source(), exact[1.0]), **cosines}

    def _source(self) -> list[Floats]:
        """Return the gradients of the source method, uphill, (rows, inputs, size)."""
        self.sequential.backward(self.reflect(1.0, self.sequential.mean_output()).signal)
        gradients = [layer.weight.grad for layer in self.sequential.layers]
        return [-gradient.transpose(1, 2).numpy() for gradient in gradients if gradient is not None]


def _layers(rows: int, hidden_layers: int, readout_decay: float, random: np.random.Generator) -> list[Layer]:
    neurons: list[Neuron] = [LIF(size=HIDDEN, decay=MEMBRANE_DECAY) for _ in range(hidden_layers)]
    neurons.append(LIS(size=task.ACTIONS, decay=readout_decay))
    widths = [task.CHANNELS, *(neuron.size for neuron in neurons)]
    layers = [Layer(neuron, below, rows, random) for neuron, (below, _) in zip(neurons, pairwise(widths), strict=True)]
    layers[-1].weight[...] = random.normal(0.0, HIDDEN**-0.5, layers[-1].weight.shape)
    return layers


def _cosines(found: Sequence[Floats], exact: Sequence[Floats]) -> list[Floats]:
    return [_cosine(ours, theirs) for ours, theirs in zip(found, exact, strict=True)]


def _cosine(ours: Floats, theirs: Floats) -> Floats:
    """Return the cosine of each row's matrix with the same row's of the other, (rows,); 0 where one is zero."""
    a, b = ours.reshape(len(ours), -1), theirs.reshape(len(theirs), -1)
    cosine: Floats = (a * b).sum(1) / np.maximum(np.linalg.norm(a, axis=1) * np.linalg.norm(b, axis=1), 1e-12)
    return cosine


def measure_cosines(
    rules: Mapping[str, ActorCritic],
    networks: int,
    hidden_layers: int,
    readout_decay: float,
    memory: float,
    decisions: int,
    seed: int,
) -> dict[str, list[Floats]]:
    """Return, by rule, the cosine of each layer, from the senses up, (networks,) each."""
    network = Network(networks, hidden_layers, readout_decay, memory, seed, rules)
    network.run_episode(task.episodes(seed, networks, decisions))
    return network.cosines()


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--networks", type=int, default=200)
    parser.add_argument("--readout-decay", type=float, default=0.7)
    parser.add_argument("--hidden-layers", type=int, default=1)
    parser.add_argument("--decisions", type=int, nargs="+", default=EPISODES, help="for one reward")
    options = parser.parse_args()
    torch.set_num_threads(1)
    given = ", ".join(map(str, options.decisions))
    print(f"cosine from the lowest layer to the readout, by decisions per reward: {given}")
    rows: dict[str, list[list[Floats]]] = {}
    for decisions in options.decisions:
        for memory in (0.9, 0.99):
            shape = options.networks, options.hidden_layers, options.readout_decay
            cosines = measure_cosines(RULES, *shape, memory, decisions, seed=decisions)
            rows.setdefault(f"trace, {memory:g} kept per decision", []).append(cosines.pop("trace"))
        for rule, cell in cosines.items():
            rows.setdefault(rule, []).append(cell)
    for name, cells in rows.items():
        print(f"{name:<32}" + "  ".join(" ".join(map(_shown, cell)) for cell in cells), flush=True)


def _shown(cosines: Floats) -> str:
    low, high = interval(cosines)
    return f"{cosines.mean():5.2f} ± {(high - low) / 2:.2f}"


if __name__ == "__main__":
    main()
