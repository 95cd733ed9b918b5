"""What an observer may see of a run: read-only values, built only when an observer asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alife.core.channel import Channel
from alife.core.scene import Scene


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
    senses: NDArray[np.float32]  # (inputs,) what it sensed, and the constant 1 after it
    layers: tuple[LayerProbe, ...]  # from the senses up; the last is the readout
    decision: Choice | Motion
    action_names: tuple[str, ...]  # (actions,), or (numbers,)
    value: float | None  # the critic's V of what is sensed now; None for a creature without a critic
    error: float | None  # the TD error of the decision before, 0 if there was none; None without a critic
    learned: bool  # an event made it learn at this tick
    reward: float | None = None  # what came of the decision before, scaled as it learns from it; None without a critic


@dataclass(frozen=True, eq=False)
class WeightsSnapshot:
    """What one brain has learned, and what it would credit if something happened now."""

    weights: tuple[NDArray[np.float32], ...]  # of each layer (size, inputs), from the senses up
    traces: tuple[NDArray[np.float32] | None, ...]  # of each layer, as its weights; None where nothing is kept
    clamped: tuple[tuple[int, int, float], ...]  # layer, neuron and what an intervention makes it put out: 0 or 1
    may_learn: bool  # no intervention keeps it from learning


@dataclass(frozen=True)
class FrameEvent:
    """Something that happened to a creature of the copy in view, or to the copy itself."""

    tick: int
    species: str  # "" where it happened to no creature
    row: int  # -1 where it happened to no creature
    cause: str  # "ate", "stung", "surprise", ...
    value: float
    source: str  # "world", "brain" or "intervention"
    place: tuple[float, float] | None = None  # in world units, where something was dropped


@dataclass(frozen=True, eq=False)
class WeightUpdate:
    """One backward pass of the selected creature: what led to it, and what it changed."""

    tick: int
    species: str
    row: int
    causes: tuple[FrameEvent, ...]  # what had just happened to it, surprises included
    before: tuple[NDArray[np.float32], ...]  # the weights of each layer (size, inputs), from the senses up
    after: tuple[NDArray[np.float32], ...]
    ticks: tuple[BrainProbe, ...]  # the ticks that led to it, oldest first; the last is the one at which it learned


@dataclass(frozen=True)
class Annotation:
    """The world changed by itself, or an intervention changed it, for all creatures of the copy in view."""

    tick: int
    text: str  # "season", "dark", "swap"


class Episodes(NamedTuple):
    """What some episodes were like."""

    ended: int  # how many
    mean_return: float  # the sum of the rewards of one, mean over them
    mean_length: float  # in ticks
    success: float | None = None  # the share of them in which what the world calls so happened; None before the first


@dataclass(frozen=True, eq=False)
class Distribution:
    """How one number, as an age or a gene, is spread among those of a species who live, and how its median moved."""

    name: str
    low: float  # the ends of the histogram
    high: float
    in_ratios: bool  # its bars are of equal ratios, not of equal differences
    counts: NDArray[np.int64]  # (bars,) creatures
    median: float  # nan where nobody lives
    medians: NDArray[np.float64]  # (points,) at the ticks of the population; nan where nobody lived


@dataclass(frozen=True, eq=False)
class PopulationFrame:
    """The births and deaths of a species, in all copies together; curves may be some ticks behind the numbers."""

    living: int
    births: int  # since the first tick
    deaths: int
    ticks: NDArray[np.int64]  # (points,) of the curves
    sizes: NDArray[np.float64]  # (points,) how many lived
    births_per_100_ticks: NDArray[np.float64]  # (points,)
    deaths_per_100_ticks: NDArray[np.float64]  # (points,)
    distributions: tuple[Distribution, ...]


@dataclass(frozen=True, eq=False)
class SpeciesFrame:
    """One species over its life so far."""

    name: str
    learns: bool
    count: int  # creatures in each copy
    ticks: NDArray[np.int64]  # (points,) the tick at the end of each point of the curve
    reward_per_100_ticks: NDArray[np.float64]  # (points,) mean over its creatures
    firing_rates: tuple[float, ...] = ()  # of each spiking layer, spikes per neuron and tick since birth
    backward_share: float = 0.0  # of creature-ticks with a backward pass, since birth
    events_per_1000_ticks: float = 0.0  # of the world, mean per creature, over the last 1,000 ticks or so
    episodes: Episodes | None = None  # that ended in the last 1,000 ticks; None where none did
    returns: NDArray[np.float64] | None = None  # (points,) mean of episodes, nan where none ended; None without any
    population: PopulationFrame | None = None  # None where nobody is born and dies
    genes: tuple[str, ...] = ()  # the names of its genes
    gene_values: NDArray[np.float32] | None = None  # (genes, count) of the copy in view; nan where none is known


@dataclass(frozen=True, eq=False)
class LifeFrame:
    """The life of one creature among those of its species."""

    identity: int
    parents: tuple[int, ...]  # their ids, of which there may be none
    offspring: int  # how many, living or not
    parent_row: int | None  # of its first parent, where that lives
    child_row: int | None  # of its newest child that lives
    kin: NDArray[np.int64]  # rows, its own too, of all in its copy who live and descend from the same first ancestor


@dataclass(frozen=True)
class Setting:
    """A number that a person may change while a run goes on."""

    path: str  # as in its configuration, "world.growth"
    value: float
    first: float  # what the configuration says
    low: float  # the ends of its slider
    high: float
    is_whole: bool


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a run."""

    name: str  # of the run
    seed: int
    tick: int
    ticks: int | None  # the run ends there; None: it runs until stopped
    copies: int
    copy: int  # the arena in view
    scene: Scene
    species: tuple[SpeciesFrame, ...]
    selected: tuple[str, int]  # (species, row) of the creature whose brain is in view
    rule: str  # by which it learns: "ring", "none"
    channels: tuple[Channel, ...]  # of what it senses
    brain: tuple[BrainProbe, ...]  # of the selected creature at the last few ticks, oldest first
    snapshot: WeightsSnapshot
    updates: tuple[WeightUpdate, ...]  # of the selected creature since the frame before
    events: tuple[FrameEvent, ...]  # since the frame before
    annotations: tuple[Annotation, ...]  # of the whole run so far, the newest if there were very many
    paused: bool
    target: float | None  # ticks per second that are aimed at; None: as many as can be
    ticks_per_second: float  # measured
    close_up: bool  # time passes slowly at the selected creature's events
    slowed: bool  # and does so now
    message: str = ""  # what came of the last intervention, if it could not be applied
    replay_until: int | None = None  # of a replay: the tick up to which one may seek
    life: LifeFrame | None = None  # of the selected creature, where it lives and its species is born and dies
    settings: tuple[Setting, ...] = ()
    explained: Mapping[str, str] = field(default_factory=dict)  # what a layer or the rule of this brain is, by its name
