"""Place, a world in a few declarations: things, walls, and what touching means."""

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Any, ClassVar, NamedTuple

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body import Body
from alife.core.channel import Channel
from alife.core.errors import ConfigError, InterventionError, WorldError
from alife.core.geometry import shorten
from alife.core.intervention import Drop, Move, Set, Swap
from alife.core.random import Stream
from alife.core.scene import Circles, Polygon, Scene, Segments, Shape
from alife.core.threads import Threads
from alife.core.types import Count, Length, Size
from alife.core.world import Outcome, Species, State, no_events
from alife.place._bodies import Bodies
from alife.place._checked import check_declarations, check_radius
from alife.place._declared import Declared, is_key
from alife.place._demography import Demography, with_causes
from alife.place._draws import Draws
from alife.place._events import TickEvents
from alife.place._goals import Goals
from alife.place._items import Items
from alife.place._obstacles import Obstacles
from alife.place._rows import load_array
from alife.place._search import Search
from alife.place._senses import Sensed, Senses
from alife.place._shown import circles_of, feeding_and_stinging, names_of, part_of, spot_at
from alife.place._table import ItemTable
from alife.place._traits import TRAITS, Traits
from alife.place._walls import sides_of, wall_segments
from alife.place.contacts import (
    COPY,
    KIND,
    THING,
    Contacts,
    check_contacts,
    give_to_first,
    judge_contacts,
    take_away,
)
from alife.place.schedule import Schedule, current_value
from alife.place.things import Box, Creatures, Things


class Group(NamedTuple):
    """The things of one role, or the creatures of one species, in every copy: views, to read and to change."""

    positions: NDArray[np.float64]  # (copies, count, 2)
    present: NDArray[np.bool_]  # (copies, count), to change for things; of creatures False where a row is empty
    headings: NDArray[np.float64]  # (copies, count) of creatures; of things a copy full of zeros


_NO_COPIES = np.empty(0, np.int64)
_NO_EVENTS = no_events()


