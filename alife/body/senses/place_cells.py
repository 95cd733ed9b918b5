"""Place cells: where in its arena the creature is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.kernel import kernel
from alife.core.types import Length

_EDGE = 1e-9  # share of the spacing by which a cell may lie beyond the rim, so that rounding takes none away


@dataclass(frozen=True)
class PlaceCells(Sense):
    """Cells on a square grid over the arena, each with a preferred place, whatever the heading of the creature.

    The value of a cell is exp(-distance^2 / (2 width^2)) from its place. One cell is at the middle of the arena, the
    others `spacing` apart from there as far as the arena goes. They stand row by row, x before y. With its defaults, a
    pool 2 across with cells 0.16 wide, the grid has 489 cells; in the water maze of Foster, Morris and Dayan (2000),
    a pool of radius 1 m, there are 493 of width 0.16 m.

    Args:
        extent: of the arena, in world units; it goes from 0 to `extent` in x and in y.
        spacing: between neighbouring cells, in world units.
        width: of the bump of a cell, its standard deviation, in world units.
        round: whether the arena is the disc in that square; no cells are put into the corners then.
    """

    extent: Length = 2.0
    spacing: Length = 0.08
    width: Length = 0.16
    round: bool = True

    range = 0.0

    def observation_size(self, roles: int) -> int:
        """Return the number of cells, however many roles there are."""
        return len(_grid(self.extent, self.spacing, self.round)[0])

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, cells) values in [0, 1].

        Raises:
            WorldError: the world does not say where creatures are.
        """
        if surroundings.positions is None:
            raise self.missing_error("positions of creatures")
        columns, lines, places = _grid(self.extent, self.spacing, self.round)
        bumps = np.empty((2, len(places)))
        _fire(surroundings.positions, places, columns, lines, self.width, bumps, out)

    def centres(self) -> NDArray[np.float64]:
        """Return the preferred place of each cell, (cells, 2)."""
        columns, lines, places = _grid(self.extent, self.spacing, self.round)
        return np.stack([places[columns], places[lines]], axis=1)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the cells, named by their places."""
        return tuple(Channel(f"near {x:.4g}, {y:.4g}") for x, y in self.centres())


@cache
def _grid(
    extent: float, spacing: float, within_disc: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return the column and the line of each cell, and the places of the grid along x, which are those along y."""
    half = 0.5 * extent / spacing + _EDGE
    indices = np.arange(-int(half), int(half) + 1)
    squares = indices * indices + (indices * indices)[:, None]
    lines, columns = np.nonzero((squares <= half * half) | (not within_disc))
    return columns, lines, 0.5 * extent + spacing * indices.astype(np.float64)


@kernel
def _fire(
    positions: NDArray[np.float64],
    places: NDArray[np.float64],
    columns: NDArray[np.int64],
    lines: NDArray[np.int64],
    width: float,
    bumps: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """out = exp(-dx^2 / (2 width^2)) exp(-dy^2 / (2 width^2)), the factors kept in bumps (2, places)."""
    for r in range(positions.shape[0]):
        for axis in range(2):
            for p in range(places.size):
                away = positions[r, axis] - places[p]
                bumps[axis, p] = math.exp(away * away / (-2.0 * width * width))
        for k in range(columns.size):
            out[r, k] = bumps[0, columns[k]] * bumps[1, lines[k]]
