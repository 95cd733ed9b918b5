"""A place is a world with little said: what is declared happens, and every promise of a world is kept."""

import copy as copying
import pickle
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.adapters.single import SingleCreature
from alife.body import Body
from alife.body.senses.sectors import Sectors
from alife.config.resolve import SENSE, WORLD, resolve, short_names
from alife.config.schema import schema_of
from alife.core.errors import AlifeError, ConfigError, InterventionError, WorldError
from alife.core.intervention import Drop, Move, Swap
from alife.core.types import Positive
from alife.core.world import Outcome, Species, World
from alife.place import Contacts, Creatures, Draws, Place, Schedule, Things
from alife.sim.checked_world import CheckedWorld
from tests.errors import names
from tests.worlds.lives import CROWD, MIXED, ONE, random_actions, same

STRAIGHT, LEFT = 1, 0


class Meadow(Place):
    """Food that feeds and poison that stings, as in forage."""

    things = (Things("food", 10, reward=1.0, cause="ate"), Things("poison", 10, reward=-1.0, cause="stung"))


class Maze(Place):
    """One of everything."""

    size = 10.0
    wraps = False
    sting: Positive = 0.5
    walls = (((4.0, 0.0), (4.0, 6.0)), ((4.0, 6.0), (6.0, 6.0)))
    signals: ClassVar = {"key": 0.0, "wind": 0.5}
    memories: ClassVar = {"opened": 0}
    causes = ("gust", "home")

    @property
    def things(self) -> list[Things | Creatures]:
        return [
            Things("food", Schedule((3, 8), every=20, how="ramp"), reward=1.0, after=3),
            Things("poison", 4, reward=-self.sting, regrows="never"),
            Things("key", 1, within=((0.0, 0.0), (4.0, 4.0)), regrows="here", after=5),
            Things("door", at=[(7.0, 8.0)], radius=0.5, solid=True, regrows="never", reward=2.0),
            Things("stone", 2, solid=True, regrows="here"),
            Things("sun", 1, reward=Schedule((0.1, 0.0), every=7, how="cycle"), regrows="here"),
            Creatures(reward=0.25, loss=-0.25, regrows="elsewhere"),
        ]

    def on_touch(self, contacts: Contacts) -> None:
        got = contacts.of_role("key")
        self.signal["key"][contacts.copies[got], contacts.creatures[got]] = 1.0
        refused = contacts.of_role("door") & (self.signal["key"][contacts.copies, contacts.creatures] == 0)
        contacts.taken[refused], contacts.reward[refused] = False, 0.0
        opened = contacts.of_role("door") & ~refused
        self.memory["opened"][contacts.copies[opened]] += 1

    def on_tick(self, random: Draws) -> None:
        self.group_of("food").positions[:] += random.normal(0.05, 1, 2)
        self.signal["wind"][:] = random.random(1)
        gusts = np.flatnonzero(random.chance(0.05))
        self.give_reward(gusts, 0, -0.1, "gust")
        self.annotate(gusts, "gust")
        home = np.flatnonzero(random.chance(0.02))
        self.give_reward(home, 0, 3.0, "home")
        self.end_episodes(home)
        some = np.flatnonzero(random.chance(0.02))
        self.end_episodes(some, np.zeros(len(some), int), truncated=True)
        self.end_episodes(np.flatnonzero(self.age >= 60), truncated=True)

    def on_begin(self, copies: NDArray[np.int64], random: Draws) -> None:
        self.group_of("key").positions[copies, 0] = random.uniform(1.0, 3.0, 2)[copies]


class Chase(Place):
    """Foxes catch rabbits."""

    size = 6.0
    things = (
        Things("grass", 3, reward=0.5, by=("rabbits",)),
        Creatures("rabbits", 1.0, "caught", loss=-1.0, loss_cause="was caught", regrows="never", by=("foxes",)),
        Creatures("foxes", by=("foxes",)),
    )


HUNT: Species = {"rabbits": (Body((Sectors(4),)), 3), "foxes": (Body(), 2)}
EVERY: list[tuple[type[Place], Species]] = [
    (Meadow, ONE), (Meadow, CROWD), (Meadow, MIXED), (Maze, ONE), (Maze, CROWD), (Maze, MIXED), (Chase, HUNT),
]  # fmt: skip
every = pytest.mark.parametrize(("place", "species"), EVERY, ids=lambda value: getattr(value, "__name__", None))


