"""Validation: what is checked for every intervention before the world or a population applies it."""

from collections.abc import Mapping

from alife.core.errors import ConfigError, InterventionError
from alife.core.intervention import Drop, Intervention, LetLearn, Reload, Set, Swap, from_plain, to_plain


def validate_intervention(intervention: Intervention, copies: int, rows: Mapping[str, int]) -> Intervention:
    """Validate an intervention and return it in plain numbers, as it will be written down.

    Args:
        intervention: to be applied.
        copies: how many arenas there are.
        rows: how many creatures of each species there are in all of them.

    Raises:
        InterventionError: it is none, or it is for a copy or a creature that does not exist.
    """
    try:
        intervention = from_plain(to_plain(intervention))
    except ConfigError as error:
        raise InterventionError(str(error)) from None
    match intervention:
        case Swap() | Reload() | Set():
            pass
        case Drop(copy):
            _check_within(copy, copies, "there is no copy", "copies")
        case _:
            if intervention.species not in rows:
                raise InterventionError(f"there is no species {intervention.species!r}; there are {', '.join(rows)}")
            _check_within(intervention.row, rows[intervention.species], f"{intervention.species} has no row", "rows")
    return intervention


def _check_within(number: int, count: int, lacking: str, many: str) -> None:
    if not 0 <= number < count:
        raise InterventionError(f"{lacking} {number}; the {many} are 0 to {count - 1}")


def event_value(intervention: Intervention) -> float:
    """Return what the record of an intervention has for its value: what RECORD says."""
    match intervention:
        case LetLearn(learns=learns):
            return float(learns)
        case Set(value=value):
            return value
        case Drop(copy):
            return float(copy)
    return 0.0
