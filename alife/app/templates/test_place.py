"""Clearing keeps the contract of a world, and who knows it does better in it than chance."""

import numpy as np

from alife.app.templates.place import Clearing, player
from alife.body import Body
from alife.testing import check_world

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


def test_it_keeps_the_contract_of_a_world() -> None:
    """Seeds decide all, copies do not meet, states go on, gymnasium has nothing to complain about, and more."""
    check_world(Clearing, ticks=300)


def test_the_player_earns_more_than_chance() -> None:
    """So there is something to learn."""
    assert _earned(by_hand=True) > 2.0 * _earned(by_hand=False) + 1.0
