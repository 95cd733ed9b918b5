"""The look all pictures share."""

import pytest
from matplotlib.figure import Figure

from alife.plot import line_graph
from alife.plot.style import COLOURS, DASHES, colour, dash, marker


def test_many_series_differ_in_colour_or_dashes() -> None:
    """No two of the first 28 series look the same."""
    looks = {(colour(k), dash(k)) for k in range(28)}

    assert len(looks) == len(COLOURS) * len(DASHES) == 28


def test_series_differ_without_colours() -> None:
    """Neighbours have other dashes, and with markers no two of the first 28 look the same."""
    assert all(dash(k) != dash(k + 1) for k in range(28))
    assert len({(dash(k), marker(k)) for k in range(28)}) == 28


@pytest.mark.parametrize(("layout", "outside"), [("constrained", True), (None, False)])
def test_the_legend_stays_in_the_figure(layout: str | None, outside: bool) -> None:
    """The legend stands beside the lines where the layout makes room for it, otherwise among them."""
    figure = Figure(layout=layout)
    ax = figure.add_subplot()
    line_graph({"a": [1.0, 2.0], "b": [2.0, 1.0]}, ax)
    figure.draw_without_rendering()
    legend = ax.get_legend()
    assert legend is not None
    box = legend.get_window_extent()

    assert bool(box.x0 >= ax.get_window_extent().x1) is outside
    assert box.x1 <= figure.bbox.x1


@pytest.mark.slow
def test_a_long_legend_has_columns() -> None:
    """Forty names stand in three columns, within the height of the picture."""
    figure = line_graph({f"series {k}": [0.0, 1.0] for k in range(40)})
    figure.draw_without_rendering()
    legend = figure.axes[0].get_legend()
    assert legend is not None

    assert legend.get_window_extent().y0 >= 0.0
