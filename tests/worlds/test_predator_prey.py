"""Predator and prey: who hunts is fed, who is caught dies, and players do better than chance."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from alife.body import Body, Metabolism
from alife.body.motors.steps import Steps
from alife.body.senses.sectors import Sectors
from alife.config.simulation_config import load_config
from alife.core.errors import ConfigError
from alife.core.world import Species
from alife.sim.build import build_simulation
from tests.place.test_place import goes_as_alone, keeps_its_promises
from worlds.predator_prey import PredatorPrey, predators_player, prey_player

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "predator_prey.yaml"
LIVING = Metabolism(start=50.0, capacity=100.0, gain=5.0, basal=0.05)
BOTH: Species = {
    "prey": (Body(metabolism=LIVING), 4),
    "predators": (Body((Sectors(8, 6.0),), Steps(turn=0.3, step=0.36), LIVING), 2),
}
IMMORTAL: Species = {"prey": (Body(), 3), "predators": (Body(motor=Steps(step=0.36)), 2)}
Play = Callable[[NDArray[np.float32], np.random.Generator], NDArray[np.int64]]


def _at_random(seen: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    return random.integers(0, 3, len(seen))


def _rewards(prey: Play, predators: Play, ticks: int = 600) -> tuple[float, float]:
    """Return the reward per 100 ticks of each species."""
    world, random, total = PredatorPrey(BOTH, 12), np.random.default_rng(0), np.zeros(2)
    outcomes = world.reset(0)
    for _ in range(ticks):
        plays = {"prey": prey, "predators": predators}
        outcomes = world.step({name: play(outcomes[name].observations, random) for name, play in plays.items()})
        total += [float(outcomes[name].rewards.mean()) for name in plays]
    first, second = (100.0 * total / ticks).tolist()
    return first, second


@pytest.mark.slow
def test_it_keeps_the_contract() -> None:
    """Copies, and all that is told."""
    goes_as_alone(PredatorPrey, BOTH, 80, 4)
    keeps_its_promises(PredatorPrey, IMMORTAL, 80, 4)


@pytest.mark.slow
def test_both_players_are_above_chance() -> None:
    """Each against an opponent by chance and against the other player."""
    chance, prey_by_hand = _rewards(_at_random, _at_random), _rewards(prey_player, _at_random)
    predators_by_hand, both = _rewards(_at_random, predators_player), _rewards(prey_player, predators_player)

    assert prey_by_hand[0] > chance[0] + 3.0
    assert predators_by_hand[1] > chance[1] + 1.0
    assert predators_by_hand[0] < chance[0]
    assert both[0] > predators_by_hand[0] + 2.0
    assert both[1] < predators_by_hand[1]


@pytest.mark.slow
def test_what_feeds_the_one_is_the_end_of_the_other() -> None:
    """As many are caught as predators catch, every one of them dies of it, and predators eat no plants."""
    world = PredatorPrey(BOTH, 6)
    outcomes, random = world.reset(0), np.random.default_rng(0)
    caught = 0
    for _ in range(300):
        outcomes = world.step({
            "prey": random.integers(0, 3, 24),
            "predators": predators_player(outcomes["predators"].observations, random),
        })  # fmt: skip
        names = {name: [world.causes[cause] for cause in one.events.causes] for name, one in outcomes.items()}
        lives = outcomes["prey"].lives
        assert lives is not None
        assert names["predators"].count("caught") == names["prey"].count("was caught")
        assert "ate" not in names["predators"]
        assert [world.causes[cause] for cause in lives.causes].count("was caught") == names["prey"].count("was caught")
        caught += names["predators"].count("caught")

    assert caught > 20


def test_it_needs_both_species() -> None:
    """The sentence names the one that is missing."""
    with pytest.raises(ConfigError, match=r"PredatorPrey.*'predators'.*prey"):
        PredatorPrey({"prey": (Body(), 1)})


@pytest.mark.slow
def test_the_configuration_runs() -> None:
    """Prey is caught and born."""
    simulation = build_simulation(load_config(CONFIG, ["ticks=80", "world.copies=4"]))
    for _ in range(80):
        simulation.run_tick()

    assert simulation.lives.by_species["prey"].births > 0
