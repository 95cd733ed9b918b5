"""Metrics: exact where it matters, and never growing."""

from collections.abc import Iterable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alife.config.simulation_config import parse_config
from alife.core.brains import Report
from alife.core.world import Outcome
from alife.sim.build import build_simulation
from alife.sim.metrics import SpeciesMetrics
from alife.sim.series import Series


def _series(values: Iterable[float], ticks: int | None = None) -> Series:
    """Return the series of a run in which these were the numbers of its ticks, and their negatives."""
    series = Series(("more", "less"), ticks)
    for value in values:
        series.begin_tick()[:] += (value, -value)
    return series


@pytest.mark.slow
@given(st.lists(st.integers(-3, 3), max_size=300), st.integers(1, 12))
def test_the_sum_until_any_tick_is_exact_while_bins_hold_one_tick(values: list[int], parts: int) -> None:
    """In a short run every prefix sum is exact, of each number apart."""
    series = _series(values)
    edges = np.arange(parts + 1) * len(values) // parts

    assert series.sum_until("more", edges).tolist() == [sum(values[:edge]) for edge in edges]
    assert series.total("less") == -sum(values)


@pytest.mark.slow
@pytest.mark.parametrize("ticks", [10, 300, 1000, 2500, 9990, 30_000, 36_000, 100_000])
def test_tenths_of_a_run_of_known_length_are_exact(ticks: int) -> None:
    """Whatever round length a run has, the sum of each tenth is exact."""
    values = np.random.default_rng(1).integers(-1, 2, ticks)
    series, edges = _series(values.tolist(), ticks), np.arange(11) * ticks // 10

    assert series.sum_between("more", edges[:-1], edges[1:]).tolist() == values.reshape(10, -1).sum(1).tolist()


@pytest.mark.slow
def test_a_series_never_grows_and_never_loses_a_reward() -> None:
    """After 100,000 ticks of a run of unknown length the state is as large as at first, and the total is right."""
    size = sum(np.asarray(part).nbytes for part in _series(()).state_dict().values())
    series = _series(tick % 3 for tick in range(100_000))

    assert series.total("more") == sum(tick % 3 for tick in range(100_000))
    assert sum(np.asarray(part).nbytes for part in series.state_dict().values()) == size


def test_no_ticks_give_zeros() -> None:
    """Before the first tick every sum is zero."""
    assert Series(("one",), None).sum_until("one", np.zeros(11, np.int64)).tolist() == [0.0] * 11


@pytest.mark.slow
def test_episodes_are_counted_as_they_were() -> None:
    """A pole that stands for n ticks has brought n, and the episodes between two lines are those that ended there."""
    world = {"kind": "gymnasium", "id": "CartPole-v1", "copies": 3}
    config = parse_config({"ticks": 400, "world": world, "creatures": {"learners": {}}}, "pole")
    simulation, ended = build_simulation(config), 0
    for tick in range(1, 401):
        simulation.run_tick()
        outcome = simulation.outcome("learners")
        ended += int((outcome.terminated | outcome.truncated).sum())
        if tick % 100 == 0:
            line = simulation.metrics["learners"].means_since_last_line()
            assert (line["episodes"], line["episode_return"]) == (ended, line["episode_length"])
            assert ended > 0
            ended = 0
    metrics = simulation.metrics["learners"]
    episodes = metrics.recent_episodes()
    assert episodes is not None
    assert 9 <= episodes.mean_length <= 500
    assert metrics.return_curve()[-1] == pytest.approx(episodes.mean_return)
    again = SpeciesMetrics(3, 400)
    again.load_state_dict(metrics.state_dict())
    assert again.recent_episodes() == episodes


def test_a_species_without_episodes_has_no_curve_of_returns() -> None:
    """Its curve is that of its rewards, with as many points as ticks tell something."""
    metrics = SpeciesMetrics(2, 1000)
    assert metrics.return_curve().size == 0
    assert metrics.recent_episodes() is None


def test_lines_of_a_long_run_count_every_episode_once() -> None:
    """However wide its bins are, what the lines say adds up to what has ended, and a line without an end says none."""
    metrics, said, ended = SpeciesMetrics(2, 10**7), 0, 0
    nothing = np.zeros(2, bool)
    for tick in range(1, 2001):
        over = np.array([tick % 150 == 0, False])
        ended += int(over[0])
        outcome = Outcome(np.zeros((2, 1), np.float32), np.ones(2), over, nothing)
        metrics.update_metrics(outcome, Report(np.zeros(2), nothing, nothing, []))
        if tick % 100 == 0:
            line = metrics.means_since_last_line()
            said += line["episodes"]
            assert (line["episode_length"] > 0) == (line["episodes"] > 0)
    assert (said, ended) == (13, 13)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "won"), [("clicks_maze", "fed"), ("water_maze", "found")])
def test_success_is_the_share_of_episodes_in_which_the_world_says_so(kind, won):
    """Held against the events of the run; there is no word of success before the first."""
    body = {"senses": [{"kind": "place_cells", "extent": 12}]} if kind == "water_maze" else {}
    trials = {"patience": 60} if kind == "water_maze" else {}
    creatures = {"learners": {"body": body, "learning": "none"}}
    config = parse_config({"ticks": 600, "world": {"kind": kind, "copies": 8, **trials}, "creatures": creatures}, kind)
    simulation = build_simulation(config)
    metrics, cause = simulation.metrics["learners"], simulation.world.causes.index(won)
    ended, successes, under_way = 0, 0, np.zeros(8, bool)
    for tick in range(600):
        simulation.run_tick()
        outcome = simulation.outcome("learners")
        under_way[outcome.events.rows[outcome.events.causes == cause]] = True
        over = outcome.terminated | outcome.truncated
        ended, successes = ended + int(over.sum()), successes + int(under_way[over].sum())
        under_way[over] = False
        if tick == 299:
            metrics.load_state_dict(metrics.state_dict())
    line = metrics.means_since_last_line()
    assert 0 < successes < ended
    assert line["episode_success"] == pytest.approx(successes / ended, abs=1e-4)


def test_a_world_without_success_says_nothing_of_it():
    """A pole never says that it has stood long enough."""
    config = parse_config({"ticks": 200, "world": {"kind": "gymnasium", "id": "CartPole-v1"}}, "pole")
    simulation = build_simulation(config)
    for _ in range(200):
        simulation.run_tick()
    (metrics,) = simulation.metrics.values()
    assert "episode_success" not in metrics.means_since_last_line()
    episodes = metrics.recent_episodes()
    assert episodes is not None
    assert episodes.success is None
