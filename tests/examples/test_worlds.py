"""The worlds among the examples keep the contract, can be played well by hand, and run as they are configured."""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from alife.body import Body
from alife.body.senses.rays import Rays
from alife.config.simulation_config import load_config
from alife.core.world import Species
from alife.place import Place
from alife.sim.build import build_simulation
from examples import garden, key_maze, tug_of_war
from tests.place.test_place import goes_as_alone, keeps_its_promises
from tests.worlds.lives import ONE, reward_per_100_ticks

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
TEAMS: Species = {"west": (Body(), 2), "east": (Body(), 2)}
SEEING: Species = {"learners": (Body((Rays(key_maze.RAYS, 8.0, np.pi, True),)), 1)}
WORLDS = [(garden, garden.Garden, ONE), (tug_of_war, tug_of_war.TugOfWar, TEAMS), (key_maze, key_maze.KeyMaze, SEEING)]
each = pytest.mark.parametrize(("module", "place", "species"), WORLDS, ids=["garden", "tug_of_war", "key_maze"])


@pytest.mark.slow
@each
def test_it_keeps_the_contract(module: ModuleType, place: type[Place], species: Species) -> None:
    """Copies go as they would alone, and all that is told is what a world must tell."""
    goes_as_alone(place, species, 60, 4)
    keeps_its_promises(place, species, 60, 4)


@pytest.mark.slow
@pytest.mark.parametrize(("module", "place", "species"), [WORLDS[0], WORLDS[2]], ids=["garden", "key_maze"])
def test_the_player_earns_more_than_chance(module: ModuleType, place: type[Place], species: Species) -> None:
    """So there is something to learn."""
    chance = reward_per_100_ticks(place(species, 16), lambda seen, random: random.integers(0, 3, len(seen)), 400)

    assert reward_per_100_ticks(place(species, 16), module.player, 400) > 2.0 * chance + 0.25


@pytest.mark.slow
def test_the_player_finds_the_treasure() -> None:
    """Through both doors, in most of the mazes."""
    world, random, rich = key_maze.KeyMaze(SEEING, copies=16), np.random.default_rng(0), 0
    outcome = world.reset(0)["learners"]
    for _ in range(600):
        outcome = world.step({"learners": key_maze.player(outcome.observations, random)})["learners"]
        rich += int(outcome.terminated.sum())

    assert rich > 16


@pytest.mark.slow
def test_a_team_that_holds_the_ball_wins_and_its_gain_is_the_loss_of_the_other() -> None:
    """Against one that walks at random."""
    world, random, wins = tug_of_war.TugOfWar(TEAMS, copies=8), np.random.default_rng(0), 0
    outcomes = world.reset(0)
    for _ in range(600):
        steps = random.integers(0, 3, 16)
        outcomes = world.step({"west": tug_of_war.player(outcomes["west"].observations, random), "east": steps})
        west, east = outcomes["west"].rewards.reshape(8, 2), outcomes["east"].rewards.reshape(8, 2)
        wins += int((west > 0.9).any(1).sum())

        assert np.array_equal(west, -east)
        assert not (east > 0.9).any()
    assert wins > 8


def test_a_flower_blooms_where_water_was_brought_until_it_wilts() -> None:
    """Water is drawn at the well and given to three beds; without, nothing comes of touching one."""
    world = garden.Garden(ONE)
    stay = {"learners": np.array([0])}

    def at(x: float, y: float) -> float:
        world.group_of("learners").positions[0, 0] = x, y
        return float(world.step(stay)["learners"].rewards[0])

    assert at(*garden.BEDS[7]) == 0.0
    assert at(0.0, 0.0) == pytest.approx(0.3)
    assert [at(*garden.BEDS[bed]) for bed in (7, 9, 11, 13)] == [1.0, 1.0, 1.0, 0.0]
    assert np.flatnonzero(world.group_of("pink bloom").present[0]).tolist() == [7, 9, 11]
    for _ in range(300):
        at(5.0, 9.9)
    assert not world.group_of("pink bloom").present.any()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["garden", "tug_of_war", "key_maze"])
def test_its_configuration_runs(name: str) -> None:
    """As it lies there, in fewer copies."""
    simulation = build_simulation(load_config(EXAMPLES / f"{name}.yaml", ["ticks=200", "world.copies=2"]))
    for _ in range(200):
        simulation.run_tick()

    assert all(np.isfinite(one.recent_reward()) for one in simulation.metrics.values())
