"""What interventions do to the shipped worlds, their annotations, and what their senses mean."""

import math
from functools import partial

import numpy as np
import pytest

from alife.core.channel import Channel
from alife.core.errors import InterventionError
from alife.core.intervention import Drop, Move, Swap
from alife.core.world import World
from tests.errors import names
from tests.worlds.lives import CROWD, ONE, STRAIGHT, random_actions, same
from tests.worlds.test_contract import Make, every
from worlds.forage import Forage
from worlds.lantern import Lantern
from worlds.reversal import Reversal

ROLES = ("food", "poison")


def _circles(world: World, copy: int = 0) -> dict[str, list[list[float]]]:
    shapes = world.scene(copy).shapes
    return {shape.role: shape.centres.tolist() for shape in shapes if shape.role in ROLES}  # type: ignore[union-attr]


def _planted(world: World) -> World:
    """Return a world of 12 x 12 with two things of role A and one of role B in known places."""
    state = world.state_dict()
    state["things"][:] = [[1.0, 1.0], [6.0, 6.0], [3.0, 9.0]]
    world.load_state_dict(state)
    return world


# Drop


@pytest.mark.parametrize(
    ("place", "left"),
    [((2.0, 1.0), [1.0, 1.0]), ((7.0, 6.5), [6.0, 6.0]), ((11.9, 11.9), [1.0, 1.0])],
    ids=["near the first", "near the second", "near the first across the border"],
)
def test_a_drop_brings_the_thing_that_was_farthest_away(place: tuple[float, float], left: list[float]) -> None:
    """The shortest displacement counts, across the border, too; all other things stay where they are."""
    world = _planted(Forage(ONE, food=2, poison=1))
    world.apply(Drop(0, "food", *place))

    assert sorted(_circles(world)["food"]) == sorted([left, list(place)])
    assert _circles(world)["poison"] == [[3.0, 9.0]]


def test_a_drop_changes_one_copy() -> None:
    """The others keep their things; and no copy has more things or fewer."""
    world = Forage(CROWD, copies=3)
    before = [_circles(world, copy) for copy in range(3)]
    world.apply(Drop(1, "poison", 5.0, 5.0))
    after = [_circles(world, copy) for copy in range(3)]

    assert (before[0], before[2]) == (after[0], after[2])
    assert before[1]["food"] == after[1]["food"]
    assert sum(one != other for one, other in zip(before[1]["poison"], after[1]["poison"], strict=True)) == 1
    assert [5.0, 5.0] in after[1]["poison"]


@pytest.mark.parametrize("place", [(-1.0, 25.0), (-1e-30, 12.0), (1e300, -1e300), (0.0, 0.0)])
def test_places_beyond_the_border_lie_across_it(place: tuple[float, float]) -> None:
    """Wherever something is put, it is inside the arena."""
    world = Forage(ONE)
    world.apply(Drop(0, "food", *place))
    world.apply(Move("learners", 0, *place))
    things, creature = world.state_dict()["things"], world.state_dict()["positions"]

    assert ((things >= 0.0) & (things < 12.0)).all()
    assert ((creature >= 0.0) & (creature < 12.0)).all()
    assert (things[0] == creature[0, 0]).all(1).any()


def test_what_is_dropped_before_a_creature_is_eaten() -> None:
    """The next step is the first that knows of it."""
    world = Forage(ONE, food=1, poison=0)
    world.apply(Move("learners", 0, 4.0, 4.0))
    world.apply(Drop(0, "food", 4.0, 4.0))
    outcome = world.step({"learners": np.array([STRAIGHT])})["learners"]

    assert [world.causes[cause] for cause in outcome.events.causes] == ["ate"]


# Move


def test_a_move_carries_one_creature_and_keeps_its_heading() -> None:
    """All others stay, those of other species and copies too."""
    world = Forage(CROWD, copies=2)
    before = world.state_dict()
    world.apply(Move("learners", 4, 1.25, 2.5))
    after = world.state_dict()

    assert after["positions"][1, 1].tolist() == [1.25, 2.5]  # the second learner of the second copy
    before["positions"][1, 1] = [1.25, 2.5]
    assert np.array_equal(before["positions"], after["positions"])
    assert np.array_equal(before["headings"], after["headings"])


# Swap


@pytest.mark.slow
@every
def test_a_swap_is_the_opposite_for_good_and_two_are_none(make: Make) -> None:
    """From the swap on every meal has the opposite reward, also beyond seasons and flips; what is sensed is equal."""
    ours, theirs, twice = (make(CROWD, copies=2, size=5.0) for _ in range(3))
    for world in (ours, theirs, twice):
        world.reset(4)
    ours.apply(Swap())
    twice.apply(Swap())
    twice.apply(Swap())
    meals = 0
    for actions in random_actions(CROWD, 2, 200):
        mine, others = ours.step(actions), theirs.step(actions)
        assert same(twice.step(actions), others)
        for name in CROWD:
            meals += len(others[name].events.rows)
            assert np.array_equal(mine[name].observations, others[name].observations)
            assert np.array_equal(mine[name].events.values, -others[name].events.values)
            assert np.array_equal(mine[name].events.causes, 1 - others[name].events.causes)
    assert meals > 20


