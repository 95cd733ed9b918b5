"""A creature of one run lives on in another, and files that are none are refused in a sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from alife.app.creatures import save_living_creature
from alife.config.simulation_config import parse_config
from alife.core.errors import AlifeError, CheckpointError, ConfigError
from alife.runs.creature_file import load_creature, save_creature
from alife.sim.build import build_simulation
from alife.sim.creature import Creature, settle_creature, take_creature
from alife.sim.simulation import Simulation
from tests.command import alife
from tests.errors import names

_GENES = {"learning_rate": {"low": 0.001, "high": 0.1, "spread": 0.2, "start": [0.002, 0.05]}}


def _simulation(size: int = 8, world: str = "hungry_pond", seed: int = 0, **species: Any) -> Simulation:
    body = {"senses": [{"kind": "sectors", "count": 4}], "metabolism": {"start": 50.0, "reproduce": {"at": 150.0}}}
    brain = {"layers": [{"kind": "lif", "size": size}]}
    heredity = {"inherit": "birth_weights", "genes": _GENES}
    swimmers = {"count": 4, "capacity": 6, "body": body, "brain": brain, "heredity": heredity, **species}
    raw = {"seed": seed, "world": {"kind": world, "size": 6.0}, "creatures": {"swimmers": swimmers}}
    return build_simulation(parse_config(raw, "pond"))


def _lived(simulation: Simulation, ticks: int) -> Simulation:
    for _ in range(ticks):
        simulation.run_tick()
    return simulation


def _weights(simulation: Simulation, row: int) -> list[Any]:
    return [layer.weight[row].copy() for layer in simulation.populations["swimmers"].brain.layers]  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_creature_takes_along_what_it_is_and_has_learned(tmp_path: Path) -> None:
    """Weights, what it expects, genes: through a file, into another row of another world; nobody else changes."""
    one, other = _lived(_simulation(), 150), _simulation(world="forage", seed=7)
    before = _weights(other, 1)
    saved = take_creature(one.state_dict(), "swimmers", 1, {"species": "swimmers"})
    save_creature(tmp_path / "one.creature", saved)
    creature = load_creature(tmp_path / "one.creature")
    settle_creature(other, creature, "swimmers", 2)

    assert creature.about == {"species": "swimmers"}
    assert all(map(np.array_equal, _weights(one, 1), _weights(other, 2)))
    assert all(map(np.array_equal, before, _weights(other, 1)))
    genes = [each.populations["swimmers"].genes["learning_rate"] for each in (one, other)]
    assert genes[0][1] == genes[1][2]
    critics = [each.populations["swimmers"].brain.learner.critic.weight for each in (one, other)]  # type: ignore[attr-defined]
    assert critics[0][1].any()
    assert np.array_equal(critics[0][1], critics[1][2])
    _lived(other, 50)


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"size": 9}, "brain/layers.0/weight"),
        ({"learning": {"kind": "none"}, "heredity": {}}, "which is not here"),
        ({"world": "lantern"}, "brain/layers.0"),
    ],
)
def test_a_creature_that_does_not_fit_is_refused(other: Any, says: str) -> None:
    """By the array that shows it."""
    creature = take_creature(_simulation().state_dict(), "swimmers", 0, {})
    with pytest.raises(ConfigError, match=says):
        settle_creature(_simulation(**other), creature, "swimmers", 0)


@pytest.mark.parametrize(("species", "row"), [("fish", 0), ("swimmers", 6), ("swimmers", 5)])
def test_nobody_is_no_creature(species: str, row: int) -> None:
    """Another species, a row too many, an empty one."""
    with pytest.raises(ConfigError):
        take_creature(_lived(_simulation(), 1).state_dict(), species, row, {})


def test_a_file_that_is_no_creature_is_refused(tmp_path: Path) -> None:
    """Not there, text, tensors of others, another schema, numbers that are none."""
    good = take_creature(_simulation().state_dict(), "swimmers", 0, {})
    save_creature(tmp_path / "good", good)
    (tmp_path / "text").write_text("{}")
    save_file(load_file(tmp_path / "good"), tmp_path / "bare")
    save_file(load_file(tmp_path / "good"), tmp_path / "old", metadata={"creature": '{"schema": 0}'})
    (tmp_path / "cut").write_bytes((tmp_path / "good").read_bytes()[:-9])
    for name in ("none", "text", "bare", "old", "cut"):
        with pytest.raises(CheckpointError, match=name):
            load_creature(tmp_path / name)
    broken = {
        path: np.full_like(array, np.nan) if array.dtype.kind == "f" else array for path, array in good.arrays.items()
    }
    with pytest.raises(AlifeError):
        settle_creature(_simulation(), Creature(broken, {}), "swimmers", 0)


@pytest.mark.slow
def test_from_the_command_line_and_replayed(tmp_path: Path) -> None:
    """Saved from a run, dropped into another, which replays and resumes as it went."""
    quiet = ("--headless", "--quiet")
    assert alife("run", "forage", *quiet, "--ticks", "200", "--out", tmp_path / "a").returncode == 0
    saved = alife("creature", tmp_path / "a", "--row", "3")
    assert saved.stdout.strip() == str(tmp_path / "a" / "learners-3.creature")
    dropped = ("--creature", saved.stdout.strip())
    assert alife("run", "thin", *quiet, "--ticks", "200", "--out", tmp_path / "b", *dropped).returncode == 0
    assert "equal" in alife("replay", tmp_path / "b", "--headless").stdout
    refused = alife("run", "lantern", *quiet, "--ticks", "50", "--out", tmp_path / "c", *dropped)
    assert refused.returncode == 2
    assert names(refused.stderr, "learners: ... brain")
    assert not (tmp_path / "c").exists()
    assert names(alife("creature", tmp_path / "a", "--row", "99999").stderr, "row 99999")


def test_a_living_creature_is_saved_as_it_is(tmp_path: Path) -> None:
    """As a person at the window does it: of this very tick, in the run's directory."""
    simulation = _lived(_simulation(), 20)
    saved = save_living_creature(simulation, tmp_path, "swimmers", 1)
    creature = load_creature(Path(saved))

    assert Path(saved) == tmp_path / "swimmers-1-20.creature"
    assert (creature.about["tick"], creature.about["world"]["kind"]) == (20, "hungry_pond")
    assert np.array_equal(creature.arrays["brain/layers.0/weight"], _weights(simulation, 1)[0])