@st.composite
def _kinds(draw: st.DrawFn) -> list[Things | Creatures]:
    """Return declarations of anything."""
    kinds: list[Things | Creatures] = []
    for k in range(draw(st.integers(1, 4))):
        count = draw(st.integers(0, 5))
        kinds.append(
            Things(
                f"role{k}",
                draw(st.sampled_from([count, Schedule((count, 2), every=9, how="cycle")])),
                reward=draw(st.sampled_from([0.0, 1.0, -0.3, Schedule((1.0, -1.0), every=5)])),
                radius=draw(st.floats(0.05, 1.5)),
                regrows=draw(st.sampled_from(["elsewhere", "here", "never"])),
                after=draw(st.integers(0, 4)),
                within=draw(st.sampled_from([None, ((0.0, 0.0), (2.0, 2.0))])),
                solid=draw(st.booleans()),
            )
        )
    if draw(st.booleans()):
        regrows = draw(st.sampled_from(["elsewhere", "here", "never"]))
        kinds.append(Creatures(reward=draw(st.sampled_from([0.0, 0.5])), loss=-0.5, regrows=regrows))
    return kinds


class _Any(Place):
    """Ends lives and moves things by chance."""

    causes = ("whim",)
    signals: ClassVar = {"luck": 0.5}

    def on_tick(self, random: Draws) -> None:
        some = np.flatnonzero(random.chance(0.1))
        last = np.full(len(some), self.signal["luck"].shape[1] - 1)
        self.give_reward(some, last, 0.7, "whim")
        self.end_episodes(some, last)
        self.end_episodes(np.flatnonzero(random.chance(0.03)), truncated=True)
        self.group_of("role0").positions[:] += random.normal(0.3, 1, 2)


@st.composite
def _places(draw: st.DrawFn) -> tuple[type[Place], Species]:
    """Return a place with anything in it, and those who live there."""
    inside = st.floats(0.0, 5.0)
    segment = st.tuples(st.tuples(inside, inside), st.tuples(inside, inside))
    attributes: dict[str, Any] = {
        "things": draw(_kinds()),
        "walls": draw(st.lists(segment, max_size=3)),
        "size": draw(st.floats(1.0, 8.0)),
        "wraps": draw(st.booleans()),
    }
    return type("Drawn", (_Any,), attributes), draw(st.sampled_from([ONE, CROWD, MIXED]))


def _slices(outcomes: Mapping[str, Outcome], species: Species, copy: int) -> list[NDArray[Any]]:
    """Return all that one copy is told, as if it were the only one."""
    told: list[NDArray[Any]] = []
    for name, (_, count) in species.items():
        outcome, rows = outcomes[name], slice(copy * count, (copy + 1) * count)
        own = outcome.events.rows // count == copy
        told += [outcome.observations[rows], outcome.rewards[rows], outcome.terminated[rows], outcome.truncated[rows]]
        told += [outcome.events.rows[own] - copy * count, outcome.events.causes[own], outcome.events.values[own]]
    return told


def goes_as_alone(place: type[Place], species: Species, ticks: int, seed: int) -> None:
    """Check that three copies live as three places with one copy each."""
    many, alone = place(species, 3), [place(species) for _ in range(3)]
    outcomes = [many.reset(seed), *(one.reset(seed + copy) for copy, one in enumerate(alone))]
    for actions in random_actions(species, 3, ticks):
        for copy in range(3):
            apart = _slices(outcomes[1 + copy], species, 0)
            assert all(map(np.array_equal, _slices(outcomes[0], species, copy), apart))
        outcomes = [many.step(actions)]
        for copy, one in enumerate(alone):
            parts = {name: slice(copy * count, (copy + 1) * count) for name, (_, count) in species.items()}
            outcomes.append(one.step({name: actions[name][part] for name, part in parts.items()}))
    assert next(many.scene(copy).text() for copy in range(3)) == alone[0].scene(0).text()


@pytest.mark.slow
@every
def test_a_copy_goes_as_it_would_alone(place: type[Place], species: Species) -> None:
    """Copy i of a place of seed s equals, to the bit, the only copy of a place of seed s + i: all that is told."""
    goes_as_alone(place, species, 60, 40)


@pytest.mark.slow
@given(_places(), st.integers(0, 2**40))
@settings(max_examples=30, deadline=None)
def test_copies_are_independent_in_any_place(drawn: tuple[type[Place], Species], seed: int) -> None:
    """So it is whatever is declared."""
    goes_as_alone(*drawn, 25, seed)


