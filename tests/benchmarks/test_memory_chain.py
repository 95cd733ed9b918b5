"""Memory chain: the episodes are what the task says, and the ladder counts what it says."""

from dataclasses import dataclass

import numpy as np
import pytest

from benchmarks.learning.arms import Arm, arm
from benchmarks.learning.course import Course
from benchmarks.learning.ladder import LadderTask
from benchmarks.learning.tasks.all import TASKS
from benchmarks.learning.tasks.memory_chain import CHANCE, CHANNELS, LENGTHS, draw_episodes

ROWS = 2000


@pytest.mark.parametrize("length", LENGTHS[:7])
def test_the_bit_is_there_at_the_first_step_and_never_again(length: int) -> None:
    """n + 1 steps; the time left falls to 0, the question comes at the last; either bit as often."""
    chains = draw_episodes(np.arange(ROWS), 3, length)
    shown = chains.inputs[:, 0]

    assert chains.inputs.shape == (length + 1, 1, ROWS, CHANNELS)
    assert shown[:, 0, 0] == pytest.approx(1.0 - np.arange(length + 1) / length, abs=1e-6)
    assert shown[:, 0, 1].tolist() == [0.0] * length + [1.0]
    assert np.array_equal(shown[0, :, 2:].argmax(1), chains.bits)
    assert not shown[1:, :, 2:].any()
    assert chains.bits.mean() == pytest.approx(CHANCE, abs=4 * 0.5 / ROWS**0.5)


def test_only_the_last_answer_counts() -> None:
    """Whatever is said before."""
    chains = draw_episodes([4, 5], [7, 8], 8)
    answers = np.tile(1 - chains.bits, (9, 1))
    assert not chains.reward(answers).any()
    answers[-1] = chains.bits
    assert chains.reward(answers).all()


@dataclass(frozen=True)
class _Known:
    """A task whose score at a length is known: of three seeds, how far each gets."""

    length: int

    def run(self, _arm: Arm, _seeds: range, _share: float) -> Course:
        scores = np.where(np.array([8, 2, 4]) >= self.length, 1.0, 0.5)
        return Course(scores, np.array([1]), scores[:, None], np.zeros(3), 10, 10, self.length)


def test_a_ladder_counts_the_longest_length_below_which_all_are_solved() -> None:
    """Nothing is tried beyond what nobody solves."""
    task = LadderTask(_Known, (2, 4, 8, 16, 32), 0.9, 0.5, {}, (), {})  # type: ignore[arg-type]
    course = task.run(arm("ring"), range(3))

    assert course.scores.tolist() == [8, 2, 4]
    assert np.isfinite(course.curves).any(0).tolist() == [True, True, True, True, False]
    assert course.curves[:, 1].tolist() == [1.0, 0.5, 1.0]
    assert course.decisions == 40


@pytest.mark.slow
def test_a_bit_can_be_kept_for_four_steps() -> None:
    """By the default rule, in a few hundred episodes."""
    course = TASKS["memory_chain"].task(4).run(arm("ring").with_options(learning_rate=0.002), range(4), 0.4)

    assert course.scores.min() > 0.9
