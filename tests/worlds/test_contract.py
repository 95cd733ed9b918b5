"""What forage and the worlds that grew out of it have in common, beyond what holds for every world."""

import inspect
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from alife.core.world import Species, World
from tests.worlds.lives import ONE, any_species, random_actions
from worlds.forage import Forage
from worlds.lantern import Lantern
from worlds.reversal import Reversal

Make = Callable[..., World]
WORLDS = {"forage": Forage, "lantern": partial(Lantern, flip=0.05), "reversal": partial(Reversal, season=70)}

every = pytest.mark.parametrize("make", WORLDS.values(), ids=WORLDS.keys())


@every
def test_life_goes_on(make: Make) -> None:
    """No row ever ends."""
    world = make(ONE, copies=4)
    world.reset(0)
    outcomes = [world.step(actions)["learners"] for actions in random_actions(ONE, 4, 100)]

    assert not any(outcome.terminated.any() or outcome.truncated.any() for outcome in outcomes)


@every
@any_species
def test_rewards_are_what_the_events_were_worth(make: Make, species: Species) -> None:
    """For each row the reward is the sum of its events: +1 for each it ate, -1 for each that stung it."""
    world = make(species, copies=3, size=5.0)
    world.reset(1)
    seen = 0
    for actions in random_actions(species, 3, 100):
        for outcome in world.step(actions).values():
            expected = np.zeros(len(outcome.rewards))
            for row, cause in zip(outcome.events.rows, outcome.events.causes, strict=True):
                expected[row] += {"ate": 1.0, "stung": -1.0}[world.causes[cause]]
            seen += len(outcome.events.rows)

            assert np.array_equal(expected, outcome.rewards)
            assert np.array_equal(np.sort(outcome.events.rows), outcome.events.rows)
    assert seen > 30


@pytest.mark.parametrize("world", [Lantern, Reversal])
def test_what_grew_out_of_forage_has_its_defaults(world: type[Forage]) -> None:
    """A parameter of forage has the same type and default in the worlds that derive from it."""
    ours, theirs = (inspect.signature(each).parameters for each in (world, Forage))

    assert {name: ours[name] for name in theirs} == dict(theirs)