def keeps_its_promises(place: type[Place], species: Species, ticks: int, seed: int) -> None:
    """Check all that is told for so many ticks."""
    world = place(species, 2)
    outcome_check = CheckedWorld(world, {name: count for name, (_, count) in species.items()})
    outcomes = outcome_check.call_world(0, world.reset, seed)
    over = {name: np.zeros(world.row_count(name), bool) for name in species}
    for tick, actions in enumerate(random_actions(species, 2, ticks), 1):
        outcome_check.check_outcomes(tick, outcomes)
        outcomes = outcome_check.call_world(tick, world.step, actions)
        for name, outcome in outcomes.items():
            expected = np.zeros(len(outcome.rewards))
            np.add.at(expected, outcome.events.rows, outcome.events.values)
            assert np.allclose(expected, outcome.rewards)
            assert not outcome.rewards[over[name]].any()  # who begins anew has done nothing yet
            assert not np.isin(outcome.events.rows, np.flatnonzero(over[name])).any()
            assert not (outcome.terminated & outcome.truncated).any()
            over[name] = outcome.terminated | outcome.truncated
            assert all(world.observation_spaces[name].contains(row) for row in outcome.observations)
            assert len(world.channels(name)) == outcome.observations.shape[1]
        spots = np.concatenate([world.group_of(name).positions.reshape(-1, 2) for name in species])
        assert (spots >= 0).all()
        assert (spots <= world.size).all()
    outcome_check.check_outcomes(ticks, outcomes)


@pytest.mark.slow
@every
def test_what_is_told_is_what_a_world_must_tell(place: type[Place], species: Species) -> None:
    """Shapes, events for all rewards, spaces, ends: nothing that the guard would not let pass."""
    keeps_its_promises(place, species, 150, 3)


@pytest.mark.slow
@given(_places(), st.integers(0, 2**40))
@settings(max_examples=30, deadline=None)
def test_any_place_tells_what_a_world_must_tell(drawn: tuple[type[Place], Species], seed: int) -> None:
    """So it is whatever is declared."""
    keeps_its_promises(*drawn, 25, seed)


@pytest.mark.slow
@every
@pytest.mark.parametrize("by", ["state", "pickle", "copy"])
def test_a_life_goes_on_as_if_it_had_never_stopped(place: type[Place], species: Species, by: str) -> None:
    """From a state, from a pickle and from a copy, all taken in the middle."""
    first = place(species, 2)
    first.reset(8)
    actions = list(random_actions(species, 2, 140))
    for before in actions[:70]:
        first.step(before)
    second: World = place(species, 2)
    if by == "state":
        second.load_state_dict(copying.deepcopy(first.state_dict()))
    else:
        second = pickle.loads(pickle.dumps(first)) if by == "pickle" else copying.deepcopy(first)  # noqa: S301
    for after in actions[70:]:
        assert same(first.step(after), second.step(after))


@pytest.mark.slow
@given(_places())
@settings(max_examples=20, deadline=None)
def test_a_state_holds_all_of_any_place(drawn: tuple[type[Place], Species]) -> None:
    """Loaded into another place, it goes on to the bit, and what was given out is not changed by it."""
    place, species = drawn
    first, second = place(species, 2), place(species, 2)
    first.reset(8)
    actions = list(random_actions(species, 2, 30))
    for before in actions[:15]:
        first.step(before)
    state = first.state_dict()
    kept = copying.deepcopy(state)
    second.load_state_dict(state)
    for after in actions[15:]:
        assert same(first.step(after), second.step(after))
    assert all(np.array_equal(state[name], kept[name]) for name in ("things", "present", "positions", "headings"))


@pytest.mark.slow
@every
def test_a_reset_leaves_nothing_of_the_life_before(place: type[Place], species: Species) -> None:
    """Reset again with the same seed, a place begins and goes on as the first time."""
    world = place(species, 2)
    lives = [[world.reset(5)] + [world.step(actions) for actions in random_actions(species, 2, 80)] for _ in range(2)]

    assert all(same(first, second) for first, second in zip(*lives, strict=True))


# Touching


def _one(things: Sequence[Things | Creatures], species: Species = ONE, copies: int = 1, **more: Any) -> Any:
    """Return a place with these things, made to measure."""
    attributes = {"things": list(things), **more}
    return type("Made", (Place,), attributes)(species, copies)


def _put(world: Place, name: str, spot: tuple[float, float], heading: float = 0.0, index: int = 0) -> None:
    group = world.group_of(name)
    group.positions[:, index], group.headings[:, index] = spot, heading


def _step(world: Place, action: int = STRAIGHT) -> Outcome:
    actions = {name: np.full(world.row_count(name), action) for name in world.species}
    return world.step(actions)[next(iter(world.species))]


