"""Trials of conditioning: creatures live through a protocol, and what went on in them is laid beside the trials."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.config.simulation_config import parse_config
from alife.config.yaml_file import load_yaml
from alife.sim.build import build_simulation
from worlds.conditioning import Conditioning

CONFIG = Path(__file__).resolve().parent.parent / "configs" / "conditioning.yaml"
BEFORE, AFTER = 8, 16  # ticks around the beginning of a cue that are kept
_CUE = 3  # ticks that the burst at a cue is given

Floats = NDArray[np.float64]
Phases = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Life:
    """What was seen of each row around each cue, (rows, trials, BEFORE + AFTER), the cue beginning at place BEFORE.

    A tick is that of what was sensed: its TD error, its value, and whether a lick was decided upon. What does not
    learn has no TD errors and no values: zeros.
    """

    delay: int
    phases: tuple[str, ...]
    phase: NDArray[np.int64]  # (trials,) a place in the phases
    pair: NDArray[np.int64]  # (rows, trials) which of the phase's pairs was shown
    outcome_errors: Floats  # (rows, trials), the TD error at the tick of the outcome; NaN where none came
    errors: Floats
    values: Floats
    licks: Floats

    def mean(self, what: Floats, start: int, stop: int) -> Floats:
        """Return the mean of something over ticks counted from the cue, (rows, trials)."""
        mean: Floats = what[:, :, BEFORE + start : BEFORE + stop].mean(2)
        return mean

    def at_cue(self) -> Floats:
        """Return the TD errors of a cue's first ticks, added up, (rows, trials)."""
        return self.mean(self.errors, 0, _CUE) * _CUE

    def at_outcome(self) -> Floats:
        """Return the TD error at the tick of the outcome, (rows, trials), NaN where none came."""
        return self.outcome_errors

    def at_its_time(self) -> Floats:
        """Return the TD error at the tick at which a paired outcome comes or would come, (rows, trials)."""
        return self.mean(self.errors, self.delay, self.delay + 1)

    def value(self) -> Floats:
        """Return what is expected between cue and outcome less what was before it, (rows, trials)."""
        return self.mean(self.values, 1, self.delay) - self.mean(self.values, -BEFORE, 0)

    def licking(self) -> Floats:
        """Return the share of ticks with a lick between cue and outcome less that before the cue, (rows, trials)."""
        return self.mean(self.licks, 1, self.delay) - self.mean(self.licks, -BEFORE, 0)

    def over(self, measure: Floats, phase: str, first: int, last: int, pair: int = 0) -> Floats:
        """Return a measure's mean over trials of a phase that showed one of its pairs, (rows,).

        Args:
            measure: (rows, trials).
            phase: by name.
            first: trial, counted within the phase; below 0 from its end.
            last: the trial after the last one; 0 with a `first` below 0 is the end.
            pair: which of the phase's pairs.
        """
        own = np.flatnonzero(self.phase == self.phases.index(phase))[first : last or None]
        shown = np.where(self.pair[:, own] == pair, measure[:, own], np.nan)
        mean: Floats = np.nanmean(shown, axis=1)
        return mean


def run_protocol(phases: Phases, seeds: int, species: str = "learners", **world: Any) -> Life:
    """Run a protocol with a species of configs/conditioning.yaml, a row for each seed.

    Args:
        phases: the protocol, as YAML has it.
        seeds: how many.
        species: of the configuration.
        world: what else its section says otherwise.
    """
    simulation = build_simulation(parse_config(_raw(phases, seeds, species, world), "conditioning"))
    place, population = simulation.world, simulation.populations[species]
    assert isinstance(place, Conditioning)
    learner = population.brain.learner  # type: ignore[attr-defined]
    length = sum(phase["trials"] for phase in phases)
    seen: list[NDArray[np.float32]] = []
    cues, pairs = np.zeros((seeds, length), np.int64), np.zeros((seeds, length), np.int64)
    errors = np.full((seeds, length), np.nan)
    left = AFTER  # ticks after the last cue
    while left:
        now = place.trial_clock()
        begins = np.flatnonzero((now.since_cue == 0) & (now.trial < length))
        cues[begins, now.trial[begins]], pairs[begins, now.trial[begins]] = len(seen), now.pair[begins]
        simulation.run_tick()
        came = np.flatnonzero(now.outcome & (now.trial < length))
        errors[came, now.trial[came]] = population.report.errors[came]
        values = np.zeros(seeds, np.float32) if learner is None else learner.critic.values
        seen.append(np.stack([population.report.errors, values, place.licks(species)]))
        left -= now.trial.min() >= length
    rows, window = np.arange(seeds)[:, None, None], cues[:, :, None] + np.arange(-BEFORE, AFTER)
    around = np.array(seen, np.float64)[window, :, rows]  # (rows, trials, window, 3)
    phase = np.repeat(np.arange(len(phases)), [one["trials"] for one in phases])
    names = tuple(one["name"] for one in phases)
    return Life(place.delay, names, phase, pairs, errors, *np.moveaxis(around, 3, 0))


def _raw(phases: Phases, seeds: int, species: str, world: Mapping[str, Any]) -> dict[str, Any]:
    raw = dict(load_yaml(CONFIG))
    creature = dict(raw["creatures"][species])
    if other := creature.pop("like", None):
        creature = {**raw["creatures"][other], **creature}
    return {
        **raw,
        "world": {**raw["world"], "copies": seeds, "protocol": list(phases), **world},
        "creatures": {species: creature},
    }
