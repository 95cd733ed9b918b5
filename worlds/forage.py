"""Forage: food that feeds, poison that stings, on a torus without walls."""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body import Body, Surroundings
from alife.core.channel import Channel
from alife.core.errors import InterventionError
from alife.core.geometry import wrap
from alife.core.intervention import Drop, Move, Swap
from alife.core.random import Stream
from alife.core.scene import Circles, Scene
from alife.core.types import Amount, Count, Positive
from alife.core.world import Events, Outcome, Species, State, World, no_events

ROLES = ("food", "poison")
_THING_RADIUS = 0.2  # in pictures; for touching, creatures and things are points
_CREATURE_RADIUS = 0.35


class _Bites(NamedTuple):
    """The meals of one tick, as columns of equal length, ordered by copy and thing."""

    copies: NDArray[np.int64]
    things: NDArray[np.int64]
    creatures: NDArray[np.int64]  # places among all creatures of a copy, species after species


_NOTHING = _Bites(*np.empty((3, 0), np.int64))


class Forage(World):
    """A torus with food and poison, where each thing that is eaten is at once somewhere else.

    In a tick every creature turns, steps, and eats what is within reach. Where several creatures reach
    one thing, it goes to the one that comes first in an order of the copy's creatures drawn for that
    tick. The meal appears again in a place drawn uniformly.

    Observation: what the body senses of the roles food and poison.

    Actions: those of the body's motor.

    Events: `ate`, worth 1, and `stung`, worth -1, unless the parameters of these names say otherwise.

    Ends: none, life goes on.

    Args:
        species: by name, a body and how many live in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        food: how many things feed.
        poison: how many things sting.
        reach: how near a thing must be to be eaten.
        ate: reward of food.
        stung: reward of poison.

    Version history: 0, the first.
    """

    causes: ClassVar[tuple[str, ...]] = ("ate", "stung")

    def __init__(
        self,
        species: Species,
        copies: Count = 1,
        size: Positive = 12.0,
        food: Amount = 10,
        poison: Amount = 10,
        reach: Positive = 0.5,
        ate: float = 1.0,
        stung: float = -1.0,
    ) -> None:
        self.species, self.copies = dict(species), copies
        self._size, self._reach = size, reach
        self._roles = np.repeat([0, 1], [food, poison])
        self._values = np.array([ate, stung])
        counts = [count for _, count in self.species.values()]
        self._first = dict(zip(self.species, np.cumsum([0, *counts]).tolist(), strict=False))
        self._creatures = sum(counts)
        bodies = {name: body for name, (body, _) in self.species.items()}
        self._observation_spaces = {name: body.observation_space(len(ROLES)) for name, body in bodies.items()}
        self._action_spaces = {name: body.action_space() for name, body in bodies.items()}
        self.reset(0)

    @property
    def observation_spaces(self) -> Mapping[str, gymnasium.spaces.Box]:
        """By species: what its body senses here."""
        return self._observation_spaces

    @property
    def action_spaces(self) -> Mapping[str, gymnasium.Space[Any]]:
        """By species: what its motor can do."""
        return self._action_spaces

    def reset(self, seed: int) -> dict[str, Outcome]:
        """Reset every copy, all positions drawn uniformly; copy i draws as seed + i."""
        self._tick = 0
        self._swapped = np.zeros(self.copies, bool)  # copies in which the world has swapped the two roles
        self._intervention_swap = False  # whether interventions have, in all copies, on top of that
        self._seed_streams(seed)
        draws = [stream.at(0).random((self._creatures + len(self._roles), 3)) for stream in self._meals]
        placed = np.stack(draws)  # (copies, creatures and things, x y heading)
        self._things = placed[:, self._creatures :, :2] * self._size
        self._positions, self._headings = {}, {}
        for name, (_, count) in self.species.items():
            first = self._first[name]
            own = placed[:, first : first + count].reshape(-1, 3)
            self._positions[name] = own[:, :2] * self._size
            self._headings[name] = own[:, 2] * 2.0 * np.pi
        return {name: Outcome.at_reset(self._sense(name, self._offsets(name))) for name in self.species}

    def _seed_streams(self, seed: int) -> None:
        self._seed = seed
        self._meals = [Stream(seed + copy, "places") for copy in range(self.copies)]
        self._ties = [Stream(seed + copy, "ties") for copy in range(self.copies)]

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        """Advance by one tick: every creature moves and eats."""
        self._tick += 1
        for name, (body, _) in self.species.items():
            self._positions[name] += body.motor.turn_and_step(self._headings[name], actions[name])
            wrap(self._positions[name], self._size)
        offsets = {name: self._offsets(name) for name in self.species}
        bites = self._bites(offsets)
        events = {name: self._events(name, bites) for name in self.species}
        self._regrow(bites, offsets)
        self._change_world()
        return {name: self._outcome(name, events[name], offsets[name]) for name in self.species}

    def _change_world(self) -> None:
        """Change the world after the meals of a tick and before observations. Here nothing changes."""

    def _offsets(self, name: str, rows: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Return the displacement from each creature of these rows to each thing of its copy, (rows, things, 2)."""
        positions, count = self._positions[name], self.species[name][1]
        if rows is None:
            things = self._things if count == 1 else np.repeat(self._things, count, axis=0)
        else:
            positions, things = positions[rows], self._things[rows // count]
        offsets = things - positions[:, None]
        offsets -= self._size * np.rint(offsets / self._size)
        return offsets

    def _bites(self, offsets: Mapping[str, NDArray[np.float64]]) -> _Bites:
        bites = []
        for name, offset in offsets.items():
            squares = offset * offset
            rows, things = np.nonzero(squares[..., 0] + squares[..., 1] <= self._reach**2)
            if len(rows):
                count = self.species[name][1]
                bites.append(_Bites(rows // count, things, self._first[name] + rows % count))
        return self._resolve_ties(_Bites(*map(np.concatenate, zip(*bites, strict=True)))) if bites else _NOTHING

    def _resolve_ties(self, bites: _Bites) -> _Bites:
        """Give each thing to one creature: the first in the order drawn for this tick in its copy."""
        meals = bites.copies * len(self._roles) + bites.things
        turns = np.zeros(len(meals), np.int64)
        meal, contenders = np.unique(meals, return_counts=True)
        for copy in np.unique(meal[contenders > 1] // len(self._roles)):
            order = self._ties[copy].at(self._tick).permutation(self._creatures)
            here = bites.copies == copy
            turns[here] = order[bites.creatures[here]]
        ranked = np.lexsort((turns, meals))
        first = ranked[np.append(True, np.diff(meals[ranked]) > 0)]
        return _Bites(*(column[first] for column in bites))

    def _regrow(self, bites: _Bites, offsets: Mapping[str, NDArray[np.float64]]) -> None:
        """Put each meal somewhere else, and update the offsets."""
        if len(bites.things) == 0:
            return
        touched = np.unique(bites.copies)
        for copy in touched:
            places = self._meals[copy].at(self._tick).random((len(self._roles), 2)) * self._size
            eaten = bites.things[bites.copies == copy]
            self._things[copy, eaten] = places[eaten]
        for name, (_, count) in self.species.items():
            rows = (touched[:, None] * count + np.arange(count)).ravel()
            offsets[name][rows] = self._offsets(name, rows)

    def _outcome(self, name: str, events: Events, offsets: NDArray[np.float64]) -> Outcome:
        rewards = np.zeros(self.row_count(name))
        if len(events.rows):
            np.add.at(rewards, events.rows, events.values)
        not_terminated = np.zeros(len(rewards), bool)
        return Outcome(self._sense(name, offsets), rewards, not_terminated, not_terminated.copy(), events)

    def _events(self, name: str, bites: _Bites) -> Events:
        if len(bites.things) == 0:
            return no_events()
        first, count = self._first[name], self.species[name][1]
        own = (bites.creatures >= first) & (bites.creatures < first + count)
        rows = bites.copies[own] * count + bites.creatures[own] - first
        causes = self._roles[bites.things[own]] ^ self._swapped[bites.copies[own]] ^ self._intervention_swap
        order = np.argsort(rows, kind="stable")
        return Events(rows[order], causes[order], self._values[causes[order]])

    def _sense(self, name: str, offsets: NDArray[np.float64]) -> NDArray[np.float32]:
        body: Body = self.species[name][0]
        return body.sense_surroundings(Surroundings(offsets, self._roles, self._headings[name]), len(ROLES))

    def scene(self, copy: int) -> Scene:
        """Return the things, and the creatures above them."""
        causes = self._meanings(copy)
        things = tuple(
            Circles(role, self._things[copy, causes == cause], _THING_RADIUS) for cause, role in enumerate(ROLES)
        )
        creatures = tuple(self._creature_circles(name, copy) for name in self.species)
        return Scene(self._size, self._size, things + creatures, wraps=True)

    def _meanings(self, copy: int) -> NDArray[np.int64]:
        """Return what each thing of a copy is now, a place in ROLES."""
        meanings: NDArray[np.int64] = self._roles ^ self._swapped[copy] ^ self._intervention_swap
        return meanings

    def _creature_circles(self, name: str, copy: int) -> Circles:
        count = self.species[name][1]
        rows = np.arange(copy * count, (copy + 1) * count)
        positions, headings = self._positions[name][rows], self._headings[name][rows]
        return Circles("creature", positions, _CREATURE_RADIUS, headings, name, rows)

    def channels(self, name: str) -> tuple[Channel, ...]:
        """Return the channels of the body, by the roles of the scene: after an intervention, food is what feeds now."""
        return self.species[name][0].channels(ROLES[::-1] if self._intervention_swap else ROLES)

    def apply(self, intervention: Drop | Move | Swap) -> None:
        """Drop a thing, move a creature or swap what feeds and what stings, in all copies and for good.

        The number of things never changes: what is dropped is the thing of that role in that copy that was
        farthest away from there. Places beyond the border lie across it.

        Raises:
            InterventionError: there is no such role or thing, or the place is nowhere.
        """
        match intervention:
            case Drop(copy, role, x, y):
                self._drop_thing(copy, role, self._spot_at(x, y))
            case Move(species, row, x, y):
                self._positions[species][row] = self._spot_at(x, y)
            case Swap():
                self._intervention_swap = not self._intervention_swap

    def _spot_at(self, x: float, y: float) -> NDArray[np.float64]:
        place = np.array([x, y], np.float64)
        if not np.isfinite(place).all():
            raise InterventionError(f"the place ({x}, {y}) is nowhere; x and y must be finite numbers")
        wrap(place, self._size)
        return place

    def _drop_thing(self, copy: int, role: str, place: NDArray[np.float64]) -> None:
        if role not in ROLES:
            raise InterventionError(f"there is no role {role!r} in this world; there are {', '.join(ROLES)}")
        things = np.flatnonzero(self._meanings(copy) == ROLES.index(role))
        if len(things) == 0:
            raise InterventionError(f"there is no {role} in copy {copy} that could be put elsewhere")
        offsets = self._things[copy, things] - place
        offsets -= self._size * np.rint(offsets / self._size)
        self._things[copy, things[np.square(offsets).sum(1).argmax()]] = place

    def state_dict(self) -> State:
        """Return the seed, the tick, all positions and whether an intervention has swapped the roles."""
        return {
            "seed": self._seed,
            "tick": self._tick,
            "by_hand": self._intervention_swap,
            "things": self._things.copy(),
            "positions": {name: positions.copy() for name, positions in self._positions.items()},
            "headings": {name: headings.copy() for name, headings in self._headings.items()},
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self._seed_streams(int(state["seed"]))
        self._tick = int(state["tick"])
        self._intervention_swap = bool(state["by_hand"])
        self._things = np.array(state["things"])
        self._positions = {name: np.array(state["positions"][name]) for name in self.species}
        self._headings = {name: np.array(state["headings"][name]) for name in self.species}


def player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play by hand, well: go after the nearest food, and turn left off poison that is close ahead.

    Args:
        observations: (rows, 16) from eight sectors.
        random: not needed here.
    """
    food, poison = observations[:, :8], observations[:, 8:]
    actions = np.where(food.any(1), _towards(food.argmax(1)), _STRAIGHT)
    return np.where((actions == _STRAIGHT) & (poison[:, 0] > 0.85), _LEFT, actions)


def greedy_player(observations: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.int64]:
    """Play by hand, simply: turn to the sector where food less 0.8 poison is highest.

    Args:
        observations: (rows, 16) from eight sectors.
        random: not needed here.
    """
    return _towards((observations[:, :8] - 0.8 * observations[:, 8:]).argmax(1))


_LEFT, _STRAIGHT, _RIGHT = 0, 1, 2  # actions of the motor `steps`


def _towards(sectors: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the action that faces one of eight sectors, counter-clockwise from straight ahead."""
    return np.where(sectors == 0, _STRAIGHT, np.where(sectors <= 4, _LEFT, _RIGHT))
