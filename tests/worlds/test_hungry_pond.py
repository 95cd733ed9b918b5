"""Hungry pond: the player lives, chance starves."""

from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from alife.body import Body, Metabolism
from alife.config.simulation_config import load_config
from alife.core.world import Species
from alife.sim.build import build_simulation
from tests.place.test_place import goes_as_alone, keeps_its_promises
from tests.worlds.lives import ONE, Player, any_species, reward_per_100_ticks
from worlds.hungry_pond import HungryPond, player

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "hungry_pond.yaml"
HUNGRY: Species = {"them": (Body(metabolism=Metabolism(start=20.0, capacity=40.0, basal=0.1, gain=5.0)), 1)}


def _at_random(seen: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return random.integers(0, 3, len(seen))


@pytest.mark.slow
@any_species
def test_it_keeps_the_contract(species: Species) -> None:
    """Copies, and all that is told."""
    goes_as_alone(HungryPond, species, 80, 4)
    keeps_its_promises(HungryPond, species, 80, 4)


@pytest.mark.parametrize("metabolism", [None, {"start": 3.0}])
def test_gymnasium_has_nothing_to_complain_about(metabolism: dict[str, float] | None) -> None:
    """It is made by its name, with a body that lives for ever and with one that starves."""
    env = gymnasium.make("worlds:alife/HungryPond-v0", body={"metabolism": metabolism})
    check_env(env.unwrapped, skip_render_check=True)


@pytest.mark.slow
def test_the_player_is_far_above_chance() -> None:
    """Its rewards are as high as in forage; chance takes both alike."""
    assert reward_per_100_ticks(HungryPond(ONE, 24), player) > 6.0
    assert reward_per_100_ticks(HungryPond(ONE, 24), _at_random) == pytest.approx(0.0, abs=0.3)


@pytest.mark.slow
@pytest.mark.parametrize(("play", "most"), [(player, 3), (_at_random, 10**9)])
def test_who_cannot_tell_food_from_poison_starves(play: Player, most: int) -> None:
    """In five times the ticks that its first energy lasts, chance dies several times in each copy."""
    world, random, deaths = HungryPond(HUNGRY, 24), np.random.default_rng(0), 0
    outcome = world.reset(0)["them"]
    for _ in range(1000):
        outcome = world.step({"them": play(outcome.observations, random)})["them"]
        assert outcome.lives is not None
        deaths += len(outcome.lives.died)

    assert deaths <= most
    assert (deaths > 60) == (play is _at_random)


def test_the_configuration_runs_and_its_creatures_die_and_are_born() -> None:
    """Both species, from their first energy on."""
    simulation = build_simulation(
        load_config(CONFIG, ["ticks=60", "world.copies=2", "creatures.learners.body.metabolism.start=2.0"])
    )
    for _ in range(60):
        simulation.run_tick()

    assert all(lives.births > 2 for lives in simulation.lives.by_species.values())
