"""Savanna: grass grows as its equation says, dens and full bellies save grazers, and populations go on."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alife.body import Body
from alife.body.motors.steps import Steps
from alife.config.simulation_config import load_config
from alife.core.world import Species
from alife.sim.build import build_simulation
from tests.place.test_place import goes_as_alone, keeps_its_promises
from worlds.savanna import Savanna, grazers_player, hunters_player

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "savanna.yaml"
BOTH: Species = {"grazers": (Body(), 3), "hunters": (Body(motor=Steps(step=0.36)), 2)}
_STILL = {"grazers": np.zeros(3, np.int64), "hunters": np.zeros(2, np.int64)}


def _beside(world: Savanna, hay: int = 2, **signals: float) -> Any:
    """Put the first hunter upon the first grazer, away from all else, and return what the hunter gets of it."""
    grazers, hunters = world.group_of("grazers"), world.group_of("hunters")
    grazers.positions[0] = [[10.0, 10.0], [1.0, 1.0], [1.0, 3.0]]
    hunters.positions[0] = [[10.3, 10.0], [3.0, 1.0]]
    world.group_of("carcass").present[:] = False
    world.group_of("grass").present[:] = False
    world.group_of("grass").present[0, :hay] = True
    world.group_of("grass").positions[0, :hay] = [9.5, 10.5]
    for name, value in signals.items():
        world.signal[name][0, 3] = value
    return world.step(_STILL)["hunters"].events.rows.tolist()


@pytest.mark.slow
def test_it_keeps_the_contract() -> None:
    """Copies, and all that is told."""
    goes_as_alone(Savanna, BOTH, 80, 4)
    keeps_its_promises(Savanna, BOTH, 80, 4)


@pytest.mark.slow
def test_grass_grows_as_its_equation_says() -> None:
    """From a tenth to nine tenths of 4,000 spots, against the logistic curve; at night not at all."""
    world = Savanna(BOTH, 4, size=4000.0, grass=4000, seeds=0.0, growth=0.05, day=0)
    world.reset(0)
    green = world.group_of("grass").present
    green[:, 400:] = False
    expected = 0.1
    for _ in range(88):
        world.step({name: np.tile(acts, 4) for name, acts in _STILL.items()})
        expected += 0.05 * expected * (1.0 - expected)
        assert green.mean() == pytest.approx(expected, abs=0.03)
    assert expected > 0.85
    night = Savanna(BOTH, 1, grass=400, growth=1.0, seeds=1.0, day=400)
    night.reset(0)
    for tick in range(1, 320):
        if tick == 110:
            night.group_of("grass").present[:, :100] = False
        night.step(_STILL)
        assert bool(night.signal["dark"][0, 0]) == (100 < tick < 300) or tick in (100, 300)
        assert night.group_of("grass").present[:, :100].any() == (tick < 110 or tick > 300) or tick == 300


def test_who_is_full_or_faces_a_den_or_high_grass_catches_nobody() -> None:
    """And who has caught somebody is full for as long as it digests."""
    world = Savanna(BOTH, 1, digest=5, den=2)
    world.reset(0)
    world.group_of("den").positions[0] = [[30.0, 30.0], [35.0, 30.0]]
    assert _beside(world, full=1.0) == []
    world.signal["full"][:] = 0.0
    assert _beside(world, hay=4) == []  # of which the grazer eats one
    assert _beside(world) == [0]
    assert [bool(world.signal["full"][0, 3]) for _ in range(6) if world.step(_STILL)] == [True] * 3 + [False] * 3
    world.group_of("den").positions[0, 0] = [10.0, 10.5]
    assert _beside(world) == []


@pytest.mark.slow
def test_both_players_are_above_chance() -> None:
    """Grazers who flee are caught less often, hunters who chase catch more."""

    def lived(grazers: Any, hunters: Any) -> tuple[float, float]:
        world, random = Savanna(BOTH, 12, size=14.0, grass=60, den=0, digest=10), np.random.default_rng(0)
        outcomes, caught, grazed = world.reset(0), 0, 0
        for _ in range(500):
            outcomes = world.step({
                "grazers": grazers(outcomes["grazers"].observations, random),
                "hunters": hunters(outcomes["hunters"].observations, random),
            })  # fmt: skip
            caught += int((outcomes["hunters"].rewards > 0).sum())
            grazed += int((outcomes["grazers"].rewards > 0).sum())
        return grazed, caught

    def chance(seen: Any, random: Any) -> Any:
        return random.integers(0, 3, len(seen))

    grazed, caught = lived(chance, chance)
    assert lived(grazers_player, chance)[0] > 1.5 * grazed
    assert lived(chance, hunters_player)[1] > 1.3 * caught
    assert lived(grazers_player, hunters_player)[1] < lived(chance, hunters_player)[1]


@pytest.mark.slow
def test_populations_go_on_by_themselves() -> None:
    """In the shipped configuration, for 3,000 ticks, with births and deaths of both and never a full house."""
    simulation = build_simulation(load_config(CONFIG, []))
    for _ in range(3000):
        simulation.run_tick()
    for name, lives in simulation.lives.by_species.items():
        assert 0 < lives.alive.sum() < simulation.world.row_count(name)
        assert lives.births > 10
        assert lives.deaths > 0