class Place(Declared):
    """A world of which only what is special about it has to be written.

        class Pond(Place):
            things = [Things("food", 10, reward=1.0), Things("poison", 10, reward=-1.0)]

    Every attribute with an annotation is a key in YAML, with its default; so is the number of things of each role.
    In a tick creatures turn and step, walls, solid things and other creatures in their way; then they touch. Where
    several touch one thing that only one can have, it goes to the one that comes first in an order of the copy's
    creatures drawn for that tick. Then what was taken regrows, `on_tick` changes what it likes, creatures with a
    metabolism pay for the tick (see Metabolism), and all sense what is.

    A subclass may have: `things`, `walls`, `start`, `signals`, `memories`, `sensed_as`, `causes`, `changes`;
    `on_touch`, `on_tick`, `on_begin`. Beside it in its module may stand `player(observations, random)`, which plays it
    by hand.

    Args:
        species: by name, a body and how many live in each copy.
        copies: arenas side by side.
        size: of the square arena, in world units.
        wraps: whether its edges are joined (a torus); otherwise there are walls around it.
        radius: of a creature.
    """

    feeds, traits = True, TRAITS

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

    sensed_as: ClassVar[tuple[str, ...]] = ()
    """What senses call each of `things` whatever its role is by now; empty is by its role."""

    causes: ClassVar[tuple[str, ...]] = ()
    """The causes of the events of `give_reward`; those of contacts come by themselves."""

    ghosts: ClassVar[bool] = False
    """Whether creatures go through each other, as if each had the place to itself."""

    species: Species = field(kw_only=False)
    copies: Count = field(kw_only=False, default=1)
    size: Size = 12.0
    wraps: bool = True
    radius: Length = 0.3

    # What a subclass may write

    def on_touch(self, contacts: Contacts) -> None:
        """Change the rewards of contacts and whether things are taken, in place; called where there are contacts."""

    def on_tick(self, random: Draws) -> None:
        """Change the place, once a tick: after contacts, before observations."""

    def on_begin(self, copies: NDArray[np.int64], random: Draws) -> None:
        """Arrange these copies as they begin, after things and creatures are placed."""

    # What a subclass may call

    @property
    def age(self) -> NDArray[np.int64]:
        """How many ticks ago each copy began, (copies,)."""
        return self._tick - self._began

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
            WorldError: the cause is not declared, or there is no such copy or creature.
        """
        if cause not in self.causes:
            raise WorldError(f"{type(self).__name__} gives {cause!r}, which its causes do not name: {self.causes}")
        for what, indices, count in (("copies", copies, self.copies), ("creatures", creatures, self._table.creatures)):
            if np.size(indices) and not (np.min(indices) >= 0 and np.max(indices) < count):
                raise WorldError(f"{type(self).__name__} gives {cause!r} to {what} beyond 0 to {count - 1}")
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
        if not np.size(copies):
            return
        self._ending = True
        self._truncated[where] = truncated & (
            self._truncated[where] | ~self._over[where]
        )  # what is over cannot be cut off
        self._over[where] = True
        if creatures is None:
            self._copies_over[copies] = True
        else:
            self._demography.mark_ended(copies, creatures)

    def restart_rows(self, name: str, rows: NDArray[np.int64]) -> bool:
        """Let the next step begin these creatures anew, with their brains."""
        copies, creatures = np.divmod(rows, self.species[name][1])
        self._over[copies, creatures + self._table.parts[name].start] = True
        self._ending = True
        return True

    def annotate(self, copies: Any, word: str) -> None:
        """Annotate these copies with a change, in a word or two, for people who watch."""
        self._annotations += [(copy, word) for copy in np.atleast_1d(copies).tolist()]

    def swap_roles(self, copies: Any, one: str, other: str) -> None:
        """Swap what things of two roles mean in these copies from now on: what touching them brings, and their picture.

        Senses still tell which role a thing was declared as.

        Raises:
            WorldError: there is no such role.
        """
        if missing := [role for role in (one, other) if role not in self._table.roles]:
            raise WorldError(f"{type(self).__name__} has no role {missing[0]!r}; it has {', '.join(self._table.roles)}")
        self._swap_kinds(copies, self._table.roles.index(one), self._table.roles.index(other))

    def _swap_kinds(self, copies: Any, one: int, other: int) -> None:
        turned = self._meaning[copies]
        turned[..., [one, other]] = turned[..., [other, one]]
        self._meaning[copies] = turned

    # The contract of a world

    def __post_init__(self) -> None:
        """Build the place from its declarations."""
        check_radius(self.radius, self.size)
        self.species = dict(self.species)
        own = type(self)
        declared = (self.things, self.start, self.signals, self.memories, own.sensed_as, own.causes)
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
        self._lines = wall_segments(
            [wall for wall in self.walls if len(wall) == 2], self.size, self.wraps, images=False
        )
        in_the_way = self._walls if self.wraps else sides_of(self.walls)  # no creature comes as far as the border
        arena = (self.copies, self.size, self.wraps)
        obstacles, table = self._obstacles, self._table
        self._traits = Traits(self.copies, table.parts, table.creatures)
        counted, period = (self.copies, len(table.causes)), self.size if self.wraps else 0.0
        self._demography = Demography(self.species, table.parts, *counted, period, self._traits.basal)
        alive = self._demography.alive
        self._bodies = Bodies(
            self.species, table, *arena, self.radius, in_the_way, obstacles, alive, self._traits, self.ghosts
        )
        ranges = {name: body.range for name, (body, _) in self.species.items()}
        self._search = Search(
            table, self._bodies.spots, alive, self.size, self.wraps, ranges, self.radius, self._traits
        )
        lying = [kind for kind in kinds if isinstance(kind, Things)]
        self._items = Items(lying, self._search.points, self._search.present, self.size, obstacles)
        self._got = np.zeros((self.copies, table.creatures, len(kinds)))
        self._goals = self._make_goals()
        self._turns = np.zeros((self.copies, table.creatures), np.int64)  # of each creature, where there are ties
        self.use_threads(1)
        self._spaces = {name: self._space(body) for name, (body, _) in self.species.items()}
        self._action_spaces = {name: body.action_space() for name, (body, _) in self.species.items()}
        self._tick_events, self._nobody = TickEvents(), np.zeros((self.copies, table.creatures), bool)
        self._not_ended = {name: np.zeros(self.row_count(name), bool) for name in self.species}
        self._hears, self._changes_by_itself = hears, own.on_tick is not Place.on_tick
        self._worth = self._worth_at(0)
        self._worth_changes = any(isinstance(kind.reward, Schedule) for kind in kinds)
        self.reset(0)

    def _worth_at(self, tick: int) -> NDArray[np.float64]:
        """Return the reward of each kind."""
        return np.array([current_value(kind.reward, tick) for kind in self._table.kinds], np.float64)

    def begin_with(self, name: str, count: int) -> None:
        """Let no more than so many of a species, whose body has a metabolism, live in each copy after a reset."""
        self._demography.begin_with(name, count)

    def express(self, name: str, rows: NDArray[np.int64], traits: Mapping[str, NDArray[np.float64]]) -> None:
        """Let these creatures of a species have these traits from the next step on, see TRAITS of alife.place."""
        self._traits.set_traits(name, rows, traits)

    def use_threads(self, count: int) -> None:
        """Let so many threads sense for slices of the creatures from now on; what comes of it is the same."""
        self._threads = Threads(count)
        self._senses = self._make_senses()

    def _make_senses(self) -> Senses:
        goals = None if self._goals is None else self._goals.displacements
        return Senses(self.species, self._search, self._bodies, self._walls, self._got, goals, self._threads)

    def _make_goals(self) -> Goals | None:
        """Return what remembers where creatures were rewarded, if any of their senses asks."""
        if not any(body.needs_goals for body, _ in self.species.values()):
            return None
        return Goals(self._bodies.spots, self.radius, self._traits.size, self.size if self.wraps else 0.0)

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
        kinds = len(self._table.kinds)
        self._meaning = np.tile(np.arange(kinds), (self.copies, 1))  # what each kind is taken for in each copy
        self._seed_streams(seed)
        shape = (self.copies, self._table.creatures)
        self._began = np.zeros(self.copies, np.int64)  # at which tick each copy did
        self.signal = {name: np.full(shape, value, np.float64) for name, value in self.signals.items()}
        self.memory = {name: np.full(self.copies, value) for name, value in self.memories.items()}
        self._over, self._truncated = np.zeros(shape, bool), np.zeros(shape, bool)
        self._copies_over, self._ending = np.zeros(self.copies, bool), False
        self._annotations: list[tuple[int, str]] = []
        self._demography.reset()
        self._traits.clear()
        if self._goals is not None:
            self._goals.reset()
        self._begin_anew(np.arange(self.copies), np.ones(shape, bool))
        self._tick_events.clear()  # a reset has no events, whatever `on_begin` gave
        self._bodies.clear_motion()
        self._got[...], self._anything_got = 0.0, False
        self._search.update()
        lives_of = self._demography.lives_of
        return {name: Outcome.at_reset(sensed, lives_of(name)) for name, sensed in self._sense().items()}

    def _seed_streams(self, seed: int) -> None:
        self._seed = seed
        self._items.seed_streams(seed)
        self._bodies.seed_streams(seed)
        self._demography.seed_streams(seed)
        self._ties = Stream(seed, "ties")
        self._tick_draws, self._begin_draws = Draws(seed, self.copies, "tick"), Draws(seed, self.copies, "begin", 1)

    def _begin_anew(self, copies: NDArray[np.int64], creatures: NDArray[np.bool_]) -> None:
        """Begin these copies and these creatures (copies, creatures) anew."""
        elsewhere = creatures.copy() if self._demography.divided else creatures
        for division in self._demography.divided:
            elsewhere[division.copy, division.children] = False
            self._bodies.put_beside(*division, self._tick)
        rows, columns = np.nonzero(elsewhere)
        self._bodies.put_creatures(rows, columns, self.start, self._tick)
        for name, value in self.signals.items():
            self.signal[name][creatures] = value
        if len(copies):
            self._items.place_things(copies, self._tick)
            self._began[copies] = self._tick
            for name, value in self.memories.items():
                self.memory[name][copies] = value
            if type(self).on_begin is not Place.on_begin:
                self.on_begin(copies, self._begin_draws.at(self._tick))
                self._keep_inside()

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        """Advance by one tick: creatures move and touch; rows that ended before begin anew."""
        self._tick += 1
        self._annotations = []
        if self._anything_got:
            self._got[...], self._anything_got = 0.0, False
        search = self._search
        new, new_copies, idle = self._begin_lives()
        self._bodies.move_bodies(actions, idle, search.points, search.present)
        if new is not self._nobody and (new.any() or len(new_copies)):
            self._begin_anew(new_copies, new)
            if self._goals is not None:
                self._goals.begin_lives(self._demography.born)
        search.update()
        changed = self._resolve_contacts(idle)
        changed = self._items.regrow(self._tick) or changed
        changed = self._call_on_tick() or changed
        if idle is not self._nobody:
            self._tick_events.drop_idle(idle)
        if self._demography.kinds:
            changed = self._end_lives(idle) or changed
        if self._ending:
            self._over &= ~idle
            self._copies_over[new_copies] = False
        if changed:
            search.update()
        if self._goals is not None:
            self._goals.remember(self._tick_events.total(self._over.shape))
        outcomes = {name: self._outcome(name, sensed) for name, sensed in self._sense().items()}
        self._tick_events.clear()
        return outcomes

    def _begin_lives(self) -> tuple[NDArray[np.bool_], NDArray[np.int64], NDArray[np.bool_]]:
        """Return which creatures and which copies begin anew, and the rows without events: those, and empty ones."""
        if not self._ending and not self._demography.kinds:
            return self._nobody, _NO_COPIES, self._nobody
        new = self._demography.begin_lives(self._over, self._copies_over, self._bodies.spots)
        new_copies = np.flatnonzero(self._copies_over)
        self._over, self._truncated = np.zeros_like(new), np.zeros_like(new)
        self._copies_over, self._ending = np.zeros(self.copies, bool), False
        return new, new_copies, new | ~self._demography.alive

    def _end_lives(self, idle: NDArray[np.bool_]) -> bool:
        """Let creatures with a metabolism pay for the tick, and die; return whether any left something behind."""
        died = self._demography.end_lives(self._bodies.steps, idle, self._tick)
        if died.any():
            self._ending = True
            self._over |= died
            self._truncated &= ~died  # nothing comes after a death
        for event in self._demography.birth_and_death_events():
            self._tick_events.add_events(*event)
        if self._items.rots.size and died.any():
            return self._leave_remains(died)
        return False

    def _leave_remains(self, died: NDArray[np.bool_]) -> bool:
        """Leave what those leave who have died, (copies, creatures), and return whether there was any."""
        left = False
        for copy in np.flatnonzero(died.any(1)).tolist():
            for name, part in self._table.parts.items():
                spots = self._bodies.spots[copy, part][died[copy, part]]
                left = self._items.leave_remains(name, copy, spots, self._tick) or left
        return left

    def _call_on_tick(self) -> bool:
        """Call `on_tick`, bring everything inside, and return whether it was called."""
        if not self._changes_by_itself:
            return False
        self.on_tick(self._tick_draws.at(self._tick))
        self._keep_inside()
        return True

    def _keep_inside(self) -> None:
        self._items.keep_things_inside(self.wraps)
        self._bodies.keep_creatures_inside()

    def _resolve_contacts(self, idle: NDArray[np.bool_]) -> bool:
        """Apply the consequences of contacts; return whether there were any."""
        search, table, items = self._search, self._table, self._items
        n, contested = search.find_contacts(idle)
        if n == 0:
            return False
        if len(contested):
            n = self._resolve_ties(n, contested)
        if self._worth_changes:
            self._worth = self._worth_at(self._tick)
        contacts = search.contacts
        where, reward, taken = contacts.where, contacts.reward, contacts.taken
        judge_contacts(n, where, table.kind, self._meaning, self._worth, table.leaves, reward, taken)
        if self._hears:
            reward, taken = self._tell_on_touch(contacts.first(n, table.roles))
        if self._demography.kinds:
            self._feed(where[:, :n], reward[:n])
        self._tick_events.add_contacts(n, where, reward, taken, table.touch_cause)
        changed = (self._got, search.present, items.regrow_tick)
        first = take_away(n, where, taken, table.kind, self._tick, items.after, *changed)
        self._anything_got = True
        if first >= 0:
            items.expect_regrowth(first)
        if len(table.seen):
            self._resolve_encounters(where[:, :n], taken[:n])
        return True

    def _feed(self, where: NDArray[np.int64], reward: NDArray[np.float64]) -> None:
        """Give the energy of what is touched to who touches it: what is declared, or its gain times the reward."""
        demography, table, (copies, creatures, things, kinds) = self._demography, self._table, where
        if not table.feeds_otherwise:
            demography.eat(copies, creatures, reward)
            return
        energy, share = table.energy[kinds], table.share[kinds]
        lives = np.isfinite(share)
        others = table.owner[things[lives]]
        energy[lives] = share[lives] * demography.energy[copies[lives], others]
        demography.give_energy(copies[lives], others, -energy[lives])
        said = np.isfinite(energy)
        demography.give_energy(copies[said], creatures[said], energy[said])
        demography.eat(copies[~said], creatures[~said], reward[~said])

    def _resolve_ties(self, n: int, contested: NDArray[np.int64]) -> int:
        """Give what only one can have to the first in an order of the copy's creatures drawn for the tick."""
        for copy in contested.tolist():
            self._turns[copy] = self._ties.at(self._tick, copy).permutation(self._table.creatures)
        return give_to_first(n, self._search.contacts.where, self._table.leaves, self._turns, self._search.claims)

    def _tell_on_touch(self, contacts: Contacts) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Call `on_touch`, and return the rewards and what is taken as it leaves them."""
        n = len(contacts)
        self.on_touch(contacts)
        check_contacts(contacts, n)
        self._keep_inside()
        return contacts.reward, contacts.taken

    def _resolve_encounters(self, where: NDArray[np.int64], taken: NDArray[np.bool_]) -> None:
        """Apply the consequences of contacts to the creatures that were touched."""
        table = self._table
        lives = np.flatnonzero(where[THING] >= self._items.count)
        if not len(lives):
            return
        copies, kinds, taken = where[COPY, lives], where[KIND, lives], taken[lives]
        others = table.seen[where[THING, lives] - self._items.count]
        loss = np.array([current_value(getattr(kind, "loss", 0.0), self._tick) for kind in table.kinds], np.float64)[
            kinds
        ]
        told = taken | (loss != 0)
        self._tick_events.add_events(copies[told], others[told], table.touched_cause[kinds[told]], loss[told])
        never = taken & np.array([kind.regrows == "never" for kind in table.kinds], bool)[kinds]
        self.end_episodes(copies[never], others[never])
        self._demography.mark_ended(copies[never], others[never], table.touched_cause[kinds[never]])
        elsewhere = taken & ~never
        self._bodies.put_creatures(copies[elsewhere], others[elsewhere], self.start, self._tick)

    def _outcome(self, name: str, sensed: NDArray[np.float32]) -> Outcome:
        part, terminated = self._table.parts[name], self._not_ended[name]
        rewards, events, truncated = np.zeros(len(terminated)), _NO_EVENTS, terminated
        if len(self._tick_events):
            events = self._tick_events.of_species(part, rewards)
        if self._ending:
            over, cut = self._over[:, part].ravel(), self._truncated[:, part].ravel()
            terminated, truncated = over & ~cut, over & cut
        lives = self._demography.lives_of(name) if self._demography.kinds else None
        return Outcome(sensed, rewards, terminated, truncated, events, lives)

    def _sense(self) -> Sensed:
        """Return what each species senses: by its body, then the signals; an empty row senses nothing."""
        if not self._demography.kinds and not self.signals:
            return self._senses.sense(self._tick, {})
        sensed = self._senses.sense(self._tick, {name: self._demography.energy_shares(name) for name in self.species})
        for name, part in self._table.parts.items():
            if self.signals:
                signals = np.stack([self.signal[each][:, part].ravel() for each in self.signals], axis=1)
                sensed[name] = np.hstack([sensed[name], np.clip(signals, 0.0, 1.0).astype(np.float32)])
            if self._demography.kinds:
                sensed[name][~self._demography.alive[:, part].ravel()] = 0.0
        return sensed

    def vitals(self, name: str) -> Mapping[str, NDArray[Any]]:
        """Return the energy of a species as shares of its capacity, and its ages in ticks, (rows,) each."""
        shares, ages = self._demography.energy_shares(name), self._demography.ages(name)
        return {} if shares is None or ages is None else {"energy": shares, "age": ages}

    def channels(self, name: str) -> tuple[Channel, ...]:
        """Return the channels of the body, by the roles of the scene, then the signals."""
        roles = self.sensed_as or names_of(self._table, self._meaning[0])
        signals = (Channel(signal, signal) for signal in self.signals)
        return (*self.species[name][0].channels(roles), *signals)

    def annotations(self) -> Sequence[tuple[int, str]]:
        """Return the annotations of the last tick."""
        return tuple(self._annotations)

    def scene(self, copy: int) -> Scene:
        """Return the things, the walls, and the creatures above them."""
        shapes: list[Shape] = [Polygon("wall", corners) for corners in self._obstacles.polygons]
        shapes += [Segments("wall", self._lines)] if len(self._lines) else []
        shapes += circles_of(self._table, self._items, self._meaning[copy], copy, self.sensed_as)
        shapes += [self._creature_circles(name, copy) for name in self.species]
        signals = {name: values[copy] for name, values in self.signal.items()}
        shared = {name: float(told[0]) for name, told in signals.items() if len(told) and (told == told[0]).all()}
        return Scene(self.size, self.size, tuple(shapes), wraps=self.wraps, signals=shared)

    def _creature_circles(self, name: str, copy: int) -> Circles:
        circles = self._bodies.creature_circles(name, copy, self._demography.alive[copy])
        energy, ages = self._demography.energy_shares(name), self._demography.ages(name)
        if energy is None or ages is None:
            return circles
        return replace(circles, energy=energy[circles.rows], ages=ages[circles.rows])

    def apply(self, intervention: Drop | Move | Swap | Set) -> None:
        """Drop a thing, move a creature, swap what feeds and what stings or set a number, for good.

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
                self._swap_kinds(slice(None), *feeding_and_stinging(self._table, self._tick))
            case Set(path, value):
                self._set_number(path, value)

    def _set_number(self, path: str, value: float) -> None:
        """Set a number in `changes`, or one of a hazard."""
        match path.split("."):
            case "world", name if name in self.changes:
                setattr(self, name, type(getattr(self, name))(value))
            case "creatures", name, "body", "metabolism", "hazard", key if name in self._demography.kinds:
                self._demography.change_hazard(name, key, value)
            case _:
                raise InterventionError(f"{path}: nothing of that name can be set in this world")

    def _drop_thing(self, copy: int, role: str, spot: NDArray[np.float64]) -> None:
        part = part_of(self._table, self._items, self._meaning[copy], role, copy)
        self._obstacles.bring_out(spot)
        offsets = self._items.positions[copy] - spot
        if self.wraps:
            shorten(offsets, self.size)
        self._items.drop_thing(copy, part, spot, offsets, self._tick)

    def state_dict(self) -> State:
        """Return the seed, the ticks, all positions, signals and memories."""
        return {
            "seed": self._seed,
            "tick": self._tick,
            "age": self.age,
            "meaning": self._meaning.copy(),
            **self._items.state_dict(),
            **self._bodies.state_dict(),
            "over": self._over.copy(),
            "copies_over": self._copies_over.copy(),
            **({"life": self._demography.state_dict()} if self._demography.kinds else {}),
            **({"traits": self._traits.state_dict()} if self._traits.differ else {}),
            **({} if self._goals is None else {"goals": self._goals.state_dict()}),
            "signals": {name: values.copy() for name, values in self.signal.items()},
            "memories": {name: values.copy() for name, values in self.memory.items()},
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self._seed_streams(int(state["seed"]))
        self._tick = int(state["tick"])
        if np.min(state["age"], initial=0) < 0:
            raise ValueError("age must be 0 or more")
        load_array(self._began, self._tick - np.asarray(state["age"]))
        load_array(self._meaning, state["meaning"])
        if not (np.sort(self._meaning, axis=1) == np.arange(len(self._table.kinds))).all():
            raise ValueError("each kind of thing must have one meaning in each copy")
        self._items.load_state_dict(state)
        self._bodies.load_state_dict(state)
        self._over, self._copies_over = np.array(state["over"]), np.array(state["copies_over"])
        self._ending = bool(self._over.any() or self._copies_over.any())
        self._annotations = []
        if self._demography.kinds:
            self._demography.load_state_dict(state["life"])
        if "traits" in state:
            self._traits.load_state_dict(state["traits"])
        if self._goals is not None:
            self._goals.load_state_dict(state["goals"])
        self.signal = {name: np.array(state["signals"][name]) for name in self.signals}
        self.memory = {name: np.array(state["memories"][name]) for name in self.memories}

    def __getstate__(self) -> dict[str, Any]:
        """Return all attributes but those that are views of others."""
        return {name: value for name, value in vars(self).items() if name != "_senses"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take on the attributes of another, and make the views anew."""
        vars(self).update(state)
        self._senses = self._make_senses()
