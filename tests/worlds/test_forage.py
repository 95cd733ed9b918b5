"""Forage: its physics, its scene, its players."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body import Body
from alife.body.motors.glide import Glide
from alife.body.motors.steps import Steps
from alife.core.errors import WorldError
from alife.core.world import Outcome, Species
from tests.worlds.lives import CROWD, ONE, STRAIGHT, Player, any_species, random_actions, reward_per_100_ticks
from worlds.forage import Forage, greedy_player, player


def _planted(
    things: list[list[float]], creatures: list[list[float]], food: int | None = None, **options: float
) -> Forage:
    """Return a world with one species in one copy; creatures are given as x, y and heading."""
    food = len(things) if food is None else food
    species = {"learners": (Body(), len(creatures))}
    world = Forage(species, food=food, poison=len(things) - food, **options)
    state, placed = world.state_dict(), np.array(creatures)
    state["things"] = np.array(things, float).reshape(1, -1, 2)
    state["positions"][0], state["headings"][0] = placed[:, :2], placed[:, 2]
    world.load_state_dict(state)
    return world


def _step(world: Forage, action: int = STRAIGHT) -> Outcome:
    return world.step({"learners": np.full(world.row_count("learners"), action)})["learners"]


# The physics


def test_a_species_has_the_spaces_of_its_body() -> None:
    """Observations are as wide as the senses for two roles, and the actions are the motor's."""
    world = Forage(CROWD, copies=4)

    assert world.observation_spaces["learners"].shape == (16,)
    assert world.observation_spaces["others"].shape == (8,)
    assert world.action_spaces["others"] == Steps().action_space()
    assert (world.row_count("learners"), world.row_count("others")) == (12, 8)


@pytest.mark.parametrize(("food", "cause", "value"), [(1, "ate", 2.5), (0, "stung", -0.5)])
def test_food_feeds_and_poison_stings(food: int, cause: str, value: float) -> None:
    """A thing within reach after the step is an event of its role, with the reward that the world was given."""
    world = _planted([[5.7, 5.0]], [[5.0, 5.0, 0.0]], food, ate=2.5, stung=-0.5)
    outcome = _step(world)

    assert [world.causes[k] for k in outcome.events.causes] == [cause]
    assert outcome.events.rows.tolist() == [0]
    assert outcome.events.values.tolist() == [value]
    assert outcome.rewards.tolist() == [value]


@pytest.mark.parametrize(("distance", "eaten"), [(0.49, 1), (0.51, 0)])
def test_the_reach_decides(distance: float, eaten: int) -> None:
    """A thing is eaten within 0.5 of where the creature has come to, no further."""
    outcome = _step(_planted([[5.3, 5.0 + distance]], [[5.0, 5.0, 0.0]]))

    assert len(outcome.events.rows) == eaten


def test_several_things_at_once_are_several_events() -> None:
    """A creature eats everything within its reach in the same tick."""
    outcome = _step(_planted([[5.3, 5.1], [5.3, 5.2], [5.4, 5.0]], [[5.0, 5.0, 0.0]], food=2))

    assert sorted(outcome.events.values.tolist()) == [-1.0, 1.0, 1.0]
    assert outcome.events.rows.tolist() == [0, 0, 0]


def test_a_thing_is_eaten_by_one_of_those_who_reach_it() -> None:
    """Of several creatures at one place exactly one gets the meal, and it is not always the same one."""
    species: Species = {"learners": (Body(), 3), "others": (Body(), 2)}
    world, winners = Forage(species, food=1, poison=0), []
    for _ in range(60):
        state = world.state_dict()
        state["things"][:] = 6.0
        state["positions"][:] = 6.0
        world.load_state_dict(state)
        outcomes = world.step({name: np.full(count, STRAIGHT) for name, (_, count) in species.items()})
        winners += [(name, int(row)) for name, outcome in outcomes.items() for row in outcome.events.rows]

    assert len(winners) == 60
    assert {(name, row) for name, (_, count) in species.items() for row in range(count)} == set(winners)
    assert max(winners.count(winner) for winner in set(winners)) < 30


