"""Reproduction by energy, what the dead leave, who eats whom, and bodies that differ."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body import Body, Metabolism, Reproduction, Sense, Surroundings
from alife.body.hazards.constant import Constant
from alife.body.motors.steps import Steps
from alife.body.senses.sectors import Sectors
from alife.config.simulation_config import parse_config
from alife.core.errors import ConfigError, WorldError
from alife.core.world import Lives, Outcome, Species
from alife.place import Creatures, Place, Things
from tests.worlds.lives import change_lives, energy_of

FRUITFUL = Metabolism(
    start=4.0, capacity=12.0, gain=6.0, basal=0.05, hazard=Constant(0.01), reproduce=Reproduction(at=8.0, near=0.5)
)


class Garden(Place):
    """Food, creatures that see each other, and what is left of them."""

    size = 6.0
    things = (
        Things("food", 8, reward=1.0, cause="ate"),
        Things("bones", 3, reward=0.5, cause="gnawed", energy=1.5, left_by=("them",), lasts=20, regrows="never"),
        Creatures("them"),
    )


class Hunt(Place):
    """Foxes live on rabbits."""

    size = 4.0
    things = (
        Things("grass", 6, reward=1.0, cause="grazed", by=("rabbits",)),
        Creatures("rabbits", 1.0, "caught", regrows="never", by=("foxes",), share=0.5),
    )


@dataclass(frozen=True)
class Crowd(Sense):
    """How many things there are in the whole place, as a share of a hundred."""

    def observation_size(self, roles: int) -> int:
        """Return 1."""
        return 1

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Count all that is near, however far it is."""
        out[:, 0] = np.diff(surroundings.neighbours.starts) / 100.0


def _body(metabolism: Metabolism | None = FRUITFUL, step: float = 0.3) -> Body:
    return Body((Sectors(count=4, range=3.0),), Steps(step=step), metabolism)


def _told(outcome: Outcome) -> Lives:
    assert outcome.lives is not None
    return outcome.lives


def _live(world: Place, ticks: int, seed: int = 0) -> Iterator[dict[str, Outcome]]:
    """Yield the outcomes of a world in which everybody acts at random."""
    random = np.random.default_rng(seed)
    world.reset(seed)
    for _ in range(ticks):
        yield world.step({name: random.integers(0, 3, world.row_count(name)) for name in world.species})


def _garden(metabolism: Metabolism = FRUITFUL, count: int = 12, first: int = 4, copies: int = 2) -> Garden:
    world = Garden({"them": (_body(metabolism), count)}, copies)
    world.begin_with("them", first)
    return world


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.integers(0, 1000),
    st.floats(5.0, 12.0),
    st.floats(0.1, 0.9),
    st.sampled_from([0.0, 1.0, 9.0]),
)
def test_no_energy_comes_from_nowhere(seed: int, at: float, share: float, mate: float) -> None:
    """A birth moves energy, all else spends it: what the children have is what their parents have lost."""
    still = Metabolism(start=4.0, capacity=12.0, gain=0.0, basal=0.0, reproduce=Reproduction(at, share, 0.5, mate))
    world, random = _garden(still), np.random.default_rng(seed)
    world.reset(seed)
    change_lives(world, "energy", np.s_[:, :4], random.uniform(1.0, 12.0, (2, 4)))
    whole = energy_of(world).sum()
    for _ in range(12):
        told = _told(world.step({"them": np.ones(24, np.int64)})["them"])
        parents, born = told.parents, told.born
        assert (told.alive[parents]).all()
        assert not np.isin(parents, born).any()
        assert energy_of(world).sum() == pytest.approx(whole)
        if mate:
            assert told.partners is not None
            assert (told.partners >= 0).all()
            assert (told.partners != parents).all()
            assert len({*parents.tolist(), *told.partners.tolist()}) == 2 * len(parents)
    full, rich = told.alive.reshape(2, 12).all(1), (energy_of(world) >= at).reshape(2, 12).any(1)
    assert mate or not (rich & ~full).any()


