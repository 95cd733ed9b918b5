"""Conditioning: cues, and what follows them; creatures learn what to expect, and to be ready for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body import Body
from alife.body.motor import Motor
from alife.core.channel import Channel
from alife.core.errors import ConfigError
from alife.core.random import Stream
from alife.core.scene import Scene
from alife.core.types import Count, Fraction, NonNegative
from alife.core.world import Outcome, Species, State, World
from worlds.chamber import Course, chamber
from worlds.protocol import NEVER, Phase, Protocol, Trial, protocol_faults

WAIT, LICK = 0, 1
_LICKED, _SWEET, _BITTER = 0, 1, 2  # places in `causes`
_SEEN = 4  # ticks for which a drop is drawn

_USUAL = (
    Phase("acquisition", 200, {"light": 1.0}),
    Phase("extinction", 100, {"light": 0.0}),
    Phase("reacquisition", 200, {"light": 1.0}),
    Phase("compound", 200, {"light+tone": 1.0}),
    Phase("discrimination", 300, {"light": 1.0, "tone": 0.0}),
    Phase("reversal", 300, {"light": 0.0, "tone": 1.0}),
)


class TrialClock(NamedTuple):
    """The trial and time of each copy, for measurements; no creature observes it."""

    trial: NDArray[np.int64]  # (copies,) counted from 0
    phase: NDArray[np.int64]  # (copies,) a place in the protocol
    pair: NDArray[np.int64]  # (copies,) which of the phase's pairs is shown in this trial
    since_cue: NDArray[np.int64]  # (copies,) ticks since the cue began; below 0 before
    outcome: NDArray[np.bool_]  # (copies,) whether it comes at this tick


class Conditioning(World):
    """Creatures held in front of a spout, at which a drop comes after a cue: classical conditioning.

    A trial is a quiet interval of random length, then a cue, one or several lamps, and a fixed time after it began the
    outcome: a drop at the spout, sweet or bitter. It comes whatever a creature does, and a creature that waits tastes
    a part of it; one that licks at this very tick has all of it. Licking always costs a little. So it pays to know
    when a sweet drop comes, and a creature that has learned what a cue means licks after it before anything came:
    the anticipatory licks of conditioned animals. Where the cue ends before the outcome, nothing that can be sensed
    bridges the gap (trace conditioning).

    What is shown and what follows is a list of phases, each with a number of trials. The last one goes on for ever:
    a life has no end. Copies draw their own intervals, so they come to a phase at different ticks.

    The form is that of head-fixed mice that lick for odours: Cohen, Haesler, Vong, Lowell and Uchida (2012), Nature
    482:85. Unpaired trials are the control of Rescorla (1967), Psychological Review 74:71, whose cue says nothing.
    With 200 ms a tick the usual cue lasts 1.2 s, up to the outcome; theirs left a delay between the two.

    Observation: for each cue 1 while it is on; then 1 at the tick at which a drop is tasted, whatever its taste.

    Actions: 0 waits, 1 licks; bodies cannot be chosen. The lick that meets a drop is the one decided a tick before.

    Events: `licked` at each lick, worth -effort; `sweet` and `bitter`, the drop, as much of it as was had.

    Ends: never.

    Args:
        species: by name, how many live in each copy; all in a copy see the same cues.
        copies: chambers side by side, each with trials of its own.
        cues: the names of all cues there are.
        protocol: the phases, see Phase.
        lasts: ticks that a cue is on.
        delay: ticks from the first one of the cue to the outcome; above `lasts` there is a gap.
        interval: the shortest and the longest quiet time before a cue, in ticks.
        free: the share of an outcome that comes to those who do not lick.
        effort: what a lick costs.

    Raises:
        ConfigError: the protocol names a cue that does not exist, or shows nothing.

    Version history: 0, the first.
    """

    bodies: ClassVar[bool] = False
    causes = ("licked", "sweet", "bitter")

    def __init__(
        self,
        species: Species,
        copies: Count = 1,
        cues: Sequence[str] = ("light", "tone"),
        protocol: Sequence[Phase] = _USUAL,
        lasts: Count = 6,
        delay: Count = 6,
        interval: tuple[Count, Count] = (15, 25),
        free: Fraction = 0.25,
        effort: NonNegative = 0.02,
    ) -> None:
        if found := protocol_faults(protocol, cues, interval):
            raise ConfigError([f"world.{fault}" for fault in found])
        self.species = {name: (Body((), _Tongue()), count) for name, (_, count) in species.items()}
        self.copies, self.cues, self.lasts, self.delay = copies, tuple(cues), lasts, delay
        self.protocol = Protocol(protocol, cues, lasts, delay, interval)
        self._free, self._effort = free, effort
        self.reset(0)

    @property
    def observation_spaces(self) -> Mapping[str, gymnasium.spaces.Box]:
        """The cues, and the taste."""
        return {name: gymnasium.spaces.Box(0.0, 1.0, (len(self.cues) + 1,), np.float32) for name in self.species}

    @property
    def action_spaces(self) -> Mapping[str, gymnasium.Space[Any]]:
        """To wait or to lick."""
        return {name: body.action_space() for name, (body, _) in self.species.items()}

    def channels(self, name: str) -> tuple[Channel, ...]:
        """Return the cues by their names, and the taste."""
        return (*(Channel(cue, "light") for cue in self.cues), Channel("taste", "food"))

    def reset(self, seed: int) -> dict[str, Outcome]:
        """Begin the first trial of every copy; copy i draws as seed + i."""
        self._seed_streams(seed)
        self._clock, self._number = np.zeros(self.copies, np.int64), np.zeros(self.copies, np.int64)
        self._plan()
        self._licks = {name: np.zeros(self.row_count(name), bool) for name in self.species}
        self._annotations: list[tuple[int, str]] = []
        return {name: Outcome.at_reset(self._sense(name)) for name in self.species}

    def _seed_streams(self, seed: int) -> None:
        self._seed = seed
        self._stream = Stream(seed, "trials")

    def _plan(self) -> None:
        """Draw the present trial of each copy; it follows from its number."""
        trials = [self._draw_trial(copy) for copy in range(self.copies)]
        self._trials = Trial(*(np.array(column) for column in zip(*trials, strict=True)))

    def _draw_trial(self, copy: int) -> Trial:
        number = int(self._number[copy])
        return self.protocol.draw_trial(number, self._stream.at(number, copy))

    def step(self, actions: Mapping[str, NDArray[Any]]) -> dict[str, Outcome]:
        """Advance every trial by one tick."""
        self._clock += 1
        self._annotations = []
        for copy in np.flatnonzero(self._clock >= self._trials.length).tolist():
            self._begin_next(copy)
        self._licks = {name: np.asarray(actions[name]) == LICK for name in self.species}
        return {name: self._outcome(name) for name in self.species}

    def _begin_next(self, copy: int) -> None:
        before = self._trials.phase[copy]
        self._clock[copy] = 0
        self._number[copy] += 1
        for column, value in zip(self._trials, self._draw_trial(copy), strict=True):
            column[copy] = value
        if (phase := self._trials.phase[copy]) != before:
            self._annotations.append((copy, self.protocol.phases[phase].name))

    def _comes(self) -> NDArray[np.bool_]:
        """Return in which copies the outcome comes at this tick, (copies,)."""
        return np.asarray(self._clock == self._trials.outcome)

    def _outcome(self, name: str) -> Outcome:
        return Outcome.of_events(self._sense(name), *self._events(self._licks[name], self.species[name][1]))

    def _events(self, licks: NDArray[np.bool_], count: int) -> tuple[Any, Any, Any]:
        """Return the events of a species as rows, causes and values: licks, and then tasted drops."""
        lickers, tasters = np.flatnonzero(licks), np.flatnonzero(np.repeat(self._comes(), count))
        reward = np.repeat(self._trials.reward, count)[tasters]
        had = reward * np.where(licks[tasters], 1.0, self._free)
        rows = np.concatenate([lickers, tasters])
        causes = np.concatenate([np.full(len(lickers), _LICKED), np.where(reward < 0, _BITTER, _SWEET)])
        return rows, causes, np.concatenate([np.full(len(lickers), -self._effort), had])

    def _sense(self, name: str) -> NDArray[np.float32]:
        seen = np.column_stack([self._cues_on(), self._comes()]).astype(np.float32)
        return np.repeat(seen, self.species[name][1], axis=0)

    def _cues_on(self) -> NDArray[np.bool_]:
        """Return which cues are on, (copies, cues)."""
        since = self.trial_clock().since_cue
        return np.asarray(self._trials.cues & ((since >= 0) & (since < self.lasts))[:, None])

    def trial_clock(self) -> TrialClock:
        """Return the trial and time of each copy."""
        trials = self._trials
        return TrialClock(
            self._number.copy(), trials.phase.copy(), trials.pair.copy(), self._clock - trials.onset, self._comes()
        )

    def licks(self, name: str) -> NDArray[np.bool_]:
        """Return which rows of a species licked at this tick."""
        return self._licks[name].copy()

    def annotations(self) -> Sequence[tuple[int, str]]:
        """Return the phases that began with the last tick: (copy, the name of the phase)."""
        return tuple(self._annotations)

    def scene(self, copy: int) -> Scene:
        """Return the lamps, the creatures at their spouts, the course of this trial and what is being taught."""
        trial, clock = self._draw_trial(copy), int(self._clock[copy])
        phase, number = self.protocol.phases[trial.phase], self.protocol.number_in_phase(int(self._number[copy])) + 1
        parts = {name: slice(copy * count, (copy + 1) * count) for name, (_, count) in self.species.items()}
        return chamber(
            (f"{phase.name}, trial {number:,} of {phase.trials:,}", _taught(phase, trial)),
            dict(zip(self.cues, self._cues_on()[copy].tolist(), strict=True)),
            {name: (part.start, self._licks[name][part].tolist()) for name, part in parts.items()},
            self._recent_drop(copy),
            Course(clock, trial.onset, self.lasts, trial.outcome, _role(trial), trial.length),
        )

    def _recent_drop(self, copy: int) -> str:
        """Return the role of the drop that came a moment ago, perhaps in the trial before; empty if there was none."""
        trial, clock, number = self._draw_trial(copy), int(self._clock[copy]), int(self._number[copy])
        if 0 <= clock - trial.outcome < _SEEN and trial.outcome != NEVER:
            return _role(trial)
        if number == 0:
            return ""
        before = self.protocol.draw_trial(number - 1, self._stream.at(number - 1, copy))
        ago = clock + before.length - before.outcome
        return _role(before) if before.outcome != NEVER and ago < _SEEN else ""

    def state_dict(self) -> State:
        """Return the seed, the trial and time of each copy, and which rows lick."""
        return {
            "seed": self._seed,
            "clock": self._clock.copy(),
            "trial": self._number.copy(),
            "licks": {name: licks.copy() for name, licks in self._licks.items()},
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self._seed_streams(int(state["seed"]))
        self._clock, self._number = np.array(state["clock"]), np.array(state["trial"])
        self._plan()
        self._licks = {name: np.array(state["licks"][name]) for name in self.species}
        self._annotations = []


def _role(trial: Trial) -> str:
    """Return the role of the drop of a trial."""
    return "poison" if trial.reward < 0 else "food"


def _taught(phase: Phase, trial: Trial) -> str:
    """Return the cue and outcome of this trial, in a few words."""
    drop = "no drop" if trial.reward == 0 else "a sweet drop" if trial.reward > 0 else "a bitter drop"
    return f"{list(phase.pairs)[trial.pair]}, then {drop}" if phase.paired else f"{drop}, whatever the cue"


@dataclass(frozen=True)
class _Tongue(Motor):
    """Two actions, neither of which moves a body."""

    def action_space(self) -> gymnasium.spaces.Discrete:
        return gymnasium.spaces.Discrete(2)

    def action_names(self) -> tuple[str, ...]:
        return ("wait", "lick")

    def turn_and_step(self, headings: NDArray[np.float64], actions: NDArray[Any]) -> NDArray[np.float64]:
        return np.zeros((len(headings), 2))


class Player:
    """Plays by hand, well: remembers how long after these cues a sweet drop came, and licks at that time alone.

    What it has not met yet it waits through. Where nothing came when it should have, it expects nothing any more.

    Args:
        rows: how many creatures it plays.
    """

    def __init__(self, rows: int) -> None:
        self._rows = np.arange(rows)
        self._lit = np.zeros(rows, np.int64)  # the cues that are on, as a number in base 2
        self._cues = np.zeros(rows, np.int64)  # those that were on last
        self._since = np.zeros(rows, np.int64)  # ticks since they went on
        self._lags = np.zeros((rows, 1), np.int64)  # by cues, how many ticks later it comes; 0 is not known

    def __call__(self, observations: NDArray[np.float32], rewards: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return an action for each row.

        Args:
            observations: (rows, cues + 1).
            rewards: (rows,), what the tick brought that led to these observations.
        """
        cues, tasted = observations[:, :-1] > 0.5, observations[:, -1] > 0.5
        if self._lags.shape[1] == 1:
            self._lags = np.zeros((len(cues), 1 << cues.shape[1]), np.int64)
        lit = cues @ (1 << np.arange(cues.shape[1]))
        begins = (lit > 0) & (self._lit == 0)
        self._since = np.where(begins, 0, self._since + 1)
        self._cues, self._lit = np.where(begins, lit, self._cues), lit
        here = (self._rows, self._cues)
        missed = (self._since == self._lags[here]) & ~tasted
        found = np.where(rewards >= 0, self._since, 0)
        self._lags[here] = np.where(tasted, found, np.where(missed, 0, self._lags[here]))
        return np.where((self._lags[here] > 0) & (self._since == self._lags[here] - 1), LICK, WAIT)