@pytest.mark.parametrize(
    ("regrows", "after", "there"),
    [
        ("elsewhere", 0, [1, 1, 1, 1]),
        ("elsewhere", 1, [0, 1, 1, 1]),
        ("elsewhere", 3, [0, 0, 0, 1]),
        ("here", 2, [0, 0, 1, 0]),  # and is eaten again by who stands there
        ("never", 0, [0, 0, 0, 0]),
    ],
)
def test_what_is_eaten_regrows_as_declared(regrows: Any, after: int, there: list[int]) -> None:
    """Elsewhere or here, at once or after so many ticks, or never; what is away is neither seen nor drawn."""
    world = _one([Things("food", at=[(3.0, 3.0)], reward=1.0, regrows=regrows, after=after)], size=40.0)
    seen, drawn, rewards = [], [], []
    for tick in range(4):
        _put(world, "learners", (2.6, 3.0))
        outcome = _step(world)
        rewards.append(float(outcome.rewards[0]))
        drawn.append(len(world.scene(0).shapes[0].centres))
        moved = not np.array_equal(world.group_of("food").positions[0, 0], [3.0, 3.0])
        assert moved == (regrows == "elsewhere" and bool(drawn[-1]))
        seen.append(bool(outcome.observations.any()))
        assert tick > 0 or outcome.rewards[0] == 1.0
    assert drawn == there
    assert regrows != "never" or seen == [False] * 4
    assert regrows != "here" or rewards == [1.0, 0.0, 0.0, 1.0]


def test_a_thing_that_stays_is_worth_something_at_every_tick_to_all_who_touch_it() -> None:
    """Three creatures in the sun are all warm."""
    three: Species = {"learners": (Body(), 3)}
    world = _one([Things("sun", at=[(3.0, 3.0)], radius=1.0, reward=0.5, regrows="here")], three)
    for _ in range(2):
        for index in range(3):
            _put(world, "learners", (2.0 + index, 3.0), index=index)
        outcome = _step(world, LEFT)
        assert outcome.rewards.tolist() == [0.5, 0.5, 0.5]
        assert [world.causes[cause] for cause in outcome.events.causes] == ["sun"] * 3


def test_one_thing_goes_to_one_creature_by_an_order_that_is_fair() -> None:
    """Of two that reach the same food, one gets it, each about half of the time."""
    two: Species = {"learners": (Body(), 2)}
    world, shares = _one([Things("food", 1, reward=1.0)], two, 40), np.zeros(2)
    for _ in range(40):
        world.group_of("food").positions[:] = (3.0, 3.0)
        _put(world, "learners", (2.8, 2.7))
        _put(world, "learners", (2.8, 3.3), index=1)
        rewards = _step(world, LEFT).rewards.reshape(-1, 2)
        assert (rewards.sum(1) == 1.0).all()
        shares += rewards.sum(0) / (40 * 40)
    assert shares == pytest.approx([0.5, 0.5], abs=0.05)


def test_touching_means_something_to_those_it_is_for() -> None:
    """Foxes tread on grass, rabbits eat it; a caught rabbit ends and begins anew, and the fox has caught one."""
    world = Chase(HUNT, grass=1, size=30.0)
    for index, (name, spot) in enumerate([("rabbits", (3.0, 3.0)), ("rabbits", (3.0, 9.0)), ("rabbits", (3.0, 15.0))]):
        _put(world, name, spot, index=index)
    _put(world, "foxes", (20.0, 20.0)), _put(world, "foxes", (2.4, 3.0), index=1)
    world.group_of("grass").positions[0, 0] = (20.3, 20.0)
    outcomes = world.step({"rabbits": np.full(3, LEFT), "foxes": np.full(2, STRAIGHT)})

    assert outcomes["foxes"].rewards.tolist() == [0.0, 1.0]
    assert outcomes["rabbits"].rewards.tolist() == [-1.0, 0.0, 0.0]
    assert outcomes["rabbits"].terminated.tolist() == [True, False, False]
    assert [world.causes[cause] for cause in outcomes["rabbits"].events.causes] == ["was caught"]
    place_then = world.group_of("rabbits").positions[0, 0].copy()
    outcomes = world.step({"rabbits": np.full(3, LEFT), "foxes": np.full(2, LEFT)})
    assert not outcomes["rabbits"].terminated.any()
    assert np.abs(world.group_of("rabbits").positions[0, 0] - place_then).max() > 0.5


def test_what_is_touched_may_be_refused() -> None:
    """A door stays shut before a creature without the key, and lets in one that has it."""
    world = Maze(ONE, 1)
    for key in (0.0, 1.0):
        world.signal["key"][:] = key
        _put(world, "learners", (7.0, 7.1), np.pi / 2)
        outcome = _step(world)
        assert bool(world.group_of("door").present[0, 0]) == (key == 0.0)
        assert outcome.rewards[0] == pytest.approx(2.0 * key, abs=1.2)


