"""Ladder: the same task longer and longer, for as long as it is solved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.learning.arms import Arm
from benchmarks.learning.course import Course
from benchmarks.learning.episodes import EpisodeTask


@dataclass(frozen=True)
class LadderTask:
    """Tasks of rising length, each learned anew by brains of its own.

    The score of a seed is the longest length that it solves, all shorter ones solved, too; 0 where it solves none. The
    curve is its score at each length, in the place of ticks; not a number where none was tried, for no seed had solved
    the one before.

    Args:
        task: a length to its task.
        lengths: rising.
        solved: from which score of a task on it counts as solved.
        chance: score of acting blindly.
        players: that of those who know the task, by name.
        arms: what is compared.
        learning: what every rule gets, unless an arm says otherwise.
    """

    task: Callable[[int], EpisodeTask]
    lengths: Sequence[int]
    solved: float
    chance: float
    players: Mapping[str, float]
    arms: Sequence[str]
    learning: Mapping[str, Any]
    unit = "longest length solved"
    short_unit = "longest length solved"
    curve_axes = ("length (decisions)", "reward of an episode")
    headline = ()

    def chooses_rate(self, arm: Arm) -> bool:
        """Return whether the arm has a learning rate to choose."""
        return arm.chooses_rate

    def run(self, arm: Arm, seeds: range, share: float = 1.0) -> Course:
        """Climb for as long as any seed does."""
        courses, score, climbing = list[Course](), np.zeros(len(seeds)), np.ones(len(seeds), bool)
        for length in self.lengths:
            courses.append(self.task(length).run(arm, seeds, share))
            climbing &= courses[-1].scores >= self.solved
            score[climbing] = length
            if not climbing.any():
                break
        curves = np.full((len(seeds), len(self.lengths)), np.nan)
        curves[:, : len(courses)] = np.stack([course.scores for course in courses], 1)
        return Course(
            scores=score,
            ticks=np.array(self.lengths),
            curves=curves,
            backward_shares=np.mean([course.backward_shares for course in courses], 0),
            decisions=sum(course.decisions for course in courses),
            critic_updates=sum(course.critic_updates for course in courses),
            learning_state_bytes=courses[-1].learning_state_bytes,
        )
