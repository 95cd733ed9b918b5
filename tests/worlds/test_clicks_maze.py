"""Clicks maze: the belt, the clicks, which arm is right, the scene and the player."""

from functools import partial
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from numpy.typing import NDArray

from alife.core.errors import ConfigError
from alife.core.world import Outcome, Species
from tests.place.test_place import goes_as_alone, keeps_its_promises
from tests.worlds.lives import CROWD, ONE, any_species, random_actions, same
from worlds.clicks_maze import ClicksMaze, Player

LEFT, STRAIGHT, RIGHT = 0, 1, 2
Short: Any = partial(ClicksMaze, listening=8, silence=4, answer=10)
FORK = 12  # the age at which a short maze is at its fork


def _step(world: ClicksMaze, action: int) -> Outcome:
    return world.step({"learners": np.full(world.row_count("learners"), action)})["learners"]


def _heard(world: ClicksMaze, seed: int) -> NDArray[np.float32]:
    """Return all that is sensed of a whole corridor, up to the fork, (ticks, rows, 3)."""
    first = world.reset(seed)["learners"].observations
    ticks = world.listening + world.silence
    return np.stack([first, *(_step(world, STRAIGHT).observations for _ in range(ticks))])[:, :, -3:]


def _choose(world: ClicksMaze, action: int) -> NDArray[np.float64]:
    """Lean to one side until the trial is over, and return what each row got."""
    got = np.zeros(world.row_count("learners"))
    for _ in range(world.answer):
        outcome = _step(world, action)
        got += outcome.rewards
        if outcome.terminated.all():
            break
    return got


@pytest.mark.slow
@any_species
def test_it_keeps_the_contract(species: Species) -> None:
    """Copies, and all that is told, over several trials."""
    goes_as_alone(Short, species, 60, 4)
    keeps_its_promises(Short, species, 60, 4)


@pytest.mark.parametrize("before", [5, 12, 15, 40])
def test_a_state_taken_in_the_middle_of_a_trial_goes_on(before: int) -> None:
    """In the corridor, at the fork, in an arm and in the second trial, a loaded state goes on to the bit."""
    first, second = Short(CROWD, 2), Short(CROWD, 2)
    first.reset(8)
    actions = list(random_actions(CROWD, 2, before + 60))
    for each in actions[:before]:
        first.step(each)
    second.reset(3)
    second.load_state_dict(first.state_dict())

    assert second.scene(1).text() == first.scene(1).text()
    for each in actions[before:]:
        assert same(first.step(each), second.step(each))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("motor", ["steps", "glide"])
def test_gymnasium_has_nothing_to_complain_about(motor: str) -> None:
    """It is made by its name, with each motor."""
    check_env(gymnasium.make("worlds:alife/ClicksMaze-v0", body={"motor": motor}).unwrapped, skip_render_check=True)


@pytest.mark.slow
def test_no_creature_walks_through_walls() -> None:
    """Over 400 ticks of chance all are in their lanes of the corridor, or at the height of the fork and in the arms."""
    world = Short(CROWD, 8)
    world.reset(0)
    foot, fork, lanes = 0.6, 6.8, np.linspace(-0.15, 0.15, 5)
    for actions in random_actions(CROWD, 8, 400):
        world.step(actions)
        spots = world.all_creatures().positions - lanes[:, None] - [4.0, 0.0]
        climbs = spots[..., 1] < fork - 1e-9
        assert (spots[..., 1] >= foot - 1e-9).all()
        assert (spots[..., 1] <= fork + 1e-9).all()
        assert (np.abs(spots[..., 0][climbs]) < 1e-9).all()
        assert (np.abs(spots[..., 0]) <= 4 * 0.3 + 1e-9).all()


@pytest.mark.parametrize("action", [LEFT, STRAIGHT, RIGHT])
def test_the_corridor_carries_all_creatures_alike(action: int) -> None:
    """Whatever is done on the belt, after listening and silence creatures are at the fork, looking up it."""
    world = Short(ONE, 3)
    world.reset(0)
    heights = []
    for _ in range(FORK):
        _step(world, action)
        heights.append(world.group_of("learners").positions[0, 0, 1])

    assert np.diff(heights) == pytest.approx(np.full(FORK - 1, (6.8 - 0.6) / FORK))
    assert world.group_of("learners").positions[:, 0] == pytest.approx(np.array([[4.0, 6.8]] * 3))
    assert world.group_of("learners").headings == pytest.approx(np.full((3, 1), np.pi / 2))


def test_each_tick_of_listening_has_one_click_and_then_there_is_silence() -> None:
    """One of the two signals is on for as long as is told, then none, then the fork."""
    heard = _heard(Short(ONE, 50), 1)

    assert (heard[:8, :, :2].sum(2) == 1).all()
    assert not heard[8:, :, :2].any()
    assert not heard[:FORK, :, 2].any()
    assert heard[FORK, :, 2].all()


@pytest.mark.slow
def test_clicks_are_as_frequent_as_told() -> None:
    """With a rate of .3, 3 of 10 ticks have a click; the share of left ones lies from low to 1 - low and varies."""
    heard = _heard(ClicksMaze(ONE, 200, listening=200, rate=0.3, low=0.1), 2)[:200, :, :2]
    shares = heard[..., 0].sum(0) / heard.sum((0, 2))

    assert heard.sum(2).max() == 1
    assert heard.sum(2).mean() == pytest.approx(0.3, abs=0.01)
    assert shares.mean() == pytest.approx(0.5, abs=0.06)
    assert shares.std() == pytest.approx(0.8 / 12**0.5, abs=0.05)


