"""Plug-ins as somebody else would write them, some of them wrongly. Never imported by the house itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import gymnasium
import numpy as np
from annotated_types import Gt, Le, MinLen
from numpy.typing import NDArray

from agents.readouts.lis import LIS
from agents.triggers.surprise import Surprise
from alife.body import Sense
from alife.body.senses.sectors import Sectors
from alife.core.brain import Floats, Rule, Trigger
from alife.core.scene import Scene
from alife.core.types import Count, Decay, Positive
from alife.core.world import Outcome, Species, State, World

Depth = Annotated[float, Gt(0), Le(10)]


@dataclass(frozen=True)
class Shore:
    """Parameters that belong together, without a kind."""

    slope: Positive = 0.5
    sand: bool = True


class _Still(World):
    """A world in which nothing ever happens."""

    species: Species
    copies: int = 1

    @property
    def observation_spaces(self) -> Mapping[str, gymnasium.spaces.Box]:
        return {name: body.observation_space(1) for name, (body, _) in self.species.items()}

    @property
    def action_spaces(self) -> Mapping[str, gymnasium.Space[Any]]:
        return {name: body.action_space() for name, (body, _) in self.species.items()}

    def reset(self, seed: int) -> dict[str, Outcome]:
        return {}

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        return {}

    def scene(self, copy: int) -> Scene:
        raise NotImplementedError

    def state_dict(self) -> State:
        return {}

    def load_state_dict(self, state: State) -> None:
        pass


class Lagoon(_Still):
    """A world that uses every kind of annotation a section can hold."""

    def __init__(
        self,
        species: Species,
        depth: Depth,
        copies: Count = 1,
        tide: Literal["low", "high"] = "low",
        islands: Sequence[tuple[float, float]] = (),
        names: Mapping[str, int] | None = None,
        level: int | str = 0,
        shore: Shore = Shore(),
        guests: Annotated[Sequence[Sense], MinLen(1)] = (Sectors(count=4),),
        alarm: Trigger | None = None,
    ) -> None:
        if copies > 1 and depth > 5:
            raise ValueError("deep water has one copy only")
        if tide == "high" and level == "boom":
            raise RuntimeError("the dam broke")
        self.species, self.depth, self.copies, self.tide, self.islands = species, depth, copies, tide, islands
        self.names, self.level, self.shore, self.guests, self.alarm = names, level, shore, guests, alarm


class School(_Still):
    """A world with a number that is called as what worlds may say of learning."""

    learning = 0.5  # type: ignore[assignment]

    def __init__(self, species: Species) -> None:
        self.species = species


class Bare(_Still):
    """A parameter without an annotation."""

    def __init__(self, species: Species, depth=1.0) -> None:  # type: ignore[no-untyped-def]
        self.species = species


class Greedy(_Still):
    """Takes whatever comes."""

    def __init__(self, species: Species, **options: Any) -> None:
        self.species = species


class Arrays(_Still):
    """Takes what no YAML file can hold."""

    def __init__(self, species: Species, heights: NDArray[np.float64]) -> None:
        self.species = species


class Reserved(_Still):
    """A parameter with a name the section uses itself."""

    def __init__(self, species: Species, kind: str = "x") -> None:
        self.species = species


class BadDefault(_Still):
    """A default outside its own range."""

    def __init__(self, species: Species, depth: Depth = -1.0) -> None:
        self.species = species


class Unfinished(World):
    """Defines nothing of its contract."""


class NoWorld:
    """Not a world at all."""


@dataclass(frozen=True)
class Moonlight(Rule):
    """A rule with a nested plug-in whose default is not the default of its class, and one made by a factory."""

    phase: Decay = 0.5
    trigger: Trigger = Surprise(0.7)
    senses: Sequence[Sense] = field(default_factory=lambda: [Sectors(count=3)])


@dataclass(frozen=True)
class Gust(Trigger):
    """Fires wherever the error is large; how large has no default."""

    strength: Positive

    def fires(self, rewarded: NDArray[np.bool_], errors: Floats, quiet: NDArray[np.int64]) -> NDArray[np.bool_]:
        strong: NDArray[np.bool_] = errors > self.strength
        return strong


class Chooser(LIS):
    """A readout that needs nothing but its width."""

    def __init__(self, size: int) -> None:
        super().__init__(size=size, decay=0.1)
