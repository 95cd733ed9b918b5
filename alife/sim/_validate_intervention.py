"""Laying a hand on: what is checked for every hand before the world or a brain is asked."""

from collections.abc import Mapping

from alife.core.errors import ConfigError, HandError
from alife.core.intervention import Drop, Hand, LetLearn, Reload, Swap, from_plain, to_plain


def checked(hand: Hand, copies: int, rows: Mapping[str, int]) -> Hand:
    """Return a hand as it will be written down, in plain numbers.

    Args:
        hand: to be laid on.
        copies: how many arenas there are.
        rows: how many creatures of each species there are in all of them.

    Raises:
        HandError: it is none, or it is for a copy or a creature that is not there.
    """
    try:
        hand = from_plain(to_plain(hand))
    except ConfigError as error:
        raise HandError(str(error)) from None
    match hand:
        case Swap() | Reload():
            pass
        case Drop(copy):
            _check_within(copy, copies, "there is no copy", "copies")
        case _:
            if hand.species not in rows:
                raise HandError(f"there is no species {hand.species!r}; there are {', '.join(rows)}")
            _check_within(hand.row, rows[hand.species], f"{hand.species} has no row", "rows")
    return hand


def _check_within(place: int, count: int, lacking: str, many: str) -> None:
    if not 0 <= place < count:
        raise HandError(f"{lacking} {place}; the {many} are 0 to {count - 1}")


def value_of(hand: Hand) -> float:
    """Return what the record of a hand has for its value: what RECORD says."""
    match hand:
        case LetLearn(learns=learns):
            return float(learns)
        case Drop(copy):
            return float(copy)
    return 0.0
