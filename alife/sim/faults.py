"""Faults: what brains and worlds did wrong and a run has borne is counted, until it is too much."""

from collections.abc import Iterable

from alife.core.errors import AlifeError, NumericError, WorldError
from alife.core.fault import Fault, RowFaults
from alife.core.world import State


class FaultCount:
    """Counts the faults of a run by species, one for each creature at each tick.

    Args:
        species: their names.
        most: how many are borne.
    """

    def __init__(self, species: Iterable[str], most: int) -> None:
        self._most = most
        self.borne = dict.fromkeys(species, 0)
        self.clipped = dict.fromkeys(self.borne, 0)
        self._error: AlifeError | None = None

    def note_brain_faults(self, species: str, tick: int, found: list[RowFaults]) -> None:
        """Count what a species has refused at a tick, and clear it."""
        for each in sorted(found, key=lambda faults: int(faults.rows[0])):  # by slices of rows they come in any order
            self._note(NumericError, species, tick, each)
        found.clear()

    def note_world_faults(self, species: str, tick: int, found: RowFaults) -> None:
        """Count what a world gave a species at a tick that ended the episodes of some rows."""
        self._note(WorldError, species, tick, found)

    def _note(self, kind: type[AlifeError], species: str, tick: int, found: RowFaults) -> None:
        self.borne[species] += len(found.rows)
        if (so_far := sum(self.borne.values())) > self._most and self._error is None:
            fault = Fault(found.kind, species, int(found.rows[0]), tick, found.what)
            more = f"; with it there were {so_far:,} faults, and faults.most is {self._most:,}" if self._most else ""
            self._error = kind(f"{place_of(fault)}: {fault.what}{more}")
            self._error.fault = fault

    def end_run(self) -> None:
        """End the run, if there were too many faults at this tick.

        Raises:
            NumericError: the first fault beyond the most was a brain's.
            WorldError: it was the world's.
        """
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def state_dict(self) -> State:
        """Return the counts."""
        return {"borne": dict(self.borne), "clipped": dict(self.clipped)}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        for name in self.borne:
            self.borne[name], self.clipped[name] = int(state["borne"][name]), int(state["clipped"][name])
        self._error = None


def place_of(fault: Fault) -> str:
    """Return where a fault was, in words."""
    row = "" if fault.row is None else f", row {fault.row}"
    return f"tick {fault.tick}" if fault.species is None else f"species {fault.species}{row}, tick {fault.tick}"
