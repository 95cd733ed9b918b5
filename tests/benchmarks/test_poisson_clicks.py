"""Poisson clicks: the trials are what the task says, and both references stand where it says."""

import numpy as np
import pytest

from benchmarks.learning.tasks.poisson_clicks import (
    ANSWER,
    CHANCE,
    CHANNELS,
    LEFT,
    LISTENING,
    NOISE,
    OBSERVER,
    PER_SIDE,
    RIGHT,
    TICKS,
    Trials,
    draw_trials,
    observer,
)
from tests.benchmarks.draws import near

ROWS = 4000


@pytest.fixture(scope="module")
def trials() -> Trials:
    return draw_trials(0, np.arange(ROWS))


@pytest.mark.slow
def test_a_row_is_a_trial_of_ten_seconds(trials: Trials) -> None:
    """Inputs are spikes (200, rows, 21), and everything else has one entry per row, or per row and click."""
    assert (TICKS, LISTENING, ANSWER, CHANNELS) == (200, 100, 20, 21)
    assert trials.inputs.shape == (TICKS, ROWS, CHANNELS)
    assert trials.inputs.dtype == np.float32
    assert np.isin(trials.inputs, (0, 1)).all()
    assert trials.labels.shape == trials.ties.shape == trials.probabilities.shape == (ROWS,)
    assert trials.left.shape == (LISTENING, ROWS)


@pytest.mark.slow
def test_clicks_follow_the_probability_of_their_trial(trials: Trials) -> None:
    """It is uniform from .3 to .7, and the share of left clicks deviates from it as that of 100 draws does."""
    probabilities = trials.probabilities
    deviations = (trials.left.mean(axis=0) - probabilities) / (probabilities * (1 - probabilities) / LISTENING) ** 0.5

    assert 0.3 <= probabilities.min() < 0.301
    assert 0.699 < probabilities.max() < 0.7
    assert probabilities.mean() == near(0.5, 0.4 / 12**0.5, ROWS)
    assert probabilities.std() == pytest.approx(0.4 / 12**0.5, rel=0.05)
    assert deviations.mean() == near(0.0, 1.0, ROWS)
    assert deviations.std() == pytest.approx(1.0, rel=0.05)


@pytest.mark.slow
def test_a_click_is_heard_on_its_side_and_noise_on_both(trials: Trials) -> None:
    """Each channel of the side that clicks spikes with probability .95, and every channel else with .05."""
    heard = trials.inputs[:LISTENING, :, :-1].reshape(LISTENING, ROWS, 2, PER_SIDE)
    clicks = np.stack([trials.left, ~trials.left], axis=-1)  # (listening, rows, side)
    silent = trials.inputs[LISTENING:, :, :-1]
    channels = heard[clicks].mean(axis=0)  # of both sides together
    deviation = (0.05 * 0.95) ** 0.5

    assert channels == near(0.95, deviation, LISTENING * ROWS)
    assert heard[~clicks].mean() == near(0.05, deviation, LISTENING * ROWS * PER_SIDE)
    assert silent.mean(axis=(0, 1)) == near(0.05, deviation, (TICKS - LISTENING) * ROWS)
    for side in (LEFT, RIGHT):
        assert heard[:, :, side][clicks[:, :, side]].mean() == near(0.95, deviation, LISTENING * ROWS * PER_SIDE // 3)


def test_channels_spike_each_by_itself(trials: Trials) -> None:
    """Given the clicks, channels are independent of each other and of the tick before."""
    channels = trials.inputs[LISTENING:, :1000, :-1]
    between = np.corrcoef(channels.reshape(-1, 2 * PER_SIDE), rowvar=False)
    before = np.corrcoef(channels[:-1].ravel(), channels[1:].ravel())[0, 1]

    assert np.abs(between - np.eye(2 * PER_SIDE)).max() < 0.015
    assert abs(before) < 0.004


def test_the_answer_channel_is_on_in_the_last_second(trials: Trials) -> None:
    """Its twenty ticks are the last, in every trial alike."""
    assert (trials.inputs[-ANSWER:, :, -1] == 1).all()
    assert (trials.inputs[:-ANSWER, :, -1] == 0).all()


def test_the_label_is_the_majority_of_the_clicks_drawn(trials: Trials) -> None:
    """The clicks decide, not the probability behind them; at a tie either choice is right."""
    clicks = trials.left.sum(axis=0)
    left, right = (trials.right(np.full(ROWS, side)) for side in (LEFT, RIGHT))

    assert (left == (clicks >= 50)).all()
    assert (right == (clicks <= 50)).all()
    assert (trials.labels == np.where(clicks < 50, RIGHT, LEFT)).all()
    assert (trials.ties == (clicks == 50)).all()
    assert ((trials.probabilities > 0.5) != left).mean() > 0.05


def test_one_trial_in_forty_is_a_tie(trials: Trials) -> None:
    """Of 100 clicks exactly 50 are left ones in 2.475 % of the trials."""
    assert trials.ties.mean() == near(0.02475, 0.155, ROWS)


def test_a_blind_choice_is_right_half_the_time(trials: Trials) -> None:
    """Chance is one half and half of the ties, whether one tosses a coin or always chooses one side."""
    coins = np.random.default_rng(3).integers(2, size=ROWS)

    assert pytest.approx((1 + 0.02475) / 2, abs=0.0005) == CHANCE
    for choices in (coins, np.full(ROWS, LEFT), np.full(ROWS, RIGHT)):
        assert trials.right(choices).mean() == near(CHANCE, 0.5, ROWS)


def test_the_observer_that_counts_spikes_is_almost_always_right(trials: Trials) -> None:
    """It is right in .9985 of 100,000 trials; noise misleads it where the majority is one of a click or two."""
    choices = observer(trials.inputs, np.random.default_rng(4))
    wrong = ~trials.right(choices)

    assert (~wrong).mean() == near(OBSERVER, 0.045, ROWS)
    assert wrong.any()
    assert (np.abs(trials.left.sum(axis=0) - 50)[wrong] <= 2).all()


def test_the_observer_hears_only_what_is_said_while_it_listens() -> None:
    """Spikes of the silence and of the answer do not count, and at equal counts it tosses a fair coin."""
    inputs = np.zeros((TICKS, 2000, CHANNELS), dtype=np.float32)
    inputs[LISTENING:, :, :PER_SIDE] = 1.0
    coins = observer(inputs, np.random.default_rng(5))
    inputs[0, :1000, 0] = inputs[99, 1000:, PER_SIDE] = 1.0
    heard = observer(inputs, np.random.default_rng(5))

    assert coins.mean() == near(0.5, 0.5, 2000)
    assert (heard == np.repeat([LEFT, RIGHT], 1000)).all()


def test_a_longer_trial_has_a_longer_silence() -> None:
    """The same clicks, noise to the end, and the question in the last second."""
    usual, longer = draw_trials(np.arange(50), 3), draw_trials(np.arange(50), 3, 1000)

    assert longer.inputs.shape == (1000, 50, CHANNELS)
    assert np.array_equal(usual.left, longer.left)
    assert longer.inputs[LISTENING:-ANSWER, :, :-1].mean() == pytest.approx(NOISE, rel=0.02)
    assert longer.inputs[:, :, -1].sum(0).tolist() == [ANSWER] * 50
