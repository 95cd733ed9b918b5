"""An image shows its pixels, in any layout of channels, and zero in the middle where there are both signs."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from matplotlib.figure import Figure

from alife.plot import render_image
from alife.plot.render_image import colour_scale

COLOURS = np.random.default_rng(0).random((4, 5, 3))


def _shown(figure: Figure) -> np.ma.MaskedArray:
    (image,) = figure.axes[0].images
    shown = image.get_array()
    assert shown is not None
    return np.ma.asarray(shown)


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 1), (1, 4, 5)])
@pytest.mark.parametrize("make", [np.asarray, torch.from_numpy])
def test_one_channel_has_a_colour_bar(shape: tuple[int, ...], make: object) -> None:
    """One channel is read wherever its axis is, and has a bar that says what the values are."""
    values = np.arange(20.0)
    figure = render_image(make(values.reshape(shape)), label="membrane")  # type: ignore[operator]

    np.testing.assert_array_equal(values.reshape(4, 5), _shown(figure))
    assert [ax.get_ylabel() for ax in figure.axes] == ["row (pixel)", "membrane"]


@pytest.mark.parametrize("image", [COLOURS, COLOURS.transpose(2, 0, 1), torch.from_numpy(COLOURS.transpose(2, 0, 1))])
def test_three_channels_are_colours(image: object) -> None:
    """Colours are drawn as they are, without a bar, channels last or first."""
    figure = render_image(image)  # type: ignore[arg-type]

    np.testing.assert_array_equal(COLOURS, _shown(figure))
    assert len(figure.axes) == 1


def test_an_ambiguous_shape_goes_by_its_kind() -> None:
    """Of (3, 5, 3) the last axis has the colours of an array, the first those of a tensor."""
    image = np.random.default_rng(0).random((3, 5, 3))

    np.testing.assert_array_equal(image, _shown(render_image(image)))
    np.testing.assert_array_equal(image.transpose(1, 2, 0), _shown(render_image(torch.from_numpy(image))))


def test_bytes_are_colours() -> None:
    """Integers of 0 to 255 are the bytes of an image, of whatever width."""
    image = np.arange(60).reshape(4, 5, 3)

    np.testing.assert_array_equal(image, _shown(render_image(image)))
    assert _shown(render_image(torch.from_numpy(image).to(torch.uint8).permute(2, 0, 1))).dtype == np.uint8


@pytest.mark.slow
@given(arrays(float, st.integers(1, 20), elements=st.floats(-1e6, 1e6)))
def test_zero_is_the_middle_of_both_signs(values: np.ndarray) -> None:
    """With both signs the range is as wide below zero as above; otherwise it is from the least to the greatest."""
    colours, norm = colour_scale(values)
    low, high = values.min(), values.max()
    assert norm.vmin is not None
    assert norm.vmax is not None

    assert norm.vmin < norm.vmax
    if low < 0.0 < high:
        assert (colours.name, norm.vmin) == ("RdBu_r", -norm.vmax)
        assert norm.vmax == max(-low, high)
    else:
        assert (colours.name, norm.vmin) == ("viridis", low)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (0.0, (1, 1)),
        (7.0, (3, 4)),
        (-1e30, (1, 1)),
        (float("nan"), (1, 1)),
        (float("nan"), (3, 4)),
        (float("inf"), (1, 1)),
    ],
)
def test_a_constant_image_is_saved(value: float, shape: tuple[int, int]) -> None:
    """One value everywhere, or none that is finite, leaves a picture."""
    render_image(np.full(shape, value)).savefig(io.BytesIO(), format="png")


def test_what_is_not_finite_is_masked() -> None:
    """A NaN or an infinity has the grey of what is not there, and does not stretch the colours."""
    figure = render_image([[1.0, np.nan], [np.inf, 2.0]])

    np.testing.assert_array_equal([[False, True], [True, False]], _shown(figure).mask | ~np.isfinite(_shown(figure)))
    assert figure.axes[0].images[0].get_clim() == (1.0, 2.0)


def test_truth_is_an_image() -> None:
    """A mask is drawn as zeros and ones."""
    np.testing.assert_array_equal([[0.0, 1.0]], _shown(render_image([[False, True]])))


@pytest.mark.parametrize("shape", [(3,), (), (2, 4, 5), (4, 5, 4), (2, 3, 4, 3)])
def test_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    """What has no reading as an image is refused, with the shapes that have."""
    with pytest.raises(ValueError, match=r"\(height, width\), \(height, width, 3\)"):
        render_image(np.zeros(shape))


def test_an_empty_image_is_refused() -> None:
    """Without a pixel there is no image."""
    with pytest.raises(ValueError, match=r"empty.*\(0, 4\)"):
        render_image(np.zeros((0, 4)))


@pytest.mark.parametrize("wrong", [255.0 * COLOURS, COLOURS - 1.0, np.full((2, 2, 3), np.nan), np.full((2, 2, 3), 256)])
def test_colours_out_of_range_are_refused(wrong: np.ndarray) -> None:
    """Bytes given as floats would all be white; the message says which range is right."""
    with pytest.raises(ValueError, match=r"0 to 255.*0 to 1"):
        render_image(wrong)
