"""Brains on torch: the same networks, spike for spike, in the same memory, and a user's layers that learn."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from agents import Population
from agents.brain import Brain
from agents.layer import Layer
from agents.neurons.alif import ALIF
from agents.neurons.li import LI
from agents.neurons.lif import LIF
from agents.neurons.rlif import RLIF
from agents.neurons.slif import SLIF
from agents.neurons.spiking import Spiking
from agents.neurons.tanh import Tanh
from agents.readouts.lib import LIB
from agents.readouts.lig import LIG
from agents.readouts.lis import LIS
from agents.rules.none import NoLearning
from agents.rules.reflect import ReflectRule
from agents.rules.ring import Ring
from agents.rules.trace import Trace
from agents.torch_layer import TorchLayer, neuron_of
from agents.triggers.every import Every
from alife.config.simulation_config import load_config
from alife.core.brain import Neuron, Rule
from alife.core.errors import ConfigError
from alife.core.world import Outcome, reward_events
from alife.nn import Sequential
from alife.sim.build import build_simulation
from tests.command import ROOT, alife
from tests.sim.layers import Noisy

ROWS, INPUTS, TICKS = 3, 5, 15
ALL = np.arange(ROWS)
_WIRING = {
    "connections": st.sampled_from([1.0, 0.5]),
    "dale": st.sampled_from([None, 0.6]),
    "delay": st.sampled_from([0, 1, 3]),
    "decay": st.sampled_from([0.7, (0.5, 0.8, 0.95)]),
}


def _neurons(kind: type[Neuron], size: int) -> st.SearchStrategy[Neuron]:
    own = {"refractory": st.integers(0, 2), "threshold": st.sampled_from([1.0, 0.7])}
    if kind is Tanh:
        return st.builds(Tanh, size=st.just(size), **{name: _WIRING[name] for name in ("connections", "dale", "delay")})
    return st.builds(kind, size=st.just(size), **_WIRING, **(own if issubclass(kind, Spiking) else {}))


_HIDDEN = st.lists(
    st.sampled_from([LIF, ALIF, SLIF, RLIF, LI, Tanh]).flatmap(lambda kind: _neurons(kind, 7)), max_size=3
)
_READOUT = st.sampled_from([LIS, LIG, LIB]).flatmap(lambda kind: _neurons(kind, 4))
networks = st.tuples(_HIDDEN, _READOUT, st.integers(0, 1000))


def _brain(network: tuple[list[Neuron], Neuron, int]) -> Brain:
    """Return a brain in double precision with every weight drawn."""
    hidden, readout, seed = network
    random, inputs, layers = np.random.default_rng(seed), INPUTS, list[Layer]()
    for neuron in (*hidden, readout):
        layer = Layer(neuron, inputs, ROWS, random, np.float64)
        for weight in layer.learned_arrays():
            weight[...] = 0.2 + 0.5 * random.normal(size=weight.shape)
        layer.rewire(ALL)
        layers.append(layer)
        inputs = neuron.size
    return Brain(layers, None)


def _agree(brain: Brain, network: Sequential, seed: int = 0) -> list[NDArray[Any]]:
    """Run both side by side; the spikes are the same, and all other numbers but for rounding."""
    random, outputs = np.random.default_rng(seed), []
    for _ in range(TICKS):
        x = random.normal(0.3, 1.0, (ROWS, INPUTS))
        brain.think(ALL, x)
        network(torch.from_numpy(x))
        for ours, theirs in zip(brain.layers, network.layers, strict=True):
            output, membrane = theirs.tick.output.numpy(), theirs.tick.membrane.numpy()
            if ours.neurons.threshold is not None:
                assert np.array_equal(ours.neurons.output, output)
            assert ours.neurons.output == pytest.approx(output, rel=1e-9, abs=1e-9)
            if not isinstance(ours.neuron, Tanh):
                assert ours.neurons.before == pytest.approx(membrane, rel=1e-9, abs=1e-9)
        brain.count_tick()
        outputs.append(brain.readout.output.copy())
    return outputs


def _change(brain: Brain, network: Sequential) -> None:
    """Change a weight of each layer on either side; the other side has it, too."""
    for ours, theirs in zip(brain.layers, network.layers, strict=True):
        ours.weight[1, 2, 0] = 0.75
        assert theirs.weight[1, 0, 2].item() == 0.75
        with torch.no_grad():
            theirs.weight[0, 1, 3] = -0.25
        assert ours.weight[0, 3, 1] == -0.25
        if ours.recurrent is not None:
            ours.recurrent[1, 2, 0] = 0.5
            assert dict(theirs.named_parameters())["recurrent_weight"][1, 0, 2].item() == 0.5
        ours.rewire(ALL)


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(networks)
def test_a_brain_on_torch_is_the_same_network_in_the_same_memory(network: Any) -> None:
    """Of any kinds, masked, signed, delayed, in groups, resting: before a change of weights and after it."""
    brain = _brain(network)
    on_torch = brain.to_torch()
    _agree(brain, on_torch)
    _change(brain, on_torch)
    _agree(brain, on_torch, seed=1)


@pytest.mark.slow
@settings(deadline=None, max_examples=25)
@given(networks)
def test_a_network_of_torch_is_the_same_brain_in_the_same_memory(network: Any) -> None:
    """And back: what is made of a network whose weights, decays and thresholds differ from row to row."""
    on_torch = _brain(network).to_torch()
    with torch.no_grad():
        for name, parameter in on_torch.named_parameters():
            if "weight" not in name and "trace" not in name:
                parameter.add_(0.3 * torch.arange(float(ROWS)).view(-1, *[1] * (parameter.dim() - 1)))
    brain = Brain.from_torch(on_torch)
    _agree(brain, on_torch)
    _change(brain, on_torch)
    _agree(brain, on_torch, seed=1)


def test_what_differs_from_row_to_row_cannot_go_to_torch() -> None:
    """Its layers are made of one number for all rows; one sentence says so."""
    brain = _brain(([LIF(size=7)], LIS(size=4), 0))
    brain.layers[0].neurons.decay[1] = 0.5  # type: ignore[attr-defined]
    with pytest.raises(ConfigError, match="decay of this layer"):
        brain.to_torch()


# Layers of alife.nn in brains that learn

BOX, DISCRETE = gymnasium.spaces.Box(0.0, 1.0, (4,), np.float32), gymnasium.spaces.Discrete(3)


def _population(rule: Rule, neuron: Neuron, rows: int = 4, threads: int = 1) -> Population:
    return Population("them", rows, BOX, DISCRETE, [neuron], LIS(), rule, 0, threads=threads)


def _noisy() -> Neuron:
    return neuron_of(Noisy)(size=6)


def _live(population: Population, ticks: int = 30) -> list[list[int]]:
    actions = []
    for tick in range(ticks):
        random = np.random.default_rng(tick)
        start = Outcome.at_reset(random.random((population.rows, 4), np.float32))
        rewards = random.normal(size=population.rows)
        actions.append(population.act(replace(start, rewards=rewards, events=reward_events(rewards))).tolist())
    return actions


@pytest.mark.slow
def test_a_users_layer_learns_by_the_source_method() -> None:
    """Its weights change, those of a control of the same seed do not, and both start alike."""
    learner, control = _population(Trace(trigger=Every()), _noisy()), _population(NoLearning(), _noisy())
    first, other = (each.brain.layers[0] for each in (learner, control))
    before = other.weight.copy()
    assert isinstance(first, TorchLayer)
    assert isinstance(first.network_layer, Noisy)
    assert before.any()
    assert np.array_equal(first.weight, before)
    _live(learner)
    _live(control)

    assert not np.array_equal(first.weight, before)
    assert np.array_equal(other.weight, before)
    assert pytest.approx(first.network_layer.weight[0].detach().numpy(), abs=0.0) == first.weight[0].T


@pytest.mark.slow
@pytest.mark.parametrize("neuron", [LIF(size=6), _noisy()], ids=["ours", "a user's"])
def test_a_brain_on_torch_goes_on_from_its_state_to_the_bit(neuron: Neuron) -> None:
    """Membranes and traces of torch are in it."""
    first, second = (_population(Trace(trigger=Every()), neuron) for _ in range(2))
    _live(first)
    second.load_state_dict(first.state_dict())

    assert _live(first) == _live(second)
    assert np.array_equal(first.brain.layers[0].weight, second.brain.layers[0].weight)


@pytest.mark.parametrize("neuron", [LIF(size=6), _noisy()], ids=["ours", "a user's"])
@pytest.mark.parametrize(("rule", "baseline"), [(Trace(), 0), (ReflectRule(), 2)], ids=["trace", "reflect"])
def test_the_input_traces_of_torch_are_learning_state(rule: Trace, baseline: int, neuron: Neuron) -> None:
    """With 4 inputs and a constant, 6 neurons and 3 actions, a brain remembers 59 numbers, `reflect` two more."""
    inputs = (5 + 1) + (6 + 1)  # the mean input of each layer and its weight, which lie in the layers
    brain = (3 + 1) + 6  # the mean choice and its weight, and the readout's filtered input
    critic = 7 + 7 + 1 + 1  # features, traces, the last value, the last error
    steps = (6 + 5) + (3 + 6)  # a mean square for each row and each column of both weights
    schedule = (
        2 * 4 + 6 * 8
    )  # bytes: the rate and the entropy; ages, means of reward and its square, ticks since it learned

    assert (
        _population(rule, neuron).learning_state_bytes()
        == 4 * (inputs + brain + critic + steps + baseline) + 2 + schedule
    )


@pytest.mark.parametrize("neuron", [LIF(size=6), _noisy()], ids=["ours", "a user's"])
def test_a_newborn_on_torch_draws_a_brain_of_its_own(neuron: Neuron) -> None:
    """Only in the row that was given."""
    layer = _population(Trace(), neuron).brain.layers[0]
    before = layer.weight.copy()
    layer.draw_weights(np.array([2]), np.random.default_rng(5))

    assert np.array_equal(layer.weight[[0, 1, 3]], before[[0, 1, 3]])
    assert not np.isclose(layer.weight[2], before[2]).any()


def test_threads_change_nothing_on_torch() -> None:
    """A layer of torch runs all rows at once, however many threads there are."""
    one, two = (_population(Trace(trigger=Every()), LIF(size=6), 600, threads) for threads in (1, 2))

    assert _live(one, 5) == _live(two, 5)
    assert np.array_equal(one.brain.layers[0].weight, two.brain.layers[0].weight)


def test_other_rules_refuse_a_users_layer_by_name() -> None:
    """One sentence with the path says what takes it and what to write instead."""
    with pytest.raises(
        ConfigError, match=r"^creatures\.them\.brain\.layers\.0: Noisy is a layer of alife\.nn; it learns"
    ):
        _population(Ring(), _noisy())


_LAYERS = "creatures.learners.brain.layers=[{kind: 'tests.sim.layers:Noisy', size: 8, dropped: 0.5}]"


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "code"), [("trace", 0), ("ring", 2)])
def test_a_configuration_names_a_users_layer(rule: str, code: int, tmp_path: Path) -> None:
    """By rule `trace` it lives, by `ring` it is the configuration's fault."""
    overrides = ["--set", _LAYERS, "--set", f"creatures.learners.learning={{kind: {rule}}}"]
    words = ["configs/source_method.yaml", "--headless", "--ticks", "20", *overrides]
    finished = alife("run", *words, "--out", tmp_path / "run")

    assert finished.returncode == code, finished.stderr
    assert ("Noisy is a layer of alife.nn" in finished.stderr) is (code == 2)


@pytest.mark.slow
def test_the_configuration_of_the_source_method_learns_on_torch() -> None:
    """Learners change their weights in layers whose backward pass is torch's, and the control keeps its own."""
    simulation = build_simulation(load_config(ROOT / "configs" / "source_method.yaml", ["world.copies=4"]))
    brains: dict[str, Any] = {name: each.brain for name, each in simulation.populations.items()}  # type: ignore[attr-defined]
    before = {name: [layer.weight.copy() for layer in brain.layers] for name, brain in brains.items()}
    for _ in range(400):
        simulation.run_tick()
    same = {
        name: [np.array_equal(old, layer.weight) for old, layer in zip(before[name], brain.layers, strict=True)]
        for name, brain in brains.items()
    }

    assert all(isinstance(layer, TorchLayer) for layer in brains["learners"].layers)
    assert same == {"learners": [False, False], "control": [True, True]}