def test_a_child_begins_near_its_parent() -> None:
    """Within the radius, anywhere on the disc, whoever its parent is."""
    metabolism = replace(FRUITFUL, hazard=Constant(), reproduce=Reproduction(at=4.0, near=0.5))
    world = _garden(metabolism, count=200, first=100, copies=1)
    world.reset(0)
    before = world.group_of("them").positions.copy()
    told = _told(world.step({"them": np.ones(200, np.int64)})["them"])
    after = world.group_of("them").positions
    gaps = (after[0, told.born] - after[0, told.parents] + 3.0) % 6.0 - 3.0
    far = np.hypot(gaps[:, 0], gaps[:, 1])

    assert len(told.born) == 100
    assert not np.array_equal(before, after)
    assert far.max() < 0.5 + 1e-9
    assert np.mean(far < 0.25) == pytest.approx(0.25, abs=0.15)  # of the disc


@pytest.mark.slow
def test_populations_grow_and_shrink_within_their_capacity() -> None:
    """They begin with as many as was said, and empty rows are told and sense nothing."""
    world, counts = _garden(), []
    assert _told(world.reset(0)["them"]).alive.reshape(2, 12).sum(1).tolist() == [4, 4]
    for outcomes in _live(world, 400):
        told = _told(outcomes["them"])
        counts.append(int(told.alive.sum()))
        assert not outcomes["them"].observations[~told.alive].any()
    assert max(counts) > 12
    assert len({*counts}) > 6
    assert min(counts) >= 0


def test_the_dead_leave_bones_that_feed_and_rot() -> None:
    """Where somebody died there is a thing, as long as there are fewer than there may be; it goes by itself."""
    starving = Metabolism(start=0.5, capacity=12.0, gain=0.0, basal=0.1, refill=False, extinction="continue")
    world = _garden(starving)
    world.reset(0)
    assert not world.group_of("bones").present.any()
    for _ in range(5):
        spots = world.group_of("them").positions[:, :4].copy()
        told = _told(world.step({"them": np.ones(24, np.int64)})["them"])
    assert len(told.died) == 8
    bones = world.group_of("bones")
    assert bones.present.sum(1).tolist() == [3, 3]  # of four dead
    assert np.abs((bones.positions[:, :3] - spots[:, :3] + 3.0) % 6.0 - 3.0).max() < 0.31
    for _ in range(20):
        assert world.group_of("bones").present.all()
        world.step({"them": np.ones(24, np.int64)})
    assert not world.group_of("bones").present.any()


def test_who_eats_another_has_a_share_of_what_it_had() -> None:
    """And no more than its body holds."""
    hungry = Metabolism(start=2.0, capacity=9.0, gain=0.0, basal=0.0, refill=False, extinction="continue")
    world = Hunt({"rabbits": (_body(hungry), 1), "foxes": (_body(hungry), 1)})
    world.reset(0)
    world.group_of("foxes").positions[0, 0] = world.group_of("rabbits").positions[0, 0] + 0.4
    change_lives(world, "energy", (0, 0), 6.0)
    outcomes = world.step({"rabbits": np.array([1]), "foxes": np.array([1])})

    assert _told(outcomes["rabbits"]).died.tolist() == [0]
    assert energy_of(world)[0].tolist() == [3.0, 5.0]
    assert outcomes["foxes"].rewards.tolist() == [1.0]


@pytest.mark.slow
@pytest.mark.parametrize("place", [_garden, lambda: Hunt({"rabbits": (_body(), 6), "foxes": (_body(), 3)}, 2)])
def test_a_state_goes_on_to_the_bit(place: Any) -> None:
    """In the middle of births and deaths, with what the dead have left and with bodies that differ."""
    first, second = place(), place()
    for each in (first, second):
        for _ in _live(each, 0):
            pass
        name = next(iter(each.species))
        each.express(name, np.arange(4), {"step": np.linspace(0.3, 1.0, 4), "basal": np.linspace(1.0, 2.0, 4)})
    actions = [
        {name: np.random.default_rng(t).integers(0, 3, first.row_count(name)) for name in first.species}
        for t in range(160)
    ]
    for tick in range(80):
        first.step(actions[tick])
    second.load_state_dict(first.state_dict())
    for tick in range(80, 160):
        one, two = first.step(actions[tick]), second.step(actions[tick])
        for name in one:
            assert np.array_equal(one[name].observations, two[name].observations)
            assert all(map(np.array_equal, _told(one[name]), _told(two[name])))


