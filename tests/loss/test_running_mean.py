"""RunningMean against the weighted mean written out."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.loss._running_mean import RunningMean


@pytest.mark.slow
@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=20), st.floats(1e-9, 1.0 - 1e-9))
def test_it_is_the_weighted_mean(values: list[float], decay: float) -> None:
    """The k-th last counts d^k, and the weights add up to 1 from the first on."""
    mean = RunningMean(1, (decay, 0.5)).double()
    for value in values:
        mean.add_sample(torch.tensor([value], dtype=torch.float64))
    for k, d in enumerate((decay, 0.5)):
        weights = [d**age for age in reversed(range(len(values)))]
        expected = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)

        assert mean.means()[k, 0].item() == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_of_equals_the_mean_is_one_of_them() -> None:
    """After every number of equal values the mean is that value: its bias is corrected."""
    mean = RunningMean(2, (0.01, 0.9, 0.9999), rows=(3,))
    for _ in range(50):
        mean.add_sample(torch.full((3, 2), 0.7))

        torch.testing.assert_close(mean.means(), torch.full((3, 3, 2), 0.7))


def test_of_nothing_the_mean_is_zero() -> None:
    """Before anything came, and where it was forgotten."""
    mean = RunningMean(1, (0.9,), rows=(3,))

    assert mean.empty_rows().all()
    mean.add_sample(torch.ones(3, 1))
    mean.zero_states([1])

    assert mean.means().flatten().tolist() == [1.0, 0.0, 1.0]
    assert mean.empty_rows().tolist() == [False, True, False]
