"""Demography of a place: energy, births, deaths, empty rows."""

import copy as copying
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.adapters.single import SingleCreature
from alife.body import Body, Metabolism
from alife.body.hazards.constant import Constant
from alife.body.motors.steps import Steps
from alife.body.senses.proprioception import Proprioception
from alife.body.senses.sectors import Sectors
from alife.config.simulation_config import parse_config
from alife.core.errors import ConfigError, InterventionError
from alife.core.intervention import Move
from alife.core.scene import Circles
from alife.core.world import Lives, Outcome, Species
from alife.place import Draws, Place, Things
from tests.place.test_place import Chase, goes_as_alone, keeps_its_promises
from tests.worlds.lives import change_lives, energy_of, random_actions, same

ENERGY = Proprioception(speed=False, turn=False, energy=True)
SHORT = Metabolism(start=3.0, capacity=6.0, basal=0.1, gain=2.0, hazard=Constant(0.02))


def _body(metabolism: Metabolism | None = SHORT, **motor: Any) -> Body:
    return Body((Sectors(), ENERGY) if metabolism else (Sectors(),), Steps(**motor), metabolism)


class Meadow(Place):
    """Food and poison."""

    size = 5.0
    things = (Things("food", 6, reward=1.0, cause="ate"), Things("poison", 6, reward=-0.5, cause="stung"))


class Barren(Place):
    """Nothing to live on."""

    things = (Things("moss", 1, regrows="here"),)


class Hunt(Chase):
    """Foxes catch rabbits, and the weather kills some; now and then everything begins anew."""

    def on_tick(self, random: Draws) -> None:
        struck = np.flatnonzero(random.chance(0.02))
        self.end_episodes(struck, np.zeros(len(struck), int))
        self.end_episodes(np.flatnonzero(random.chance(0.01)), truncated=True)


MIXED: Species = {"rabbits": (_body(), 4), "foxes": (_body(turn=0.5), 2)}
HALF: Species = {"rabbits": (_body(), 3), "foxes": (_body(None), 2)}
EMPTY_ROWS: Species = {"rabbits": (_body(replace(SHORT, refill=False)), 3), "foxes": (_body(), 2)}


def _told(outcome: Outcome) -> Lives:
    assert outcome.lives is not None
    return outcome.lives


def _alone(metabolism: Metabolism, place: type[Place] = Barren, **settings: Any) -> Iterator[tuple[Place, Outcome]]:
    """Yield a place with one creature that goes straight on, and what each tick brings it."""
    world = place({"it": (_body(metabolism), 1)}, **settings)
    outcome = world.reset(0)["it"]
    while True:
        yield world, outcome
        outcome = world.step({"it": np.array([1])})["it"]


