"""Goals: the place of the last reward, as a creature with `goal_direction` senses it."""

import copy
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from alife.body import Body
from alife.body.metabolism import Metabolism
from alife.body.motors.compass import Compass
from alife.body.senses.goal_direction import GoalDirection
from alife.core import threads as threads_module
from alife.core.intervention import Move
from alife.place import Draws, Place

EAST, NORTH, WEST = 0, 2, 4
BODY = Body((GoalDirection(4, egocentric=False),), Compass(step=0.5))
MORTAL = Body(BODY.senses, BODY.motor, Metabolism())


@dataclass
class Meadow(Place):
    """Rewards one creature of each copy, and ends what it is told to."""

    causes: ClassVar[Any] = ("praised",)
    reward: float = 0.0
    praised: int = 0
    ends: str = ""

    def on_tick(self, random: Draws) -> None:
        """Give the reward, and end episodes of the first creatures or of whole copies."""
        if self.reward:
            self.give_reward(np.arange(self.copies), self.praised, self.reward, "praised")
        if self.ends:
            first = np.zeros(self.copies, int) if self.ends == "creatures" else None
            self.end_episodes(np.arange(self.copies), first)


def _meadow(body: Body = BODY, **more: Any) -> Meadow:
    meadow = Meadow({"seekers": (body, 1)}, copies=2, size=20.0, **more)
    for row in range(2):
        meadow.apply(Move("seekers", row, 10.0, 10.0))
    return meadow


def _go(meadow: Meadow, action: int, ticks: int = 1, reward: float = 0.0) -> NDArray[np.float32]:
    """Return what the first row senses after so many ticks, the last of them with a reward."""
    for tick in range(ticks):
        meadow.reward = reward if tick == ticks - 1 else 0.0
        sensed = meadow.step({"seekers": np.array([action] * 2)})["seekers"].observations
    return sensed[0]


@pytest.mark.parametrize("wraps", [False, True])
def test_the_place_of_the_last_reward_is_remembered(wraps: bool) -> None:
    """And that of none before the first, of no harm, and on a torus by the shortest way."""
    meadow = _meadow(wraps=wraps)

    assert not _go(meadow, EAST).any()
    assert not _go(meadow, EAST, reward=-1.0).any()
    assert not _go(meadow, EAST, reward=1.0).any()  # it stands there
    assert _go(meadow, EAST, 2) == pytest.approx([0, 0, 1, 0], abs=1e-6)
    _go(meadow, EAST, reward=1.0)
    assert _go(meadow, NORTH, 4) == pytest.approx([0, 0, 0, 1], abs=1e-6)
    meadow.apply(Move("seekers", 0, 0.5, 10.0))
    assert (_go(meadow, WEST)[2] > 0.5) == wraps


def test_a_place_that_is_in_vain_is_forgotten() -> None:
    """After ten ticks as near as the creature's radius, and not before; passing by does no harm."""
    meadow = _meadow(radius=1.0)
    _go(meadow, EAST, reward=1.0)
    for _ in range(4):  # of each pair of ticks one ends half a unit away and one where it began
        _go(meadow, EAST)
        _go(meadow, WEST)

    assert _go(meadow, EAST)[2] == pytest.approx(1.0)
    _go(meadow, WEST)
    assert not _go(meadow, EAST, 4).any()


def test_a_small_creature_has_to_come_nearer() -> None:
    """Half a unit away is not there for a radius of a quarter of one, whatever that of the largest is."""
    meadow = _meadow(radius=1.0)
    meadow.express("seekers", np.arange(2), {"size": np.full(2, 0.25)})
    _go(meadow, EAST, reward=1.0)
    _go(meadow, EAST)
    for _ in range(10):
        _go(meadow, EAST)
        _go(meadow, WEST)

    assert _go(meadow, EAST)[2] == pytest.approx(1.0)


def test_what_was_in_vain_before_a_reward_does_not_count() -> None:
    """The ticks are counted from the last reward on."""
    meadow = _meadow(radius=1.0)
    _go(meadow, EAST, reward=1.0)
    for _ in range(4):
        _go(meadow, EAST)
        _go(meadow, WEST)
    _go(meadow, EAST, reward=1.0)

    assert _go(meadow, EAST, 4)[2] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("body", "ends", "known"),
    [(BODY, "creatures", True), (BODY, "copies", True), (MORTAL, "creatures", False), (MORTAL, "copies", True)],
)
def test_it_lasts_through_episodes_and_not_through_death(body: Body, ends: str, known: bool) -> None:
    """An episode that ends is the same creature; who dies knew a place that nobody born in its row does."""
    meadow = _meadow(body)
    _go(meadow, EAST, reward=1.0)
    assert _go(meadow, EAST, 2).any()
    meadow.ends = ends
    _go(meadow, EAST)
    meadow.ends = ""
    assert _go(meadow, EAST, 3).any() == known


def test_a_state_has_all_of_it() -> None:
    """Another place that loads it, and a copy of it, go on alike; one that is reset knows nothing."""
    one, other = _meadow(radius=1.0), _meadow(radius=1.0)
    _go(one, EAST, reward=1.0)
    _go(one, EAST, 2)
    other.load_state_dict(one.state_dict())
    copied = copy.deepcopy(one)

    sensed = [[_go(each, action)[2] for action in [WEST, EAST] * 4] for each in (one, other, copied)]
    assert sensed[0] == sensed[1] == sensed[2] == [1.0] * 7 + [0.0]
    other.reset(0)
    assert not _go(other, EAST, 3).any()


def test_each_senses_its_own_place_by_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a species without the sense lives beside them."""
    monkeypatch.setattr(threads_module, "_WORTH_A_THREAD", 1)
    species = {"blind": (Body(motor=Compass()), 2), "seekers": (BODY, 3), "walkers": (Body((GoalDirection(),)), 2)}
    lives = []
    for threads in (1, 3):
        meadow, random = Meadow(species, copies=3, size=20.0), np.random.default_rng(0)
        meadow.use_threads(threads)
        meadow.reset(0)
        sensed = []
        for tick in range(40):
            meadow.reward, meadow.praised = float(tick % 4 == 0), int(random.integers(7))
            actions = {name: random.integers(3, size=meadow.row_count(name)) for name in species}
            outcomes = meadow.step(actions)
            sensed.append(np.concatenate([outcomes[name].observations for name in ("seekers", "walkers")], axis=None))
        lives.append(np.array(sensed))

    assert np.array_equal(*lives)
    assert len(np.unique(lives[0][-1][lives[0][-1] > 0.0])) > 6
