"""Numbers behind a squashing function."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.nn.free import PositiveLine, UnitInterval


@settings(deadline=None)
@given(st.floats(1e-6, 1.0 - 1e-6))
def test_a_value_of_the_unit_interval_reads_back(value: float) -> None:
    """A value between 0 and 1 comes back to 1e-6."""
    assert UnitInterval(value, ()).read().item() == pytest.approx(value, abs=1e-6)


@settings(deadline=None)
@given(st.floats(1e-6, 1e6))
def test_a_positive_value_reads_back(value: float) -> None:
    """A value above 0 comes back to 1e-6, or to a millionth of itself where it is large."""
    assert PositiveLine(value, ()).read().item() == pytest.approx(value, abs=1e-6, rel=1e-6)


@pytest.mark.parametrize("free", [-80.0, -1.0, 0.0, 1.0, 10.0])
def test_no_step_of_the_parameter_leaves_the_range(free: float) -> None:
    """Wherever the parameter goes, a decay stays within (0, 1) and a threshold above 0."""
    decay, threshold = UnitInterval(0.5, ()), PositiveLine(1.0, ())
    decay.parameter.fill_(free)
    threshold.parameter.fill_(free)

    assert 0.0 < decay.read().item() < 1.0
    assert threshold.read().item() > 0.0


def test_there_is_one_value_for_each_row() -> None:
    """The parameter and the value have one column for every row."""
    free = UnitInterval(0.5, (2, 3))

    assert free.parameter.shape == (2, 3, 1)
    assert torch.equal(torch.full((2, 3, 1), 0.5), free.read())


def test_it_is_read_anew_only_when_it_changed() -> None:
    """The same tensor is given until the parameter is written to."""
    free = UnitInterval(0.5, (1,))
    first = free.read()
    again = free.read()
    free.parameter.add_(1.0)

    assert first is again
    assert torch.equal(torch.sigmoid(torch.ones(1, 1)), free.read())
