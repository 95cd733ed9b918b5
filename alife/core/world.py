"""World, the batched contract: many creatures of several species in many copies of one arena, as arrays."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body import Body
from alife.core.channel import Channel, unnamed
from alife.core.errors import ConfigError, InterventionError
from alife.core.intervention import Drop, Move, Swap
from alife.core.scene import Scene

Species = Mapping[str, tuple[Body, int]]
"""By name: the body of a species and how many of it live in each copy."""

State = dict[str, Any]
"""What a thing must be given to go on as if it had never stopped: arrays, numbers, text, and dicts of these."""


class Events(NamedTuple):
    """What happened to creatures of one species at one tick, as columns of equal length."""

    rows: NDArray[np.int64]  # to whom, in ascending order
    causes: NDArray[np.int64]  # what: places in the world's `causes`
    values: NDArray[np.float64]  # what it was worth


def no_events() -> Events:
    """Return the events of a species to whom nothing happened."""
    return Events(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


def check_feeds(world: type["World"], species: Species) -> None:
    """Raise if somebody would have to live on what the world does not give.

    Raises:
        ConfigError: a body has a metabolism in a world that keeps no energy.
    """
    for name, (body, _) in species.items():
        if body.metabolism is not None and not world.feeds:
            raise ConfigError(
                f"{name}: the world {world.__name__} keeps no energy, so a body has no metabolism there; "
                "leave it out, or take a world that is a Place, such as hungry_pond"
            )


def reward_events(rewards: NDArray[Any]) -> Events:
    """Return one event of cause 0 for each reward that is not zero."""
    rows = np.flatnonzero(rewards)
    return Events(rows, np.zeros(len(rows), np.int64), np.asarray(rewards[rows], np.float64))


class Lives(NamedTuple):
    """Who is there, of a species whose rows are seats: creatures are born into them and die in them.

    A creature that dies at this tick is still there, and its row is `terminated`. A row that is nobody's senses
    zeros, and nothing happens to it. The first observation of a creature is that of the tick at which it is born.
    """

    alive: NDArray[np.bool_]  # (rows,) who is there
    born: NDArray[np.int64]  # rows in which a life begins with this tick, ascending
    parents: NDArray[np.int64]  # the row of the parent of each of them; -1: of nobody
    died: NDArray[np.int64]  # rows whose life ends with this tick, ascending
    causes: NDArray[np.int64]  # of each of them why: places in the world's `causes`


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one tick brought to every row of one species; row = copy * count + index.

    A row that ended (terminated or truncated) gives its true last observation. Its next action is
    ignored, and the step after starts it anew with reward 0 (gymnasium's NEXT_STEP).
    """

    observations: NDArray[np.float32]  # (rows, width)
    rewards: NDArray[np.float64]  # (rows,)
    terminated: NDArray[np.bool_]  # (rows,) the task is over: nothing comes after
    truncated: NDArray[np.bool_]  # (rows,) cut off: something would have come after
    events: Events = field(default_factory=no_events)
    lives: Lives | None = None  # where nobody is born and nobody dies, None: each row is one creature for ever

    @classmethod
    def start(cls, observations: NDArray[np.float32], lives: Lives | None = None) -> "Outcome":
        """Return what a reset gives: observations, and nothing has happened yet."""
        rows = len(observations)
        nobody = np.zeros(rows, bool)
        return cls(observations, np.zeros(rows), nobody, nobody.copy(), lives=lives)


class World(ABC):
    """A place where creatures live.

    A world is built with its `species` and the number of `copies`, and whatever else its constructor
    declares; these other parameters are what its section of a YAML file may hold. It owns the things,
    the walls and what touching means; the bodies own the senses and the motion.

    Copy i of a world reset with seed s goes exactly as the only copy of a world reset with s + i.
    """

    causes: ClassVar[tuple[str, ...]] = ("reward",)
    """The names of what can happen to a creature; events refer to them by place."""

    bodies: ClassVar[bool] = True
    """Whether what creatures sense and how they move is decided by bodies that a configuration may choose."""

    learning: ClassVar[Mapping[str, Any]] = {}
    """The section `learning` of creatures here as far as a configuration leaves it out; nothing for that of the house.
    """

    feeds: ClassVar[bool] = False
    """Whether bodies may have a metabolism here: the world keeps their energy, and says who is born and who dies."""

    species: Species
    copies: int

    @property
    @abstractmethod
    def observation_spaces(self) -> Mapping[str, gymnasium.spaces.Box]:
        """By species: the space of one creature's observation, a Box of one axis."""

    @property
    @abstractmethod
    def action_spaces(self) -> Mapping[str, gymnasium.Space[Any]]:
        """By species: the space of one creature's action."""

    @abstractmethod
    def reset(self, seed: int) -> dict[str, Outcome]:
        """Start every copy anew and return what each species senses first."""

    @abstractmethod
    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        """Let one tick pass. `actions` holds one row of actions for each species."""

    @abstractmethod
    def scene(self, copy: int) -> Scene:
        """Return what one copy looks like now."""

    @abstractmethod
    def state_dict(self) -> State:
        """Return copies of all that this world must remember."""

    @abstractmethod
    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned."""

    def channels(self, name: str) -> tuple[Channel, ...]:
        """Return what each number means that a creature of a species senses, for people who look."""
        return unnamed(*self.observation_spaces[name].shape)

    def annotations(self) -> Sequence[tuple[int, str]]:
        """Return what the last step has changed for all who live in a copy: (copy, a word or two)."""
        return ()

    def apply(self, intervention: Drop | Move | Swap) -> None:
        """Apply an intervention, all of it or nothing; creatures notice with the next step.

        Raises:
            InterventionError: this world does not let it, in one sentence.
        """
        raise InterventionError("this world cannot be touched")

    def rows(self, name: str) -> int:
        """Return how many creatures of a species there are in all copies together."""
        return self.copies * self.species[name][1]
