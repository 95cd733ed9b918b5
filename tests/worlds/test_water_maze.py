"""Water maze: the pool, the platform that cannot be sensed, how it moves, the player, and creatures that learn."""

from functools import partial
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from numpy.typing import NDArray

from alife.body import Body
from alife.body.motors.compass import Compass
from alife.body.motors.glide import Glide
from alife.body.senses.sectors import Sectors
from alife.config.simulation_config import load_config
from alife.core.errors import ConfigError, InterventionError
from alife.core.intervention import Drop, Move, Swap
from alife.core.world import Outcome, Species
from alife.sim.build import build_simulation
from tests.place.test_place import goes_as_alone, keeps_its_promises
from tests.worlds.lives import random_actions, same
from worlds.water_maze import BODY, CELLS, Player, WaterMaze

CONFIG = Path(__file__).resolve().parents[2] / "configs" / "water_maze.yaml"
ONE: Species = {"learners": (BODY, 1)}
CROWD: Species = {"learners": (BODY, 3), "others": (Body((CELLS,), Glide()), 2)}
Busy: Any = partial(WaterMaze, platform=2.0, patience=30, stays=2)
_OTHER = {"senses": [{"kind": "place_cells", "extent": 12.0, "spacing": 3.0}], "motor": "glide"}


def _step(world: WaterMaze, action: int = 0) -> Outcome:
    return world.step({"learners": np.full(world.row_count("learners"), action)})["learners"]


def _sent_to(world: WaterMaze, spots: NDArray[np.float64]) -> Outcome:
    """Put all creatures somewhere, (copies, 1, 2), let a tick pass and return what it brought."""
    world.group_of("learners").positions[:] = spots
    return _step(world)


def _find(world: WaterMaze) -> None:
    """Put all creatures onto their platforms, and begin anew."""
    assert _sent_to(world, world.platforms()).terminated.all()
    _step(world)


@pytest.mark.slow
@pytest.mark.parametrize("species", [ONE, CROWD], ids=["one", "crowd"])
def test_it_keeps_the_contract(species: Species) -> None:
    """Copies, and all that is told, over several trials and moves."""
    goes_as_alone(Busy, species, 80, 4)
    keeps_its_promises(Busy, species, 80, 4)


@pytest.mark.slow
def test_a_state_taken_in_the_middle_of_a_trial_goes_on() -> None:
    """Wherever it is taken, a loaded state goes on to the bit, and looks the same."""
    actions = list(random_actions(CROWD, 2, 160))
    for before in (7, 31, 100):
        first, second = Busy(CROWD, 2), Busy(CROWD, 2)
        first.reset(8)
        for each in actions[:before]:
            first.step(each)
        second.reset(3)
        second.load_state_dict(first.state_dict())

        assert second.scene(1).text() == first.scene(1).text()
        for each in actions[before:]:
            assert same(first.step(each), second.step(each))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("settings", "cells"), [({}, 113), ({"body": _OTHER}, 13)])
def test_gymnasium_has_nothing_to_complain_about(settings: dict[str, Any], cells: int) -> None:
    """It is made by its name, with a body that knows where it is unless it is given another."""
    env = gymnasium.make("worlds:alife/WaterMaze-v0", **settings)
    check_env(env.unwrapped, skip_render_check=True)
    assert env.observation_space.shape == (cells,)


@pytest.mark.slow
def test_no_creature_leaves_the_pool() -> None:
    """Over 300 ticks of chance all are inside the rim, a radius away from it."""
    world = WaterMaze(CROWD, 4)
    world.reset(0)
    for actions in random_actions(CROWD, 4, 300):
        world.step(actions)
        assert (np.linalg.norm(world.all_creatures().positions - 6.0, axis=2) <= 6.0 - 0.3 + 1e-9).all()


