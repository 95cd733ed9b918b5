"""T-maze cues: the trials are what the task says, and its references stand where it says."""

from math import comb

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.learning.tasks.tmaze import (
    CHANCE,
    CHANNELS,
    CUE,
    CUES,
    DELAY,
    GAP,
    LEFT,
    LISTENING,
    OBSERVER,
    ONE_CUE,
    PER_GROUP,
    RECALL,
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


def _groups(trials: Trials) -> NDArray[np.float32]:
    """Return the inputs (group, ticks, rows, channels of the group)."""
    return np.moveaxis(trials.inputs.reshape(TICKS, ROWS, 4, PER_GROUP), 2, 0)


@pytest.mark.slow
def test_a_row_is_a_trial_of_two_seconds_and_a_quarter(trials: Trials) -> None:
    """225 ticks of 10 ms: seven times 50 and 100 ms, 1.05 s, 150 ms; inputs are spikes of 40 channels."""
    assert (TICKS, CUES, GAP, CUE, DELAY, RECALL, CHANNELS) == (225, 7, 5, 10, 105, 15, 40)
    assert trials.inputs.shape == (TICKS, ROWS, CHANNELS)
    assert trials.inputs.dtype == np.float32
    assert np.isin(trials.inputs, (0, 1)).all()
    assert trials.cues.shape == (CUES, ROWS)
    assert trials.labels.shape == (ROWS,)


@pytest.mark.slow
def test_cues_follow_one_of_two_probabilities(trials: Trials) -> None:
    """The number of cues on the right is distributed as half the trials at .3 and half at .7."""
    counts = np.bincount(trials.cues.sum(axis=0), minlength=CUES + 1) / ROWS
    expected = [sum(comb(7, k) * p**k * (1 - p) ** (7 - k) for p in (0.3, 0.7)) / 2 for k in range(CUES + 1)]

    for share, probability in zip(counts, expected, strict=True):
        assert share == near(probability, (probability * (1 - probability)) ** 0.5, ROWS)
    assert trials.cues.mean(axis=1) == near(0.5, 0.5, ROWS)


@pytest.mark.slow
def test_the_label_is_the_side_of_the_majority(trials: Trials) -> None:
    """Seven cues cannot tie."""
    assert (trials.labels == np.where(trials.cues.sum(axis=0) >= 4, RIGHT, LEFT)).all()
    assert trials.labels.mean() == near(0.5, 0.5, ROWS)


@pytest.mark.slow
def test_a_cue_is_heard_on_its_side_alone(trials: Trials) -> None:
    """Its ten channels spike at 40 Hz for 100 ms after a gap of 50 ms; the side is silent at all other times."""
    for side in (LEFT, RIGHT):
        heard = _groups(trials)[side]
        parts = heard[:LISTENING].reshape(CUES, GAP + CUE, ROWS, PER_GROUP)
        for number, cue in enumerate(trials.cues):
            during = parts[number, GAP:][:, cue == side]

            assert during.mean() == near(0.4, 0.24**0.5, during.size)
            assert not parts[number, GAP:][:, cue != side].any()
        assert not parts[:, :GAP].any()
        assert not heard[LISTENING:].any()


def test_recall_and_background(trials: Trials) -> None:
    """Recall spikes at 40 Hz in the last 150 ms and never before; the background spikes at 10 Hz always."""
    _, _, recall, background = _groups(trials)

    assert not recall[:-RECALL].any()
    assert recall[-RECALL:].mean(axis=1) == near(0.4, 0.24**0.5, ROWS)
    assert background.mean() == near(0.1, 0.3, background.size)
    assert background.mean(axis=1) == pytest.approx(0.1, abs=5 * 0.3 / ROWS**0.5)


def test_channels_spike_each_by_itself(trials: Trials) -> None:
    """The background's are independent of each other and of the tick before."""
    background = _groups(trials)[3][:, :1000]
    between = np.corrcoef(background.reshape(-1, PER_GROUP), rowvar=False)

    assert np.abs(between - np.eye(PER_GROUP)).max() < 0.012
    assert abs(np.corrcoef(background[1:].ravel(), background[:-1].ravel())[0, 1]) < 0.004


def test_a_blind_choice_is_right_half_the_time(trials: Trials) -> None:
    """Whether one tosses a coin or always turns to one side."""
    coins = np.random.default_rng(3).integers(2, size=ROWS)

    assert CHANCE == 0.5
    for choices in (coins, np.full(ROWS, LEFT), np.full(ROWS, RIGHT)):
        assert (trials.labels == choices).mean() == near(CHANCE, 0.5, ROWS)


def test_one_cue_is_not_enough(trials: Trials) -> None:
    """Whoever remembers but one of them is right in .727 of the trials, whichever it is."""
    chances = [comb(7, k) * 0.7**k * 0.3 ** (7 - k) * max(k, 7 - k) / 7 for k in range(CUES + 1)]

    assert pytest.approx(sum(chances), abs=0.0005) == ONE_CUE
    for cue in trials.cues:
        assert (trials.labels == cue).mean() == near(ONE_CUE, 0.45, ROWS)


def test_the_observer_that_counts_cues_is_always_right(trials: Trials) -> None:
    """Only a cue of 100 channels and ticks without a spike could mislead it."""
    assert (observer(trials.inputs) == trials.labels).mean() == OBSERVER


def test_the_observer_counts_every_cue_once() -> None:
    """Three loud cues on one side are outvoted by four quiet ones on the other."""
    inputs = np.zeros((TICKS, 1, CHANNELS), dtype=np.float32)
    for number in range(CUES):
        at = number * (GAP + CUE) + GAP
        if number < 3:
            inputs[at : at + CUE, 0, :PER_GROUP] = 1.0
        else:
            inputs[at, 0, PER_GROUP] = 1.0

    assert observer(inputs).tolist() == [RIGHT]
