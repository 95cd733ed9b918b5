"""Numbers behind a squashing function."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.nn import SLIF, PositiveLine, UnitInterval


@settings(deadline=None)
@given(st.floats(1e-6, 1.0 - 1e-6))
def test_a_value_of_the_unit_interval_reads_back(value: float) -> None:
    """A value between 0 and 1 comes back to 1e-6."""
    assert UnitInterval(value, ()).detached_value().item() == pytest.approx(value, abs=1e-6)


@settings(deadline=None)
@given(st.floats(1e-6, 1e6))
def test_a_positive_value_reads_back(value: float) -> None:
    """A value above 0 comes back to 1e-6, or to a millionth of itself where it is large."""
    assert PositiveLine(value, ()).detached_value().item() == pytest.approx(value, abs=1e-6, rel=1e-6)


@pytest.mark.parametrize("free", [-80.0, -1.0, 0.0, 1.0, 10.0])
def test_no_step_of_the_parameter_leaves_the_range(free: float) -> None:
    """Wherever the parameter goes, a decay stays within (0, 1) and a threshold above 0."""
    decay, threshold = UnitInterval(0.5, ()), PositiveLine(1.0, ())
    decay.parameter.fill_(free)
    threshold.parameter.fill_(free)

    assert 0.0 < decay.detached_value().item() < 1.0
    assert threshold.detached_value().item() > 0.0


def test_there_is_one_value_for_each_row() -> None:
    """The parameter and the value have one column for every row."""
    free = UnitInterval(0.5, (2, 3))

    assert free.parameter.shape == (2, 3, 1)
    assert torch.equal(torch.full((2, 3, 1), 0.5), free.detached_value())


def test_it_is_read_anew_only_when_it_changed() -> None:
    """The same tensor is given until the parameter is written to."""
    free = UnitInterval(0.5, (1,))
    first = free.detached_value()
    again = free.detached_value()
    free.parameter.add_(1.0)

    assert first is again
    assert torch.equal(torch.sigmoid(torch.ones(1, 1)), free.detached_value())


@pytest.mark.parametrize("far", [-1e30, -110.0, 110.0, 1e30])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_however_far_a_parameter_goes_layers_stay_finite(far: float, dtype: torch.dtype) -> None:
    """Decays stay between 0 and 1 and thresholds above 0, and neither outputs nor gradients leave the numbers."""
    for name in ("decay", "threshold", "synaptic_decay"):
        if name == "threshold" and far > 0.0:
            continue  # so high a threshold is one
        layer = SLIF(2, 3, learn=SLIF.learnable).to(dtype)
        with torch.no_grad():
            layer.get_parameter(f"free_{name}").fill_(far)
            layer.weight.fill_(0.3)
        outputs = [layer(torch.ones(2, dtype=dtype)) for _ in range(3)]
        found = [*outputs, layer.backward(torch.ones(3, dtype=dtype)), layer.mean_output(), layer.membrane]

        assert all((decay > 0.0).all() and (decay < 1.0).all() for decay in layer.decays)
        assert (layer.threshold > 0.0).all()
        assert all(each.isfinite().all() for each in found)
        assert all(each.grad.isfinite().all() for each in layer.parameters() if each.grad is not None)
