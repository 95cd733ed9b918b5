"""Binding: the episodes are what the task says, and its references stand where it says."""

from itertools import product

import numpy as np
import pytest

from benchmarks.learning.tasks.binding import (
    ACTIONS,
    CHANCE,
    CHANNELS,
    DECISIONS,
    OBSERVER,
    ONE_ACTION,
    PER_STATE,
    STATES,
    TICKS,
    Episodes,
    draw_episodes,
    observer,
    right_actions,
)
from tests.benchmarks.draws import near

ROWS = 4000  # seeds, each with its episode 3


@pytest.fixture(scope="module")
def episodes() -> Episodes:
    return draw_episodes(np.arange(ROWS), 3)


@pytest.fixture(scope="module")
def right() -> np.ndarray:
    return right_actions(np.arange(ROWS))


@pytest.mark.slow
def test_a_row_is_an_episode_of_six_decisions(episodes: Episodes) -> None:
    """Inputs are spikes (6, 5, rows, 36); states and answers have one entry per decision and row."""
    assert (DECISIONS, TICKS, STATES, ACTIONS, CHANNELS) == (6, 5, 6, 3, 36)
    assert episodes.inputs.shape == (DECISIONS, TICKS, ROWS, CHANNELS)
    assert episodes.inputs.dtype == np.float32
    assert np.isin(episodes.inputs, (0, 1)).all()
    assert episodes.states.shape == episodes.answers.shape == (DECISIONS, ROWS)


def test_each_state_comes_once_in_any_order(episodes: Episodes) -> None:
    """No state repeats within an episode, and each is as often at each place."""
    assert (np.sort(episodes.states, axis=0) == np.arange(STATES)[:, None]).all()
    for state in range(STATES):
        assert (episodes.states == state).mean(axis=1) == near(1 / 6, (5 / 36) ** 0.5, ROWS)


@pytest.mark.slow
def test_right_actions_belong_to_the_seed(right: np.ndarray) -> None:
    """Each state of each seed has one of three, drawn uniformly, each by itself and the same in all episodes."""
    later = draw_episodes([7, 8], 900)

    for action in range(ACTIONS):
        assert (right == action).mean(axis=0) == near(1 / 3, (2 / 9) ** 0.5, ROWS)
    assert np.abs(np.corrcoef(right, rowvar=False) - np.eye(STATES)).max() < 4 / ROWS**0.5
    for row, seed in enumerate((7, 8)):
        assert (later.answers[:, row] == right[seed][later.states[:, row]]).all()
        assert (right_actions(seed)[0] == right[seed]).all()


def test_the_channels_of_the_present_state_spike(episodes: Episodes) -> None:
    """Each of its six spikes with probability .9, every other channel with .03, each by itself."""
    spikes = episodes.inputs.reshape(DECISIONS, TICKS, ROWS, STATES, PER_STATE).swapaxes(1, 3)
    here = episodes.states[..., None].swapaxes(1, 2) == np.arange(STATES)[:, None]  # (decisions, states, rows)
    present, absent = (spikes.swapaxes(1, 2)[where] for where in (here.swapaxes(1, 2), ~here.swapaxes(1, 2)))
    channels = np.corrcoef(present.reshape(-1, PER_STATE), rowvar=False)

    assert present.mean(axis=0) == near(0.9, 0.3, len(present))
    assert absent.mean(axis=0) == near(0.03, (0.03 * 0.97) ** 0.5, len(absent))
    assert np.abs(channels - np.eye(PER_STATE)).max() < 4 / (len(present) * TICKS) ** 0.5
    assert abs(np.corrcoef(present[:, 1:].ravel(), present[:, :-1].ravel())[0, 1]) < 4 / present[:, 1:].size ** 0.5


def test_a_blind_choice_is_right_one_time_in_three(episodes: Episodes) -> None:
    """Whether one draws an action or always takes the same."""
    drawn = np.random.default_rng(3).integers(ACTIONS, size=(DECISIONS, ROWS))

    assert pytest.approx(1 / 3) == CHANCE
    for actions in (drawn, np.zeros_like(drawn), np.full_like(drawn, 2)):
        assert episodes.reward(actions).mean() == near(CHANCE, (2 / 9) ** 0.5, DECISIONS * ROWS)


def test_the_best_single_action_is_right_in_the_largest_group_of_states(episodes: Episodes, right: np.ndarray) -> None:
    """Over all 729 tasks the commonest right action is right in .539 of the states."""
    best = [max(task.count(action) for action in range(ACTIONS)) / STATES for task in product(range(ACTIONS), repeat=6)]
    commonest = (right[..., None] == np.arange(ACTIONS)).sum(axis=1).argmax(axis=-1)

    assert pytest.approx(np.mean(best), abs=0.0005) == ONE_ACTION
    assert episodes.reward(np.tile(commonest, (DECISIONS, 1))).mean() == near(ONE_ACTION, float(np.std(best)), ROWS)


def test_the_observer_that_counts_spikes_is_always_right(episodes: Episodes, right: np.ndarray) -> None:
    """It knows the right actions and takes the state that spiked most; it errs less than once in 10^19 decisions."""
    assert (episodes.reward(observer(episodes.inputs, right)) == OBSERVER).all()
    assert episodes.reward(observer(episodes.inputs, np.roll(right, 1, axis=0))).mean() < 0.4


def test_the_reward_is_the_fraction_right(episodes: Episodes) -> None:
    """With the first two of six decisions right it is a third."""
    actions = np.where(np.arange(DECISIONS)[:, None] < 2, episodes.answers, (episodes.answers + 1) % ACTIONS)

    assert (episodes.reward(actions) == 2 / 6).all()
