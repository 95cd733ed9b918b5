"""What was learned under one meaning of the world is put away when it turns, and taken up when it turns back."""

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Discrete
from numpy.typing import NDArray

from agents.recall import Recall
from alife.config.simulation_config import parse_config
from alife.sim.build import build_simulation

ROWS, TRIED = 4, 4000
SEASON, SOON, SEASONS = 5000, 1000, 4  # the first two in ticks


def _learned() -> list[NDArray[Any]]:
    return [np.arange(ROWS * 6.0).reshape(ROWS, 2, 3), np.arange(ROWS * 1.0)[:, None]]


def _is_back(array: NDArray[Any], value: float, row: int) -> bool:
    return bool((array[row] == value).all())


def test_what_is_known_and_what_was_put_away_change_places() -> None:
    """In rows in which reward fell behind, and that have decided something; not again until the other was tried."""
    learned, rows = _learned(), np.arange(ROWS)
    recall, before = Recall(learned), [each.copy() for each in learned]
    behind, fresh = np.array([0.6, 0.4, 1.0, 1.0]), np.array([False, False, True, False])
    present = np.array([0, 1, 2])
    turned = [recall.update(present, behind, fresh).tolist() for _ in range(TRIED + 1)]

    assert turned == [[]] * TRIED + [[0]]
    for each, was in zip(learned, before, strict=True):
        np.testing.assert_array_equal(each, was)  # nothing had been put away
        each[...] = -1.0
    turned = [recall.update(rows, behind, np.zeros(ROWS, bool)).tolist() for _ in range(TRIED + 1)]

    assert [rows for rows in turned if rows] == [[2], [0, 3]]
    for each, was in zip(learned, before, strict=True):
        np.testing.assert_array_equal(each[0], was[0])
        assert all(_is_back(each, -1.0, row) for row in (1, 2, 3))
    for _ in range(TRIED + 1):
        recall.update(np.array([0]), behind, fresh)
    assert all(_is_back(each, -1.0, 0) for each in learned)


def test_a_newborn_has_put_nothing_away() -> None:
    """What another creature of its row had put away stays its own."""
    learned = _learned()
    recall, rows = Recall(learned), np.arange(ROWS)
    for _ in range(TRIED + 1):
        recall.update(rows, np.ones(ROWS), np.zeros(ROWS, bool))
    recall.begin_lives(np.array([1]))
    for each in learned:
        each[...] = 7.0
    for _ in range(TRIED + 1):
        recall.update(rows, np.ones(ROWS), np.zeros(ROWS, bool))

    assert all(_is_back(each, 7.0, 1) for each in learned)
    assert not any(_is_back(each, 7.0, 0) for each in learned)


class Turning(gymnasium.Env[Any, Any]):
    """One of two signs is shown; to name it earns 1 and to name the other costs 1, in every other season vice versa."""

    observation_space, action_space = Discrete(2), Discrete(2)

    def __init__(self) -> None:
        self._steps = self._shown = 0

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Show a sign."""
        super().reset(seed=seed)
        return self._show(), {}

    def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
        """Pay for what was named, and show another."""
        right = (action == self._shown) != (self._steps // SEASON % 2 == 1)
        self._steps += 1
        return self._show(), 1.0 if right else -1.0, False, False, {}

    def _show(self) -> int:
        self._shown = int(self.np_random.integers(2))
        return self._shown


@pytest.mark.slow
def test_in_a_world_that_turns_back_what_was_learned_is_found_again() -> None:
    """After its first turn a world is learned anew; after the others nearly all is right as soon as it is noticed."""
    learning = {"kind": "ring", "discount": 0.5, "entropy": 0.1, "learning_rate": 0.01, "recall": True}
    creatures = {"learners": {"brain": {"layers": [{"kind": "lif", "size": 16}]}, "learning": learning}}
    world = {"kind": "tests.agents.test_recall:Turning", "copies": 2}
    ticks = SEASON * (SEASONS - 1) + SOON
    simulation = build_simulation(parse_config({"world": world, "creatures": creatures, "ticks": ticks}, "turns"))
    earned = np.zeros((SEASONS, 2))
    while simulation.tick < ticks:
        simulation.run_tick()
        season, since = divmod(simulation.tick - 1, SEASON)
        if since < SOON:
            earned[season] += simulation.outcome("learners").rewards / SOON

    assert earned[1].max() < 0.0
    assert earned[2:].min() > 0.5