def test_who_has_ended_cannot_be_cut_off() -> None:
    """Whatever comes first: a life that ends with its task is over, also at the last tick it would have had."""

    class Short(Place):
        things = (Things("goal", at=[(3.0, 3.0)], reward=1.0, regrows="never"),)

        def on_touch(self, contacts: Contacts) -> None:
            self.end_episodes(contacts.copies)

        def on_tick(self, random: Draws) -> None:
            self.end_episodes(np.flatnonzero(self.age >= 2), truncated=True)

    world = Short(ONE, 2)
    _step(world)
    world.group_of("learners").positions[:, 0] = [(3.0, 3.0), (9.0, 9.0)]
    outcome = _step(world)
    assert outcome.terminated.tolist() == [True, False]
    assert outcome.truncated.tolist() == [False, True]
    assert not world.group_of("goal").present[0, 0]
    outcome = _step(world)
    assert not (outcome.terminated | outcome.truncated | (outcome.rewards != 0)).any()
    assert world.group_of("goal").present.all()
    assert world.age.tolist() == [0, 0]


def test_what_is_not_declared_is_named() -> None:
    """Causes, roles and species."""
    world = _one([Things("food", 1)])
    with pytest.raises(WorldError, match=r"Made.*'won'.*causes"):
        world.give_reward(0, 0, 1.0, "won")
    with pytest.raises(WorldError, match=r"Made.*'foot'.*food, learners"):
        world.group_of("foot")


# Moving


def test_nothing_goes_through_walls_or_solid_things() -> None:
    """For 300 ticks of running straight on among stones, no creature overlaps one or crosses a wall."""
    stones = [Things("stone", 6, solid=True, radius=0.5, regrows="here", within=((1.0, 1.0), (4.0, 9.0)))]
    world = _one(
        stones, CROWD, 4, size=10.0, wraps=False, walls=[((5.0, 0.0), (5.0, 10.0))], start=((5.5, 0.5), (9.5, 9.5))
    )
    for actions in random_actions(CROWD, 4, 300):
        world.step(actions)
        spots = np.hstack([world.group_of(name).positions for name in CROWD])
        assert (spots[..., 0] >= 5.3 - 1e-9).all()
        assert (spots <= 9.7 + 1e-9).all()
        assert (spots[..., 1] >= 0.3 - 1e-9).all()
    alone = _one([Things("stone", at=[(3.0, 3.0)], solid=True, radius=0.5, regrows="here")], size=6.0)
    _put(alone, "learners", (1.0, 3.0))
    for _ in range(30):
        _step(alone)
    assert np.linalg.norm(alone.group_of("learners").positions[0, 0] - [3.0, 3.0]) == pytest.approx(0.8, abs=1e-6)


def test_on_a_torus_a_wall_at_the_seam_stands_in_the_way_on_both_sides() -> None:
    """Whoever comes from the left or across the edge stops before it."""
    for start, heading in ((11.0, 0.0), (1.0, np.pi)):
        world = _one([Things("food", 1)], walls=[((0.0, 0.0), (0.0, 12.0))])
        _put(world, "learners", (start, 6.0), heading)
        for _ in range(20):
            _step(world)
        x = world.group_of("learners").positions[0, 0, 0]
        assert min(x, 12.0 - x) == pytest.approx(0.3, abs=1e-6)
        assert (x > 6.0) == (start > 6.0)


def test_creatures_keep_each_other_apart() -> None:
    """Two that run into each other come no nearer than their bodies allow."""
    two: Species = {"learners": (Body(), 2)}
    world = _one([Things("food", 1)], two)
    _put(world, "learners", (3.0, 3.0)), _put(world, "learners", (5.0, 3.0), np.pi, index=1)
    for _ in range(20):
        _step(world)
    one, other = world.group_of("learners").positions[0]
    assert np.linalg.norm(one - other) >= 0.6 - 1e-6


def test_no_creature_sees_or_meets_itself() -> None:
    """Alone among what is seen, a creature sees nothing."""
    world = _one([Creatures(reward=1.0)])
    outcome = _step(world)

    assert not outcome.observations.any()
    assert not outcome.rewards.any()


# Schedules, draws


