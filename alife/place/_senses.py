"""Senses: what all creatures of a place sense, in slices of rows where there are threads."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from alife.body import Body, Surroundings
from alife.core.threads import Threads
from alife.core.world import Species
from alife.place._bodies import Bodies
from alife.place._nearby import Nearby
from alife.place._rows import Rows
from alife.place._search import Search

Sensed = dict[str, NDArray[np.float32]]
"""By species, (rows, width)."""

Energy = Mapping[str, NDArray[np.float64] | None]
"""By species, (rows,)."""


class Senses:
    """Looks around for every creature.

    Args:
        species: by name, a body and how many live in each copy.
        search: knows where everything is.
        bodies: of all creatures.
        walls: of the place.
        got: what each creature got at this tick, (copies, creatures, roles), never replaced.
        goals: from each creature to where it was rewarded last, (copies, creatures, 2), never replaced; None if nobody
            asks.
        threads: by which slices of rows are done.
    """

    def __init__(
        self,
        species: Species,
        search: Search,
        bodies: Bodies,
        walls: NDArray[np.float64],
        got: NDArray[np.float64],
        goals: NDArray[np.float64] | None,
        threads: Threads,
    ) -> None:
        arrays = [bodies.headings, bodies.spots, bodies.steps, bodies.turns, got, *([] if goals is None else [goals])]
        own = {name: [Rows(array, part) for array in arrays] for name, part in search.table.parts.items()}
        self._apart = [rows for each in own.values() for rows in each if not rows.shared]
        counts = {name: len(each[0].read()) for name, each in own.items()}
        self._threads, parts = threads, len(threads.split(sum(counts.values())))
        self._slices = [
            _Slice(species, search, own, walls, {name: _part(k, parts, rows) for name, rows in counts.items()})
            for k in range(parts)
        ]

    def sense(self, tick: int, energy: Energy) -> Sensed:
        """Return what is sensed at a tick, new arrays each time; `energy` is of the species that live on it."""
        for rows in self._apart:
            rows.read()
        if len(self._slices) == 1:
            return self._slices[0].sense(tick, energy)
        found: dict[int, Sensed] = {}
        self._threads.run(lambda k: found.update({k: self._slices[k].sense(tick, energy)}), range(len(self._slices)))
        return {name: np.concatenate([found[k][name] for k in range(len(found))]) for name in found[0]}


class _Slice:
    """Some rows of each species."""

    def __init__(
        self,
        species: Species,
        search: Search,
        own: Mapping[str, list[Rows]],
        walls: NDArray[np.float64],
        rows: dict[str, slice],
    ) -> None:
        self._nearby, self._rows, table = Nearby(search, rows), rows, search.table
        near = self._nearby.look()
        self._looking: dict[str, tuple[Body, Surroundings, tuple[int, ...]]] = {}
        for name, (body, _) in species.items():
            headings, positions, steps, turns, got, *goals = (array.read()[rows[name]] for array in own[name])
            surroundings = Surroundings(
                near[name],
                headings,
                radii=table.radii,
                positions=positions,
                walls=walls,
                steps=steps,
                turns=turns,
                contact=table.contact,
                got=got,
                goals=goals[0] if goals else None,
            )
            self._looking[name] = body, surroundings, body.observation_sizes(len(table.roles))

    def sense(self, tick: int, energy: Energy) -> Sensed:
        """Return what is sensed in these rows."""
        near, sensed = self._nearby.look(), {}
        for name, (body, surroundings, sizes) in self._looking.items():
            surroundings.neighbours, surroundings.tick = near[name], tick
            if (shares := energy.get(name)) is not None:
                surroundings.energy = shares[self._rows[name]]
            sensed[name] = body.sense_surroundings(surroundings, sizes)
        return sensed


def _part(k: int, parts: int, rows: int) -> slice:
    return slice(rows * k // parts, rows * (k + 1) // parts)
