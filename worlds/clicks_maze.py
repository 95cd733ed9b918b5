"""Clicks maze: which side clicked more often? A corridor, a silence, and a choice of arm."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Le
from numpy.typing import NDArray

from alife.body import Body
from alife.body.motors.steps import Steps
from alife.core.errors import ConfigError
from alife.core.scene import Circles, Label, Scene, Shape
from alife.core.types import Amount, Count, Fraction, NonNegative, Positive
from alife.core.world import State
from alife.place import Draws, Place, Things

_LEFT, _STRAIGHT, _RIGHT = 0, 1, 2  # actions of the motor `steps`
_UP = np.pi / 2
_SMALLEST = 16.0  # size of the maze, in radii of a creature
_HALF_WIDTH = 1.6  # of the corridor and the arms; this and what follows in radii, too
_LANES = 1.0  # across those of all creatures of a copy
_START, _FORK = 2.0, 4.0  # of the corridor, from the lower border and from the upper one
_FEEDER, _END = 6.0, 7.4  # in the arms, from the middle
_ARM = _FEEDER - 2.0  # how far a creature is carried into an arm, until it touches the feeder

BODY = Body((), Steps(turn=np.pi / 2, turning_step=0.3))
"""A body that hears and nothing else, and steps aside with one action; the usual one can live here, too."""


class ClicksMaze(Place):
    """A belt holds the creature and carries it up a corridor, and at each tick there is a click.

    Each comes from the left with a probability of the trial, or else from the right. Then all is silent, and then comes
    the fork. There the belt ends and the creature is free: whoever leans to one side is taken by the belt of that arm
    to the feeder at its end, and has chosen. The arm on the side from which more clicks came feeds, the other stings,
    as soon as its belt takes hold; where as many came from both, both feed. What was heard is over by then, and a
    creature on the belt cannot use its place as a memory: what decides has to be summed up and kept in the brain. All
    creatures of a copy hear the same clicks, each in its own lane, and go through each other.

    Observation: what the body senses of the role feeder, both alike; then three numbers that are 1 or 0: a click from
    the left, one from the right, and that this is the fork.

    Actions: what the motor of the body can do. In the corridor it does nothing.

    Events: `fed`, in the right arm; `stung`, in the other; `late`, where nothing was chosen in time, and as bad as to
    be stung.

    Ends: once all creatures of a copy are at a feeder, or with the time to answer. Both terminate: the next trial has
    nothing to do with this one. A trial is `listening + silence` ticks and at most `answer` more.

    After the Poisson clicks of Brunton, Botvinick and Brody (2013), with one click at a tick and the sides drawn.

    Args:
        species: by name, a body and how many live in each copy.
        copies: mazes side by side.
        size: of the square around the maze, in world units.
        wraps: whether its edges are joined, which means nothing inside these walls.
        radius: of a creature.
        listening: ticks of clicks.
        silence: ticks from there to the fork.
        answer: ticks at the fork.
        rate: probability of a click in a tick of listening.
        low: the probability that a click comes from the left is drawn between this one and 1 - low for each trial.
        lean: how far from the middle of the fork the belt of an arm begins, in world units.
        fed: reward of the right arm.
        stung: reward of the wrong arm, and of none.

    Raises:
        ConfigError: the maze is too small for the creature.

    Version history:
        v0: first.
    """

    size = 8.0
    wraps = False
    listening: Count = 50
    silence: Amount = 30
    answer: Count = 20
    rate: Fraction = 1.0
    low: Annotated[float, Ge(0), Le(0.5)] = 0.3
    lean: Positive = 0.1
    fed: NonNegative = 1.0
    stung: Annotated[float, Le(0)] = -1.0

    signals: ClassVar = {"click on the left": 0.0, "click on the right": 0.0, "fork": 0.0}
    causes = ("fed", "stung", "late")
    success = "fed"
    ghosts = True
    feeds = False  # nothing here can be eaten

    def __post_init__(self) -> None:
        """Build the maze."""
        if self.size < _SMALLEST * self.radius:
            raise ConfigError(
                f"ClicksMaze: a creature of radius {self.radius:g} needs a size of "
                f"{_SMALLEST * self.radius:g} or more, got {self.size:g}"
            )
        self._walk = self.listening + self.silence
        self._clicks = np.zeros((self.copies, self.listening), np.int64)  # of this trial: -1 left, 1 right, 0 none
        creatures = sum(count for _, count in self.species.values())
        self._inside = np.zeros((self.copies, creatures))  # how far into an arm, to the right
        self._lanes = np.linspace(-0.5, 0.5, creatures) * (creatures > 1) * _LANES * self.radius
        super().__post_init__()

    @property
    def things(self) -> list[Things]:
        """The feeders, which look alike."""
        middle, far, height = self.size / 2, _FEEDER * self.radius, self._height(1.0)
        places = [(middle - far, height), (middle + far, height)]
        return [Things("feeder", at=places, radius=self.radius, regrows="here")]

    @property
    def walls(self) -> list[Any]:
        """Along the corridor and the arms."""
        middle, half, fork = self.size / 2, _HALF_WIDTH * self.radius, self._height(1.0)
        left, right, end = middle - half, middle + half, _END * self.radius
        foot, under, over = self._height(0.0) - half, fork - half, fork + half
        return [
            ((left, foot), (right, foot)),
            ((left, foot), (left, under)),
            ((right, foot), (right, under)),
            ((left, under), (middle - end, under)),
            ((right, under), (middle + end, under)),
            ((middle - end, over), (middle + end, over)),
            ((middle - end, under), (middle - end, over)),
            ((middle + end, under), (middle + end, over)),
        ]

    def _height(self, share: Any) -> Any:
        """Return how high in the corridor this share of it lies: 0 the start, 1 the fork."""
        return _START * self.radius + share * (self.size - (_START + _FORK) * self.radius)

    def on_begin(self, copies: NDArray[np.int64], random: Draws) -> None:
        """Draw the clicks of a trial and put all creatures at the start."""
        left = random.random(self.listening) < random.uniform(self.low, 1.0 - self.low, 1)
        clicks = np.where(left, -1, 1) * random.chance(self.rate, self.listening)
        self._clicks[copies], self._inside[copies] = clicks[copies], 0.0
        spots, _, headings = self.all_creatures()
        spots[copies] = (self.size / 2, self._height(0.0)) + self._lanes[:, None]
        headings[copies] = _UP
        self._set_signals()

    def on_tick(self, random: Draws) -> None:
        """Run the belts, reward new choices, end episodes, and set the click signals."""
        chosen = self._inside != 0
        self._run_belts()
        arrived = np.abs(self._inside) >= _ARM * self.radius
        copies, who = np.nonzero((self._inside != 0) & ~chosen)
        right = self._inside[copies, who] * self._clicks[copies].sum(1) >= 0
        self.give_reward(copies[right], who[right], self.fed, "fed")
        self.give_reward(copies[~right], who[~right], self.stung, "stung")
        late = self.age >= self._walk + self.answer
        copies, who = np.nonzero((self._inside == 0) & late[:, None])
        self.give_reward(copies, who, self.stung, "late")
        self.end_episodes(np.flatnonzero(arrived.all(1) | late))
        self._set_signals()

    def _run_belts(self) -> None:
        """Move creatures with the belts: up the corridor, and along an arm once they lean to its side."""
        spots, _, headings = self.all_creatures()
        free = (self.age > self._walk)[:, None]
        middle = self.size / 2 + self._lanes
        off = np.where(free, spots[..., 0] - middle, 0.0)
        on_belt = (self._inside != 0) | (np.abs(off) >= self.lean)
        side = np.sign(np.where(self._inside != 0, self._inside, off))
        distance = np.maximum(np.abs(self._inside), np.abs(off) * (self._inside == 0)) + self.radius
        self._inside = np.where(on_belt, side * np.minimum(distance, _ARM * self.radius), 0.0)
        spots[..., 0] = middle + np.where(on_belt, self._inside, off)
        spots[..., 1] = self._height(np.minimum(self.age / self._walk, 1.0))[:, None] + self._lanes
        headings[:] = np.where(on_belt, np.where(side < 0, np.pi, 0.0), np.where(free, headings, _UP))

    def _set_signals(self) -> None:
        """Set the signals of the clicks of the tick and of the fork."""
        sounds = np.arange(self.copies), np.minimum(self.age, self.listening - 1)
        click = np.where(self.age < self.listening, self._clicks[sounds], 0)
        self.signal["click on the left"][:] = (click < 0)[:, None]
        self.signal["click on the right"][:] = (click > 0)[:, None]
        self.signal["fork"][:] = (self.age >= self._walk)[:, None]

    def scene(self, copy: int) -> Scene:
        """Return the maze with all clicks so far, and for people alone, which feeder feeds."""
        scene = super().scene(copy)
        walls, _, *creatures = scene.shapes
        shapes = (walls, *self._feeders(copy), *self._heard(copy), *creatures)
        return Scene(scene.width, scene.height, shapes, scene.wraps)

    def _feeders(self, copy: int) -> Iterator[Shape]:
        lead = self._clicks[copy].sum()
        centres = self.group_of("feeder").positions[copy]
        feeds = lead * np.array([-1, 1]) >= 0
        yield Circles("food", centres[feeds], self.radius)
        if not feeds.all():
            yield Circles("poison", centres[~feeds], self.radius)

    def _heard(self, copy: int) -> Iterator[Shape]:
        """Yield a dot for each click so far, where it was heard, the newest larger, and what now goes on, in a word."""
        age = int(self.age[copy])
        clicks = self._clicks[copy, : age + 1]
        ticks = np.flatnonzero(clicks)
        beside = self.size / 2 + clicks[ticks] * 2.0 * _HALF_WIDTH * self.radius
        dots = np.stack([beside, self._height(ticks / self._walk)], axis=1)
        now = ticks == age
        yield Circles("heard", dots[~now], 0.1 * self.radius)
        yield Circles("click", dots[now], 0.6 * self.radius)
        word = "listen" if age < self.listening else "remember" if age < self._walk else "choose"
        yield Label("click", (self.size / 2, self.size - 1.5 * self.radius), word)

    def state_dict(self) -> State:
        """Return the state of the place, the clicks, and how far each creature is in an arm."""
        return {**super().state_dict(), "clicks": self._clicks.copy(), "ways": self._inside.copy()}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        super().load_state_dict(state)
        self._clicks, self._inside = np.array(state["clicks"]), np.array(state["ways"])


class Player:
    """Plays by hand: counts the clicks and goes where more came from; at a tie to the left.

    It knows nothing but what it observes and remembers.

    Args:
        rows: how many creatures it plays.
    """

    def __init__(self, rows: int) -> None:
        self._lead = np.zeros(rows)
        self._forked = np.zeros(rows, bool)

    def __call__(self, observations: NDArray[np.float32], rewards: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return an action for each row.

        Args:
            observations: (rows, n), of which the last three are the clicks and the fork.
            rewards: not needed here.
        """
        left, right, fork = observations[:, -3:].T
        self._lead[self._forked & (fork == 0)] = 0.0  # a new trial has begun
        self._lead += right - left
        self._forked = fork > 0
        return np.where(fork == 0, _STRAIGHT, np.where(self._lead > 0, _RIGHT, _LEFT))
