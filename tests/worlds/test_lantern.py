"""Lantern: the light, what it makes of things, the scene, the players."""

import numpy as np
import pytest
from numpy.typing import NDArray

from alife.body import Body
from alife.body.motors.steps import Steps
from alife.core.world import Outcome, Species
from tests.worlds.lives import CROWD, ONE, STRAIGHT, Player, random_actions, reward_per_100_ticks
from worlds import forage
from worlds.forage import Forage
from worlds.lantern import Lantern, greedy_player, player


def _planted(a: int, dark: bool, **options: float) -> Lantern:
    """Return a world with a creature before one thing, of role A or not."""
    world = Lantern(ONE, food=a, poison=1 - a, **options)
    state = world.state_dict()
    state["things"][:], state["positions"][:] = [5.7, 5.0], [5.0, 5.0]
    state["headings"][:] = 0.0
    world.load_state_dict(state)
    if dark:
        world.flip_lights(np.arange(1))
    return world


def _step(world: Lantern) -> Outcome:
    return world.step({"learners": np.full(world.row_count("learners"), STRAIGHT)})["learners"]


def _lights(world: Lantern, ticks: int) -> NDArray[np.bool_]:
    """Return whether each creature sees the light in each tick, (ticks, rows)."""
    return np.array([_step(world).observations[:, -2] for _ in range(ticks)]) == 1


def test_the_light_is_two_more_inputs() -> None:
    """Every species senses, behind what its body does, lit and dark; in the dark the second is on."""
    world = Lantern(CROWD, copies=4)
    outcomes = world.reset(0)
    world.flip_lights(np.array([2]))

    assert world.observation_spaces["learners"].shape == (18,)
    assert world.observation_spaces["others"].shape == (10,)
    assert world.action_spaces["others"] == Steps().action_space()
    for name in CROWD:
        assert (outcomes[name].observations[:, -2:] == [1, 0]).all()
    outcomes = world.step(next(random_actions(CROWD, 4, 1)))
    for name, (_, count) in CROWD.items():
        dark = np.repeat([False, False, True, False], count)

        assert outcomes[name].observations.dtype == np.float32
        assert (outcomes[name].observations[:, -2:] == np.stack([~dark, dark], axis=1)).all()


@pytest.mark.parametrize(
    ("a", "dark", "cause", "value"),
    [(1, False, "ate", 2.5), (0, False, "stung", -0.5), (1, True, "stung", -0.5), (0, True, "ate", 2.5)],
)
def test_the_light_decides_what_a_meal_is(a: int, dark: bool, cause: str, value: float) -> None:
    """Lit, role A feeds and role B stings; in the dark it is the other way."""
    world = _planted(a, dark, ate=2.5, stung=-0.5, flip=0.0)
    outcome = _step(world)

    assert [world.causes[k] for k in outcome.events.causes] == [cause]
    assert outcome.events.values.tolist() == [value]
    assert outcome.rewards.tolist() == [value]


def test_a_meal_counts_by_the_light_seen_before_it() -> None:
    """Where the light flips at the tick of the meal, the creature gets what it could foresee and sees the new light."""
    outcome = _step(_planted(1, dark=False, flip=1.0))

    assert outcome.rewards.tolist() == [1.0]
    assert outcome.observations[0, -2:].tolist() == [0, 1]


def test_each_copy_decides_by_its_own_light() -> None:
    """The same thing feeds where it is lit and stings where it is dark."""
    world = Lantern(ONE, copies=3, food=1, poison=0, flip=0.0)
    state = world.state_dict()
    state["things"][:], state["positions"][:] = 6.0, 6.0
    world.load_state_dict(state)
    world.flip_lights(np.array([1]))

    assert _step(world).rewards.tolist() == [1, -1, 1]


def test_senses_know_roles_and_no_meanings() -> None:
    """What is sensed of the things is the same in the light and in the dark."""
    lit, dark = _planted(1, dark=False, flip=0.0, reach=0.1), _planted(1, dark=True, flip=0.0, reach=0.1)
    seen, unseen = _step(lit).observations, _step(dark).observations

    assert seen[0, 0] == pytest.approx(1 - 0.4 / 5)
    assert np.array_equal(seen[:, :-2], unseen[:, :-2])


def test_without_a_flip_it_is_forage() -> None:
    """A light that stays on changes nothing: every tick is forage's, but for the light."""
    ours, theirs = Lantern(CROWD, copies=2, size=5.0, flip=0.0), Forage(CROWD, copies=2, size=5.0)
    ours.reset(3)
    theirs.reset(3)
    for actions in random_actions(CROWD, 2, 100):
        mine = ours.step(actions)
        for name, outcome in theirs.step(actions).items():
            assert np.array_equal(mine[name].observations[:, :-2], outcome.observations)
            assert np.array_equal(mine[name].rewards, outcome.rewards)
            assert all(map(np.array_equal, mine[name].events, outcome.events))


