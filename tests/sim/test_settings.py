"""Settings: what a person may change while a run goes on is changed within its range, saved, and lived again."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alife.config.simulation_config import SimulationConfig, parse_config
from alife.core.command import Command, Intervene, Stop
from alife.core.errors import CheckpointError, InterventionError
from alife.core.intervention import Intervention, Set, from_plain
from alife.runs.checkpoint import load_state, save_state
from alife.runs.replay import build_replay
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from tests.sim.runs import small
from tests.sim.test_runner import FakeScreen, _run
from tests.sim.test_simulation import _flat

GROWTH, HAZARD = "world.growth", "creatures.grazers.body.metabolism.hazard.rate"
MUTATION = "creatures.hunters.heredity.mutation"
CHANGES: list[Intervention] = [Set(GROWTH, 0.5), Set(HAZARD, 0.05), Set(MUTATION, 0.2)]


def tiny_savanna(ticks: int | None = 120, **metabolism: Any) -> SimulationConfig:
    """Return a savanna in which lives are short."""
    hazard = {"kind": "constant", "rate": 0.005}
    living = {"start": 4.0, "capacity": 12.0, "gain": 4.0, "basal": 0.1, "hazard": hazard, "extinction": "reseed"}
    living |= {"reproduce": {"at": 6.0}, **metabolism}
    genes = {
        "size": {"low": 0.3, "high": 1.0, "spread": 0.1, "start": [0.4, 1.0]},
        "neutral": {"low": 1e-3, "high": 1.0, "spread": 0.3, "start": 0.1},
    }
    grazers = {
        "count": 12,
        "capacity": 30,
        "body": {"metabolism": living},
        "heredity": {"inherit": "learned_weights", "mutation": 0.01, "genes": genes},
        "brain": {"layers": [{"kind": "lif", "size": 8, "decay": 0.5}]},
    }
    world = {"kind": "savanna", "size": 8.0, "grass": 40, "carcass": 4, "den": 1, "day": 40}
    creatures = {"grazers": grazers, "hunters": {"like": "grazers", "count": 3, "capacity": 8}}
    return parse_config({"ticks": ticks, "world": world, "creatures": creatures, "record": {"metrics": 10}}, "tiny")


def _steps(simulation: Simulation, ticks: int) -> Simulation:
    for _ in range(ticks):
        simulation.run_tick()
    return simulation


@pytest.mark.slow
def test_what_is_set_changes_what_happens_and_a_replay_repeats_it(tmp_path: Path) -> None:
    """A world, a hazard and a mutation; the hash is that of the run, and not that of one in which nobody touched it."""
    script: list[list[Command]] = [[], [Intervene(one) for one in CHANGES], *[[]] * 60, [Stop()]]
    simulation = _run(tiny_savanna(None), tmp_path, FakeScreen(script))
    lines = [json.loads(line) for line in (tmp_path / "run" / "interventions.jsonl").read_text().splitlines()]
    applied = [(line.pop("tick"), from_plain(line)) for line in lines]

    assert [one for _, one in applied] == CHANGES
    replay = build_replay(tiny_savanna(None), applied, simulation.tick, interval=7)
    replay.seek(simulation.tick)
    assert replay.digest_at_end == simulation.events.digest.hex()
    replay.seek(1)  # and back, and there again
    replay.seek(simulation.tick)
    assert replay.digest_at_end == simulation.events.digest.hex()
    untouched = _steps(build_simulation(tiny_savanna(None)), simulation.tick)
    assert untouched.events.digest != simulation.events.digest
    assert [one.text for one in simulation.annotations(0)] == ["growth 0.5", "rate 0.05", "mutation 0.2"]


@pytest.mark.slow
def test_a_run_goes_on_from_a_saved_state_with_what_was_set(tmp_path: Path) -> None:
    """To the bit; and a state of before takes it back."""
    whole, resumed = (build_simulation(tiny_savanna()) for _ in range(2))
    first = _steps(whole, 20).state_dict()
    for intervention in CHANGES:
        whole.intervene(intervention)
    save_state(tmp_path / "state", _steps(whole, 20).state_dict())
    resumed.load_state_dict(load_state(tmp_path / "state"))
    one, other = (_flat(_steps(each, 60).state_dict()) for each in (whole, resumed))
    assert len(one) == len(other)
    assert all(map(np.array_equal, one, other))
    whole.load_state_dict(first)
    assert whole.settings.values[GROWTH] == 0.02
    assert _steps(whole, 60).events.digest == _steps(build_simulation(tiny_savanna()), 80).events.digest


@pytest.mark.parametrize(
    ("intervention", "told"),
    [
        (Set(GROWTH, 1.5), "world.growth: must be 1 or less"),
        (Set(GROWTH, float("nan")), "world.growth: must be a finite number"),
        (Set(HAZARD, -0.1), f"{HAZARD}: must be 0 or more"),
        (Set(MUTATION, -1.0), f"{MUTATION}: must be 0 or more"),
        (Set("world.grwth", 0.1), "did you mean 'world.growth'"),
        (Set("world.grass", 3.0), "world.grass"),
        (Set("seed", 3.0), "seed"),
    ],
)
def test_what_cannot_be_set_is_refused_by_its_path(intervention: Set, told: str) -> None:
    """Nothing has changed, and nothing is logged."""
    simulation = _steps(build_simulation(tiny_savanna()), 3)
    before, digest = _flat(simulation.state_dict()), simulation.events.digest
    with pytest.raises(InterventionError) as caught:
        simulation.intervene(intervention)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert simulation.events.digest == digest
    assert all(map(np.array_equal, before, _flat(simulation.state_dict())))


def test_a_saved_state_sets_nothing_out_of_range() -> None:
    """It does not fit, and the simulation is what it was."""
    simulation = build_simulation(tiny_savanna())
    state, before = simulation.state_dict(), _flat(simulation.state_dict())
    state["settings"] = {**state["settings"], GROWTH: 7.0}
    with pytest.raises(CheckpointError):
        simulation.load_state_dict(state)
    assert all(map(np.array_equal, before, _flat(simulation.state_dict())))


def test_a_world_without_changes_has_none() -> None:
    """Nor does its state know of them."""
    simulation = build_simulation(small())
    assert simulation.settings.frame() == ()
    assert "settings" not in simulation.state_dict()
    with pytest.raises(InterventionError, match="there are none"):
        simulation.intervene(Set("world.size", 3.0))