@pytest.mark.slow
def test_trials_begin_at_the_four_winds() -> None:
    """At the rim in the north, east, south and west, each about as often, looking to the middle."""
    world = Busy(ONE, 100)
    world.reset(0)
    starts = []
    for _ in range(20):
        starts.append(world.group_of("learners").positions[:, 0].copy())
        looks = world.group_of("learners").headings[:, 0]
        assert np.stack([np.cos(looks), np.sin(looks)], 1) == pytest.approx((6.0 - starts[-1]) / 5.668, abs=1e-3)
        _find(world)
    displacements = np.concatenate(starts) - 6.0
    winds = np.rint(np.arctan2(displacements[:, 1], displacements[:, 0]) / (np.pi / 2)).astype(int) % 4

    assert np.linalg.norm(displacements, axis=1) == pytest.approx(np.full(2000, 6.0 * np.cos(np.pi / 32) - 0.303))
    assert np.bincount(winds) / 2000 == pytest.approx(np.full(4, 0.25), abs=0.04)


def test_the_platform_is_not_sensed() -> None:
    """Two pools whose platforms lie elsewhere are sensed the same, tick by tick, as long as neither finds it."""
    first, second = WaterMaze(ONE, 4), WaterMaze(ONE, 4)
    first.reset(1)
    second.reset(1)
    state = second.state_dict()
    state["angles"] += 1.5
    second.load_state_dict(state)
    actions = [next(random_actions(ONE, 4, 1)) for _ in range(30)]
    pairs = [(first.step(each)["learners"], second.step(each)["learners"]) for each in actions]

    assert not np.allclose(first.platforms(), second.platforms())
    assert not any(one.terminated.any() or other.terminated.any() for one, other in pairs)
    assert all(np.array_equal(one.observations, other.observations) for one, other in pairs)
    assert first.scene(0).text() != second.scene(0).text()


@pytest.mark.parametrize(("away", "finds"), [(0.55, True), (0.65, False)])
def test_the_middle_of_a_creature_finds_the_platform(away: float, finds: bool) -> None:
    """Within its radius it is found, which is rewarded and ends the trial; beyond, nothing happens."""
    world = WaterMaze({"learners": (Body((CELLS,), Compass(step=1e-6)), 1)}, 3, found=2.0)
    world.reset(0)
    outcome = _sent_to(world, world.platforms() + np.array([0.0, away]))

    assert outcome.terminated.tolist() == [finds] * 3
    assert outcome.rewards.tolist() == [2.0 * finds] * 3
    assert [world.causes[k] for k in outcome.events.causes] == ["found"] * (3 * finds)
    assert not outcome.truncated.any()


def test_a_long_search_is_cut_off() -> None:
    """After the patience of a trial, and not before, it is truncated; so is the one after it."""
    world = WaterMaze(ONE, 2, patience=10, platform=0.01)
    world.reset(0)
    cut = [_step(world).truncated.tolist() for _ in range(22)]

    assert [tick for tick, rows in enumerate(cut, 1) if all(rows)] == [10, 21]
    assert sum(any(rows) for rows in cut) == 2


def test_the_platform_moves_when_its_trials_are_over() -> None:
    """For `stays` trials it is in one place, then nearly a radius from there, always half a radius from the middle."""
    world = WaterMaze(ONE, 5, stays=3)
    world.reset(0)
    places, annotations = [], []
    for _ in range(12):
        places.append(world.platforms()[:, 0].copy())
        _find(world)
        annotations.append([word for _, word in world.annotations()])
    every = np.stack(places)  # (trials, copies, 2)
    moves = np.linalg.norm(np.diff(every, axis=0), axis=2)

    assert np.linalg.norm(every - 6.0, axis=2) == pytest.approx(np.full((12, 5), 3.0))
    assert (moves[[0, 1, 3, 4, 6, 7]] == 0).all()
    assert moves[[2, 5, 8]] == pytest.approx(np.full((3, 5), 6.0 * np.sin(np.pi * (3 - 5**0.5) / 2)))
    assert [len(words) for words in annotations] == [0, 0, 5] * 4
    assert len(np.unique(every[0].round(3), axis=0)) == 5


