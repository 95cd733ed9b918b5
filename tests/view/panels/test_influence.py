from dataclasses import replace

import numpy as np
import pytest

from alife.core.frame import Motion
from alife.view.panels.brain.influence import influences
from tests.view.conftest import make_probe

_RATES = [np.array([1.0, 1.0, 0.5, 0.0])]


def test_what_moves_no_choice_has_no_influence():
    """A weight alike to all actions counts for nothing, nor does a silent neuron; the rest by weight and spikes."""
    weights = np.array([[5.0, 1.0, 2.0, 9.0], [5.0, -1.0, -2.0, -9.0]], np.float32)
    (shares,) = influences(make_probe(sizes=(4,), actions=2), [np.zeros((4, 3), np.float32), weights], _RATES)
    np.testing.assert_allclose(shares, [0.0, 0.5, 0.5, 0.0])
    motion = Motion(np.zeros(2, np.float32), np.ones(2, np.float32), np.zeros(2, np.float32))
    drawn = replace(make_probe(sizes=(4,), actions=2), decision=motion)
    assert influences(drawn, [np.zeros((4, 3), np.float32), weights], _RATES)[0][0] > 0.5


def test_a_lower_neuron_counts_by_whom_it_reaches():
    """It matters through the neurons above; what is no number counts as nothing."""
    middle = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    out = np.array([[3.0, np.nan], [-3.0, 0.5]], np.float32)
    rates = [np.ones(2), np.ones(2)]
    lower, upper = influences(make_probe(sizes=(2, 2), actions=2), [np.zeros((2, 1), np.float32), middle, out], rates)
    np.testing.assert_allclose(lower, upper)
    assert lower[0] == pytest.approx(6 / 6.5)
