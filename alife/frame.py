"""What an observer may see of a run: read-only values, built only when somebody looks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alife.scene import Scene


@dataclass(frozen=True, eq=False)
class LayerProbe:
    """One layer of one creature at one tick."""

    name: str  # "lif 1", "lis 2"
    membranes: NDArray[np.float32]  # (size,) before the reset
    outputs: NDArray[np.float32]  # (size,) spikes as 0 or 1, or what the layer puts out
    threshold: float | None  # None where the layer does not spike


@dataclass(frozen=True, eq=False)
class Choice:
    """One of several actions was taken."""

    probabilities: NDArray[np.float32]  # (actions,) from which it was drawn
    action: int


@dataclass(frozen=True, eq=False)
class Motion:
    """Numbers were drawn, in units in which the body's range is -1 to 1; what lies beyond is cut off."""

    means: NDArray[np.float32]  # (numbers,)
    spreads: NDArray[np.float32]  # (numbers,) standard deviations
    drawn: NDArray[np.float32]  # (numbers,) before they are cut off


@dataclass(frozen=True, eq=False)
class BrainProbe:
    """The brain of one creature at one tick."""

    tick: int
    species: str
    row: int
    layers: tuple[LayerProbe, ...]  # from the senses up; the last is the readout
    decision: Choice | Motion
    action_names: tuple[str, ...]  # (actions,), or (numbers,)
    value: float | None  # the critic's V of what is sensed now; None for a creature without a critic
    error: float | None  # the TD error of the decision before, 0 if there was none; None without a critic
    learned: bool  # an event made it learn at this tick


@dataclass(frozen=True, eq=False)
class SpeciesFrame:
    """One species over its life so far."""

    name: str
    learns: bool
    count: int  # creatures in each copy
    ticks: NDArray[np.int64]  # (points,) the tick at the end of each point of the curve
    reward_per_100_ticks: NDArray[np.float64]  # (points,) mean over its creatures


@dataclass(frozen=True)
class FrameEvent:
    """Something that happened to a creature of the copy in view since the frame before."""

    tick: int
    species: str
    row: int
    cause: str  # "ate", "stung", "surprise", ...
    value: float
    source: str  # "world", "brain" or "hand"


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a run."""

    name: str  # of the run
    tick: int
    ticks: int | None  # the run ends there; None: it runs until stopped
    copies: int
    copy: int  # the arena in view
    scene: Scene
    species: tuple[SpeciesFrame, ...]
    selected: tuple[str, int]  # (species, row) of the creature whose brain is in view
    brain: tuple[BrainProbe, ...]  # of the selected creature at the last few ticks, oldest first
    events: tuple[FrameEvent, ...]
    paused: bool
    ticks_per_frame: float  # below one: a tick takes several frames
    ticks_per_second: float  # measured
