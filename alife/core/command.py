"""What an observer may ask for. The run applies commands between ticks; only an intervention changes what happens."""

from dataclasses import dataclass

from alife.core.intervention import Intervention


@dataclass(frozen=True)
class TogglePause:
    """Stop the clock, or let it run again."""


@dataclass(frozen=True)
class SingleTick:
    """Pause, and let exactly one tick pass."""


@dataclass(frozen=True)
class ChangeSpeed:
    """Multiply the ticks a second that are aimed at."""

    factor: float


@dataclass(frozen=True)
class ToggleTurbo:
    """Let as many ticks pass as can, or as many as were aimed at before."""


@dataclass(frozen=True)
class ToggleCloseUp:
    """Let time pass slowly for a moment at each event of the selected creature, or no more."""


@dataclass(frozen=True)
class Select:
    """Look into the brain of this creature (and at its copy)."""

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
class GoOnAlone:
    """Let the run go on without anybody who looks."""


@dataclass(frozen=True)
class Stop:
    """End the run in order, as when its ticks are done."""


Command = (
    TogglePause | SingleTick | ChangeSpeed | ToggleTurbo | ToggleCloseUp | Select | Intervene | Seek | GoOnAlone | Stop
)