@pytest.mark.slow
def test_copies_go_as_they_would_alone() -> None:
    """Copy i of a world seeded s is the only copy of a world seeded s + i, births and all."""
    both, alone = _garden(copies=2), _garden(copies=1)
    alone.reset(1)
    both.reset(0)
    for tick in range(150):
        acts = np.random.default_rng(tick).integers(0, 3, 24)
        one, two = alone.step({"them": acts[12:]})["them"], both.step({"them": acts})["them"]
        assert np.array_equal(one.observations, two.observations[12:])
        assert np.array_equal(_told(one).alive, _told(two).alive[12:])


def test_bodies_that_differ_step_and_see_and_touch_less_far_and_pay_more() -> None:
    """Each trait does what it says, and one of 1 is the plan."""
    idle = Metabolism(start=4.0, capacity=12.0, gain=0.0, basal=0.5)
    species: Species = {"rabbits": (_body(None), 1), "foxes": (_body(idle), 4)}
    world = Hunt(species, 1)
    world.reset(0)
    rabbit, foxes = world.group_of("rabbits").positions[0], world.group_of("foxes").positions[0]
    world.express("foxes", np.array([0]), {"step": np.array([0.5]), "basal": np.array([3.0])})
    before = foxes.copy()
    world.step({"rabbits": np.array([1]), "foxes": np.ones(4, np.int64)})
    moved = np.hypot(*((foxes - before + 2.0) % 4.0 - 2.0).T)
    assert moved[0] == pytest.approx(0.15, abs=0.1)  # others push
    assert energy_of(world)[0, 1:].tolist()[:2] == [2.5, 3.5]

    world.express("foxes", np.arange(2), {"range": np.array([0.2, 1.0]), "step": np.zeros(2)})
    foxes[:] = np.array([[0.5, 0.5], [0.5, 3.5], [2.5, 3.5], [3.5, 2.5]])
    rabbit[0] = [2.0, 2.0]
    sensed = world.step({"rabbits": np.array([0]), "foxes": np.zeros(4, np.int64)})["foxes"].observations
    assert not sensed[0, 4:].any()
    assert sensed[1, 4:].any()

    world.express("foxes", np.arange(2), {"size": np.array([0.1, 1.0]), "basal": np.ones(2)})
    foxes[:2] = rabbit[0] + [[0.5, 0.0], [0.0, 0.5]]
    events = world.step({"rabbits": np.array([0]), "foxes": np.zeros(4, np.int64)})["foxes"].events
    assert events.rows.tolist() == [1]


def test_a_sense_without_end_has_none_for_who_sees_less_far() -> None:
    """A share of it is all of it, and nobody is blind."""
    body = Body((Crowd(),), Steps(), FRUITFUL)
    world, twin = (Garden({"them": (body, 4)}, 1) for _ in range(2))
    for each in (world, twin):
        each.reset(0)
    world.express("them", np.arange(4), {"range": np.full(4, 0.5)})
    sensed = [each.step({"them": np.zeros(4, np.int64)})["them"].observations for each in (world, twin)]
    assert sensed[0].any()
    assert np.array_equal(*sensed)


@pytest.mark.parametrize(
    ("traits", "says"),
    [({"wings": np.ones(1)}, "wings"), ({"step": np.array([1.5])}, "step"), ({"basal": np.array([-1.0])}, "basal")],
)
def test_a_trait_that_no_body_can_have_is_refused(traits: Any, says: str) -> None:
    """By name."""
    with pytest.raises(WorldError, match=says):
        _garden().express("them", np.zeros(1, np.int64), traits)


@pytest.mark.parametrize(
    ("species", "path"),
    [
        ({"count": 4, "capacity": 3, "body": {"metabolism": {"reproduce": {"at": 50.0}}}}, "creatures.a.capacity"),
        ({"count": 4, "capacity": 8, "body": {"metabolism": {}}}, "creatures.a.capacity"),
        ({"count": 4, "capacity": 8}, "creatures.a.capacity"),
        ({"body": {"metabolism": {"reproduce": {"share": 1.0}}}}, "body.metabolism.reproduce.share"),
        ({"body": {"metabolism": {"reproduce": {"mates": 1.0}}}}, "body.metabolism.reproduce.mates"),
    ],
)
def test_what_cannot_grow_is_refused(species: Any, path: str) -> None:
    """With its path."""
    with pytest.raises(ConfigError, match=path.replace(".", r"\.")):
        parse_config({"world": {"kind": "hungry_pond"}, "creatures": {"a": species}}, "wrong")