def test_schedules() -> None:
    """Step, cycle and ramp, of numbers and of places."""
    ticks = (0, 9, 10, 15, 25, 1000)

    assert [Schedule((1, 2, 3), 10).value_at(tick) for tick in ticks] == [1, 1, 2, 2, 3, 3]
    assert [Schedule((1, 2), 10, "cycle").value_at(tick) for tick in ticks] == [1, 1, 2, 2, 1, 1]
    ramp = [float(Schedule((1, 3, 2), 10, "ramp").value_at(tick)) for tick in ticks]
    assert ramp == pytest.approx([1.0, 2.8, 3.0, 2.5, 2.0, 2.0])
    assert Schedule(((0, 0), (2, 4)), 4, "ramp").value_at(2).tolist() == [1.0, 2.0]
    with pytest.raises(WorldError, match="of the same shape"):
        Schedule((1, (2, 3)), 10)
    with pytest.raises(WorldError, match=r"step, cycle, ramp.*1 tick or more.*'jump', 10"):
        Schedule((1,), 10, "jump")  # type: ignore[arg-type]


def test_number_place_and_value_follow_their_schedules() -> None:
    """Food comes and goes, appears elsewhere, and loses its reward."""
    food = Things(
        "food",
        Schedule((2, 5, 1), every=4),
        reward=Schedule((1.0, -1.0), every=4),
        within=Schedule((((0.0, 0.0), (3.0, 3.0)), ((8.0, 8.0), (11.0, 11.0))), every=4),
    )
    world = _one([food], copies=2)
    numbers = []
    for tick in range(1, 13):
        _put(world, "learners", (6.0, 3.0))
        if tick in (2, 6):  # eat one
            world.group_of("food").positions[0, 0] = (6.0, 3.0)
            outcome = _step(world, LEFT)
            assert outcome.rewards[0] == (1.0 if tick == 2 else -1.0)
            assert (world.group_of("food").positions[0, 0] < 4.0).all() == (tick == 2)
        else:
            _step(world, LEFT)
        numbers.append(world.group_of("food").present.sum(1).tolist())
    assert numbers == [[2, 2]] * 3 + [[5, 5]] * 4 + [[1, 1]] * 5


def test_draws_of_a_copy_are_its_own_and_the_same_whenever_they_are_asked_for() -> None:
    """Whatever was drawn before, and however many copies there are."""
    many, alone = Draws(5, 3, "x"), Draws(7, 1, "x")
    for tick in (3, 500, 3):
        ours, theirs = many.at(tick), alone.at(tick)
        assert np.array_equal(ours.random(2)[2], theirs.random(2)[0])
        assert np.array_equal(ours.normal(1.0)[2], theirs.normal(1.0)[0])
        assert np.array_equal(ours.integers(6, 4)[2], theirs.integers(6, 4)[0])
    drawn = np.array([many.at(tick).uniform(2.0, 4.0) for tick in range(2000)])
    assert drawn.mean() == pytest.approx(3.0, abs=0.03)
    assert len(np.unique(drawn)) == drawn.size


# YAML


