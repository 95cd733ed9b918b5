"""Whole runs of creatures whose actions are numbers, configured as anything else."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from alife.config.simulation_config import SimulationConfig, parse_config
from alife.core.errors import ConfigError
from alife.core.frame import Motion
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation

WORLDS: dict[str, dict[str, Any]] = {
    "forage": {"kind": "forage", "copies": 2, "size": 4.0},
    "lantern": {"kind": "lantern", "copies": 2, "size": 4.0, "flip": 0.05},
    "reversal": {"kind": "reversal", "copies": 2, "size": 4.0, "season": 70},
    "pond": {"kind": "forage", "size": 5.0},
}
every = pytest.mark.parametrize("world", WORLDS)


def _config(world: str = "forage", motor: str = "glide", readout: Any = "lig") -> SimulationConfig:
    learners = {
        "count": 3 if world == "pond" else 1,
        "body": {"motor": {"kind": motor}},
        "brain": {"layers": [{"kind": "lif", "size": 8, "decay": 0.5}], "readout": readout},
        "learning": {"kind": "gated_trace", "trigger": {"kind": "surprise", "threshold": 0.01}},
    }
    control = {"like": "learners", "learning": {"kind": "none"}}
    return parse_config({"world": WORLDS[world], "creatures": {"learners": learners, "control": control}}, "gliding")


def _lived(simulation: Simulation, ticks: int) -> str:
    for _ in range(ticks):
        simulation.run_tick()
    return simulation.events.digest.hex()


def _weights(simulation: Simulation, name: str) -> list[NDArray[np.float32]]:
    """Return the weights of each layer, (rows, inputs, size)."""
    brain = simulation.populations[name].state_dict()["brain"]
    return [brain[part]["weight"] for part in brain if part.startswith("layers.")]


@pytest.mark.slow
@every
def test_they_live_and_learn_in_every_world(world: str) -> None:
    """After 200 ticks learners have other weights, all numbers are finite, and the control is as it was born."""
    simulation = build_simulation(_config(world))
    _lived(simulation, 200)
    weights = {name: _weights(simulation, name)[-1] for name in simulation.populations}

    assert weights["learners"].any((1, 2)).all()
    assert np.isfinite(weights["learners"]).all()
    assert not weights["control"].any()
    decision = simulation.probe("control", 0).decision
    assert isinstance(decision, Motion)
    assert decision.spreads == pytest.approx(1.0)  # the spread at birth


@pytest.mark.slow
@every
def test_they_go_on_from_a_state_to_the_bit(world: str) -> None:
    """Saved at tick 100 and loaded into another simulation, they end with the same events and the same weights."""
    first, second = build_simulation(_config(world)), build_simulation(_config(world))
    _lived(first, 100)
    second.load_state_dict(first.state_dict())

    assert _lived(first, 100) == _lived(second, 100)
    pairs = zip(_weights(first, "learners"), _weights(second, "learners"), strict=True)
    assert all(np.array_equal(ours, theirs) for ours, theirs in pairs)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_life() -> None:
    """Two runs with one seed have one hash."""
    assert len({_lived(build_simulation(_config()), 150) for _ in range(2)}) == 1


def test_the_probe_tells_what_turns_and_what_thrusts() -> None:
    """The numbers have the names that the motor gives them."""
    simulation = build_simulation(_config())
    _lived(simulation, 10)
    probe = simulation.probe("learners", 1)

    assert probe.action_names == ("turn", "thrust")
    assert isinstance(probe.decision, Motion)
    assert np.isfinite(probe.decision.drawn).all()


@pytest.mark.parametrize(
    ("motor", "readout", "right"), [("glide", "lis", "lig"), ("glide", "lib", "lig"), ("steps", "lig", "lis")]
)
def test_the_wrong_pair_is_refused(motor: str, readout: str, right: str) -> None:
    """A readout that does not fit the motor is one sentence with the path and the kind that does."""
    with pytest.raises(ConfigError) as caught:
        build_simulation(_config(motor=motor, readout=readout))

    sentence = str(caught.value)
    assert sentence.startswith(f"creatures.learners.brain.readout: {readout} does not fit the action space ")
    assert sentence.endswith(f", {{kind: {right}}} does")


def test_another_fault_of_the_right_readout_is_told_as_it_is() -> None:
    """What is wrong with a readout that fits is not taken for a wrong pair."""
    with pytest.raises(ConfigError, match="decay"):
        build_simulation(_config(readout={"kind": "lig", "decay": [0.1, 0.2, 0.3]}))