@pytest.mark.slow
@given(st.integers(1, 300), st.integers(1, 40))
@settings(max_examples=20, deadline=None)
def test_who_never_eats_dies_at_the_tick_that_spends_its_last_energy(start: int, basal: int) -> None:
    """Exactly at ceil(start / basal), though neither is a binary fraction, and with an energy of zero."""
    expected = -(-Fraction(start, 100) // Fraction(basal, 100))
    demography = enumerate(_alone(Metabolism(start=start / 100, capacity=10.0, basal=basal / 100)))
    tick, (_, outcome) = next(each for each in demography if each[1][1].terminated[0])

    assert tick == expected
    assert outcome.observations[0, -1] == 0.0
    assert _told(outcome).alive[0]


def test_energy_is_what_was_eaten_less_what_was_spent() -> None:
    """At every tick of 400: min(capacity, energy - basal - move_cost * distance + gain * reward), felt as a share."""
    metabolism = Metabolism(start=5.0, capacity=8.0, basal=0.01, move_cost=0.05, gain=1.5)
    energy, stung = 5.0, 0
    for tick, (world, outcome) in enumerate(_alone(metabolism, Meadow)):
        if tick:
            reward = sum({"ate": 1.0, "stung": -0.5}[world.causes[cause]] for cause in outcome.events.causes)
            stung += reward < 0
            energy = min(8.0, energy - 0.01 - 0.05 * 0.3 + 1.5 * reward)
        assert outcome.observations[0, -1] == pytest.approx(energy / 8.0, abs=1e-6)
        if tick == 400:
            break
    assert stung > 5


def test_death_and_birth_are_told() -> None:
    """A death is an event with its reward and ends the row; the step after, a child is born, with its first energy."""
    lived = _alone(Metabolism(start=1.0, basal=0.5, death=-0.25))
    _, outcome = next(each for each in lived if len(_told(each[1]).died))
    events = outcome.events

    assert (events.rows.tolist(), events.values.tolist(), outcome.rewards.tolist()) == ([0], [-0.25], [-0.25])
    assert outcome.terminated.tolist() == [True]
    world, outcome = next(lived)
    assert [world.causes[cause] for cause in outcome.events.causes] == ["born"]
    assert (_told(outcome).born.tolist(), _told(outcome).parents.tolist()) == ([0], [-1])
    assert (outcome.rewards.tolist(), outcome.terminated.tolist()) == ([0.0], [False])


@pytest.mark.parametrize(("cause", "metabolism"), [("starved", SHORT), ("hazard", Metabolism(hazard=Constant(1.0)))])
def test_a_death_has_a_cause(cause: str, metabolism: Metabolism) -> None:
    """Hunger, or the hazard."""
    quiet = metabolism if cause == "hazard" else replace(metabolism, hazard=Constant())
    world, outcome = next(each for each in _alone(quiet) if len(_told(each[1]).died))

    assert world.causes[_told(outcome).causes[0]] == cause


@pytest.mark.slow
def test_prey_dies_of_being_caught() -> None:
    """Where a touch ends a life, the event that the touched feels is the cause; where the world does, it is `ended`."""
    world, causes = Hunt(MIXED, 4), set[str]()
    world.reset(0)
    for actions in random_actions(MIXED, 4, 300):
        outcomes = world.step(actions)
        told = _told(outcomes["rabbits"])
        causes |= {world.causes[cause] for cause in told.causes}
        caught = outcomes["rabbits"].events.rows[outcomes["rabbits"].events.causes == world.causes.index("was caught")]
        assert np.isin(caught, told.died).all()

    assert causes == {"was caught", "ended", "starved", "hazard"}


@pytest.mark.slow
def test_the_parent_is_the_one_with_most_energy() -> None:
    """Of those of its species and copy who live and did not die or come with this tick."""
    world, seen = Meadow({"them": (_body(), 4)}, 3), 0
    world.reset(1)
    energy, there = energy_of(world), np.ones((3, 4), bool)
    for actions in random_actions({"them": (_body(), 4)}, 3, 400):
        told = _told(world.step(actions)["them"])
        for row, parent in zip(told.born.tolist(), told.parents.tolist(), strict=True):
            able = np.where(there[row // 4], energy[row // 4], -1.0)
            expected = row // 4 * 4 + able.argmax() if there[row // 4].any() else -1
            assert parent == expected
            seen += parent >= 0
        energy, there = energy_of(world), told.alive.reshape(3, 4).copy()
        there.ravel()[told.died] = False
    assert seen > 50


PLACES: list[tuple[type[Place], Species]] = [(Hunt, MIXED), (Hunt, HALF), (Hunt, EMPTY_ROWS), (Meadow, MIXED)]
every = pytest.mark.parametrize(("place", "species"), PLACES, ids=["all", "some", "empty_rows", "meadow"])


@pytest.mark.slow
@every
def test_it_keeps_the_contract(place: type[Place], species: Species) -> None:
    """Copies live as they would alone, and all that is told fits together."""
    goes_as_alone(place, species, 120, 4)


@pytest.mark.slow
@every
def test_the_guard_has_nothing_against_it(place: type[Place], species: Species) -> None:
    """Newborns have their `born`, and nothing else happens to them or in empty rows."""
    world = place(species, 2)
    world.reset(0)
    over = {name: np.zeros(world.row_count(name), bool) for name in species}
    for actions in random_actions(species, 2, 150):
        for name, outcome in world.step(actions).items():
            lives = outcome.lives
            new = np.flatnonzero(over[name])
            there = np.ones(world.row_count(name), bool) if lives is None else lives.alive
            told = outcome.events.causes != (world.causes.index("born") if "born" in world.causes else -1)
            assert not np.isin(outcome.events.rows[told], new).any()
            assert not outcome.observations[~there].any()
            assert not (outcome.terminated | outcome.truncated | (outcome.rewards != 0))[~there].any()
            assert np.isin(outcome.events.rows, np.flatnonzero(there)).all()
            over[name] = outcome.terminated | outcome.truncated
    if species is not EMPTY_ROWS:
        keeps_its_promises_but_births(place, species)


def keeps_its_promises_but_births(place: type[Place], species: Species) -> None:
    """Check what holds for any place, for bodies that live for ever."""
    keeps_its_promises(place, {name: (replace(body, senses=(Sectors(),), metabolism=None), count)
                               for name, (body, count) in species.items()}, 30, 3)  # fmt: skip


@pytest.mark.slow
@every
def test_a_life_goes_on_as_if_it_had_never_stopped(place: type[Place], species: Species) -> None:
    """From a state, or as a copy, in the middle of births and deaths."""
    first, second = place(species, 2), place(species, 2)
    first.reset(8)
    actions = list(random_actions(species, 2, 160))
    for before in actions[:80]:
        first.step(before)
    second.load_state_dict(first.state_dict())
    twins = [first, second, copying.deepcopy(first)]
    for after in actions[80:]:
        one, *others = [twin.step(after) for twin in twins]
        assert all(same(one, other) for other in others)
        for name in species:
            lives = [each[name].lives for each in (one, *others)]
            if lives[0] is not None:
                assert all(map(np.array_equal, lives[0] * 2, (*(lives[1] or ()), *(lives[2] or ()))))


@pytest.mark.slow
@given(st.integers(0, 2**30), st.floats(0.0, 5.0), st.floats(0.0, 5.0))
@settings(max_examples=20, deadline=None)
def test_an_empty_row_does_nothing_to_others(seed: int, x: float, y: float) -> None:
    """Wherever it has been left and whatever its row wants to do, the others live on as they would."""
    childless = _body(replace(SHORT, refill=False, extinction="continue"))
    species: Species = {"rabbits": (childless, 3), "foxes": (_body(None), 2)}
    worlds = [Chase(species, 1), Chase(species, 1)]
    for world in worlds:
        world.reset(seed)
        change_lives(world, "alive", (0, 1), False)
    worlds[1].group_of("rabbits").positions[0, 1] = x, y
    random = np.random.default_rng(seed)
    for _ in range(30):
        wanted: dict[str, NDArray[Any]] = {"rabbits": random.integers(0, 3, 3), "foxes": random.integers(0, 3, 2)}
        other = {**wanted, "rabbits": np.where([False, True, False], random.integers(0, 3), wanted["rabbits"])}
        assert same(worlds[0].step(wanted), worlds[1].step(other))


def test_an_empty_seat_is_not_drawn_and_cannot_be_moved() -> None:
    """The scene has no circle for it; an intervention that would move it is told so."""
    world = Meadow({"them": (_body(), 3)}, 2)
    world.reset(0)
    change_lives(world, "alive", (1, 0), False)
    (shown,) = [shape for shape in world.scene(1).shapes if isinstance(shape, Circles) and shape.rows is not None]

    assert shown.rows is not None
    assert shown.rows.tolist() == [4, 5]
    assert len(shown.centres) == 2
    assert world.group_of("them").present.tolist() == [[True, True, True], [False, True, True]]
    with pytest.raises(InterventionError, match=r"row 3.*empty"):
        world.apply(Move("them", 3, 1.0, 1.0))


def _generations(refill: bool, extinction: Any) -> list[list[int]]:
    """Return how many live at each tick in two copies of three who starve after 4 ticks, the last after 8."""
    metabolism = Metabolism(start=4.0, capacity=9.0, basal=1.0, refill=refill, extinction=extinction)
    world = Barren({"them": (_body(metabolism), 3)}, 2)
    world.reset(0)
    change_lives(world, "energy", (1, 2), 8.0)
    counts = []
    for _ in range(11):
        told = _told(world.step({"them": np.ones(6, np.int64)})["them"])
        counts.append(told.alive.reshape(2, 3).sum(1).tolist())
    return counts


@pytest.mark.parametrize("extinction", ["continue", "stop"])
def test_where_the_last_has_died_seats_stay_empty(extinction: str) -> None:
    """Whoever would be born: there is no parent."""
    assert _generations(False, extinction) == [[3, 3]] * 4 + [[0, 1]] * 4 + [[0, 0]] * 3
    assert _generations(True, extinction) == [[3, 3]] * 4 + [[0, 3]] * 4 + [[0, 3]] * 3


def test_where_the_last_has_died_others_are_seeded() -> None:
    """All rows of the species in that copy at once, in the step after."""
    assert _generations(False, "reseed") == [[3, 3]] * 4 + [[3, 1]] * 4 + [[3, 3]] * 3


def test_a_copy_that_begins_anew_is_not_a_death() -> None:
    """Its creatures have their first energy again, and there are no births."""

    class Rounds(Barren):
        def on_tick(self, random: Draws) -> None:
            self.end_episodes(np.flatnonzero(self.age >= 5), truncated=True)

    for tick, (world, outcome) in enumerate(_alone(Metabolism(start=10.0, capacity=10.0, basal=1.0), Rounds)):
        told = _told(outcome)
        assert not len(told.died)
        assert not len(told.born)
        assert energy_of(world)[0, 0] == 10.0 - tick % 6
        if tick == 20:
            break


def test_the_face_of_one_creature_ends_with_its_death() -> None:
    """It is `terminated`, and the episode after it is that of another, though the body says that none comes after."""
    metabolism = {"start": 2.0, "basal": 0.5, "extinction": "continue"}
    env = SingleCreature("worlds.hungry_pond:HungryPond", body={"metabolism": metabolism}, food=0, poison=0)
    env.reset(seed=0)
    ends = [env.step(1)[2] for _ in range(4)]
    _, information = env.reset()

    assert ends == [False, False, False, True]
    assert information["events"] == ["born"]
    assert [env.step(1)[2] for _ in range(4)] == ends


def test_a_world_that_keeps_no_energy_says_so() -> None:
    """In a face as in a configuration."""
    with pytest.raises(ConfigError, match=r"WaterMaze.*metabolism"):
        SingleCreature("worlds.water_maze:WaterMaze", body={"metabolism": {}})


class Brief(Barren):
    """A place in which everything is cut off at every tick."""

    def on_tick(self, random: Draws) -> None:
        self.end_episodes(np.arange(self.copies), np.zeros(self.copies, int), truncated=True)


def test_nothing_comes_after_a_death() -> None:
    """Who dies at the tick at which it would have been cut off is terminated, not truncated."""
    told = _alone(Metabolism(start=1.0, basal=1.0), Brief)
    next(told)
    _, outcome = next(told)

    assert _told(outcome).died.tolist() == [0]
    assert (outcome.terminated.tolist(), outcome.truncated.tolist()) == ([True], [False])


@pytest.mark.parametrize("name", ["water_maze", "clicks_maze"])
def test_where_nothing_can_be_eaten_there_is_no_metabolism(name: str) -> None:
    """A configuration that asks for it is refused."""
    body = {"senses": [{"kind": "place_cells", "extent": 12.0, "spacing": 3.0}], "metabolism": {}}
    with pytest.raises(ConfigError, match="metabolism"):
        parse_config({"world": name, "creatures": {"it": {"body": body}}}, "test")
