"""Channel: what one number of an observation means."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Field:
    """The part of the ground that a sense looks at, a slice of a disc around the creature."""

    start: float  # radians, counter-clockwise from the heading
    end: float  # more than `start`
    reach: float  # world units


@dataclass(frozen=True)
class Channel:
    """What one number of an observation means, for people who look at it; a brain is never told."""

    name: str  # "food ahead"
    role: str = ""  # of the things it tells of, as in scenes
    field: Field | None = None  # where on the ground it looks


def unnamed(width: int) -> tuple[Channel, ...]:
    """Return as many channels of which nothing is known."""
    return tuple(Channel(f"input {k}") for k in range(width))
