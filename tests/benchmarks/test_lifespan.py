"""The census of lifespans: copy by copy, the living counted, rewards by the ticks that were lived."""

from dataclasses import replace

import numpy as np

from alife.core.world import Lives, Outcome
from benchmarks.lifespan import SEEDS, Census

NO_ROWS = np.empty(0, np.int64)


def _outcome(born: np.ndarray = NO_ROWS, died: np.ndarray = NO_ROWS, empty: np.ndarray = NO_ROWS) -> Outcome:
    alive = ~np.isin(np.arange(2 * SEEDS), empty)
    lives = Lives(alive, born, np.full(len(born), -1), died, np.zeros(len(died), np.int64))
    outcome = Outcome.at_reset(np.zeros((2 * SEEDS, 1), np.float32), lives)
    return replace(outcome, rewards=alive.astype(np.float64))


def test_lifespans_are_counted_by_copy() -> None:
    """Row 2 dies at 5 and 9, its neighbour lives on: the median of copy 1 is the first age that half do not outlive."""
    census = Census(2, 20)
    for tick in range(1, 21):
        died = np.array([2]) if tick in (5, 9) else NO_ROWS
        census.count_tick(tick, _outcome(np.array([2]) if tick in (6, 10) else NO_ROWS, died))
    medians = census.medians()

    assert medians[1] == 5.0  # of lives of 5 and 3 that are over, and of 10 and 20 that go on
    assert np.isinf(np.delete(medians, 1)).all()


def test_rewards_are_by_the_ticks_that_were_lived() -> None:
    """One a tick is 100 in 100 ticks, whichever rows are empty; where none is alive it is 0."""
    census = Census(2, 20)
    for tick in range(1, 21):
        census.count_tick(tick, _outcome(empty=np.array([0, 4, 5])))

    assert census.rewards().tolist() == [100.0, 100.0, 0.0] + [100.0] * (SEEDS - 3)
