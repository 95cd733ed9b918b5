"""Fading: a share of another step, from all of it to nothing."""

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from alife.learning.optimizers.fading import Fading
from alife.learning.optimizers.sgd import SGD

ROWS, OUT, INPUTS = 3, 2, 4
ERRORS: NDArray[np.float32] = np.ones(ROWS, np.float32)


def _changes(events: int, times: int) -> list[float]:
    """Return by how much a weight of row 0 grows at each of its events along a gradient of ones, at rate 1."""
    weight = torch.zeros(ROWS, OUT, INPUTS)
    state = Fading(events, SGD()).start(weight)
    seen = []
    for _ in range(times):
        before = weight.clone()
        state.apply_to(weight, slice(None), torch.ones(ROWS, OUT, INPUTS), ERRORS, 1.0)
        change = weight - before
        assert bool((change == change[0, 0, 0]).all())
        seen.append(float(change[0, 0, 0]))
    return seen


def test_the_share_falls_in_a_straight_line_and_stays_at_nothing() -> None:
    assert _changes(events=4, times=6) == pytest.approx([1.0, 0.75, 0.5, 0.25, 0.0, 0.0], abs=1e-7)


def test_each_creature_counts_its_own_events() -> None:
    weight = torch.zeros(ROWS, OUT, INPUTS)
    state = Fading(2, SGD()).start(weight)
    for rows in ([0], [0], [0, 2]):
        state.apply_to(weight, torch.tensor(rows), torch.ones(len(rows), OUT, INPUTS), ERRORS[: len(rows)], 1.0)
    assert weight[:, 0, 0].tolist() == [1.5, 0.0, 1.0]


def test_the_count_is_in_the_saved_state() -> None:
    weight = torch.zeros(ROWS, OUT, INPUTS)
    state, copy = Fading(5, SGD()).start(weight), Fading(5, SGD()).start(weight)
    state.apply_to(weight, slice(None), torch.ones(ROWS, OUT, INPUTS), ERRORS, 1.0)
    copy.load_state_dict(state.state_dict())
    one, other = weight.clone(), weight.clone()
    state.apply_to(one, slice(None), torch.ones(ROWS, OUT, INPUTS), ERRORS, 1.0)
    copy.apply_to(other, slice(None), torch.ones(ROWS, OUT, INPUTS), ERRORS, 1.0)
    assert torch.equal(one, other)
    assert float(one[0, 0, 0] - weight[0, 0, 0]) == pytest.approx(0.8)
