"""How far each rule's gradient points where the policy gradient points: the mean cosine over 200 random networks.

python -m benchmarks.cosine [--networks N] [--readout-decay D] [--hidden-layers K]

One episode of L decisions, one reward at its end; networks of 32 LIF (decay .8) a layer and a LIS readout with weights
N(0, 1/32), on the task of benchmarks/learning/tasks/cosine.py. The reference is the sum over decisions of the surrogate
policy gradient, per synapse: (B s) psi x, every factor at its own tick, filtered by the membranes above (rule `eprop`).
With more than one hidden layer the surrogate derivatives of the layers between are those at the decision. Rules that
must forget from one decision to the next are measured against a reference that forgets as they do.
"""

import argparse
from collections.abc import Mapping, Sequence
from itertools import pairwise

import torch
from torch import Tensor

from alife.learning import ActorCritic, EProp, GatedTrace, Ring, Slots
from alife.loss import Reflect
from alife.nn import LIF, LIS, Layer, Sequential
from benchmarks.learning.tasks import cosine as task

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
        self._rules, self.random = rules, torch.Generator().manual_seed(seed)
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
        self.found = {name: rule.traces(layers) for name, rule in rules.items()}
        self.exact = {
            gamma_lambda: EProp(discount=gamma_lambda, trace_decay=1.0).traces(layers)
            for gamma_lambda in {1.0, *map(_gamma_lambda, rules.values())}
        }
        self.watching = [*self.found.values(), *self.exact.values()]

    @torch.no_grad()
    def run_episode(self, spikes: Tensor) -> None:
        """Run one episode, (decisions, ticks, rows, channels)."""
        for decision in spikes:
            for input in decision:
                probabilities = self.sequential(input)
                ticks = [layer.tick for layer in self.layers]
                for traces in self.watching:
                    traces.perceive(ticks)
            action = torch.multinomial(probabilities, 1, generator=self.random).squeeze(-1)
            grad_log_prob = torch.nn.functional.one_hot(action, task.ACTIONS) - probabilities
            self.reflect.observe(probabilities, action)
            for traces in self.watching:
                traces.write(grad_log_prob)

    def cosines(self) -> dict[str, list[float]]:
        """Return, by rule, the mean cosine of each layer with the reference."""
        signal = self.reflect(1.0, self.sequential.mean_output()).signal
        self.sequential.backward(signal)
        source = [-layer.weight.grad for layer in self.layers if layer.weight.grad is not None]
        exact = {gamma_lambda: traces.gradients(slice(None)) for gamma_lambda, traces in self.exact.items()}
        found = {name: traces.gradients(slice(None)) for name, traces in self.found.items()}
        cosines = {
            name: _cosines(gradient, exact[_gamma_lambda(self._rules[name])]) for name, gradient in found.items()
        }
        return {"trace": _cosines(source, exact[1.0]), **cosines}


def _gamma_lambda(rule: ActorCritic) -> float:
    """Return gamma lambda of a rule, what it keeps of a decision at the next one."""
    return rule.discount * rule.trace_decay


def _cosines(found: Sequence[Tensor], exact: Sequence[Tensor]) -> list[float]:
    pairs = zip(found, exact, strict=True)
    return [float(torch.cosine_similarity(a.flatten(1), b.flatten(1), dim=1).mean()) for a, b in pairs]


def measure_cosines(
    rules: Mapping[str, ActorCritic],
    networks: int,
    hidden_layers: int,
    readout_decay: float,
    memory: float,
    decisions: int,
    seed: int,
) -> dict[str, list[float]]:
    """Return, by rule, the mean cosine of each layer, from the senses up."""
    network = Network(networks, hidden_layers, readout_decay, memory, seed, rules)
    network.run_episode(torch.from_numpy(task.episodes(seed, networks, decisions)))
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
    rows: dict[str, list[list[float]]] = {}
    for decisions in EPISODES:
        for memory in (0.9, 0.99):
            shape = options.networks, options.hidden_layers, options.readout_decay
            cosines = measure_cosines(RULES, *shape, memory, decisions, seed=decisions)
            rows.setdefault(f"trace, {memory:g} kept per decision", []).append(cosines.pop("trace"))
        for rule, cell in cosines.items():
            rows.setdefault(rule, []).append(cell)
    for name, cells in rows.items():
        print(f"{name:<32}" + "  ".join(" ".join(f"{value:5.2f}" for value in cell) for cell in cells))


if __name__ == "__main__":
    main()
