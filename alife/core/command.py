"""What an observer may ask for. The run applies commands between ticks; only an intervention changes what happens."""

from dataclasses import dataclass

from alife.core.intervention import Intervention


@dataclass(frozen=True)
class TogglePause:
    """Pause the run, or resume it."""


@dataclass(frozen=True)
class SingleTick:
    """Pause, and run exactly one tick."""


@dataclass(frozen=True)
class ChangeSpeed:
    """Multiply the ticks a second that are aimed at."""

    factor: float


@dataclass(frozen=True)
class ToggleTurbo:
    """Run as fast as possible, or at the target speed of before."""


@dataclass(frozen=True)
class ToggleCloseUp:
    """Slow the run for a moment at each event of the selected creature, or stop doing so."""


@dataclass(frozen=True)
class Select:
    """Select the creature whose brain (and copy) is in view."""

    species: str
    row: int


@dataclass(frozen=True)
class Intervene:
    """Apply an intervention to the run."""

    intervention: Intervention


@dataclass(frozen=True)
class Seek:
    """Go to another tick; only a replay can."""

    tick: int


@dataclass(frozen=True)
class ToggleFilm:
    """Film what is shown from now on, or end the film that was begun so."""


@dataclass(frozen=True)
class SaveCreature:
    """Save a creature as a file: what it is and has learned."""

    species: str
    row: int


@dataclass(frozen=True)
class ThenAndNow:
    """Show beginners beside what they have become, from the same start, or return to the run."""


@dataclass(frozen=True)
class GoOnAlone:
    """Close the window and continue the run without it."""


@dataclass(frozen=True)
class Stop:
    """End the run in order, as when its ticks are done."""


Command = (
    TogglePause
    | SingleTick
    | ChangeSpeed
    | ToggleTurbo
    | ToggleCloseUp
    | Select
    | Intervene
    | Seek
    | ToggleFilm
    | SaveCreature
    | ThenAndNow
    | GoOnAlone
    | Stop
)
