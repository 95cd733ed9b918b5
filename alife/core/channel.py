"""Channel: what one number of an observation means."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """The area that a sense covers, a slice of a disc around the creature."""

    start: float  # radians, counter-clockwise from the heading
    end: float  # more than `start`
    reach: float  # world units


@dataclass(frozen=True)
class Channel:
    """What one number of an observation means, for people who look at it; a brain is never told."""

    name: str  # "food ahead"
    role: str = ""  # of the things it is about, as in scenes
    field: Field | None = None  # the area it covers


def unnamed(width: int) -> tuple[Channel, ...]:
    """Return channels without a meaning, one for each number."""
    return tuple(Channel(f"input {k}") for k in range(width))
