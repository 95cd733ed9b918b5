"""Metrics: rewards, events and backward passes of every tick, in memory that never grows."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.brains import Report
from alife.core.frame import Episodes
from alife.core.kernel import kernel
from alife.core.world import Outcome, State

_BINS = 1000
_POINTS = 100  # of a curve
WINDOW = 1000
"""Ticks that each point of a curve looks back on."""

_FIRST = 100  # ticks before which a mean says nothing yet


class Series:
    """The sum of one number over the ticks of a run, in at most 1000 bins that widen as the run grows.

    Args:
        ticks: how long the run will be, if that is known: then bins fit into its tenths where they can.
    """

    def __init__(self, ticks: int | None) -> None:
        self._width = _width(ticks or 0)
        self._sums = np.zeros(_BINS)
        self.ticks = 0
        self._open, self._end = 0.0, 0  # the sum of the bin that is being filled, and the tick at which it is full

    def add_tick(self, value: float) -> None:
        """Add the value of one more tick."""
        if self.ticks == self._end:
            self._open_bin()
        self._open += value
        self.ticks += 1

    def _open_bin(self) -> None:
        """Write the bin that is full, and begin the next; where there is none, make all twice as wide."""
        self._write_open_bin()
        if self.ticks == _BINS * self._width:
            self._sums[: _BINS // 2] = self._sums[::2] + self._sums[1::2]
            self._sums[_BINS // 2 :] = 0.0
            self._width *= 2
        self._open, self._end = 0.0, self.ticks + self._width

    def _write_open_bin(self) -> None:
        if self.ticks:
            self._sums[(self.ticks - 1) // self._width] = self._open

    def sum_until(self, ticks: NDArray[Any]) -> NDArray[np.float64]:
        """Return the sum over all ticks before each of these; between the edges of bins it is interpolated."""
        self._write_open_bin()
        used = -(-self.ticks // self._width)
        edges = np.minimum(np.arange(used + 1) * self._width, self.ticks)
        sums = np.concatenate([[0.0], np.cumsum(self._sums[:used])])
        return np.asarray(np.interp(ticks, edges, sums))

    def means_between(self, edges: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the mean per tick between each edge and the next."""
        return np.diff(self.sum_until(edges)) / np.maximum(np.diff(edges), 1)

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        self._write_open_bin()
        return {"width": self._width, "sums": self._sums.copy(), "ticks": self.ticks}

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned.

        Raises:
            ValueError: there are more ticks than its bins hold.
        """
        if not 0 <= state["ticks"] <= _BINS * state["width"]:
            raise ValueError(f"ticks must be from 0 to {_BINS} times width, there are {state['ticks']}")
        self._width, self.ticks = max(int(state["width"]), 1), int(state["ticks"])
        self._sums = np.array(state["sums"])
        full = -(-self.ticks // self._width)  # bins that have ticks
        self._open, self._end = (float(self._sums[full - 1]) if full else 0.0), full * self._width


def _width(ticks: int) -> int:
    """Return how many ticks a bin holds in a run of this length, a width that fits into its tenths if there is one."""
    least = max(1, -(-ticks // _BINS))
    return next((width for width in range(least, 4 * least) if ticks % (10 * width) == 0), least)


def curve_ticks(ticks: int) -> NDArray[np.int64]:
    """Return the at most 100 ticks at which a curve over so many ticks has its points."""
    points = min(_POINTS, ticks)
    at = np.arange(1, points + 1) * ticks // max(points, 1)
    return at[at >= _FIRST] if ticks > _FIRST else at


class SpeciesMetrics:
    """The metrics of one species.

    Args:
        rows: how many creatures.
        ticks: how long the run will be, if that is known.
    """

    def __init__(self, rows: int, ticks: int | None) -> None:
        self.rows = rows
        self.rewards = Series(ticks)
        self.events = Series(ticks)
        self.living = Series(ticks)
        self.backwards = 0
        self.ends = 0  # of episodes, and of lives
        self.episodes, self.returns, self.lengths = Series(ticks), Series(ticks), Series(ticks)  # of those that ended
        self._returns, self._lengths = np.zeros(rows), np.zeros(rows)  # of those under way
        self._line = (0, 0.0, 0)  # tick, rewards and backwards at the last line, whose creature-ticks are below
        self._ended = np.zeros(3)  # episodes, their returns and lengths since the last line
        self._lived = 0.0

    def update_metrics(self, outcome: Outcome, report: Report) -> None:
        """Update the metrics with the outcome of one tick, and with what brains did before it."""
        lives = outcome.lives
        reward, learned, ended, returned, lasted = _sum_up(
            outcome.rewards, report.learned, outcome.terminated, outcome.truncated, self._returns, self._lengths
        )
        self.rewards.add_tick(reward)
        self.events.add_tick(len(outcome.events.rows))
        self.living.add_tick(self.rows if lives is None else int(np.count_nonzero(lives.alive)))
        self.backwards += learned
        self.ends += ended
        self.episodes.add_tick(ended)
        self.returns.add_tick(returned)
        self.lengths.add_tick(lasted)
        self._ended += (ended, returned, lasted)

    def reward_curve(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return at most 100 ticks, and at each the reward per 100 ticks over the last 1,000, mean per creature."""
        ticks = curve_ticks(self.rewards.ticks)
        starts = np.maximum(ticks - WINDOW, 0)
        return ticks, self._per_creature(self.rewards, starts, ticks) * 100.0

    def return_curve(self) -> NDArray[np.float64]:
        """Return the mean return of the episodes that ended in the 1,000 ticks before each point of the curve.

        It is not a number where none did; where none ever did there are no points.
        """
        ticks = curve_ticks(self.rewards.ticks)
        starts = np.maximum(ticks - WINDOW, 0)
        ended, returned = (each.sum_until(ticks) - each.sum_until(starts) for each in (self.episodes, self.returns))
        means = np.divide(returned, ended, out=np.full(len(ticks), np.nan), where=ended > 0.5)
        return means if np.isfinite(means).any() else np.zeros(0)

    def tenths(self) -> list[float]:
        """Return the reward per 100 ticks in each tenth of the run so far, mean per creature."""
        edges = self._edges(10)
        return [float(mean) * 100.0 for mean in self._per_creature(self.rewards, edges[:-1], edges[1:])]

    def recent_reward(self) -> float:
        """Return the reward per 100 ticks in the last tenth of the run so far, mean per creature."""
        return self.tenths()[-1]

    def _edges(self, parts: int) -> NDArray[np.int64]:
        return np.arange(parts + 1) * self.rewards.ticks // max(parts, 1)

    def _per_creature(self, series: Series, starts: NDArray[Any], ends: NDArray[Any]) -> NDArray[np.float64]:
        """Return the mean per tick and living creature from each start to its end; 0 where no creature lived."""
        lived = self.living.sum_until(ends) - self.living.sum_until(starts)
        sums = series.sum_until(ends) - series.sum_until(starts)
        return np.asarray(np.divide(sums, lived, out=np.zeros_like(sums), where=lived > 0))

    def means_since_last_line(self) -> dict[str, float]:
        """Return what happened since the last line, as means per creature."""
        _, rewards, backwards = self._line
        now = self.rewards.ticks
        total, lived = float(self.rewards.sum_until(np.array(now))), float(self.living.sum_until(np.array(now)))
        creature_ticks = max(lived - self._lived, 1.0)
        self._line, self._lived = (now, total, self.backwards), lived
        return {
            "reward_per_100_ticks": round(100.0 * (total - rewards) / creature_ticks, 4),
            "backward_share": round((self.backwards - backwards) / creature_ticks, 4),
            **self._take_episodes(),
        }

    def _take_episodes(self) -> dict[str, float]:
        """Return how many episodes have ended since the last line, and what they were like; 0 where none has."""
        (ended, returned, lasted), self._ended = self._ended.tolist(), np.zeros(3)
        return {
            "episodes": int(ended),
            "episode_return": round(returned / max(ended, 1.0), 4),
            "episode_length": round(lasted / max(ended, 1.0), 4),
        }

    def recent_events(self) -> float:
        """Return the events of the world per 1,000 ticks over the last 1,000, mean per creature."""
        now = self.events.ticks
        start = np.array([max(0, now - WINDOW)])
        return float(self._per_creature(self.events, start, np.array([now]))[0]) * 1000.0

    def recent_episodes(self) -> Episodes | None:
        """Return what the episodes were like that ended in the last 1,000 ticks; None where none did."""
        now = np.array(self.rewards.ticks)
        return self._episodes_between(np.maximum(now - WINDOW, 0), now)

    def last_episodes(self) -> Episodes | None:
        """Return what the episodes were like that ended in the last tenth of the run so far; None where none did."""
        *_, start, end = self._edges(10)
        return self._episodes_between(np.array(start), np.array(end))

    def _episodes_between(self, start: NDArray[Any], end: NDArray[Any]) -> Episodes | None:
        count, returned, lasted = (
            float(each.sum_until(end) - each.sum_until(start)) for each in (self.episodes, self.returns, self.lengths)
        )
        return Episodes(round(count), returned / count, lasted / count) if count >= 0.5 else None

    def backward_share(self) -> float:
        """Return the share of creature-ticks with a backward pass."""
        return self.backwards / max(float(self.living.sum_until(np.array(self.living.ticks))), 1.0)

    def _of_episodes(self) -> dict[str, Series]:
        return {"ended": self.episodes, "returns": self.returns, "lengths": self.lengths}

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        return {
            "rewards": self.rewards.state_dict(),
            "events": self.events.state_dict(),
            "living": self.living.state_dict(),
            "backwards": self.backwards,
            "ends": self.ends,
            "episodes": {name: series.state_dict() for name, series in self._of_episodes().items()},
            "under_way": np.stack([self._returns, self._lengths]),
            "ended": self._ended.copy(),
            "line": list(self._line),
            "lived": self._lived,
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self.rewards.load_state_dict(state["rewards"])
        self.events.load_state_dict(state["events"])
        self.living.load_state_dict(state["living"])
        self.backwards, self.ends = int(state["backwards"]), int(state["ends"])
        for name, series in self._of_episodes().items():
            series.load_state_dict(state["episodes"][name])
        self._returns[:], self._lengths[:] = state["under_way"]
        self._ended = np.array(state["ended"])
        tick, rewards, backwards = state["line"]
        self._line = (int(tick), float(rewards), int(backwards))
        self._lived = float(state["lived"])


@kernel
def _sum_up(
    rewards: NDArray[np.float64],
    learned: NDArray[np.bool_],
    terminated: NDArray[np.bool_],
    truncated: NDArray[np.bool_],
    returns: NDArray[np.float64],
    lengths: NDArray[np.float64],
) -> tuple[float, int, int, float, float]:
    """Return the sum of all rewards, how many have learned, how many have ended, and the returns and lengths of these.

    A row that ends rests a tick, in which the next episode begins: that one is none of its ticks, and brings nothing.
    """
    reward, count, ended, returned, lasted = 0.0, 0, 0, 0.0, 0.0
    for r in range(rewards.size):
        reward += rewards[r]
        count += learned[r]
        returns[r] += rewards[r]
        lengths[r] += 1.0
        if terminated[r] or truncated[r]:
            ended += 1
            returned += returns[r]
            lasted += lengths[r]
            returns[r], lengths[r] = 0.0, -1.0
    return reward, count, ended, returned, lasted
