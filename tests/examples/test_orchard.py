"""The example of a place is as short as it says, and there is something to learn in it."""

from pathlib import Path

import numpy as np
import pytest

from alife.config.simulation_config import load_config
from alife.sim.build import build_simulation
from examples.orchard import Orchard, player
from tests.place.test_place import goes_as_alone, keeps_its_promises
from tests.worlds.lives import CROWD, ONE, reward_per_100_ticks

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "orchard"


def test_it_has_thirty_lines() -> None:
    """Or fewer, with imports and docstrings."""
    assert len(EXAMPLE.with_suffix(".py").read_text().splitlines()) <= 30


@pytest.mark.slow
def test_it_keeps_the_contract() -> None:
    """Alone and in a crowd."""
    for species in (ONE, CROWD):
        goes_as_alone(Orchard, species, 60, 4)
        keeps_its_promises(Orchard, species, 60, 4)


@pytest.mark.slow
def test_the_player_earns_more_than_chance() -> None:
    """So there is something to learn."""
    chance = reward_per_100_ticks(Orchard(ONE, 16), lambda seen, random: random.integers(0, 3, len(seen)), 1000)

    assert reward_per_100_ticks(Orchard(ONE, 16), player, 1000) > 2.0 * chance + 1.0


def test_its_configuration_runs() -> None:
    """With learners beside a control."""
    simulation = build_simulation(load_config(EXAMPLE.with_suffix(".yaml"), ["ticks=20"]))
    for _ in range(20):
        simulation.run_tick()

    assert np.isfinite(simulation.metrics["learners"].recent_reward())
