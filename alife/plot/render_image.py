"""Arrays as images: an observation, a weight matrix, a map."""

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from alife.plot.arrays import Floats, is_tensor, real_numbers
from alife.plot.style import axes_of, finish, new_figure, number_whole


def render_image(
    image: ArrayLike,
    ax: Axes | None = None,
    *,
    title: str = "",
    xlabel: str = "column (pixel)",
    ylabel: str = "row (pixel)",
    label: str = "value",
) -> Figure:
    """Draw an image, its first row on top, and return the figure.

    One channel has a colour bar: white is zero where there are values of both signs, blue below and red above.
    What is not finite is grey.

    Args:
        image: one channel (height, width), (height, width, 1) or (1, height, width), or red, green and blue:
            (height, width, 3) or (3, height, width). Where a shape can be read in both ways, channels come
            last in an array and first in a torch tensor. Colours are integers of 0 to 255 or floats of 0 to 1.
        ax: to draw into; made when omitted.
        title: above the picture.
        xlabel: what the columns are.
        ylabel: what the rows are.
        label: what the values of one channel are, with their unit.

    Raises:
        ValueError: the shape is not one of these, the image is empty, or a colour is out of its range.
    """
    pixels = _pixels(image)
    if ax is None:
        figure = new_figure()
        figure.set_layout_engine("compressed")  # keeps the colour bar at an image that is narrow or flat
        ax = figure.add_subplot()
    ax = axes_of(ax)
    if pixels.ndim == 3:
        ax.imshow(_colours(pixels), interpolation="nearest")
    else:
        draw_values(ax, pixels.astype(np.float64), label)
    number_whole(ax.xaxis, ax.yaxis)
    return finish(ax, title, xlabel, ylabel)


def draw_values(
    ax: Axes, values: Floats, label: str, *, first_column: int = 0, aspect: str = "equal", origin: str = "upper"
) -> None:
    """Draw values (height, width) with a colour bar; columns are numbered from the first."""
    height, width = values.shape
    edges = (first_column - 0.5, first_column + width - 0.5)
    heights = (-0.5, height - 0.5) if origin == "lower" else (height - 0.5, -0.5)
    shown = np.where(np.isfinite(values), values, np.nan)
    colours, norm = colour_scale(values)
    drawn = ax.imshow(
        shown,
        cmap=colours,
        norm=norm,
        interpolation="nearest",
        aspect="equal" if aspect == "equal" else "auto",
        origin="lower" if origin == "lower" else "upper",
        extent=(*edges, *heights),
    )
    ax.figure.colorbar(drawn, ax=ax, label=label)


def colour_scale(values: Floats) -> tuple[Colormap, Normalize]:
    """Return a colour map and its range for values of any shape: centred on zero where there are both signs."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low < 0.0 < high:
        largest = max(-low, high)
        return colormaps["RdBu_r"].with_extremes(bad="0.75"), Normalize(-largest, largest)
    return colormaps["viridis"].with_extremes(bad="0.75"), Normalize(
        low, high if high > low else low + (abs(low) or 1.0)
    )


def _pixels(image: ArrayLike) -> NDArray[np.generic]:
    """Return (height, width) or (height, width, 3)."""
    pixels = real_numbers(image, "the image")
    if pixels.size == 0:
        raise ValueError(f"the image is empty, its shape is {pixels.shape}")
    if pixels.ndim == 2:
        return pixels
    if pixels.ndim == 3:
        axes = [axis for axis in (0, 2) if pixels.shape[axis] in (1, 3)]
        if axes:
            channel = axes[0] if is_tensor(image) else axes[-1]
            pixels = np.moveaxis(pixels, channel, 2)
            return pixels[:, :, 0] if pixels.shape[2] == 1 else pixels
    raise ValueError(
        f"an image has the shape (height, width), (height, width, 3) or (3, height, width), not {pixels.shape}"
    )


def _colours(pixels: NDArray[np.generic]) -> NDArray[np.generic]:
    whole = pixels.dtype.kind in "biu"
    top = 255 if whole and pixels.dtype.kind != "b" else 1
    if not (np.isfinite(pixels).all() and pixels.min() >= 0 and pixels.max() <= top):
        raise ValueError(
            "colours must be integers of 0 to 255 or floats of 0 to 1, "
            f"these are {pixels.dtype} of {pixels.min()} to {pixels.max()}"
        )
    return pixels.astype(np.uint8 if top == 255 else np.float64)
