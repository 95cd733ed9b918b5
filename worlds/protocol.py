"""Protocol: which cues come before which outcomes, phase after phase, trial after trial."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from alife.core.types import Count, Fraction

NEVER = -1
"""The tick of an outcome that does not come."""


@dataclass(frozen=True)
class Phase:
    """Trials of the same kinds, one after another.

    Args:
        name: what people call it: "acquisition".
        trials: how many; the last phase of a protocol goes on.
        pairs: what is shown, one cue or several at once with a plus between them, and what comes then: a reward, a
            punishment below 0, or 0 for nothing; as in {light: 1.0, tone: 0.0, light+tone: 1.0}. Each trial shows one
            of them, drawn with equal chances.
        chance: of the outcome, in each trial by itself.
        paired: whether the outcome follows the cue; if not, it comes at any tick of the trial, cue or no cue, so that
            the cue says nothing about it.
    """

    name: str
    trials: Count
    pairs: Mapping[str, float]
    chance: Fraction = 1.0
    paired: bool = True


class Trial(NamedTuple):
    """One trial, its ticks counted from 0: first the interval, then the cue. Or as many trials, a column for each."""

    phase: Any  # an index in the protocol
    pair: Any  # a place among those of the phase
    cues: Any  # (cues,) which are shown
    onset: Any  # the first tick of the cue
    outcome: Any  # the tick of the outcome, or NEVER
    reward: Any
    length: Any


class Protocol:
    """The trials of a life; each follows from its number and its random numbers alone.

    Args:
        phases: in their order.
        cues: the names of all there are.
        lasts: ticks that a cue is on.
        delay: ticks from the first one of the cue to the outcome.
        interval: the shortest and the longest time before a cue, in ticks; every length between has equal chances.
    """

    def __init__(
        self, phases: Sequence[Phase], cues: Sequence[str], lasts: int, delay: int, interval: tuple[int, int]
    ) -> None:
        self.phases = tuple(phases)
        self._lasts, self._delay, self._interval = lasts, delay, interval
        self._ends = np.cumsum([phase.trials for phase in self.phases])
        self._shown = [[np.isin(cues, pair.split("+")) for pair in phase.pairs] for phase in self.phases]

    def phase_of(self, trial: int) -> int:
        """Return the index of the phase of a trial; the last phase has no end."""
        return min(int(np.searchsorted(self._ends, trial, side="right")), len(self.phases) - 1)

    def number_in_phase(self, trial: int) -> int:
        """Return how many trials of its phase were before this one."""
        phase = self.phase_of(trial)
        return trial - (int(self._ends[phase - 1]) if phase else 0)

    def draw_trial(self, number: int, random: np.random.Generator) -> Trial:
        """Draw the trial of this number.

        Args:
            number: counted from 0.
            random: at the first of the numbers that are for this trial; it takes four.
        """
        which, wait, luck, when = random.random(4)
        index = self.phase_of(number)
        phase, (shortest, longest) = self.phases[index], self._interval
        pair = int(which * len(phase.pairs))
        onset = shortest + int(wait * (longest - shortest + 1))
        length = onset + max(self._lasts, self._delay + 1)
        reward = list(phase.pairs.values())[pair]
        outcome = (
            onset + self._delay if phase.paired else max(int(when * length), int(number == 0))
        )  # nothing comes at birth
        if reward == 0 or luck >= phase.chance:
            outcome = NEVER
        return Trial(index, pair, self._shown[index][pair], onset, outcome, reward, length)


def protocol_faults(phases: Sequence[Phase], cues: Sequence[str], interval: tuple[int, int]) -> list[str]:
    """Return a sentence for each fault of a protocol, with its key."""
    found = [f"cues.{k}: must be a word without a plus, got {cue!r}" for k, cue in enumerate(cues) if not _is_cue(cue)]
    if not cues or len(set(cues)) < len(cues):
        found.append(f"cues: must be one or more, each named once, got {', '.join(cues) or 'none'}")
    if not 1 <= interval[0] <= interval[1]:
        found.append(f"interval: must be the shortest, 1 or more, and the longest, got {list(interval)}")
    if not phases:
        found.append("protocol: must have at least one phase, got an empty list")
    for k, phase in enumerate(phases if cues else []):
        found += [f"protocol.{k}.{fault}" for fault in _faults_of(phase, cues)]
    return found


def _is_cue(cue: str) -> bool:
    return bool(cue) and "+" not in cue and cue == cue.strip()


def _faults_of(phase: Phase, cues: Sequence[str]) -> list[str]:
    found = []
    if phase.trials < 1:
        found.append(f"trials: must be 1 or more, got {phase.trials}")
    if not phase.pairs:
        found.append("pairs: must say what is shown and what comes then, as in {light: 1.0}, got an empty mapping")
    seen: dict[frozenset[str], str] = {}
    for pair, reward in phase.pairs.items():
        names = pair.split("+")
        if strange := [name for name in names if name not in cues]:
            found.append(f"pairs: there is no cue {strange[0]!r} (cues here: {', '.join(cues)})")
        if len(set(names)) < len(names):
            found.append(f"pairs: {pair!r} names a cue twice, once is enough")
        if not np.isfinite(reward):
            found.append(f"pairs: the outcome after {pair!r} must be a finite number, got {reward}")
        if (same := seen.setdefault(frozenset(names), pair)) != pair:
            found.append(f"pairs: {pair!r} shows the same as {same!r}, one of them is enough")
    return found
