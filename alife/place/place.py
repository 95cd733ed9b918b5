"""Place, a world in a few declarations: things, walls, and what touching means."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Any, ClassVar, NamedTuple

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body import Body, Surroundings
from alife.core.channel import Channel
from alife.core.errors import ConfigError, InterventionError, WorldError
from alife.core.intervention import Drop, Move, Swap
from alife.core.random import Stream
from alife.core.scene import Polygon, Scene, Segments, Shape
from alife.core.types import Count, Positive
from alife.core.world import Events, Outcome, Species, State
from alife.place._bodies import Bodies
from alife.place._checked import check_declarations
from alife.place._declared import Declared, is_key
from alife.place._demography import Demography, with_causes
from alife.place._displacements import displacements_between
from alife.place._draws import Draws
from alife.place._items import Items
from alife.place._motion import sides_of, wall_segments
from alife.place._obstacles import Obstacles
from alife.place._shown import circles_of, names_of, part_of, spot_at, swapped
from alife.place._table import ItemTable
from alife.place.contacts import Contacts, TickEvents, resolve_ties
from alife.place.schedule import current_value
from alife.place.things import Box, Creatures, Things


class Group(NamedTuple):
    """The things of one role, or the creatures of one species, in every copy: views, to read and to change."""

    positions: NDArray[np.float64]  # (copies, count, 2)
    present: NDArray[np.bool_]  # (copies, count), to change for things; of creatures False where a row is empty
    headings: NDArray[np.float64]  # (copies, count) of creatures; of things a copy full of zeros


class Place(Declared):
    """A world of which only what is special about it has to be written.

        class Pond(Place):
            things = [Things("food", 10, reward=1.0), Things("poison", 10, reward=-1.0)]

    Every attribute with an annotation is a key in YAML, with its default; so is the number of things of each role.
    In a tick creatures turn and step, walls, solid things and other creatures in their way; then they touch. Where
    several touch one thing that only one can have, it goes to the one that comes first in an order of the copy's
    creatures drawn for that tick. Then what was taken regrows, `on_tick` changes what it likes, creatures with a
    metabolism pay for the tick (see Metabolism), and all sense what is.

    A subclass may have: `things`, `walls`, `start`, `signals`, `memories`, `causes`; `on_touch`, `on_tick`, `on_begin`.
    Beside it in its module may stand `player(observations, random)`, which plays it by hand.

    Args:
        species: by name, a body and how many live in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        wraps: whether its edges are joined (a torus); otherwise there are walls around it.
        radius: of a creature.
    """

    feeds = True

    things: ClassVar[Any] = ()
    """What there is: a list of Things and Creatures, or a property that returns one."""

    walls: ClassVar[Any] = ()
    """Inside the place: a list of pairs of points, from where to where, and of longer rows of points, each a closed
    polygon into which nothing is put; or a property that returns one."""

    start: ClassVar[Box | None] = None
    """Where creatures begin: a box, from its lower left corner to its upper right one; None is anywhere."""

    signals: ClassVar[Mapping[str, float]] = {}
    """Numbers from 0 to 1 that every creature senses behind what its body does, and what they are at first."""

    memories: ClassVar[Mapping[str, float]] = {}
    """Numbers that each copy remembers and no creature senses, and what they are at first."""

    causes: ClassVar[tuple[str, ...]] = ()
    """The causes of the events of `give_reward`; those of contacts come by themselves."""

    ghosts: ClassVar[bool] = False
    """Whether creatures go through each other, as if each had the place to itself."""

    species: Species = field(kw_only=False)
    copies: Count = field(kw_only=False, default=1)
    size: Positive = 12.0
    wraps: bool = True
    radius: Positive = 0.3

    # What a subclass may write

    def on_touch(self, contacts: Contacts) -> None:
        """Change the rewards of contacts and whether things are taken, in place; called where there are contacts."""

    def on_tick(self, random: Draws) -> None:
        """Change the place, once a tick: after contacts, before observations."""

    def on_begin(self, copies: NDArray[np.int64], random: Draws) -> None:
        """Arrange these copies as they begin, after things and creatures are placed."""

    # What a subclass may call

    def group_of(self, name: str) -> Group:
        """Return the things of a role or the creatures of a species.

        Raises:
            WorldError: there are none of that name.
        """
        if name in self.species:
            part = self._table.parts[name]
            spots, headings = self._bodies.spots[:, part], self._bodies.headings[:, part]
            return Group(spots, self._demography.alive[:, part].copy(), headings)
        if name not in self._items.parts:
            known = ", ".join([*self._items.parts, *self.species])
            raise WorldError(f"{type(self).__name__} has no {name!r}; there are {known}")
        part = self._items.parts[name]
        positions = self._items.positions[:, part]
        return Group(positions, self._items.present[:, part], np.zeros(positions.shape[:2]))

    def all_creatures(self) -> Group:
        """Return all creatures, species after species: `give_reward` and `end_episodes` count them so."""
        spots, headings = self._bodies.spots, self._bodies.headings
        return Group(spots, self._demography.alive.copy(), headings)

    def give_reward(self, copies: Any, creatures: Any, reward: Any, cause: str) -> None:
        """Add events with a reward: columns of copies, of indices among a copy's creatures, and of rewards.

        Raises:
            WorldError: the cause is not declared.
        """
        if cause not in self.causes:
            raise WorldError(f"{type(self).__name__} gives {cause!r}, which its causes do not name: {self.causes}")
        self._tick_events.add_events(copies, creatures, self.causes.index(cause), reward)

    def end_episodes(self, copies: Any, creatures: Any = None, truncated: bool = False) -> None:
        """End the episodes of creatures with this tick, or those of all in a copy: then it begins anew as a whole.

        The former kills creatures with a metabolism; by the latter they begin anew with their copy, with their brains.

        Args:
            copies: in which.
            creatures: indices among a copy's creatures, as many as copies; None ends the copies.
            truncated: whether they are cut off, that is, something would have come after.
        """
        where = (copies, slice(None) if creatures is None else creatures)
        self._truncated[where] = truncated & (
            self._truncated[where] | ~self._over[where]
        )  # what is over cannot be cut off
        self._over[where] = True
        if creatures is None:
            self._copies_over[copies] = True
        else:
            self._demography.mark_ended(copies, creatures)

    def annotate(self, copies: Any, word: str) -> None:
        """Annotate these copies with a change, in a word or two, for people who watch."""
        self._annotations += [(copy, word) for copy in np.atleast_1d(copies).tolist()]

    # The contract of a world

    def __post_init__(self) -> None:
        """Build the place from its declarations."""
        self.species = dict(self.species)
        own = type(self)
        declared = (self.things, self.start, self.signals, self.memories, own.causes)
        kinds = [self._counted(kind) for kind in check_declarations(own.__name__, *declared, self.size)]
        hears = own.on_touch is not Place.on_touch
        try:
            self._table = ItemTable(kinds, self.species, self.radius, own.causes, hears)
        except ConfigError as error:
            raise ConfigError(f"{own.__name__} {error}") from None
        causes = with_causes(self._table.causes, self.species)
        setattr(self, "causes", causes)  # noqa: B010 - they are the class's in all other worlds
        self._walls = wall_segments(self.walls, self.size, self.wraps)
        self._obstacles = Obstacles(self.walls, self.size, self.wraps)
        lying = [kind for kind in kinds if isinstance(kind, Things)]
        self._items = Items(lying, self.copies, self.size, self._obstacles)
        self._lines = wall_segments(
            [wall for wall in self.walls if len(wall) == 2], self.size, self.wraps, images=False
        )
        in_the_way = self._walls if self.wraps else sides_of(self.walls)  # no creature comes as far as the border
        arena = (self.copies, self.size, self.wraps, self.radius)
        self._bodies = Bodies(self.species, self._table.parts, *arena, in_the_way, self._obstacles, self.ghosts)
        self._demography = Demography(self.species, self._table.parts, self.copies, len(self._table.causes))
        self._spaces = {name: self._space(body) for name, (body, _) in self.species.items()}
        self._action_spaces = {name: body.action_space() for name, (body, _) in self.species.items()}
        self._changes_by_itself = type(self).on_tick is not Place.on_tick
        self.reset(0)

    def _counted(self, kind: Things | Creatures) -> Things | Creatures:
        if isinstance(kind, Things) and is_key(kind) and isinstance(count := getattr(self, kind.role, None), int):
            return replace(kind, count=count)
        return kind

    def _space(self, body: Body) -> gymnasium.spaces.Box:
        width = body.observation_space(len(self._table.roles)).shape[0] + len(self.signals)
        return gymnasium.spaces.Box(0.0, 1.0, (width,), np.float32)

    @property
    def observation_spaces(self) -> Mapping[str, gymnasium.spaces.Box]:
        """By species: what its body senses here, then the signals."""
        return self._spaces

    @property
    def action_spaces(self) -> Mapping[str, gymnasium.Space[Any]]:
        """By species: what its motor can do."""
        return self._action_spaces

    def reset(self, seed: int) -> dict[str, Outcome]:
        """Reset every copy; copy i draws as seed + i."""
        self._tick = 0
        self._meaning = np.arange(len(self._table.kinds))  # what each kind is taken for: an intervention may swap two
        self._seed_streams(seed)
        shape = (self.copies, self._table.creatures)
        self.age = np.zeros(self.copies, np.int64)
        self.signal = {name: np.full(shape, value, np.float64) for name, value in self.signals.items()}
        self.memory = {name: np.full(self.copies, value) for name, value in self.memories.items()}
        self._over, self._truncated = np.zeros(shape, bool), np.zeros(shape, bool)
        self._copies_over = np.zeros(self.copies, bool)
        self._tick_events = TickEvents()
        self._annotations: list[tuple[int, str]] = []
        self._demography.reset()
        self._begin_anew(np.arange(self.copies), np.ones(shape, bool))
        self._tick_events = TickEvents()  # a reset has no events, whatever `on_begin` gave
        self._clear_tick()
        displacements = self._displacements()
        near = self._within_touch(displacements)
        return {
            name: Outcome.at_reset(self._sense(name, displacements, near), self._demography.lives_of(name))
            for name in self.species
        }

    def _clear_tick(self) -> None:
        """Clear what creatures did and got at this tick."""
        self._bodies.clear_motion()
        self._got = np.zeros((self.copies, self._table.creatures, len(self._table.kinds)))

    def _seed_streams(self, seed: int) -> None:
        self._seed = seed
        self._items.seed_streams(seed)
        self._bodies.seed_streams(seed)
        self._demography.seed_streams(seed)
        self._ties = [Stream(seed + copy, "ties") for copy in range(self.copies)]
        self._tick_draws, self._begin_draws = Draws(seed, self.copies, "tick"), Draws(seed, self.copies, "begin", 1)

    def _begin_anew(self, copies: NDArray[np.int64], creatures: NDArray[np.bool_]) -> None:
        """Begin these copies and these creatures (copies, creatures) anew."""
        rows, columns = np.nonzero(creatures)
        self._bodies.put_creatures(rows, columns, self.start, self._tick)
        for name, value in self.signals.items():
            self.signal[name][creatures] = value
        if len(copies):
            self._items.place_things(copies, self._tick)
            self.age[copies] = 0
            for name, value in self.memories.items():
                self.memory[name][copies] = value
            self.on_begin(copies, self._begin_draws.at(self._tick))

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        """Advance by one tick: creatures move and touch; rows that ended before begin anew."""
        self._tick += 1
        self.age += 1
        self._clear_tick()
        self._annotations = []
        new, new_copies = self._demography.begin_lives(self._over, self._copies_over), np.flatnonzero(self._copies_over)
        idle = new | ~self._demography.alive  # rows without events
        self._over, self._truncated = np.zeros_like(new), np.zeros_like(new)
        self._copies_over = np.zeros(self.copies, bool)
        self._bodies.move_bodies(actions, idle, self._demography.alive, self._stones())
        if new.any() or len(new_copies):
            self._begin_anew(new_copies, new)
        displacements = self._displacements()
        near = self._within_touch(displacements)
        changed = self._resolve_contacts(near, idle) | self._items.regrow(self._tick) | self._call_on_tick()
        died = self._demography.end_lives(self._bodies.steps, idle, self._tick)
        self._over |= died
        self._truncated &= ~died  # nothing comes after a death
        events = self._tick_events.events_by_species(idle, self._table.parts, self._demography.birth_and_death_events())
        if changed:
            displacements = self._displacements()
            near = self._within_touch(displacements)
        self._over &= ~idle
        self._copies_over[new_copies] = False
        return {name: self._outcome(name, displacements, near, events) for name in self.species}

    def _call_on_tick(self) -> bool:
        """Call `on_tick`, bring everything inside, and return whether it was called."""
        if not self._changes_by_itself:
            return False
        self.on_tick(self._tick_draws.at(self._tick))
        self._items.keep_things_inside(self.wraps)
        self._bodies.keep_creatures_inside()
        return True

    def _stones(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        solid = self._table.solid
        return (self._displacements()[:, :, solid], self._table.stones) if solid.any() else None

    def _displacements(self) -> NDArray[np.float64]:
        size = self.size if self.wraps else None
        return displacements_between(self._table, self._items, self._bodies.spots, self._demography.alive, size)

    def _within_touch(self, displacements: NDArray[np.float64]) -> NDArray[np.bool_]:
        squares = displacements * displacements
        return np.asarray(squares[..., 0] + squares[..., 1] <= self._table.squares)

    def _resolve_contacts(self, near: NDArray[np.bool_], idle: NDArray[np.bool_]) -> bool:
        """Apply the consequences of contacts; return whether there were any."""
        if not near.any():
            return False
        table, felt = self._table, near & self._table.may & ~idle[:, :, None]
        felt[:, :, self._items.count :] &= ~idle[:, None, table.seen]
        meeting = np.nonzero(felt)
        copies, who, things = resolve_ties(meeting, table.leaves, self._ties, self._tick, table.creatures)
        if len(copies) == 0:
            return False
        kinds = self._meaning[table.kind[things]]
        reward = np.array([current_value(kind.reward, self._tick) for kind in table.kinds], np.float64)
        contacts = Contacts(copies, who, things, kinds, reward[kinds], table.leaves[things], table.roles)
        self.on_touch(contacts)
        self._demography.eat(copies, who, contacts.reward)
        told = contacts.taken | (contacts.reward != 0)
        self._tick_events.add_events(copies[told], who[told], table.cause[kinds[told], 0], contacts.reward[told])
        np.add.at(self._got, (copies, who, table.kind[things]), contacts.taken)
        lies = contacts.taken & (things < self._items.count)
        self._items.remove_things(copies[lies], things[lies], self._tick)
        if len(table.seen):
            self._resolve_encounters(contacts)
        return True

    def _resolve_encounters(self, contacts: Contacts) -> None:
        """Apply the consequences of contacts to the creatures that were touched."""
        table = self._table
        lives = np.flatnonzero(contacts.things >= self._items.count)
        copies, kinds, taken = contacts.copies[lives], contacts.kinds[lives], contacts.taken[lives]
        others = table.seen[contacts.things[lives] - self._items.count]
        loss = np.array([current_value(getattr(kind, "loss", 0.0), self._tick) for kind in table.kinds], np.float64)[
            kinds
        ]
        told = taken | (loss != 0)
        self._tick_events.add_events(copies[told], others[told], table.cause[kinds[told], 1], loss[told])
        never = taken & np.array([kind.regrows == "never" for kind in table.kinds], bool)[kinds]
        self.end_episodes(copies[never], others[never])
        self._demography.mark_ended(copies[never], others[never], table.cause[kinds[never], 1])
        elsewhere = taken & ~never
        self._bodies.put_creatures(copies[elsewhere], others[elsewhere], self.start, self._tick)

    def _outcome(
        self, name: str, displacements: NDArray[np.float64], near: NDArray[np.bool_], events: Mapping[str, Events]
    ) -> Outcome:
        own, part, rewards = events[name], self._table.parts[name], np.zeros(self.row_count(name))
        if len(own.rows):
            np.add.at(rewards, own.rows, own.values)
        over, cut = self._over[:, part].ravel(), self._truncated[:, part].ravel()
        return Outcome(
            self._sense(name, displacements, near),
            rewards,
            over & ~cut,
            over & cut,
            own,
            self._demography.lives_of(name),
        )

    def _sense(self, name: str, displacements: NDArray[np.float64], near: NDArray[np.bool_]) -> NDArray[np.float32]:
        table, bodies, rows = self._table, self._bodies, self.row_count(name)
        body, part = self.species[name][0], table.parts[name]
        surroundings = Surroundings(
            displacements[:, part].reshape(rows, len(table.kind), 2),
            table.kind,
            bodies.headings[:, part].reshape(rows),
            radii=table.radii,
            positions=bodies.spots[:, part].reshape(rows, 2),
            walls=self._walls,
            steps=bodies.steps[:, part].reshape(rows, 2),
            turns=bodies.turns[:, part].reshape(rows),
            touched=near[:, part].reshape(rows, len(table.kind)),
            got=self._got[:, part].reshape(rows, len(table.kinds)),
            energy=self._demography.energy_shares(name),
            tick=self._tick,
        )
        sensed = body.sense_surroundings(surroundings, len(table.roles))
        if self.signals:
            signals = np.stack([self.signal[each][:, part].reshape(rows) for each in self.signals], axis=1)
            sensed = np.hstack([sensed, np.clip(signals, 0.0, 1.0).astype(np.float32)])
        sensed[~self._demography.alive[:, part].ravel()] = 0.0
        return sensed

    def channels(self, name: str) -> tuple[Channel, ...]:
        """Return the channels of the body, by the roles of the scene, then the signals."""
        roles = names_of(self._table, self._meaning)
        signals = (Channel(signal, signal) for signal in self.signals)
        return (*self.species[name][0].channels(roles), *signals)

    def annotations(self) -> Sequence[tuple[int, str]]:
        """Return the annotations of the last tick."""
        return tuple(self._annotations)

    def scene(self, copy: int) -> Scene:
        """Return the things, the walls, and the creatures above them."""
        shapes: list[Shape] = [Polygon("wall", corners) for corners in self._obstacles.polygons]
        shapes += [Segments("wall", self._lines)] if len(self._lines) else []
        shapes += circles_of(self._table, self._items, self._meaning, copy)
        shapes += [self._bodies.creature_circles(name, copy, self._demography.alive[copy]) for name in self.species]
        return Scene(self.size, self.size, tuple(shapes), wraps=self.wraps)

    def apply(self, intervention: Drop | Move | Swap) -> None:
        """Drop a thing, move a creature or swap what feeds and what stings, in all copies and for good.

        The number of things never changes: what is dropped is one that was away and would have come back or not, or
        else the one of that role that was farthest.

        Raises:
            InterventionError: there is no such role or thing, the place is nowhere, or nothing can be swapped.
        """
        match intervention:
            case Drop(copy, role, x, y):
                self._drop_thing(copy, role, spot_at(x, y, self.size, self.wraps))
            case Move(species, row, x, y):
                copy, index = divmod(row, self.species[species][1])
                if not self.group_of(species).present[copy, index]:
                    raise InterventionError(f"row {row} of {species} is empty, there is no creature to be moved")
                self.group_of(species).positions[copy, index] = spot_at(x, y, self.size, self.wraps)
                self._bodies.keep_creatures_inside()
            case Swap():
                self._meaning = swapped(self._table, self._meaning, self._tick)

    def _drop_thing(self, copy: int, role: str, spot: NDArray[np.float64]) -> None:
        part = part_of(self._table, self._items, self._meaning, role, copy)
        self._obstacles.bring_out(spot)
        offsets = self._items.positions[copy] - spot
        if self.wraps:
            offsets -= self.size * np.rint(offsets / self.size)
        self._items.drop_thing(copy, part, spot, offsets, self._tick)

    def state_dict(self) -> State:
        """Return the seed, the ticks, all positions, signals and memories."""
        return {
            "seed": self._seed,
            "tick": self._tick,
            "age": self.age.copy(),
            "meaning": self._meaning.copy(),
            **self._items.state_dict(),
            **self._bodies.state_dict(),
            "over": self._over.copy(),
            "copies_over": self._copies_over.copy(),
            **({"life": self._demography.state_dict()} if self._demography.kinds else {}),
            "signals": {name: values.copy() for name, values in self.signal.items()},
            "memories": {name: values.copy() for name, values in self.memory.items()},
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self._seed_streams(int(state["seed"]))
        self._tick = int(state["tick"])
        self.age, self._meaning = np.array(state["age"]), np.array(state["meaning"])
        self._items.load_state_dict(state)
        self._bodies.load_state_dict(state)
        self._over, self._copies_over = np.array(state["over"]), np.array(state["copies_over"])
        if self._demography.kinds:
            self._demography.load_state_dict(state["life"])
        self.signal = {name: np.array(state["signals"][name]) for name in self.signals}
        self.memory = {name: np.array(state["memories"][name]) for name in self.memories}
