"""The sense `place_cells`."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from alife.body.senses.place_cells import PlaceCells
from alife.core.errors import WorldError
from tests.body.senses.around import surroundings

SQUARE = PlaceCells(2.0, 1.0, 0.5, round=False)  # nine cells, three by three


def _read(sense: PlaceCells, places: list[tuple[float, float]] | None, heading: float = 0.0) -> NDArray[np.float32]:
    rows = 1 if places is None else len(places)
    positions = None if places is None else np.array(places, float).reshape(-1, 2)
    out = np.full((rows, sense.observation_size(2)), np.nan, np.float32)
    nothing = surroundings(np.zeros((rows, 0, 2)), np.zeros(0, np.int64), np.full(rows, heading), positions=positions)
    sense.fill_observation(nothing, out)
    return out


def test_the_pool_has_about_as_many_cells_as_foster_s() -> None:
    """489 with the defaults; a grid of another spacing has as many as fit."""
    assert PlaceCells().observation_size(1) == 489
    assert PlaceCells(spacing=1.0).observation_size(3) == 5
    assert SQUARE.observation_size(0) == 9
    assert PlaceCells(spacing=9.0).observation_size(0) == 1


@pytest.mark.slow
@settings(deadline=None)
@given(st.floats(-1.0, 3.0), st.floats(-1.0, 3.0), st.floats(-9.0, 9.0))
def test_each_cell_is_a_bump_around_its_place(x: float, y: float, heading: float) -> None:
    """A Gaussian of the distance, row by row, x before y, whatever its heading."""
    expected = [math.exp(-((x - i) ** 2 + (y - j) ** 2) / (2 * 0.5**2)) for j in range(3) for i in range(3)]

    assert _read(SQUARE, [(x, y)], heading)[0] == pytest.approx(expected, abs=1e-6)


def test_in_its_place_a_cell_is_at_one_and_one_width_away_at_e_to_the_minus_half() -> None:
    """For the cell in the middle of the arena."""
    values = _read(PlaceCells(), [(1.0, 1.0), (1.16, 1.0)])[:, 489 // 2]

    assert values == pytest.approx([1.0, math.exp(-0.5)])


@pytest.mark.parametrize("sense", [SQUARE, PlaceCells()], ids=["square", "round"])
def test_a_quarter_turn_of_the_arena_only_renames_cells(sense: PlaceCells) -> None:
    """The grid is the same from all four sides."""
    for x, y in [(0.3, 0.9), (1.7, 1.1)]:
        plain, turned = (np.sort(_read(sense, [place])[0]) for place in ((x, y), (2.0 - y, x)))
        assert plain == pytest.approx(turned, abs=1e-6)


def test_round_arenas_have_no_cells_in_their_corners() -> None:
    """No cell lies beyond the rim, and the rim has some."""
    names = [channel.name.removeprefix("near ") for channel in PlaceCells(4.0, 0.5).channels(("food",))]
    far = [math.dist(map(float, name.split(", ")), (2.0, 2.0)) for name in names]

    assert max(far) == pytest.approx(2.0)


@pytest.mark.parametrize("spacing", [0.1, 0.2, 1 / 3, 0.025])
def test_rounding_takes_no_cell_from_the_rim(spacing: float) -> None:
    """A square arena that a whole number of spacings fits into has one cell more than that along each side."""
    assert PlaceCells(2.0, spacing, round=False).observation_size(0) == (round(2.0 / spacing) // 2 * 2 + 1) ** 2


def test_a_world_must_say_where_creatures_are() -> None:
    """In one sentence."""
    says = r"^the sense place_cells needs positions of creatures, and this world gives none$"
    with pytest.raises(WorldError, match=says):
        _read(SQUARE, None)


def test_channels_name_the_places() -> None:
    """In the order of the numbers."""
    assert [channel.name for channel in SQUARE.channels(())][:4] == ["near 0, 0", "near 1, 0", "near 2, 0", "near 0, 1"]


def test_a_cell_is_fullest_at_its_centre() -> None:
    """Each cell has its value 1 at the place that `centres` gives for it, and less than 1 at those of the others."""
    cells = PlaceCells(extent=4.0, spacing=1.0, width=0.7)
    centres = cells.centres()
    rows = len(centres)
    out = np.zeros((rows, rows), np.float32)
    nothing = np.zeros((rows, 0, 2))
    cells.fill_observation(surroundings(nothing, np.zeros(0, np.int64), np.zeros(rows), positions=centres), out)

    assert (out.diagonal() == 1.0).all()
    assert (out - np.eye(rows) < 1.0).all()
