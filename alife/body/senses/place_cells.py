"""Place cells: where in its arena the creature is."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.body.sense import Sense, Surroundings
from alife.core.channel import Channel
from alife.core.types import Positive

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

    extent: Positive = 2.0
    spacing: Positive = 0.08
    width: Positive = 0.16
    round: bool = True

    def observation_size(self, roles: int) -> int:
        """Return the number of cells, however many roles there are."""
        return len(self._cells()[0])

    def fill_observation(self, surroundings: Surroundings, out: NDArray[np.float32]) -> None:
        """Write (rows, cells) values in [0, 1].

        Raises:
            WorldError: the world does not say where creatures are.
        """
        if surroundings.positions is None:
            raise self.missing_error("positions of creatures")
        columns, lines = self._cells()
        away = surroundings.positions[..., None] - self._places()  # (rows, 2, places)
        bumps = np.exp(away * away / (-2.0 * self.width**2))
        np.multiply(bumps[:, 0, columns], bumps[:, 1, lines], out=out, casting="same_kind")

    def centres(self) -> NDArray[np.float64]:
        """Return the preferred place of each cell, (cells, 2)."""
        (columns, lines), places = self._cells(), self._places()
        return np.stack([places[columns], places[lines]], axis=1)

    def _places(self) -> NDArray[np.float64]:
        """Return the places of the grid along x, which are those along y."""
        half = int(0.5 * self.extent / self.spacing + _EDGE)
        return 0.5 * self.extent + self.spacing * np.arange(-half, half + 1, dtype=np.float64)

    def _cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the column and the line of each cell."""
        half = 0.5 * self.extent / self.spacing + _EDGE
        indices = np.arange(-int(half), int(half) + 1)
        squares = indices * indices + (indices * indices)[:, None]
        lines, columns = np.nonzero((squares <= half * half) | (not self.round))
        return columns, lines

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the cells, named by their places."""
        return tuple(Channel(f"near {x:.4g}, {y:.4g}") for x, y in self.centres())
