"""World, the batched contract: many creatures of several species in many copies of one arena, as arrays."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body import Body, metabolism_of
from alife.core.channel import Channel, unnamed
from alife.core.errors import InterventionError, WorldError
from alife.core.intervention import Drop, Move, Set, Swap
from alife.core.scene import Scene

Species = Mapping[str, tuple[Body, int]]
"""By name: the body of a species and how many of it live in each copy."""

State = dict[str, Any]
"""What a thing must be given to go on as if it had never stopped: arrays, numbers, text, and dicts of these."""


class Events(NamedTuple):
    """What happened to creatures of one species at one tick, as columns of equal length."""

    rows: NDArray[np.int64]  # to whom, in ascending order
    causes: NDArray[np.int64]  # what: places in the world's `causes`
    values: NDArray[np.float64]  # the reward of each


def no_events() -> Events:
    """Return empty event columns."""
    return Events(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


def unfed(world: Any, kind: str, bodies: Mapping[str, Any]) -> dict[str, str]:
    """Return, by species, a sentence for each body with a metabolism in a world that keeps no energy.

    Args:
        world: the class of the world, or what makes one.
        kind: what people call it.
        bodies: by species, a body or the section of a configuration that stands for one.
    """
    if getattr(world, "feeds", False):
        return {}
    why = (
        f"the world {kind} keeps no energy; leave the metabolism out, or take a world that is a Place, "
        "such as hungry_pond"
    )
    return {name: why for name, body in bodies.items() if metabolism_of(body) is not None}


def reward_events(rewards: NDArray[Any]) -> Events:
    """Return one event of cause 0 for each reward that is not zero."""
    rows = np.flatnonzero(rewards)
    return Events(rows, np.zeros(len(rows), np.int64), np.asarray(rewards[rows], np.float64))


class Lives(NamedTuple):
    """Births and deaths of a species whose rows may be empty: a creature is born into a row and dies in it.

    A creature that dies at this tick is still alive, and its row is `terminated`. An empty row observes
    zeros and has no events. The first observation of a creature is that of the tick at which it is born.
    """

    alive: NDArray[np.bool_]  # (rows,) whether a creature lives in the row
    born: NDArray[np.int64]  # rows in which a life begins with this tick, ascending
    parents: NDArray[np.int64]  # the row of the parent of each newborn; -1 without a parent
    died: NDArray[np.int64]  # rows whose life ends with this tick, ascending
    causes: NDArray[np.int64]  # the cause of each death: places in the world's `causes`
    partners: NDArray[np.int64] | None = None  # the row of the other parent of each newborn, -1 without; None for all


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one tick brought to every row of one species; row = copy * count + index.

    A row that ended (terminated or truncated) gives its true last observation. Its next action is
    ignored, and the step after starts it anew with reward 0 (gymnasium's NEXT_STEP).

    Arrays are to be read: a world may give the same one at several ticks, as that in which no row has ended. Whoever
    hands them to others, or keeps them beyond the next step, takes copies.
    """

    observations: NDArray[np.float32]  # (rows, width)
    rewards: NDArray[np.float64]  # (rows,)
    terminated: NDArray[np.bool_]  # (rows,) the task is over: nothing comes after
    truncated: NDArray[np.bool_]  # (rows,) cut off: something would have come after
    events: Events = field(default_factory=no_events)
    lives: Lives | None = None  # None where there are no births and deaths: each row is one creature for ever

    @classmethod
    def at_reset(cls, observations: NDArray[np.float32], lives: Lives | None = None) -> "Outcome":
        """Return the outcome of a reset: observations, zero rewards and no events."""
        rows = len(observations)
        not_ended = np.zeros(rows, bool)
        return cls(observations, np.zeros(rows), not_ended, not_ended.copy(), lives=lives)

    @classmethod
    def of_events(cls, observations: NDArray[np.float32], rows: Any, causes: Any, values: Any) -> "Outcome":
        """Return the outcome of a tick in which no row ends, of columns of events in any order.

        The reward of each row is the sum of the values of its events.
        """
        order, rewards = np.argsort(rows, kind="stable"), np.zeros(len(observations))
        np.add.at(rewards, rows, values)
        not_ended = np.zeros(len(rewards), bool)
        events = Events(rows[order], causes[order], values[order])
        return cls(observations, rewards, not_ended, not_ended.copy(), events)


