"""The loop: the same run is the same run, whatever happens beside it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from alife.errors import CheckpointError, WorldError
from alife.sim.checkpoint import load_state, save_state
from alife.sim.simulation import Simulation
from tests.sim.runs import small

ROOT = Path(__file__).resolve().parents[2]


def _run(simulation: Simulation, ticks: int) -> str:
    for _ in range(ticks):
        simulation.step()
    return simulation.events.digest.hex()


def _flat(state: Any) -> list[Any]:
    if isinstance(state, dict):
        return [leaf for name in sorted(state) for leaf in _flat(state[name])]
    return [np.asarray(state)]


def test_the_same_seed_gives_the_same_events_and_another_seed_others() -> None:
    """Two simulations of one configuration agree in their hash; a third with another seed does not."""
    first, second = _run(Simulation(small()), 200), _run(Simulation(small()), 200)
    other = _run(Simulation(small(seed=1)), 200)

    assert first == second
    assert other != first


def test_the_hash_depends_on_every_event() -> None:
    """One tick more with an event in it changes the hash; the hash does not depend on how often metrics are taken."""
    simulation = Simulation(small())
    hashes = {_run(simulation, 1) for _ in range(200)}

    assert len(hashes) > 20
    assert _run(Simulation(small(record={"metrics": 7})), 200) == _run(Simulation(small()), 200)


def test_a_state_taken_and_given_back_continues_to_the_bit(tmp_path: Path) -> None:
    """A run stopped at tick 100, saved, loaded into a new simulation and continued equals one never stopped."""
    never_stopped, stopped = Simulation(small()), Simulation(small())
    _run(never_stopped, 300)
    _run(stopped, 100)
    save_state(tmp_path / "state", stopped.state_dict())
    resumed = Simulation(small())
    resumed.load_state_dict(load_state(tmp_path / "state"))
    _run(resumed, 200)

    expected, actual = _flat(never_stopped.state_dict()), _flat(resumed.state_dict())
    assert len(expected) == len(actual) > 30
    assert all(np.array_equal(one, other) for one, other in zip(expected, actual, strict=True))


_CHILD = """
import sys
from pathlib import Path
from alife.sim.checkpoint import load_state, save_state
from alife.sim.config import load_config
from alife.sim.simulation import Simulation
import torch
torch.set_num_threads(1)
config = load_config(Path("configs/forage.yaml"), ["world.copies=2"])
simulation = Simulation(config)
start, end, folder = sys.argv[1:]
if start != "0":
    simulation.load_state_dict(load_state(Path(folder) / start))
while simulation.tick < int(end):
    simulation.step()
save_state(Path(folder) / f"{end}", simulation.state_dict())
print(simulation.events.digest.hex())
"""


def test_a_new_process_continues_to_the_bit(tmp_path: Path) -> None:
    """Stopped at tick 1,000, saved, and continued by another process, forage ends as if never stopped."""

    def child(start: int, end: int, folder: Path) -> str:
        arguments = [sys.executable, "-c", _CHILD, str(start), str(end), str(folder)]
        return subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    child(0, 1000, tmp_path / "a")
    in_two, in_one = child(1000, 1400, tmp_path / "a"), child(0, 1400, tmp_path / "b")

    assert in_two == in_one
    parts = [_flat(load_state(tmp_path / side / "1400")) for side in "ab"]
    assert all(np.array_equal(one, other) for one, other in zip(*parts, strict=True))


def test_the_learners_change_and_the_control_does_not() -> None:
    """Weights of learners move, weights of the control stay as they were born."""
    simulation = Simulation(small())
    before = simulation.state_dict()["populations"]
    _run(simulation, 200)
    after = simulation.state_dict()["populations"]

    def moved(name: str) -> list[str]:
        pairs = before[name]["brain"].items()
        return [key for key, tensor in pairs if "weight" in key and not torch.equal(tensor, after[name]["brain"][key])]

    assert moved("learners") != []
    assert moved("control") == []


def test_a_state_of_other_species_is_refused() -> None:
    """Loading a state with other species or other widths is one CheckpointError."""
    state = Simulation(small()).state_dict()
    other = Simulation(small(creatures={"others": None}))
    wider = Simulation(small(creatures={"learners": {"count": 2}, "control": {"learning": "none"}}))

    with pytest.raises(CheckpointError, match="species"):
        other.load_state_dict(state)
    with pytest.raises(CheckpointError, match="does not fit"):
        wider.load_state_dict(state)


def test_no_tensor_keeps_a_graph() -> None:
    """After a hundred ticks of learning, no tensor of any brain has a grad_fn."""
    simulation = Simulation(small())
    _run(simulation, 100)
    tensors = _tensors(simulation.state_dict())

    assert tensors
    assert all(tensor.grad_fn is None for tensor in tensors)


def _tensors(state: Any) -> list[torch.Tensor]:
    if isinstance(state, dict):
        return [leaf for part in state.values() for leaf in _tensors(part)]
    return [state] if isinstance(state, torch.Tensor) else []


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ("nan observation", "row 1: the observation is not a finite number"),
        ("nan reward", "row 1: the reward is not a finite number"),
        ("wrong shape", "observations must be an array of shape"),
        ("missing", "no outcome for species learners"),
        ("raises", "raised RuntimeError at tick 5"),
        ("far event", "an event names a row outside"),
    ],
)
def test_a_world_that_breaks_its_contract_is_named(fault: str, says: str) -> None:
    """A broken world ends the run with one sentence that names the species, the row and the tick."""
    world = {"kind": "tests.sim.broken_world:BrokenWorld", "copies": 2, "fault": fault, "at": 5}
    simulation = Simulation(small(world=world, creatures={"learners": None}))

    with pytest.raises(WorldError, match=says) as caught:
        _run(simulation, 10)
    assert "tick 5" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 3
