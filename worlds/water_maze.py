"""Water maze: a platform hides in the water. A creature that has found it once may find it again, until it moves."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.body import Body
from alife.body.motors.compass import Compass
from alife.body.senses.place_cells import PlaceCells
from alife.core.errors import ConfigError, InterventionError
from alife.core.geometry import outlines
from alife.core.intervention import Drop, Move, Set, Swap
from alife.core.scene import Circles, Label, Polygon, Scene, Shape
from alife.core.types import Count, Length, Positive
from alife.core.world import State
from alife.place import Draws, Place

_SIDES = 32  # of the pool
_OUT = 0.5  # how far from the middle platforms lie, in radii of the pool
_GOLDEN = np.pi * (3.0 - 5.0**0.5)  # the golden angle: each platform lies far from the one before
_ABOUT_TO_BEGIN = -1
_STEP = 0.3  # of the player's body, in world units
_PITCH = 1.0  # of the player's spiral, from one turn to the next, in world units
_OUTERMOST, _INNERMOST = 4.5, 0.5  # turns of it
_THERE = 0.25  # how near a place it takes itself to be there

CELLS = PlaceCells(extent=12.0, spacing=1.0, width=1.0)
"""The place cells for the pool as it is by default."""

BODY = Body((CELLS,), Compass(step=_STEP, inertia=0.5))
"""The body for which it is made, and that of its player."""


class WaterMaze(Place):
    """A round pool, and somewhere under the water a platform that cannot be seen, heard or smelled.

    A trial begins at the northern, eastern, southern or western rim, drawn anew, and ends when the creature comes upon
    the platform, or is taken out of the water. For `stays` trials the platform is in one place, half a radius from the
    middle; then it is in another, nearly a radius from the old one. Every creature has trials and a platform of its
    own: those of a copy find the same sequence of places, each at its own pace, and go through each other.

    Observation: what the body senses, which has nothing of the platform in it: by default the place cells of its place.

    Actions: what the motor of the body can do. A motor that turns from where it looks, like `steps`, asks for senses
    that know the heading; place cells go with the motor `compass`.

    Events: `found`, at the platform.

    Ends: terminates at the platform; truncated after `patience` ticks, when swimming on would have been of use.

    The task is that of Morris (1981), in the form of Foster, Morris and Dayan (2000): there the pool has a radius of
    1 m and the platform one of .05 m, place cells are .16 m wide, and a trial takes 120 s at most in ticks of .1 s. In
    a pool of radius 6 that would be a platform of .3, cells .96 wide and 1,200 ticks; here the platform is larger and
    trials are shorter.

    Args:
        species: by name, a body and how many live in each copy.
        copies: pools side by side.
        size: how far the pool is across, in world units.
        wraps: whether the edges of the square around the pool are joined, which means nothing inside.
        radius: of a creature.
        platform: radius of the platform, in world units; it is found by the middle of the creature.
        patience: the longest trial, in ticks.
        stays: trials that the platform stays in a place.
        found: reward at the platform.

    Raises:
        ConfigError: a body senses nothing here, or the pool is too small for the creature or the platform.

    Version history:
        v0: first.
    """

    size = 12.0
    wraps = False
    platform: Length = 0.6
    patience: Count = 400
    stays: Count = 100
    found: Positive = 1.0

    causes = ("found",)
    success = "found"
    ghosts = True
    feeds = False  # nothing here can be eaten

    def __post_init__(self) -> None:
        """Fill the pool."""
        if 4.0 * max(self.radius, self.platform) > self.size:
            raise ConfigError(
                f"WaterMaze: a pool {self.size:g} across is too small for a creature of radius {self.radius:g} "
                f"and a platform of radius {self.platform:g}; it must be four times as far across as either"
            )
        for name, (body, _) in self.species.items():
            if body.observation_space(0).shape == (0,):
                raise ConfigError(
                    f"WaterMaze: the body of {name} senses nothing here, where there is nothing to be seen; "
                    f"senses: [{{kind: place_cells, extent: {self.size:g}}}] tell it where it is"
                )
        shape = self.copies, sum(count for _, count in self.species.values())
        self._angles = np.zeros(self.copies)  # of the first platform
        self._trials, self._swum = np.zeros(shape, np.int64), np.zeros(shape, np.int64)  # trials before, ticks in this
        super().__post_init__()

    @property
    def walls(self) -> list[Any]:
        """The rim."""
        return list(outlines([self._rim()]))

    def _rim(self) -> NDArray[np.float64]:
        """Return the corners of the pool."""
        return self.size / 2 * (1.0 + _pointing(np.arange(_SIDES) * (2 * np.pi / _SIDES)))

    def platforms(self) -> NDArray[np.float64]:
        """Return where each creature's platform is, (copies, creatures, 2)."""
        return self.size / 2 * (1.0 + _OUT * _pointing(self._angles[:, None] + self._trials // self.stays * _GOLDEN))

    def on_begin(self, copies: NDArray[np.int64], random: Draws) -> None:
        """Draw the angle of the first platform, and put all creatures at the rim."""
        self._angles[copies] = random.uniform(0.0, 2 * np.pi)[copies]
        self._trials[copies], self._swum[copies] = 0, 0
        who = np.zeros(self._swum.shape, bool)
        who[copies] = True
        self._put_at_rim(who, random.integers(4, who.shape[1]))

    def _put_at_rim(self, who: NDArray[np.bool_], winds: NDArray[np.int64]) -> None:
        """Put creatures at the rim, heading to the middle."""
        spots, _, headings = self.all_creatures()
        angles = winds[who] * (np.pi / 2)
        reach = self.size / 2 * np.cos(np.pi / _SIDES) - 1.01 * self.radius
        spots[who], headings[who] = self.size / 2 + reach * _pointing(angles), (angles + np.pi) % (2 * np.pi)

    def on_tick(self, random: Draws) -> None:
        """Begin and end trials."""
        self._swum += 1
        new = self._swum == 0
        self._trials += new
        self._put_at_rim(new, random.integers(4, new.shape[1]))
        self.annotate(np.flatnonzero((new & (self._trials % self.stays == 0)).any(1)), "platform moved")
        displacements = self.all_creatures().positions - self.platforms()
        on = (np.hypot(displacements[..., 0], displacements[..., 1]) <= self.platform) & ~new
        late = (self._swum >= self.patience) & ~on
        copies, who = np.nonzero(on)
        self.give_reward(copies, who, self.found, "found")
        self.end_episodes(copies, who)
        copies, who = np.nonzero(late)
        self.end_episodes(copies, who, truncated=True)
        self._swum[on | late] = _ABOUT_TO_BEGIN

    def scene(self, copy: int) -> Scene:
        """Return the pool, and for people alone the platform."""
        scene = super().scene(copy)
        creatures = [shape for shape in scene.shapes if isinstance(shape, Circles)]
        shapes = (Polygon("water", self._rim()), *self._hidden(copy), *creatures)
        return Scene(scene.width, scene.height, shapes, scene.wraps)

    def _hidden(self, copy: int) -> Iterator[Shape]:
        """Yield the platforms of all creatures, each with the species that seek it, if not all do."""
        platforms, trials = self.platforms()[copy], self._trials[copy] // self.stays
        owners = np.repeat(list(self.species), [count for _, count in self.species.values()])
        numbers, first = np.unique(trials, return_index=True)
        yield Circles("platform", platforms[first], self.platform)
        for number, place in zip(numbers, platforms[first], strict=True):
            names = dict.fromkeys(owners[trials == number].tolist())
            if len(numbers) > 1:
                yield Label("platform", (place[0], place[1] - self.platform - self.radius), "of " + ", ".join(names))

    def apply(self, intervention: Drop | Move | Swap | Set) -> None:
        """Move a creature.

        Raises:
            InterventionError: something is to be dropped or swapped, or the place is nowhere.
        """
        if isinstance(intervention, Drop):
            raise InterventionError(
                "nothing can be dropped into the water maze; its platform moves by itself, after trials"
            )
        super().apply(intervention)

    def state_dict(self) -> State:
        """Return the state of the place and of all trials."""
        own = {"angles": self._angles.copy(), "trials": self._trials.copy(), "swum": self._swum.copy()}
        return {**super().state_dict(), **own}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        super().load_state_dict(state)
        self._angles = np.array(state["angles"])
        self._trials, self._swum = np.array(state["trials"]), np.array(state["swum"])


def _pointing(angles: Any) -> NDArray[np.float64]:
    """Return vectors of length 1, (..., 2)."""
    return np.stack([np.cos(angles), np.sin(angles)], axis=-1)


class Player:
    """Plays by hand: searches the pool in spirals, and goes straight to where it found the platform last.

    It knows nothing but what its place cells tell and what it remembers: it has to find the platform itself, at first
    and after each move. Where it does not find it at the place it remembers, it searches the pool again.

    Args:
        rows: how many creatures it plays, all with the body BODY.
    """

    def __init__(self, rows: int) -> None:
        self._centres = CELLS.centres()
        self._middle = np.full(2, CELLS.extent / 2)
        self._known, self._searches = np.zeros((rows, 2)), np.ones(rows, bool)
        self._orbit, self._outwards = np.full(rows, _OUTERMOST), np.full(rows, -1)
        self._last = np.full((rows, 2), np.inf)
        self._random = np.random.default_rng(0)

    def __call__(self, observations: NDArray[np.float32], rewards: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return an action for each row.

        Args:
            observations: (rows, cells) of the place cells.
            rewards: (rows,), what the tick brought that led to these observations.
        """
        spots = observations @ self._centres / observations.sum(1, keepdims=True)
        found, leapt = rewards > 0, np.hypot(*(spots - self._last).T) > 2.0 * _STEP
        self._known[found], self._searches[found] = spots[found], False
        self._orbit[leapt], self._outwards[leapt] = _OUTERMOST, -1  # a new trial begins at the rim
        self._last = spots
        displacements = self._known - spots
        self._searches |= ~found & (np.hypot(*displacements.T) < _THERE)
        wanted = np.where(self._searches, self._course(spots), np.arctan2(displacements[:, 1], displacements[:, 0]))
        # A course between two of the eight winds takes each as often as it is near to it.
        return np.floor(wanted / (np.pi / 4) + self._random.random(len(wanted))).astype(np.int64) % 8

    def _course(self, spots: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the angles in which to swim along a spiral, to the middle and out again."""
        out = spots - self._middle
        self._orbit += self._outwards * _PITCH * _STEP / (2 * np.pi * self._orbit)
        self._outwards = np.where(self._orbit < _INNERMOST, 1, np.where(self._orbit > _OUTERMOST, -1, self._outwards))
        towards = np.arctan(np.hypot(*out.T) - self._orbit)  # to the middle where it is too far out
        return np.asarray(np.arctan2(out[:, 1], out[:, 0]) + np.pi / 2 + towards)