def test_attributes_and_numbers_are_the_keys_in_yaml_and_are_checked() -> None:
    """Every annotated attribute and the number of each role; the range of each is that of its annotation."""
    model = schema_of(Meadow, WORLD)
    built = model.model_validate({"kind": "x", "food": 3, "size": 5.0, "wraps": False}).build(species=ONE)

    assert list(model.model_fields) == ["kind", "copies", "size", "wraps", "radius", "food", "poison", "on_fault"]
    assert built.group_of("food").positions.shape == (1, 3, 2)
    assert not built.wraps
    assert list(schema_of(Maze, WORLD).model_fields) == [
        "kind",
        "copies",
        "size",
        "wraps",
        "radius",
        "sting",
        "on_fault",
    ]
    for wrong in ({"food": -1}, {"size": 0.0}, {"fod": 3}, {"wraps": 1}, {"species": {}}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            model.model_validate({"kind": "x", **wrong})


def test_a_default_may_be_changed_without_its_annotation_and_roles_may_go() -> None:
    """A place that derives from another has its keys, less the numbers of things it does not have any more."""

    class Small(Meadow):
        size = 4.0
        food = 2

    class Bare(Meadow):
        things = (Things("food", 1), Things("water", 2))

    assert Small(ONE).size == 4.0
    assert Small(ONE).group_of("food").present.shape == (1, 2)
    assert Small(ONE, poison=0).group_of("poison").present.shape == (1, 0)
    assert list(schema_of(Bare, WORLD).model_fields)[-3:-1] == ["food", "water"]


@pytest.mark.parametrize(
    ("things", "says"),
    [
        ([Things("on_tick", 3)], "Made: things cannot be called 'on_tick', which means something else here"),
        ([Things("size", 3)], "Made: things cannot be called 'size'"),
        ([Things("food", by=("rabbits",))], r"Made.*a species 'rabbits'.*learners"),
        ([Creatures("foxes")], r"Made.*a species 'foxes'.*learners"),
    ],
)
def test_what_cannot_be(things: list[Things | Creatures], says: str) -> None:
    """One sentence says it."""
    with pytest.raises(AlifeError, match=says):
        _one(things)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"role": ""}, r"things of role ''.*a role, a word"),
        ({"count": -1}, r"things of role 'food'.*0 or more in number"),
        ({"radius": 0.0}, r"things of role 'food'.*a radius above 0"),
        ({"regrows": "soon"}, "things of role 'food' must regrow elsewhere, here or never"),
        ({"after": -1}, r"things of role 'food'.*away for 0 ticks or more"),
        ({"count": 2, "at": [(0.0, 0.0)]}, r"things of role 'food'.*as many as their places"),
        ({"at": [3.0]}, r"things of role 'food'.*at points"),
        ({"within": (0, 0, 4, 4)}, r"things of role 'food'.*within a box"),
        ({"within": ((4, 4), (0, 0))}, r"things of role 'food'.*within a box"),
        ({"within": Schedule((((0, 0), (4, 4)), ((4, 4), (0, 0))), 9)}, r"things of role 'food'.*within a box"),
        ({"by": "foxes"}, r"things of role 'food'.*for a list of species"),
    ],
)
def test_things_out_of_range(wrong: dict[str, Any], says: str) -> None:
    """Each is refused where it is written."""
    with pytest.raises(WorldError, match=says):
        Things(**{"role": "food", **wrong})
    with pytest.raises(WorldError, match=r"walls.*two points"):
        _one([], walls=[(1, 2, 3)])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"things": 3}, r"things.*a list"),
        ({"things": ["food"]}, r"things.*a list"),
        ({"things": [Things("food", 1), Things("food", 2)]}, "two of its things are called 'food'"),
        ({"things": [Things("sun", at=[(6, 13)])]}, "a 'sun' at \\(6, 13\\) is outside of the place, whose size is 12"),
        ({"start": (0, 0, 4, 4)}, r"start.*a box"),
        ({"signals": ["key"]}, r"signals.*names with numbers from 0 to 1"),
        ({"signals": {"key": 2.0}}, r"signals.*names with numbers from 0 to 1"),
        ({"memories": ["open"]}, r"memories.*names with numbers"),
        ({"sensed_as": "AB", "things": [Things("food", 1)]}, r"sensed_as.*a name for each of things"),
        ({"sensed_as": ("A", "B"), "things": [Things("food", 1)]}, r"sensed_as.*a name for each of things"),
        ({"causes": "won"}, r"causes.*a list of names"),
    ],
)
def test_what_is_declared_amiss_is_said_with_the_place(wrong: dict[str, Any], says: str) -> None:
    """In one sentence, with an example."""
    with pytest.raises(WorldError, match=f"Wrong: {says}"):
        type("Wrong", (Place,), {"__annotations__": {}, **wrong})(ONE)


def test_a_place_may_be_empty() -> None:
    """With signals alone, or with nothing at all to sense."""
    for signals, width in (({"warmth": 0.5}, 1), ({}, 0)):
        world = type("Empty", (Place,), {"__annotations__": {}, "signals": signals})(ONE)

        assert world.step({"learners": np.array([STRAIGHT])})["learners"].observations.shape == (1, width)


def test_what_cannot_be_touched_is_named() -> None:
    """Where a role is asked for that is not there."""

    class Asks(Meadow):
        def on_touch(self, contacts: Contacts) -> None:
            contacts.of_role("fod")

    world = Asks(ONE, size=1.0)
    with pytest.raises(WorldError, match=r"'fod'.*food, poison"):
        world.step({"learners": np.array([STRAIGHT])})


# Interventions, pictures, faces


def test_hands() -> None:
    """Things drop where they are let go, what was away first; creatures move; feeding and stinging change places."""
    world = Meadow(ONE, 2, food=3)
    world.apply(Drop(1, "food", 13.0, 2.0))
    world.apply(Move("learners", 1, 5.0, -1.0))
    assert (world.group_of("food").positions[1] == [1.0, 2.0]).all(1).sum() == 1
    assert world.group_of("learners").positions[1, 0].tolist() == [5.0, 11.0]
    _put(world, "learners", (0.7, 2.0))
    world.apply(Swap())
    assert [shape.role for shape in world.scene(1).shapes] == ["food", "poison", "creature"]
    assert len(world.scene(1).shapes[0].centres) == 10
    assert world.channels("learners")[0].role == "poison"
    assert _step(world).rewards[1] == -1.0
    world.reset(0)
    assert world.channels("learners")[0].role == "food"
    gone = _one([Things("food", at=[(1.0, 1.0), (9.0, 9.0)], regrows="never")])
    gone.group_of("food").present[0, 1] = False
    gone.apply(Drop(0, "food", 5.0, 5.0))
    assert gone.group_of("food").positions[0].tolist() == [[1.0, 1.0], [5.0, 5.0]]
    assert gone.group_of("food").present.all()


