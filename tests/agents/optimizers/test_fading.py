"""Fading: a share of another optimizer's change, from all of it to nothing."""

import numpy as np
import pytest

from agents.optimizers.fading import Fading
from agents.optimizers.sgd import SGD

ROWS, INPUTS, OUT = 3, 4, 2
ONES = np.ones(ROWS)


def test_the_share_falls_in_a_straight_line_and_stays_at_nothing() -> None:
    """Along a gradient of ones at rate 1, with four events."""
    weight, seen = np.zeros((ROWS, INPUTS, OUT)), []
    state = Fading(4, SGD()).start(weight)
    for _ in range(6):
        before = weight.copy()
        state.update(np.arange(ROWS), weight, np.ones((ROWS, INPUTS, OUT)), ONES, ONES)
        change = weight - before
        seen.append(float(change[0, 0, 0]))

        assert (change == change[0, 0, 0]).all()
    assert seen == pytest.approx([1.0, 0.75, 0.5, 0.25, 0.0, 0.0])


def test_each_creature_counts_its_own_events() -> None:
    """One learns three times, one never, one once."""
    weight = np.zeros((ROWS, INPUTS, OUT))
    state = Fading(2, SGD()).start(weight)
    for rows in ([0], [0], [0, 2]):
        state.update(np.array(rows), weight, np.ones((len(rows), INPUTS, OUT)), ONES[: len(rows)], ONES)

    assert weight[:, 0, 0].tolist() == [1.5, 0.0, 1.0]
