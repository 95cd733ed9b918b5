"""Random numbers of the tasks: they are keyed by seed and number, so that arms meet the same episodes."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from benchmarks.learning.tasks import binding, hidden_xor, memory_chain, poisson_clicks, tmaze

ROWS = 50
TASKS = {  # how they are drawn, and in which axis of what is drawn rows are
    "binding": (binding.draw_episodes, {"inputs": 2, "states": 1, "answers": 1}),
    "hidden_xor": (hidden_xor.draw_episodes, {"inputs": 2, "bits": 1, "answers": 1}),
    "memory_chain": (partial(memory_chain.draw_episodes, length=8), {"inputs": 2, "bits": 0}),
    "poisson_clicks": (poisson_clicks.draw_trials, {"inputs": 1, "left": 1, "probabilities": 0}),
    "tmaze": (tmaze.draw_trials, {"inputs": 1, "cues": 1, "labels": 0}),
}


def _row(episodes: Any, name: str, axis: int, row: int) -> np.ndarray[Any, Any]:
    return np.take(getattr(episodes, name), row, axis)


@pytest.mark.parametrize("task", TASKS)
def test_an_episode_depends_on_its_seed_and_number_alone(task: str) -> None:
    """Episode 3 of seed 7 is the same alone, among others and beside other seeds; no other is like it."""
    draw, axes = TASKS[task]
    episodes, others = draw(np.arange(ROWS), 3), draw(7, np.arange(10, 10 + ROWS))
    for again, row in (
        (draw(7, 3), 0),
        (draw(7, [9, 3]), 1),
        (draw([3, 0, 7], 3), 2),
        (draw([2, 7], [7, 3]), 1),
    ):
        for name, axis in axes.items():
            assert np.array_equal(_row(again, name, axis, row), _row(episodes, name, axis, 7))
    if task != "memory_chain":  # of which there are two
        together = [_row(drawn, "inputs", axes["inputs"], row) for drawn in (episodes, others) for row in range(ROWS)]
        assert len({inputs.tobytes() for inputs in together}) == 2 * ROWS