@pytest.mark.parametrize(("action", "side"), [(LEFT, -1), (RIGHT, 1)])
def test_the_side_that_clicked_more_often_feeds(action: int, side: int) -> None:
    """In each of 200 mazes the arm on the side of more of the clicks that were heard feeds; at a tie both do."""
    world = Short(ONE, 200, stung=-0.5, fed=2.0)
    heard = _heard(world, 3)[..., :2].sum(0)
    lead = side * (heard[:, 1] - heard[:, 0])

    assert np.array_equal(_choose(world, action), np.where(lead >= 0, 2.0, -0.5))
    assert (lead == 0).any()
    assert (lead < 0).any()


def test_a_trial_ends_with_the_last_to_choose_or_with_the_time() -> None:
    """Who goes to a feeder is done in a few ticks; who stays at the fork is until its time is over, and pays for it."""
    world = Short(ONE, 4)
    for action, least, most in ((LEFT, FORK + 3, FORK + 8), (STRAIGHT, FORK + 10, FORK + 10)):
        world.reset(0)
        for tick in range(1, FORK + 11):
            outcome = _step(world, action if tick > FORK else STRAIGHT)
            assert outcome.terminated.any() == outcome.terminated.all()
            if outcome.terminated.all():
                break
        assert least <= tick <= most
        assert not outcome.truncated.any()
        causes = {world.causes[cause] for cause in outcome.events.causes}
        assert causes == {"late"} if action == STRAIGHT else causes <= {"fed", "stung"}
        assert (outcome.rewards == -1).all() or action != STRAIGHT


def test_who_is_in_an_arm_stays_there_and_is_paid_once() -> None:
    """Turning round in an arm is of no use: while another hesitates, it waits at the feeder and gets nothing more."""
    world = Short({**ONE, "others": ONE["learners"]}, 6)
    world.reset(0)
    got, spots = np.zeros(6), []
    for tick in range(1, FORK + 11):
        action = RIGHT if tick <= FORK + 4 else LEFT
        outcomes = world.step({"learners": np.full(6, action), "others": np.full(6, STRAIGHT)})
        got += outcomes["learners"].rewards
        spots.append(world.group_of("learners").positions[:, 0, 0].copy())

    assert outcomes["others"].terminated.all()
    assert outcomes["learners"].terminated.all()
    assert (np.abs(got) == 1.0).all()
    assert spots[-1] == pytest.approx(np.full(6, 4.0 - 0.15 + 1.2))


def test_trials_differ_and_are_the_same_for_the_same_seed() -> None:
    """Copies hear different clicks, so does the next trial; a reset brings the first ones back."""
    world = Short(ONE, 20)
    first = _heard(world, 5)
    _choose(world, LEFT)
    _step(world, STRAIGHT)
    second = np.stack([_step(world, STRAIGHT).observations[:, -3:] for _ in range(7)])

    assert len(np.unique(first[:8, :, 0], axis=1).T) > 10
    assert not np.array_equal(first[1:8], second)
    assert np.array_equal(_heard(world, 5), first)


def test_the_scene_shows_what_was_heard_and_which_arm_feeds() -> None:
    """A dot for each click so far on its side, the newest larger, a word, and the feeders as what they will be."""
    world = Short(ONE, 1)
    heard = [world.reset(2)["learners"].observations[0, -3:]]
    heard += [_step(world, STRAIGHT).observations[0, -3:] for _ in range(5)]
    text = world.scene(0).text()

    assert text.count("heard circle") == 5
    assert text.count("click circle") == 1
    assert ("click circle (4.96" in text) == (heard[-1][1] == 1)
    assert text.count("heard circle (4.96") == sum(int(one[1]) for one in heard[:-1])
    assert text.count("food circle") + text.count("poison circle") == 2
    assert "listen" in text
    for _ in range(4):
        _step(world, STRAIGHT)
    assert "remember" in world.scene(0).text()
    assert "click circle" not in world.scene(0).text()


def test_a_maze_too_small_says_so() -> None:
    """In one sentence, with the size that would do."""
    with pytest.raises(ConfigError, match=r"8 or more.*7"):
        ClicksMaze(ONE, size=7.0, radius=0.5)


@pytest.mark.slow
def test_the_player_is_always_right_and_chance_is_half_the_time() -> None:
    """Over 1,000 ticks of 24 mazes the player is fed at each trial's end; chance is stung nearly as often as fed."""
    random, rewards = np.random.default_rng(0), {"player": [0, 0], "chance": [0, 0]}
    for name, counts in rewards.items():
        world, player = ClicksMaze(ONE, 24), Player(24)
        outcome = world.reset(0)["learners"]
        for _ in range(1000):
            by_hand = player(outcome.observations, outcome.rewards)
            actions = by_hand if name == "player" else random.integers(0, 3, 24)
            outcome = world.step({"learners": actions})["learners"]
            counts[0] += int((outcome.rewards > 0).sum())
            counts[1] += int((outcome.rewards < 0).sum())

    assert rewards["player"][1] == 0
    assert rewards["player"][0] == 24 * (1000 // 87)
    assert rewards["chance"][0] / sum(rewards["chance"]) == pytest.approx(0.52, abs=0.09)
