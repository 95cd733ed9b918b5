"""Fault: what a brain or a world did wrong, to whom and when; some are borne, others end a run."""

from typing import NamedTuple

from alife.core.brain import Rows
from alife.core.errors import AlifeError


class RowFaults(NamedTuple):
    """What was wrong in some rows of a species at one tick, and was refused there."""

    kind: str
    """In a word: "reward", "TD error", "gradient", "observation", ..."""
    rows: Rows
    what: str
    """What was wrong in the first of the rows."""


class Fault(NamedTuple):
    """What was wrong with one creature, or with a world as a whole."""

    kind: str
    species: str | None
    row: int | None
    tick: int
    what: str


def fault_of(error: AlifeError, tick: int) -> Fault:
    """Return the fault that an error has brought, or one made of the error at a tick."""
    return error.fault or Fault(type(error).__name__, None, None, tick, str(error))
