"""Numbers of any kind become plain arrays, and what is no number is refused."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from alife.plot.arrays import floats, one_per_tick, real_numbers, series_columns


@pytest.mark.slow
@given(arrays(st.sampled_from(["f4", "f8", "i2", "i8", "u1", "?"]), array_shapes(min_dims=0, min_side=0)))
def test_arrays_and_tensors_are_the_same(array: np.ndarray) -> None:
    """A tensor of an array gives that array, shape and values."""
    np.testing.assert_array_equal(array.astype(float), floats(torch.from_numpy(np.array(array)), "it"))
    np.testing.assert_array_equal(array.astype(float), floats(array, "it"))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_every_float_of_torch_is_read(dtype: torch.dtype) -> None:
    """A kind of float that numpy lacks is read as well."""
    np.testing.assert_array_equal([0.5, 2.0], floats(torch.tensor([0.5, 2.0], dtype=dtype), "it"))


def test_a_list_of_tensors_is_stacked() -> None:
    """What a loop over ticks collects, a tensor at each, becomes one array, gradients or not."""
    ticks = [torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([3.0, 4.0])]

    np.testing.assert_array_equal([[1.0, 2.0], [3.0, 4.0]], floats(ticks, "it"))
    np.testing.assert_array_equal([1.0, 2.0], floats([torch.tensor(1.0), torch.tensor(2.0)], "it"))


def test_floats_are_a_copy() -> None:
    """Changing what comes out does not change what went in."""
    tensor = torch.zeros(3, dtype=torch.float64)
    floats(tensor, "it")[0] = 1.0

    assert tensor.sum() == 0.0


@pytest.mark.parametrize("wrong", ["abc", [None, 1.0], np.array([1j]), torch.tensor([1j]), {"a": 1}, ["a"]])
def test_what_is_no_real_number_is_refused(wrong: object) -> None:
    """Text, nothing and complex numbers have no place on an axis."""
    with pytest.raises(TypeError, match=r"^the things.*real numbers"):
        real_numbers(wrong, "the things")  # type: ignore[arg-type]


@pytest.mark.parametrize("ragged", [[[1.0], [1.0, 2.0]], [torch.zeros(1), torch.zeros(2)]])
def test_ragged_lists_are_refused(ragged: list[object]) -> None:
    """Ticks of different widths are no array, and the message says so."""
    with pytest.raises(ValueError, match=r"^spikes.*different lengths"):
        real_numbers(ragged, "spikes")  # type: ignore[arg-type]


def test_one_series_is_a_column() -> None:
    """A series alone is one column; no ticks are no rows."""
    assert series_columns(np.zeros(5), "it").shape == (5, 1)
    assert series_columns([], "it").shape == (0, 1)
    assert series_columns(np.zeros((0, 4)), "it").shape == (0, 4)


@pytest.mark.parametrize("shape", [(), (2, 3, 4)])
def test_another_number_of_axes_is_refused(shape: tuple[int, ...]) -> None:
    """A single number or a stack is no series over ticks."""
    with pytest.raises(ValueError, match=r"^it .*\(ticks,\) or \(ticks, n\)"):
        series_columns(np.zeros(shape), "it")
    with pytest.raises(ValueError, match=r"^it .*\(ticks,\)"):
        one_per_tick(np.zeros(shape), "it")
