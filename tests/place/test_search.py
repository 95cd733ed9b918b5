"""What a place finds near its creatures, against all pairs in plain numpy."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from alife.body import Body, Sense, Surroundings
from alife.body.senses.sectors import Sectors
from alife.core.random import Stream
from alife.place import Creatures, Draws, Place, Things
from tests.pairwise import pairwise
from tests.worlds.lives import random_actions
from worlds.forage import Forage


@dataclass(frozen=True)
class Spy(Sense):
    """Keeps what it was given."""

    range: float = 1.0
    given: list[Any] = field(default_factory=list)

    def observation_size(self, roles: int) -> int:
        return 1

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        near = surroundings.neighbours
        copied = (near.row, near.thing, near.role, near.dx, near.dy, near.distance, surroundings.touched)
        assert surroundings.positions is not None
        self.given[:] = [*(np.array(column) for column in copied), surroundings.positions.copy()]


class Fair(Place):
    """Things and creatures to be seen, of two radii."""

    size = 16.0
    things = (Things("stone", 5, radius=0.7, regrows="here"), Creatures("them", by=("others",)))

    def on_tick(self, random: Draws) -> None:
        self.group_of("stone").positions[:] += random.normal(0.2, 5, 2)


@pytest.mark.slow
@pytest.mark.parametrize(("joined", "far", "count"), pairwise([True, False], [0.5, 3.0, np.inf], [4, 150]))
def test_neighbours_are_those_of_all_pairs(joined: bool, far: float, count: int) -> None:
    """With few and with many, on a torus and between walls; a creature is no neighbour of itself."""
    spy, other = Spy(far), Spy(0.8)
    species = {"them": (Body((Sectors(), spy)), count), "others": (Body((other,)), 2)}
    world = Fair(species, 2, wraps=joined)
    world.reset(3)
    for actions in random_actions(species, 2, 5):
        world.step(actions)
        for name, sense, reach in (("them", spy, max(far, 5.0)), ("others", other, 0.8)):
            row, thing, role, dx, dy, distance, touched, positions = sense.given
            stones, them = world.group_of("stone").positions, world.group_of("them").positions
            things = np.concatenate([stones, them], axis=1)
            own = world.group_of(name).positions
            assert positions.tolist() == own.reshape(-1, 2).tolist()
            gaps = things[:, None] - own[:, :, None]
            if joined:
                gaps -= 16.0 * np.rint(gaps / 16.0)
            if name == "them":
                gaps[:, np.arange(count), 5 + np.arange(count)] = np.nan
            gaps = gaps.reshape(-1, 5 + count, 2)
            least = np.hypot(gaps[..., 0], gaps[..., 1])
            rows, must = np.nonzero(least <= reach)
            have = set(zip(row.tolist(), thing.tolist(), strict=True))

            assert set(zip(rows.tolist(), must.tolist(), strict=True)) <= have
            assert len(have) == len(row)
            assert (np.diff(row) >= 0).all()
            assert distance == pytest.approx(least[row, thing])
            assert np.stack([dx, dy], axis=1) == pytest.approx(gaps[row, thing])
            assert role.tolist() == (thing >= 5).tolist()
            assert touched.tolist() == (distance <= np.where(thing < 5, 1.0, 0.62)).tolist()


def test_contested_things_are_shared_equally_by_learners_and_control() -> None:
    """Where both reach all that there is, each species gets a half, whichever stands first."""
    species = {"learners": (Body((Spy(0.0),)), 2), "control": (Body((Spy(0.0),)), 2)}
    world = Forage(species, copies=50, food=3, poison=0, size=2.0, reach=2.0)
    world.reset(1)
    got = {"learners": 0, "control": 0}
    for actions in random_actions(species, 50, 20):
        for name, outcome in world.step(actions).items():
            got[name] += len(outcome.events.rows)

    assert sum(got.values()) == 50 * 3 * 20
    assert got["learners"] == pytest.approx(1500, abs=4 * (3000 * 0.25 * 3) ** 0.5)


def test_a_contested_thing_goes_by_the_order_of_its_copy_and_tick() -> None:
    """The first of the order that the stream `ties` draws for the tick."""
    species = {"them": (Body((Spy(0.0),)), 5)}
    world = Forage(species, copies=3, food=1, poison=0, size=2.0, reach=2.0)
    world.reset(7)
    for tick, actions in enumerate(random_actions(species, 3, 10), 1):
        orders = [Stream(7 + copy, "ties").at(tick).permutation(5) for copy in range(3)]

        assert world.step(actions)["them"].events.rows.tolist() == [5 * c + o.argmin() for c, o in enumerate(orders)]
