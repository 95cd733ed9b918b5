"""Island: patches move with the season, and what fruit means turns when it was said to."""

import numpy as np
import pytest

from alife.body import Body
from alife.core.world import Species
from tests.place.test_place import goes_as_alone, keeps_its_promises
from worlds.island import Island

TWO: Species = {"foragers": (Body(), 3)}


@pytest.mark.slow
def test_it_keeps_the_contract() -> None:
    """Copies, and all that is told."""
    goes_as_alone(Island, TWO, 80, 4)
    keeps_its_promises(Island, TWO, 80, 4)


@pytest.mark.parametrize(("turn", "meanings"), [(0, "+++++"), (1, "+-+-+"), (2, "++--+")])
def test_fruit_turns_after_so_many_seasons(turn: int, meanings: str) -> None:
    """What is eaten of role A is worth 1 or -harm, season by season, and each season is told once."""
    world, found, told = Island(TWO, 1, season=10, turn=turn, B=0, harm=0.5), [], []
    world.reset(0)
    for tick in range(1, 50):
        world.group_of("foragers").positions[0] = world.group_of("A").positions[0, :3]
        world.group_of("A").present[:] = True
        worth = set(world.step({"foragers": np.zeros(3, np.int64)})["foragers"].events.values.tolist())
        told += [word for _, word in world.annotations()]
        if tick % 10 == 5:
            found.append(worth)
    assert found == [{1.0} if meaning == "+" else {-0.5} for meaning in meanings]
    assert len(told) == 4
    assert told.count("turn") == (4 // turn if turn else 0)


def test_fruit_lies_in_patches_that_move() -> None:
    """It is nearer to the middle of its patch than chance would have it, and elsewhere in the next season."""
    world = Island(TWO, 1, season=10, patches=2, spread=0.5, size=30.0)
    world.reset(0)
    before = world.group_of("A").positions[0].copy()
    assert before[::2].std(0).max() < 1.0
    for _ in range(10):
        world.step({"foragers": np.zeros(3, np.int64)})
    after = world.group_of("A").positions[0]
    assert np.hypot(*(after - before).T).min() > 0.5
    assert after[1::2].std(0).max() < 1.0
