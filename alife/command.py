"""What an observer may ask for. The run applies commands between ticks; none of these changes what happens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TogglePause:
    """Stop the clock, or let it run again."""


@dataclass(frozen=True)
class SingleTick:
    """Pause, and let exactly one tick pass."""


@dataclass(frozen=True)
class ChangeSpeed:
    """Multiply the ticks per frame."""

    factor: float


@dataclass(frozen=True)
class Select:
    """Look into the brain of this creature (and at its copy)."""

    species: str
    row: int


@dataclass(frozen=True)
class Stop:
    """End the run in order, as when its ticks are done."""


Command = TogglePause | SingleTick | ChangeSpeed | Select | Stop