@pytest.mark.slow
def test_a_light_flips_once_in_two_hundred_ticks() -> None:
    """Over 2,500 ticks of 80 copies the share of flips is .005, each copy has its own, and half the time is dark."""
    lights = _lights(Lantern(ONE, copies=80, food=0, poison=0), 2500)
    flips = lights[1:] != lights[:-1]

    assert flips.mean() == pytest.approx(0.005, abs=4 * (0.005 / flips.size) ** 0.5)
    assert np.ptp(flips.sum(0)) > 5
    assert len(np.unique(lights, axis=1).T) == 80
    assert lights[500:].mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.slow
def test_lights_go_on_from_a_state_wherever_it_was_taken() -> None:
    """A world loaded around the thousandth tick sees the flips of the one that never stopped."""
    world, other = (Lantern(ONE, copies=3, flip=0.2, food=0, poison=0) for _ in range(2))
    world.reset(5)
    _lights(world, 996)
    states, seen = [], []
    for _ in range(40):
        states.append(world.state_dict())
        seen.append(_lights(world, 1)[0])

    for start in range(8):
        other.load_state_dict(states[start])
        assert np.array_equal(_lights(other, 40 - start), seen[start:])


def test_a_state_is_not_changed_by_the_next_tick() -> None:
    """What was saved stays as it was, the light too."""
    world = Lantern(ONE, copies=3, flip=1.0)
    state = world.state_dict()
    _step(world)

    assert state["memories"]["dark"].tolist() == [0] * 3
    assert world.state_dict()["memories"]["dark"].tolist() == [1] * 3


def test_a_scene_shows_what_things_are_in_the_present_light() -> None:
    """Lit and dark arena as text: a lamp that is on or off, and under it food and poison have changed places."""
    species: Species = {"learners": (Body(), 1)}
    world = Lantern(species, copies=2, size=4.0, food=1, poison=1)
    state = world.state_dict()
    state["things"][:] = [[0.0, 1.0], [2.5, 3.0]]
    state["positions"][:], state["headings"][:] = [1.0, 1.0], 0.0
    world.load_state_dict(state)
    world.flip_lights(np.array([1]))

    assert world.scene(0).text().split("\n") == [
        "scene 4 x 4 torus",
        "light circle (0.75, 3.25) radius 0.5",
        "food circle (0.00, 1.00) radius 0.2",
        "poison circle (2.50, 3.00) radius 0.2",
        "creature circle (1.00, 1.00) radius 0.35 learners[0] heading 0.00",
    ]
    assert world.scene(1).text().split("\n")[1:4] == [
        "dark circle (0.75, 3.25) radius 0.5",
        "food circle (2.50, 3.00) radius 0.2",
        "poison circle (0.00, 1.00) radius 0.2",
    ]


def _blind(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    return forage.player(observations[:, :16], random)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("play", "low", "high"),
    [(player, 10.0, 11.4), (greedy_player, 7.9, 9.1), (_blind, -2.5, 2.5)],
    ids=["player", "greedy player", "blind to the light"],
)
def test_players_earn_what_they_should(play: Player, low: float, high: float) -> None:
    """Over 2,000 ticks of 24 creatures the reward per 100 ticks is that of the reference, small without the light."""
    assert low <= reward_per_100_ticks(Lantern(ONE, copies=24), play) <= high


def test_a_player_turns_round_with_the_light() -> None:
    """With role A to the left and role B to the right it turns left in the light and right in the dark."""
    scenes = np.zeros((2, 18), np.float32)
    scenes[:, 2] = scenes[:, 8 + 6] = 0.5
    scenes[0, 16] = scenes[1, 17] = 1.0

    for play in (player, greedy_player):
        assert play(scenes, np.random.default_rng(0)).tolist() == [0, 2]


def test_a_thing_on_the_ground_is_known_by_what_senses_call_it() -> None:
    """Role A is food where it is lit and poison in the dark, and always A; the scene tells which light it is."""
    world = _planted(1, dark=False)
    for dark in (0.0, 1.0):
        scene = world.scene(0)
        of_a = [shape.role for shape in scene.shapes if getattr(shape, "sensed", "") == "A"]
        assert of_a == ["poison" if dark else "food"]
        assert scene.signals == {"lit": 1 - dark, "dark": dark}
        assert {channel.role for channel in world.channels("learners")} == {"A", "B", "light", "dark"}
        world.flip_lights(np.arange(1))