def test_a_tie_in_one_copy_does_not_decide_in_another() -> None:
    """Over 40 copies the same tie falls to different creatures."""
    world = Forage({"learners": (Body(), 2)}, copies=40, food=1, poison=0)
    state = world.state_dict()
    state["things"][:], state["positions"][:] = 6.0, 6.0
    world.load_state_dict(state)
    rows = _step(world).events.rows

    assert np.array_equal(np.arange(40), rows // 2)
    assert set(rows % 2) == {0, 1}


@any_species
def test_the_number_of_things_never_changes(species: Species) -> None:
    """What is eaten is at once elsewhere: only eaten things move, and all of these."""
    world = Forage(species, copies=2, size=5.0)
    world.reset(2)
    eaten = 0
    for actions in random_actions(species, 2, 100):
        before = world.state_dict()["things"]
        outcomes = world.step(actions)
        moved = (world.state_dict()["things"] != before).any(2)
        causes = np.concatenate([outcome.events.causes for outcome in outcomes.values()])
        eaten += len(causes)

        assert (moved[:, :10].sum(), moved[:, 10:].sum()) == ((causes == 0).sum(), (causes == 1).sum())
    assert eaten > 20


def test_what_is_sensed_is_what_is_there_after_the_meal() -> None:
    """In the tick of a meal the creature already senses the thing at its new place."""
    world = _planted([[5.5, 5.0]], [[5.0, 5.0, 0.0]])
    observation = _step(world).observations[0]
    (x, y) = world.state_dict()["things"][0, 0]
    away = math.hypot(*(((at - here + 6.0) % 12.0) - 6.0 for at, here in ((x, 5.3), (y, 5.0))))

    assert observation.max() == pytest.approx(max(1.0 - away / 5.0, 0.0), abs=1e-6)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(*[st.floats(0.0, 11.99)] * 2, st.floats(0.0, 6.28), st.floats(0.0, 6.28), st.floats(0.6, 5.9))
def test_the_shortest_displacement_is_used(x: float, y: float, heading: float, angle: float, distance: float) -> None:
    """Wherever a creature stands on the torus, it senses a thing by its shortest distance."""
    away = 0.3 * np.exp(1j * heading) + distance * np.exp(1j * angle)  # by a step straight on, and from there
    world = _planted([[(x + away.real) % 12.0, (y + away.imag) % 12.0]], [[x, y, heading]])

    assert _step(world).observations[0].max() == pytest.approx(max(1.0 - distance / 5.0, 0.0), abs=1e-6)


def test_creatures_cross_the_edge() -> None:
    """A creature that leaves on the left comes in on the right, and eats across the edge."""
    world = _planted([[11.5, 6.0]], [[0.1, 6.0, math.pi]])
    outcome = _step(world)

    assert world.state_dict()["positions"] == pytest.approx(np.array([[[11.8, 6.0]]]))
    assert outcome.rewards.tolist() == [1.0]


@any_species
def test_positions_stay_on_the_torus(species: Species) -> None:
    """Creatures and things are always within the square."""
    world = Forage(species, copies=2, size=3.0)
    world.reset(4)
    for actions in random_actions(species, 2, 200):
        world.step(actions)
        state = world.state_dict()
        for places in (state["things"], state["positions"]):
            assert (places >= 0.0).all()
            assert (places < 3.0).all()


def test_a_position_a_rounding_error_outside_is_brought_in() -> None:
    """A step that ends just below zero leaves no creature at the size itself."""
    world = _planted([], [[np.nextafter(0.3, 0.0), 6.0, math.pi]])
    _step(world)

    assert world.state_dict()["positions"][0, 0, 0] < 12.0


@any_species
@pytest.mark.parametrize(("food", "poison"), [(0, 0), (3, 0), (0, 3)])
def test_it_runs_without_things(species: Species, food: int, poison: int) -> None:
    """Without food or without poison nothing of that role is sensed or happens."""
    world = Forage(species, copies=2, food=food, poison=poison)
    world.reset(0)
    for actions in random_actions(species, 2, 100):
        outcome = world.step(actions)["learners"]
        sensed = outcome.observations.reshape(-1, 2, 8)

        assert set(outcome.events.causes) <= {k for k, number in enumerate((food, poison)) if number}
        assert not sensed[:, [food == 0, poison == 0]].any()


# The scene


def test_a_scene_shows_things_and_creatures() -> None:
    """A tiny world as text: food, poison, and the creatures of the copy above them."""
    world = Forage({"learners": (Body(), 2), "others": (Body(), 1)}, copies=2, size=4.0, food=2, poison=1)
    state = world.state_dict()
    state["things"][1] = [[0.0, 1.0], [2.5, 3.0], [3.99, 0.125]]
    state["positions"][1], state["headings"][1] = [[1.0, 1.0], [2.0, 2.0], [0.5, 3.5]], [0.0, 3.14159, 1.5]
    world.load_state_dict(state)

    assert world.scene(1).text().split("\n") == [
        "scene 4 x 4 torus",
        "food circle (0.00, 1.00) radius 0.2",
        "food circle (2.50, 3.00) radius 0.2",
        "poison circle (3.99, 0.12) radius 0.2",
        "creature circle (1.00, 1.00) radius 0.35 learners[2] heading 0.00",
        "creature circle (2.00, 2.00) radius 0.35 learners[3] heading 3.14",
        "creature circle (0.50, 3.50) radius 0.35 others[1] heading 1.50",
    ]


def test_a_scene_is_not_changed_by_the_next_tick() -> None:
    """What an observer was given stays as it was."""
    world = Forage(CROWD, copies=2)
    scene = world.scene(1)
    before = scene.text()
    for actions in random_actions(CROWD, 2, 20):
        world.step(actions)

    assert before == scene.text()
    assert before != world.scene(1).text()


# The players


def _chance(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    return random.integers(0, 3, len(observations))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("play", "low", "high"),
    [(player, 10.0, 11.6), (greedy_player, 8.0, 9.2), (_chance, -0.5, 0.5)],
    ids=["player", "greedy player", "chance"],
)
def test_players_earn_what_they_should(play: Player, low: float, high: float) -> None:
    """Over 2,000 ticks of 24 creatures the reward per 100 ticks is that of the reference."""
    assert low <= reward_per_100_ticks(Forage(ONE, copies=24), play) <= high


@pytest.mark.slow
def test_thin_forage_earns_less() -> None:
    """With three of each the greedy player comes to 6.9 per 100 ticks."""
    assert 6.3 <= reward_per_100_ticks(Forage(ONE, copies=24, food=3, poison=3), greedy_player) <= 7.5


def test_the_player_turns_left_off_poison_ahead() -> None:
    """It goes straight for food ahead, unless poison is closer than 0.75 ahead; it turns to the nearest food."""
    scenes = np.zeros((5, 16), np.float32)
    scenes[0, 0] = scenes[1, 0] = 0.9  # food ahead
    scenes[1, 8] = 0.86  # and poison
    scenes[2, [0, 3]], scenes[3, [0, 6]] = [0.1, 0.2], [0.1, 0.2]  # nearer food to the left, to the right

    assert player(scenes, np.random.default_rng(0)).tolist() == [1, 0, 0, 2, 1]


def test_players_do_not_steer_another_motor() -> None:
    """Their steps are refused by the motor `glide` in one sentence."""
    world = Forage({"learners": (Body(motor=Glide()), 1)}, copies=2)
    for play in (player, greedy_player):
        with pytest.raises(WorldError, match="motor steps"):
            reward_per_100_ticks(world, play, ticks=1)