@every
def test_a_swap_shows_in_the_scene_and_leaves_the_light(make: Make) -> None:
    """Food and poison change places at once in every copy; whatever else the scene shows stays."""
    world = make(ONE, copies=2)
    before = [(_circles(world, copy), len(world.scene(copy).shapes)) for copy in range(2)]
    roles = [shape.role for shape in world.scene(1).shapes]
    world.apply(Swap())

    for copy, (circles, shapes) in enumerate(before):
        assert _circles(world, copy) == {"food": circles["poison"], "poison": circles["food"]}
        assert len(world.scene(copy).shapes) == shapes
    assert [shape.role for shape in world.scene(1).shapes] == roles


@every
def test_a_swap_is_in_the_state_and_gone_after_a_reset(make: Make) -> None:
    """A world that takes on the state of a swapped one is swapped, and a reset ends it."""
    swapped, fresh = make(ONE), make(ONE)
    swapped.apply(Swap())
    state = swapped.state_dict()
    fresh.load_state_dict(state)
    assert _circles(fresh) == _circles(swapped)
    swapped.reset(0)
    fresh.reset(0)
    assert _circles(swapped) == _circles(fresh)


def test_after_a_swap_food_is_what_feeds_now() -> None:
    """What is dropped as food feeds, and is what the scene shows as food."""
    world = _planted(Forage(ONE, food=2, poison=1))
    world.apply(Swap())
    world.apply(Drop(0, "food", 5.0, 5.0))

    assert _circles(world) == {"food": [[5.0, 5.0]], "poison": [[1.0, 1.0], [6.0, 6.0]]}


# What cannot be done


@pytest.mark.parametrize(
    ("intervention", "says"),
    [
        (Drop(0, "gold", 1.0, 1.0), "'gold' ... food, poison"),
        (Drop(0, "poison", 1.0, 1.0), "there is no poison in copy 0 that could be put elsewhere"),
        (Drop(0, "food", math.nan, 1.0), "(nan, 1.0) is nowhere ... finite numbers"),
        (Move("learners", 0, 1.0, -math.inf), "(1.0, -inf) is nowhere ... finite numbers"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(intervention: Drop | Move, says: str) -> None:
    """The world is as before."""
    world = Forage(ONE, food=2, poison=0)
    before = world.scene(0).text()
    with pytest.raises(InterventionError) as caught:
        world.apply(intervention)

    assert names(caught.value, says)
    assert world.scene(0).text() == before


def test_a_world_without_interventions_says_so() -> None:
    """A world that implements no interventions refuses them all, and it has no annotations."""
    with pytest.raises(InterventionError, match=r"^this world takes no interventions$"):
        World.apply(Forage(ONE), Swap())
    assert tuple(World.annotations(Forage(ONE))) == ()


# News and senses


def test_a_season_is_annotated_when_its_last_tick_is_over() -> None:
    """For every copy, once; not at the beginning."""
    world = Reversal(ONE, copies=2, season=3)
    annotations = [list(world.annotations())]
    for actions in random_actions(ONE, 2, 7):
        world.step(actions)
        annotations.append(list(world.annotations()))

    change = [(0, "season"), (1, "season")]
    assert annotations == [[], [], [], change, [], [], change, []]


def test_a_light_is_annotated_where_it_flips() -> None:
    """The annotation is what the creatures see from now on, and a state that was just loaded has none."""
    world = Lantern(ONE, copies=5, flip=0.3, food=0, poison=0)
    lit = np.ones(5, bool)
    for actions in random_actions(ONE, 5, 60):
        now = world.step(actions)["learners"].observations[:, -2] == 1
        assert list(world.annotations()) == [(int(k), "lit" if now[k] else "dark") for k in np.flatnonzero(now != lit)]
        lit = now
    world.load_state_dict(world.state_dict())
    assert list(world.annotations()) == []


def test_forage_has_no_annotations() -> None:
    """Nothing there changes by itself."""
    world = Forage(ONE)
    world.step({"learners": np.array([STRAIGHT])})
    assert tuple(world.annotations()) == ()


@pytest.mark.parametrize("make", [Forage, partial(Lantern, flip=0.0), Reversal])
def test_every_number_that_is_sensed_has_a_channel(make: Make) -> None:
    """As many channels as numbers, for every species."""
    world = make(CROWD)
    assert {name: len(world.channels(name)) for name in CROWD} == {
        name: space.shape[0] for name, space in world.observation_spaces.items()
    }


def test_channels_have_the_roles_of_the_scene_where_these_can_be_sensed() -> None:
    """Forage's are food and poison, what they mean to the eye; A and B are A and B, for their meaning changes."""
    world = Forage(ONE)
    channels = world.channels("learners")
    assert [channel.role for channel in channels] == ["food"] * 8 + ["poison"] * 8
    assert (channels[0].name, channels[8].name) == ("food ahead", "poison ahead")
    world.apply(Swap())
    assert world.channels("learners")[0].name == "poison ahead"

    for changing in (Reversal(ONE), Lantern(ONE)):
        sectors = changing.channels("learners")[:16]
        assert (sectors[0].name, sectors[8].name) == ("A ahead", "B ahead")
        assert [channel.role for channel in sectors] == ["A"] * 8 + ["B"] * 8
        assert all(channel.field is not None for channel in sectors)
    assert Lantern(ONE).channels("learners")[16:] == (Channel("lit", "light"), Channel("dark", "dark"))
