"""Clearing keeps the contract of a world, and who knows it does better in it than chance."""

import numpy as np
from gymnasium.utils.env_checker import check_env

from alife.body import Body
from alife.faces.single import SingleCreature
from alife.templates.place import Clearing, player

ONE = {"learners": (Body(), 1)}


def _earned(by_hand: bool) -> float:
    """Return the reward per 100 ticks, over 16 copies and 1,000 ticks."""
    world, random, total = Clearing(ONE, copies=16), np.random.default_rng(0), 0.0
    outcome = world.reset(0)["learners"]
    for _ in range(1000):
        actions = player(outcome.observations, random) if by_hand else random.integers(0, 3, 16)
        outcome = world.step({"learners": actions})["learners"]
        total += float(outcome.rewards.sum())
    return total / 160.0


def test_gymnasium_has_nothing_to_complain_about() -> None:
    """It is an environment of gymnasium's."""
    check_env(SingleCreature("alife.templates.place:Clearing"), skip_render_check=True)


def test_a_copy_goes_as_it_would_alone() -> None:
    """Copy 2 of a world of seed 5 is the only copy of a world of seed 7."""
    many, alone = Clearing(ONE, copies=3), Clearing(ONE)
    told, apart, ahead = many.reset(5)["learners"], alone.reset(7)["learners"], np.ones(3, int)
    for _ in range(100):
        assert np.array_equal(told.observations[2:], apart.observations)
        told, apart = many.step({"learners": ahead})["learners"], alone.step({"learners": ahead[2:]})["learners"]


def test_the_player_earns_more_than_chance() -> None:
    """So there is something to learn."""
    assert _earned(by_hand=True) > 2.0 * _earned(by_hand=False) + 1.0
