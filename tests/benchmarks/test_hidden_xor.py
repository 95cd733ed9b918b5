"""Hidden XOR: the episodes are what the task says, and its references stand where it says."""

from itertools import product

import numpy as np
import pytest

from benchmarks.learning.tasks.hidden_xor import (
    ACTIONS,
    CHANCE,
    CHANNELS,
    DECISIONS,
    LINEAR,
    OBSERVER,
    PER_VALUE,
    TICKS,
    Episodes,
    draw_episodes,
    labels,
    observer,
)
from tests.benchmarks.draws import near

ROWS = 3000  # seeds, each with its episode 3


@pytest.fixture(scope="module")
def episodes() -> Episodes:
    return draw_episodes(np.arange(ROWS), 3)


@pytest.mark.slow
def test_a_row_is_an_episode_of_sixteen_decisions(episodes: Episodes) -> None:
    """Inputs are spikes (16, 5, rows, 20); bits and answers have entries per decision and row."""
    assert (DECISIONS, TICKS, ACTIONS, CHANNELS) == (16, 5, 2, 20)
    assert episodes.inputs.shape == (DECISIONS, TICKS, ROWS, CHANNELS)
    assert episodes.inputs.dtype == np.float32
    assert np.isin(episodes.inputs, (0, 1)).all()
    assert episodes.bits.shape == (DECISIONS, ROWS, 2)
    assert episodes.answers.shape == (DECISIONS, ROWS)


@pytest.mark.slow
def test_the_four_pairs_are_equally_frequent(episodes: Episodes) -> None:
    """Bits are drawn anew for every decision, each by itself."""
    pairs = episodes.bits[..., 0] * 2 + episodes.bits[..., 1]

    for pair in range(4):
        assert (pairs == pair).mean() == near(0.25, 0.1875**0.5, pairs.size)
    assert abs(np.corrcoef(pairs[1:].ravel(), pairs[:-1].ravel())[0, 1]) < 4 / pairs[1:].size ** 0.5


def test_the_answer_is_whether_the_bits_differ_as_the_seed_labels_it(episodes: Episodes) -> None:
    """In one half of the seeds p xor q, in the other its opposite, in all episodes of a seed alike."""
    label = labels(np.arange(ROWS))
    differ = (episodes.bits[..., 0] != episodes.bits[..., 1]).astype(int)
    later = draw_episodes([7, 8], 900)

    assert label.mean() == near(0.5, 0.5, ROWS)
    assert (episodes.answers == np.where(label == 1, 1 - differ, differ)).all()
    assert (later.answers == (later.bits[..., 0] ^ later.bits[..., 1] ^ label[[7, 8]])).all()


def test_the_channels_of_a_value_spike_where_it_is_there(episodes: Episodes) -> None:
    """Five for p = 0, for p = 1, for q = 0 and for q = 1 spike with probability .9 or else .05, each by itself."""
    groups = episodes.inputs.reshape(DECISIONS, TICKS, ROWS, 4, PER_VALUE).swapaxes(1, 2)
    for group, (bit, value) in enumerate(product(range(2), repeat=2)):
        there = episodes.bits[..., bit] == value
        present, absent = groups[there][:, :, group], groups[~there][:, :, group]

        assert present.mean(axis=0) == near(0.9, 0.3, len(present))
        assert absent.mean(axis=0) == near(0.05, (0.05 * 0.95) ** 0.5, len(absent))
        between = np.corrcoef(present.reshape(len(present), -1), rowvar=False)
        assert np.abs(between - np.eye(TICKS * PER_VALUE)).max() < 5 / len(present) ** 0.5


def test_a_blind_choice_is_right_half_the_time(episodes: Episodes) -> None:
    """Whether one tosses a coin, always takes one action, or looks at one bit alone."""
    coins = np.random.default_rng(3).integers(ACTIONS, size=(DECISIONS, ROWS))

    assert CHANCE == 0.5
    for actions in (coins, np.zeros_like(coins), episodes.bits[..., 0], 1 - episodes.bits[..., 1]):
        assert episodes.reward(actions).mean() == near(CHANCE, 0.5, DECISIONS * ROWS)


def test_a_weighted_sum_is_right_at_three_pairs_of_four(episodes: Episodes) -> None:
    """No line parts the four pairs by xor; one that parts three of them earns .75."""
    pairs = np.array(list(product((0, 1), repeat=2)))
    weights = np.random.default_rng(0).normal(size=(20_000, 3))
    chosen = weights[:, :2] @ pairs.T > weights[:, 2:]
    right = (chosen == (pairs[:, 0] != pairs[:, 1])).mean(axis=1)
    either = np.maximum(*np.moveaxis(episodes.bits, -1, 0)) ^ labels(np.arange(ROWS))

    assert right.max() == LINEAR
    assert episodes.reward(either).mean() == near(LINEAR, 0.1875**0.5, DECISIONS * ROWS)


@pytest.mark.slow
def test_the_observer_that_counts_spikes_is_always_right(episodes: Episodes) -> None:
    """It knows the label and takes the value of each bit that spiked more; it errs once in 10^14 decisions."""
    label = labels(np.arange(ROWS))

    assert (episodes.reward(observer(episodes.inputs, label)) == OBSERVER).all()
    assert (episodes.reward(observer(episodes.inputs, 1 - label)) == 0).all()


def test_the_reward_is_the_fraction_right(episodes: Episodes) -> None:
    """With the first four of sixteen decisions right it is a quarter."""
    actions = np.where(np.arange(DECISIONS)[:, None] < 4, episodes.answers, 1 - episodes.answers)

    assert (episodes.reward(actions) == 0.25).all()


def test_an_episode_may_be_longer() -> None:
    """Its decisions are drawn and counted alike."""
    longer = draw_episodes(np.arange(9), 3, decisions=64)

    assert longer.inputs.shape == (64, TICKS, 9, CHANNELS)
    assert longer.reward(longer.answers).tolist() == [OBSERVER] * 9
    assert longer.reward(1 - longer.answers).tolist() == [0.0] * 9