class World(ABC):
    """A place where creatures live.

    A world is built with its `species` and the number of `copies`, and whatever else its constructor
    declares; these other parameters are what its section of a YAML file may hold. It owns the things,
    the walls and what touching means; the bodies own the senses and the motion.

    Copy i of a world reset with seed s goes exactly as the only copy of a world reset with s + i.
    """

    causes: ClassVar[tuple[str, ...]] = ("reward",)
    """The names of what can happen to a creature; events refer to them by place."""

    success: ClassVar[str] = ""
    """The cause of the event that makes an episode a success, by its end; "" where a world knows no success."""

    bodies: ClassVar[bool] = True
    """Whether what creatures sense and how they move is decided by bodies that a configuration may choose."""

    learning: ClassVar[Mapping[str, Any]] = {}
    """The section `learning` of creatures here as far as a configuration leaves it out; nothing for that of the house.
    """

    traits: ClassVar[tuple[str, ...]] = ()
    """The genes of bodies that this world knows: what may differ between the bodies of a species."""

    feeds: ClassVar[bool] = False
    """Whether bodies may have a metabolism here: the world keeps their energy, and reports births and deaths."""

    changes: ClassVar[tuple[str, ...]] = ()
    """The numbers of its constructor that a person may change while a run goes on: this world reads them anew at each
    tick, and `apply` takes a Set of `world.NAME` within the range of the constructor."""

    species: Species
    copies: int

    @property
    def title(self) -> str:
        """What messages call this world."""
        return f"world {type(self).__module__}.{type(self).__qualname__}"

    @property
    @abstractmethod
    def observation_spaces(self) -> Mapping[str, gymnasium.spaces.Box]:
        """By species: the space of one creature's observation, a Box of one axis."""

    @property
    @abstractmethod
    def action_spaces(self) -> Mapping[str, gymnasium.Space[Any]]:
        """By species: the space of one creature's action."""

    def begin_with(self, name: str, count: int) -> None:
        """Let no more than so many of a species live in each copy after a reset, the other rows being empty.

        Raises:
            WorldError: this world does not know empty rows.
        """
        raise WorldError(f"{self.title} cannot begin with empty rows")

    def express(self, name: str, rows: NDArray[np.int64], traits: Mapping[str, NDArray[np.float64]]) -> None:
        """Let these creatures of a species have these traits from the next step on, by name, a number for each row.

        All rows are told before the first step, and whenever a state was loaded; then those in which a life has begun,
        before the step after. Within a life traits stay.

        Raises:
            WorldError: this world knows no such trait.
        """
        raise WorldError(f"{self.title} knows no traits of bodies")

    def use_threads(self, count: int) -> None:  # noqa: B027 - a world need not
        """Be run by so many threads from now on, if it can; what comes of it is the same. Most worlds cannot."""

    @abstractmethod
    def reset(self, seed: int) -> dict[str, Outcome]:
        """Reset every copy and return the first observations of each species."""

    @abstractmethod
    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        """Advance the world by one tick. `actions` holds one row of actions for each species."""

    @abstractmethod
    def scene(self, copy: int) -> Scene:
        """Return the scene of one copy now."""

    @abstractmethod
    def state_dict(self) -> State:
        """Return copies of all that this world must remember."""

    @abstractmethod
    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""

    def vitals(self, name: str) -> Mapping[str, NDArray[Any]]:
        """Return by name what a population is described by, as `energy` and `age`, (rows,) each; nothing as a rule."""
        return {}

    def channels(self, name: str) -> tuple[Channel, ...]:
        """Return the channel of each number of a species' observation, for people who look."""
        return unnamed(*self.observation_spaces[name].shape)

    def annotations(self) -> Sequence[tuple[int, str]]:
        """Return the annotations of the last step, changes for a whole copy: (copy, a word or two)."""
        return ()

    def apply(self, intervention: Drop | Move | Swap | Set) -> None:
        """Apply an intervention, all of it or nothing; observations show it from the next step on.

        Raises:
            InterventionError: this world does not support it, in one sentence.
        """
        raise InterventionError("this world takes no interventions")

    def close(self) -> None:  # noqa: B027 - most worlds hold nothing
        """Let go of what outlives the world by itself: processes, threads, windows."""

    def restart_rows(self, name: str, rows: NDArray[np.int64]) -> bool:
        """Let the next step begin these rows of a species anew, as if they had ended now; return whether it will.

        It is called where `on_fault: end_episode` stands and these rows were given what no creature can take.
        """
        return False

    def row_count(self, name: str) -> int:
        """Return the number of rows of a species, in all copies together."""
        return self.copies * self.species[name][1]
