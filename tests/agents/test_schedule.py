"""How steps shrink over a life, and grow again when reward falls behind its past."""

import numpy as np
import pytest
from numpy.typing import NDArray

from agents.schedule import Schedule

RATE, ENTROPY, SETTLE, RESTLESS, FORGET = 0.003, 0.02, 500.0, 4.0, 0.01
SURE = 3.0  # standard errors


def _schedule(rows: int, settle: float = SETTLE) -> Schedule:
    return Schedule(rows, RATE, ENTROPY, settle, RESTLESS, FORGET, np.float64)


def _live(schedule: Schedule, rewards: NDArray[np.float64], learned: NDArray[np.bool_]) -> None:
    rows = np.arange(rewards.shape[1])
    for reward, learns in zip(rewards, learned, strict=True):
        schedule.update(rows, reward, learns)


def test_steps_shrink_with_the_square_root_of_how_many_there_were() -> None:
    """Each row has its own count; where nothing is to settle, a step stays what it was."""
    learned = np.zeros((1500, 2), bool)
    learned[:, 1] = True
    steady, settling = _schedule(2, 0.0), _schedule(2)
    for schedule in (steady, settling):
        _live(schedule, np.ones((1500, 2)), learned)

    assert settling.learning_rate.tolist() == [RATE, pytest.approx(RATE / 2.0)]
    assert steady.learning_rate.tolist() == [RATE, RATE]


def test_reward_behind_its_past_makes_restless_and_forgets_the_steps_taken() -> None:
    """The means are those of the equations; while reward is what it was, or more, nothing happens."""
    random = np.random.default_rng(0)
    rewards = random.normal(1.0, 0.1, (6000, 1))
    rewards[4000:] = random.normal(-0.5, 0.1, (2000, 1))
    learned = random.random((6000, 1)) < 0.1
    schedule, fast, slow, square, steps = _schedule(1), 0.0, 0.0, 0.0, 0.0
    for t in range(1, 6001):
        schedule.update(np.array([0]), rewards[t - 1], learned[t - 1])
        fast += max(1 / 200, 1 / t) * (rewards[t - 1, 0] - fast)
        slow += max(1 / 5000, 1 / t) * (rewards[t - 1, 0] - slow)
        square += max(1 / 5000, 1 / t) * (rewards[t - 1, 0] ** 2 - square)
        sure = max(abs(slow), SURE * np.sqrt(square / 400))
        behind = min(max(2.0 * (slow - fast) / sure - 1.0, 0.0), 1.0) if t > 2000 else 0.0
        steps = steps * (1.0 - FORGET * behind) + learned[t - 1, 0]
        if t in (1000, 4000, 4500, 6000):
            assert schedule.entropy[0] == pytest.approx(ENTROPY * (1.0 + RESTLESS * behind))
            assert schedule.learning_rate[0] == pytest.approx(RATE * (1.0 + behind) / np.sqrt(1.0 + steps / SETTLE))
    assert schedule.entropy[0] == ENTROPY * (1.0 + RESTLESS)
    assert schedule.learning_rate[0] > 1.8 * RATE


def test_steps_that_stay_do_so_whatever_reward_does() -> None:
    """Where nothing settles, reward that is gone makes restless alone."""
    rewards, schedule = np.ones((4000, 1)), _schedule(1, 0.0)
    rewards[3000:] = 0.0
    _live(schedule, rewards, np.ones((4000, 1), bool))

    assert schedule.entropy[0] > ENTROPY * (1.0 + 0.9 * RESTLESS)
    assert schedule.learning_rate[0] == RATE


@pytest.mark.parametrize("gap", [25, 100, 250])
def test_chance_and_one_great_reward_make_nobody_restless(gap: int) -> None:
    """One reward in so many ticks, by chance, now and then a pause; and in the last row one of a million besides."""
    rows, ticks = 50, 20_000
    rewards = (np.random.default_rng(gap).random((ticks, rows)) < 1.0 / gap).astype(float)
    rewards[5000, -1] = 1e6
    schedule, entropy = _schedule(rows), np.zeros(rows)
    for t in range(ticks):
        schedule.update(np.arange(rows), rewards[t], np.zeros(rows, bool))
        entropy += schedule.entropy

    behind = (entropy / ticks / ENTROPY - 1.0) / RESTLESS
    assert behind.mean() < 0.005
    assert behind[-1] < 0.05


def test_a_newborn_has_no_past() -> None:
    """A row that begins a life goes on as one that never lived; the others keep their past."""
    learned = np.ones((3000, 2), bool)
    schedule = _schedule(2)
    _live(schedule, np.ones((3000, 2)), learned)
    schedule.begin_lives(np.array([1]))

    assert schedule.learning_rate.tolist() == [pytest.approx(RATE / np.sqrt(7.0)), RATE]
    past = (schedule.ticks, schedule.steps, schedule.fast, schedule.slow, schedule.square)
    assert [array[1] for array in past] == [0.0] * 5
