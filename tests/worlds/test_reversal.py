"""Reversal: the seasons, the scene, the player."""

import numpy as np
import pytest

from alife.core.world import Outcome
from tests.worlds.lives import CROWD, ONE, STRAIGHT, random_actions, same
from worlds import forage
from worlds.forage import Forage
from worlds.reversal import Player, Reversal


def _step(world: Reversal) -> Outcome:
    return world.step({"learners": np.full(world.row_count("learners"), STRAIGHT)})["learners"]


def _meals(world: Reversal, ticks: int) -> list[float]:
    """Return what each tick brings to a creature that always stands before things of role A."""
    rewards = []
    for _ in range(ticks):
        state = world.state_dict()
        state["things"][:], state["positions"][:] = 6.0, 6.0
        world.load_state_dict(state)
        rewards += _step(world).rewards.tolist()
    return rewards


def test_meanings_change_places_after_every_season() -> None:
    """Three meals of role A feed, three sting, and so on; role B does the opposite."""
    a, b = Reversal(ONE, food=1, poison=0, season=3), Reversal(ONE, food=0, poison=1, season=3)

    assert _meals(a, 9) == [1, 1, 1, -1, -1, -1, 1, 1, 1]
    assert _meals(b, 9) == [-1, -1, -1, 1, 1, 1, -1, -1, -1]


def test_a_season_is_ten_thousand_ticks() -> None:
    """Unless something else is asked for."""
    world = Reversal(ONE, food=1, poison=0)
    state = world.state_dict()
    state["age"][:] = 9_999
    world.load_state_dict(state)

    assert _meals(world, 2) == [1, -1]


def test_a_change_is_counted_as_what_it_does() -> None:
    """In the second season a thing of role A is an event `stung`, with the reward of a sting."""
    world = Reversal(ONE, food=1, poison=0, season=1, stung=-0.5)
    _meals(world, 1)
    state = world.state_dict()
    state["things"][:], state["positions"][:] = 6.0, 6.0
    world.load_state_dict(state)
    events = _step(world).events

    assert [world.causes[cause] for cause in events.causes] == ["stung"]
    assert events.values.tolist() == [-0.5]


def test_nothing_announces_a_season() -> None:
    """With the same actions all that is sensed is forage's; every other season meals bring the opposite."""
    ours, theirs = Reversal(CROWD, copies=2, size=5.0, season=50), Forage(CROWD, copies=2, size=5.0)
    assert same(ours.reset(3), theirs.reset(3))
    meals = 0
    for tick, actions in enumerate(random_actions(CROWD, 2, 150)):
        mine = ours.step(actions)
        for name, outcome in theirs.step(actions).items():
            sign = (1, -1, 1)[tick // 50]
            meals += len(outcome.events.rows)

            assert np.array_equal(mine[name].observations, outcome.observations)
            assert np.array_equal(mine[name].rewards, sign * outcome.rewards)
    assert meals > 50


def test_a_reset_begins_the_first_season() -> None:
    """However long the life before was."""
    world = Reversal(ONE, food=1, poison=0, season=3)
    _meals(world, 4)
    world.reset(0)

    assert _meals(world, 4) == [1, 1, 1, -1]


def test_a_scene_shows_what_things_will_do() -> None:
    """Food and poison change places as soon as the last tick of a season is over."""
    world = Reversal(ONE, size=4.0, food=1, poison=1, season=2, reach=0.001)
    state = world.state_dict()
    state["things"][:] = [[0.0, 1.0], [2.5, 3.0]]
    world.load_state_dict(state)
    scenes = []
    for _ in range(3):
        scenes.append(world.scene(0).text().split("\n")[1:3])
        _step(world)

    before = ["food circle (0.00, 1.00) radius 0.2", "poison circle (2.50, 3.00) radius 0.2"]
    after = ["food circle (2.50, 3.00) radius 0.2", "poison circle (0.00, 1.00) radius 0.2"]
    assert scenes == [before, before, after]


def _seasons(remembers: bool) -> list[float]:
    """Return the reward per 100 ticks in each of three seasons of 1,000 ticks."""
    world, play, random, rewards = Reversal(ONE, copies=24, season=1000), Player(24), np.random.default_rng(0), []
    outcome = world.reset(0)["learners"]
    for _ in range(3000):
        observations = outcome.observations
        actions = play(observations, outcome.rewards) if remembers else forage.player(observations, random)
        outcome = world.step({"learners": actions})["learners"]
        rewards.append(outcome.rewards.mean() * 100)
    return np.reshape(rewards, (3, 1000)).mean(axis=1).tolist()


@pytest.mark.slow
def test_a_player_that_remembers_earns_in_every_season() -> None:
    """It earns about what forage's player does, which in the second season loses as much as it earned in the first."""
    assert _seasons(remembers=True) == pytest.approx([10.4] * 3, abs=0.9)
    assert _seasons(remembers=False) == pytest.approx([10.8, -10.8, 10.8], abs=0.9)


def test_the_player_learns_from_one_meal() -> None:
    """After a meal it goes for the role that fed: the nearest thing it saw before is what it must have eaten."""
    near_a, choice = np.zeros((4, 16), np.float32), np.zeros((4, 16), np.float32)
    near_a[:2, 0], near_a[2:, 8] = 0.95, 0.95  # two rows before a thing of role A, two before one of role B
    choice[:, 2], choice[:, 8 + 6] = 0.5, 0.5  # role A on the left, role B on the right
    play = Player(4)

    assert play(choice, np.zeros(4)).tolist() == [0, 0, 0, 0]
    play(near_a, np.zeros(4))
    assert play(choice, np.array([1.0, -1.0, 1.0, -1.0])).tolist() == [0, 2, 2, 0]
    assert play(choice, np.zeros(4)).tolist() == [0, 2, 2, 0]
