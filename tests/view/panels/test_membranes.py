"""The axis of membranes."""

import numpy as np
import pytest

from alife.view.panels.brain.membranes import Range


@pytest.mark.parametrize("scale", [1e-6, 0.01, 1.0, 1e6])
def test_the_axis_reaches_from_the_lowest_to_the_highest_value(scale):
    """In whatever unit; what is no number lies at its lower end, what lies beyond an end at that end."""
    axis = Range()
    axis.include_values(scale * np.array([-1.0, np.nan, 3.0]))

    assert axis.shares(scale * np.array([-1.0, 0.0, 1.0, 3.0, 9.0, np.nan])).tolist() == [0.0, 0.25, 0.5, 1.0, 1.0, 0.0]
    assert axis.share(scale * 2.0) == 0.75


def test_it_widens_at_once_and_narrows_slowly():
    """So that bars do not jump; zero and a mark are always in it."""
    axis = Range()
    axis.include_values(np.array([0.5, 2.0]), mark=4.0)
    assert (axis.low, axis.high) == (0.0, 4.0)
    axis.include_values(np.array([-1.0, 1.0]))
    assert axis.low == -1.0
    assert 3.5 < axis.high < 4.0