@pytest.mark.parametrize(
    ("intervention", "says"),
    [
        (Drop(0, "creature", 1.0, 1.0), "'creature' ... food"),
        (Drop(0, "foot", 1.0, 1.0), "'foot' ... food, poison, key"),
        (Drop(0, "food", 11.0, 1.0), "(11, 1) is outside ... from 0 to 10"),
        (Move("learners", 0, float("nan"), 1.0), "(nan, 1.0) is nowhere ... finite numbers"),
        (Swap(), "nothing can be swapped here: that ... one role that feeds and one that stings"),
    ],
)
def test_hands_that_cannot_be_laid_on_change_nothing(intervention: Any, says: str) -> None:
    """They say why."""
    world = Maze(ONE)
    before = world.scene(0).text()
    with pytest.raises(InterventionError) as error:
        world.apply(intervention)
    assert names(error.value, says)
    assert world.scene(0).text() == before


def test_a_scene_is_told_in_text() -> None:
    """Walls, then things that are there, then creatures."""
    world = _one([Things("food", at=[(1.0, 2.0)])], size=4.0, wraps=False, walls=[((2.0, 0.0), (2.0, 3.0))])
    _put(world, "learners", (3.0, 1.0), 1.0)

    assert world.scene(0).text().splitlines()[0] == "scene 4 x 4"
    assert world.scene(0).text().splitlines()[1] == "wall line (2.00, 0.00) to (2.00, 3.00)"
    assert world.scene(0).text().splitlines()[-2:] == [
        "food circle (1.00, 2.00) radius 0.2",
        "creature circle (3.00, 1.00) radius 0.3 learners[0] heading 1.00",
    ]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("place", [Meadow, Maze])
def test_gymnasium_has_nothing_to_complain_about(place: type[Place]) -> None:
    """A place is an environment of gymnasium's, without an error or a warning."""
    check_env(SingleCreature(f"{__name__}:{place.__name__}"), skip_render_check=True)


def test_annotations_are_of_one_tick() -> None:
    """What `say` has told is there until the next."""
    world = Maze(ONE, 8)
    told = []
    for actions in random_actions(ONE, 8, 60):
        world.step(actions)
        told += [word for _, word in world.annotations()]
        assert len(world.annotations()) <= 8
    assert set(told) == {"gust"}


@pytest.mark.slow
@pytest.mark.parametrize("name", short_names(SENSE))
def test_every_sense_perceives_something_in_a_place(name: str) -> None:
    """It is given all that it needs, in a place with walls, solid things and creatures, and keeps to its space."""
    body = Body((resolve(SENSE, name)(),))
    world = Maze({"learners": (body, 3)}, 2)
    outcomes = [world.reset(0), *(world.step(actions) for actions in random_actions(world.species, 2, 25))]
    sensed = np.stack([outcome["learners"].observations for outcome in outcomes])

    assert all(world.observation_spaces["learners"].contains(row) for row in sensed[-1])
    assert len(np.unique(sensed[..., :-2])) > 1  # the last two are signals


@pytest.mark.parametrize("ghosts", [True, False])
def test_ghosts_go_through_each_other(ghosts: bool) -> None:
    """Where creatures are ghosts, those in one spot step as one who is alone; otherwise they are kept apart."""

    class Crowded(Place):
        things = (Things("flower", at=[(1.0, 1.0)], regrows="here"),)

    Crowded.ghosts = ghosts
    world = Crowded({"learners": (Body(), 2), "others": (Body(), 1)})
    creatures = world.all_creatures()
    creatures.positions[:], creatures.headings[:] = 6.0, 0.0
    world.step({"learners": np.full(2, STRAIGHT), "others": np.full(1, STRAIGHT)})

    assert np.allclose(world.all_creatures().positions, [6.3, 6.0]) == ghosts
    assert np.array_equal(world.all_creatures().positions[:, 2:], world.group_of("others").positions)


@pytest.mark.parametrize(("size", "radius"), [(1.0, 2.0), (0.05, 0.3)])
def test_a_creature_fits_into_its_arena(size: float, radius: float) -> None:
    """One that is larger would touch everything, always."""
    with pytest.raises(ConfigError, match=r"^world\.radius: "):
        Meadow(ONE, size=size, radius=radius)
    assert Meadow(ONE, size=size, radius=size).radius == size
