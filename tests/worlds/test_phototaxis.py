"""Phototaxis: the lamp, the player, and creatures that learn to be like it."""

import copy
import pickle
from pathlib import Path

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from alife.config.simulation_config import load_config
from alife.core.world import Species
from alife.sim.build import build_simulation
from tests.place.test_place import goes_as_alone, keeps_its_promises
from tests.worlds.lives import ONE, any_species, random_actions, reward_per_100_ticks, same
from worlds.phototaxis import Phototaxis, player

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "phototaxis.yaml"


@pytest.mark.slow
@any_species
def test_it_keeps_the_contract(species: Species) -> None:
    """Copies, twins, pickles in the middle, and all that is told."""
    goes_as_alone(Phototaxis, species, 100, 4)
    keeps_its_promises(Phototaxis, species, 100, 4)
    world = Phototaxis(species, 2)
    world.reset(1)
    for actions in random_actions(species, 2, 30):
        world.step(actions)
    twins = [world, copy.deepcopy(world), pickle.loads(pickle.dumps(world))]  # noqa: S301
    for actions in random_actions(species, 2, 30):
        first, *others = [twin.step(actions) for twin in twins]
        assert all(same(first, other) for other in others)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("motor", ["steps", "glide"])
def test_gymnasium_has_nothing_to_complain_about(motor: str) -> None:
    """It is made by its name, with each motor."""
    check_env(gymnasium.make("worlds:alife/Phototaxis-v0", body={"motor": motor}).unwrapped, skip_render_check=True)


def test_the_lamp_is_seen_from_everywhere() -> None:
    """At every tick each creature senses it in one of eight directions."""
    world = Phototaxis(ONE, 8)
    world.reset(0)
    for actions in random_actions(ONE, 8, 100):
        assert ((world.step(actions)["learners"].observations > 0).sum(1) == 1).all()


@pytest.mark.slow
def test_the_player_is_far_above_chance() -> None:
    """It reaches the lamp 8.7 times in 100 ticks, which chance does a third of a time."""
    by_chance = reward_per_100_ticks(Phototaxis(ONE, 24), lambda seen, random: random.integers(0, 3, len(seen)))

    assert reward_per_100_ticks(Phototaxis(ONE, 24), player) == pytest.approx(8.7, abs=0.3)
    assert by_chance == pytest.approx(0.35, abs=0.15)


@pytest.mark.slow
def test_creatures_learn_it() -> None:
    """Within 2,500 ticks learners reach the lamp at least twice as often as those who cannot learn."""
    simulation = build_simulation(load_config(CONFIG, ["ticks=2500", "world.copies=12"]))
    rewards = {"learners": 0.0, "control": 0.0}
    for tick in range(2500):
        simulation.run_tick()
        if tick >= 1500:
            for name in rewards:
                rewards[name] += float(np.mean(simulation.outcome(name).rewards))

    assert rewards["learners"] > 2.0 * rewards["control"]