def test_each_creature_has_its_own_trials() -> None:
    """Where one has found the platform often enough, it is elsewhere for it, and still there for the other."""
    world = WaterMaze({"learners": (BODY, 1), "others": (BODY, 1)}, 1, stays=1)
    world.reset(0)
    before = world.platforms().copy()
    world.group_of("learners").positions[:] = before[:, :1]
    for _ in range(2):
        world.step({"learners": np.array([0]), "others": np.array([0])})

    assert not np.allclose(world.platforms()[:, 0], before[:, 0])
    assert np.array_equal(world.platforms()[:, 1], before[:, 1])
    text = world.scene(0).text()
    assert text.count("platform circle") == 2
    assert "of learners" in text
    assert "of others" in text


def test_creatures_swim_through_each_other() -> None:
    """Five in the very same place part only by their own steps."""
    world = WaterMaze({"learners": (BODY, 5)}, 1)
    world.reset(0)
    world.group_of("learners").positions[:], world.group_of("learners").headings[:] = 6.0, 0.0
    _step(world)

    assert world.group_of("learners").positions[0] == pytest.approx(np.array([[6.3, 6.0]] * 5))


def test_who_senses_nothing_is_told_so() -> None:
    """The usual body sees things, and here are none."""
    with pytest.raises(ConfigError, match=r"body of blind.*kind: place_cells, extent: 12"):
        WaterMaze({"blind": (Body((Sectors(),)), 1)})
    with pytest.raises(ConfigError, match=r"pool 1 across.*too small"):
        WaterMaze(ONE, size=1.0)


def test_interventions_move_creatures_and_nothing_else() -> None:
    """A creature is where it was put, in the pool; what would be dropped or swapped is refused in a sentence."""
    world = WaterMaze(ONE, 2)
    world.apply(Move("learners", 1, 6.0, 7.0))

    assert world.group_of("learners").positions[1, 0].tolist() == [6.0, 7.0]
    with pytest.raises(InterventionError, match="dropped"):
        world.apply(Drop(0, "platform", 6.0, 6.0))
    with pytest.raises(InterventionError, match="swapped"):
        world.apply(Swap())


@pytest.mark.slow
def test_the_player_finds_it_in_twenty_ticks_once_it_has_found_it() -> None:
    """It searches for over a hundred ticks, and then swims there; chance finds it in half of the trials at most."""
    found, ends = {"player": [], "chance": []}, {"player": 0, "chance": 0}  # type: ignore[var-annotated]
    random = np.random.default_rng(0)
    for name, latencies in found.items():
        world, player, begun = WaterMaze(ONE, 24), Player(24), np.zeros(24, int)
        outcome = world.reset(0)["learners"]
        for tick in range(1, 901):
            by_hand = player(outcome.observations, outcome.rewards)
            outcome = world.step({"learners": by_hand if name == "player" else random.integers(0, 8, 24)})["learners"]
            over = outcome.terminated | outcome.truncated
            latencies += (tick - begun)[outcome.terminated].tolist()
            ends[name] += int(over.sum())
            begun[over] = tick + 1

    first, later = found["player"][:24], found["player"][24:]
    assert len(found["player"]) == ends["player"] > 24 * 20
    assert np.median(first) > 60
    assert np.median(later) < 25
    assert len(found["chance"]) < 0.7 * ends["chance"]
    assert len(found["player"]) > 8 * len(found["chance"])


@pytest.mark.slow
def test_creatures_learn_the_way() -> None:
    """Within 2,500 ticks learners find the platform at least three times as often as those who cannot learn."""
    simulation = build_simulation(load_config(CONFIG, ["ticks=2500", "world.copies=10"]))
    found = {"learners": 0.0, "control": 0.0}
    for tick in range(2500):
        simulation.run_tick()
        if tick >= 1500:
            for name in found:
                found[name] += float(np.sum(simulation.outcome(name).rewards))

    assert found["learners"] > 3.0 * found["control"]
