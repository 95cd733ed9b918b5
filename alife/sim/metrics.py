"""Metrics: rewards, events, backward passes and episodes of every tick, in memory that never grows."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alife.core.brains import Report
from alife.core.frame import Episodes
from alife.core.kernel import kernel
from alife.core.world import Outcome, State
from alife.sim.series import Series

_POINTS = 100  # of a curve
_FINE_POINTS = 400  # of the curve of a population, which may go up and down many times
_SMOOTH = 200  # ticks over which births and deaths are counted for each of them, at least
WINDOW = 1000
"""Ticks that each point of a curve looks back on."""

_FIRST = 100  # ticks before which a mean says nothing yet

_NUMBERS = ("rewards", "events", "living", "learned", "ended", "returns", "lengths", "successes")
"""In the order of _sum_up."""

_POPULATION = ("living", "born", "died")
"""In the order of _sum_up, too."""


def curve_ticks(ticks: int) -> NDArray[np.int64]:
    """Return the at most 100 ticks at which a curve over so many ticks has its points."""
    points = min(_POINTS, ticks)
    at = np.arange(1, points + 1) * ticks // max(points, 1)
    return at[at >= _FIRST] if ticks > _FIRST else at


class PopulationCurve(NamedTuple):
    """How many of a species lived, were born and died over a run, (points,) each."""

    ticks: NDArray[np.int64]  # the last tick of each point
    living: NDArray[np.float64]  # mean since the point before
    births: NDArray[np.float64]  # per 100 ticks, over the last 200 or since the point before
    deaths: NDArray[np.float64]  # the same


class SpeciesMetrics:
    """The metrics of one species.

    Args:
        rows: how many creatures.
        ticks: how long the run will be, if that is known.
        success: which cause of an event makes an episode a success, -1 for none.
    """

    def __init__(self, rows: int, ticks: int | None, success: int = -1) -> None:
        self.rows, self._everybody, self.success = rows, np.ones(rows, bool), success
        self._series = Series(_NUMBERS, ticks)
        self._population, self._nobody = Series(_POPULATION, None), np.zeros(len(_POPULATION))  # fine from the start
        self._returns, self._lengths = np.zeros(rows), np.zeros(rows)  # of the episodes under way
        self._succeeded = np.zeros(rows, bool)
        self._line = np.zeros(len(_NUMBERS))  # the totals at the last line

    @property
    def ticks(self) -> int:
        """How many there have been."""
        return self._series.ticks

    @property
    def ends(self) -> int:
        """How many episodes, and lives, have ended."""
        return int(self._series.total("ended"))

    def update_metrics(self, outcome: Outcome, report: Report) -> None:
        """Update the metrics with the outcome of one tick, and with what brains did before it."""
        lives = outcome.lives
        _sum_up(
            outcome.rewards,
            outcome.events.rows,
            outcome.events.causes,
            self.success,
            self._everybody if lives is None else lives.alive,
            report.learned,
            outcome.terminated,
            outcome.truncated,
            self._returns,
            self._lengths,
            self._succeeded,
            self._series.begin_tick(),
            0 if lives is None else len(lives.born),
            0 if lives is None else len(lives.died),
            self._nobody if lives is None else self._population.begin_tick(),
        )

    def reward_curve(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return at most 100 ticks, and at each the reward per 100 ticks over the last 1,000, mean per creature."""
        ticks = curve_ticks(self.ticks)
        starts = np.maximum(ticks - WINDOW, 0)
        return ticks, self.reward_between(starts, ticks)

    def reward_between(self, starts: NDArray[Any], ends: NDArray[Any]) -> NDArray[np.float64]:
        """Return the reward per 100 ticks from each start to its end, mean per living creature."""
        return self._per_creature("rewards", starts, ends) * 100.0

    def return_curve(self) -> NDArray[np.float64]:
        """Return the mean return of the episodes that ended in the 1,000 ticks before each point of the curve.

        It is not a number where none did; where none ever did there are no points.
        """
        ticks = curve_ticks(self.ticks)
        starts = np.maximum(ticks - WINDOW, 0)
        ended, returned = (self._series.sum_between(name, starts, ticks) for name in ("ended", "returns"))
        means = np.divide(returned, ended, out=np.full(len(ticks), np.nan), where=ended > 0.5)
        return means if np.isfinite(means).any() else np.zeros(0)

    def population_curve(self) -> PopulationCurve:
        """Return how many lived, were born and died over the run, at 400 ticks at most."""
        ticks = self._population.ticks
        points = min(_FINE_POINTS, ticks)
        edges = np.arange(points + 1) * ticks // max(points, 1)
        starts, ends = edges[:-1], edges[1:]
        living = self._population.sum_between("living", starts, ends) / (ends - starts)
        starts = np.maximum(np.minimum(starts, ends - _SMOOTH), 0)
        born, died = (
            100.0 * self._population.sum_between(name, starts, ends) / np.maximum(ends - starts, 100)
            for name in ("born", "died")
        )
        return PopulationCurve(ends, living, born, died)

    def tenths(self) -> list[float]:
        """Return the reward per 100 ticks in each tenth of the run so far, mean per creature."""
        edges = self._edges(10)
        return [float(reward) for reward in self.reward_between(edges[:-1], edges[1:])]

    def recent_reward(self) -> float:
        """Return the reward per 100 ticks in the last tenth of the run so far, mean per creature."""
        return self.tenths()[-1]

    def _edges(self, parts: int) -> NDArray[np.int64]:
        return np.arange(parts + 1) * self.ticks // max(parts, 1)

    def _per_creature(self, name: str, starts: NDArray[Any], ends: NDArray[Any]) -> NDArray[np.float64]:
        """Return the mean per tick and living creature from each start to its end; 0 where no creature lived."""
        sums, lived = (self._series.sum_between(each, starts, ends) for each in (name, "living"))
        return np.asarray(np.divide(sums, lived, out=np.zeros_like(sums), where=lived > 0))

    def means_since_last_line(self) -> dict[str, float]:
        """Return what happened since the last line: means per creature, and of episodes, 0 where none ended.

        The share of successes is left out as long as there has been none in the run.
        """
        totals = np.array([self._series.total(name) for name in _NUMBERS])
        since, self._line = dict(zip(_NUMBERS, (totals - self._line).tolist(), strict=True)), totals
        creature_ticks, ended = max(since["living"], 1.0), max(since["ended"], 1.0)
        return {
            "reward_per_100_ticks": round(100.0 * since["rewards"] / creature_ticks, 4),
            "backward_share": round(since["learned"] / creature_ticks, 4),
            "episodes": int(since["ended"]),
            "episode_return": round(since["returns"] / ended, 4),
            "episode_length": round(since["lengths"] / ended, 4),
            **({"episode_success": round(since["successes"] / ended, 4)} if self._series.total("successes") else {}),
        }

    def recent_events(self) -> float:
        """Return the events of the world per 1,000 ticks over the last 1,000, mean per creature."""
        start = np.array([max(0, self.ticks - WINDOW)])
        return float(self._per_creature("events", start, np.array([self.ticks]))[0]) * 1000.0

    def recent_episodes(self) -> Episodes | None:
        """Return what the episodes were like that ended in the last 1,000 ticks; None where none did."""
        return self._episodes_between(max(self.ticks - WINDOW, 0), self.ticks)

    def last_episodes(self) -> Episodes | None:
        """Return what the episodes were like that ended in the last tenth of the run so far; None where none did."""
        *_, start, end = self._edges(10).tolist()
        return self._episodes_between(start, end)

    def _episodes_between(self, start: int, end: int) -> Episodes | None:
        count, returned, lasted, succeeded = (
            float(self._series.sum_between(name, np.array(start), np.array(end)))
            for name in ("ended", "returns", "lengths", "successes")
        )
        if count < 0.5:
            return None
        success = succeeded / count if self._series.total("successes") else None
        return Episodes(round(count), returned / count, lasted / count, success)

    def backward_share(self) -> float:
        """Return the share of creature-ticks with a backward pass."""
        return self._series.total("learned") / max(self._series.total("living"), 1.0)

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        return {
            "series": self._series.state_dict(),
            "population": self._population.state_dict(),
            "under_way": np.stack([self._returns, self._lengths]),
            "succeeded": self._succeeded.copy(),
            "line": self._line.copy(),
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self._series.load_state_dict(state["series"])
        self._population.load_state_dict(state["population"])
        self._returns[:], self._lengths[:] = state["under_way"]
        self._succeeded[:] = state["succeeded"]
        self._line = np.array(state["line"])


@kernel
def _sum_up(
    rewards: NDArray[np.float64],
    event_rows: NDArray[np.int64],
    event_causes: NDArray[np.int64],
    success: int,
    alive: NDArray[np.bool_],
    learned: NDArray[np.bool_],
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    returns: NDArray[np.float64],
    lengths: NDArray[np.float64],
    succeeded: NDArray[np.bool_],
    sums: NDArray[np.float64],
    born: int,
    died: int,
    population: NDArray[np.float64],
) -> None:
    """Add to the sums, in the order of _NUMBERS, what a tick brought all rows, and the episodes that ended with it.

    The living, births and deaths are added to those of the population, too.

    A row that ends rests a tick, in which the next episode begins: that one is none of its ticks, and brings nothing.
    """
    reward, living, count, ended, returned, lasted, successes = 0.0, 0, 0, 0, 0.0, 0.0, 0
    for e in range(event_rows.size if success >= 0 else 0):
        if event_causes[e] == success:
            succeeded[event_rows[e]] = True
    for r in range(rewards.size):
        reward += rewards[r]
        living += alive[r]
        count += learned[r]
        returns[r] += rewards[r]
        lengths[r] += 1.0
        if terminated[r] or truncated[r]:
            ended += 1
            returned += returns[r]
            lasted += lengths[r]
            successes += succeeded[r]
            returns[r], lengths[r], succeeded[r] = 0.0, -1.0, False
    sums[0] += reward
    sums[1] += event_rows.size
    sums[2] += living
    sums[3] += count
    sums[4] += ended
    sums[5] += returned
    sums[6] += lasted
    sums[7] += successes
    population[0] += living
    population[1] += born
    population[2] += died
