"""The tasks that are worlds: one creature in each arena, every row a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from alife.config.simulation_config import parse_config
from alife.config.yaml_file import load_yaml
from alife.sim.build import build_simulation
from benchmarks.learning.arms import HEADLINE, Arm
from benchmarks.learning.course import POINTS, STRETCH, Course, score_after, ticks_to_reach
from benchmarks.learning.seasons import season_measures

SPAN = 3  # stretches that must go well on the whole
STRAIGHT = 1  # the action

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


@dataclass(frozen=True)
class WorldTask:
    """A configuration, of which only the learners live.

    Args:
        config: name of a file in configs/.
        ticks: how long they live.
        chance: reward per 100 ticks of acting blindly.
        players: reward of those written by hand, by name.
        arms: what is compared.
        marks: ticks after which the score is told, too.
        level: reward per 100 ticks that is well done.
        season: ticks until the meanings change, a multiple of STRETCH; 0 where they never do.
        learning: what every rule gets, unless an arm says otherwise.
    """

    config: str
    ticks: int
    chance: float
    players: dict[str, float]
    arms: Sequence[str]
    marks: Sequence[int] = ()
    level: float = 6.0
    season: int = 0
    learning: Mapping[str, Any] = field(default_factory=dict)
    unit = "reward per 100 ticks in the last tenth"
    short_unit = "reward per 100 ticks"
    headline = HEADLINE

    def chooses_rate(self, arm: Arm) -> bool:
        """Return whether an arm has a learning rate to choose."""
        return arm.chooses_rate

    def run(self, arm: Arm, seeds: range, share: float = 1.0) -> Course:
        """Run one creature for each seed, for a share of the ticks."""
        ticks = max(POINTS, round(self.ticks * share))
        simulation = build_simulation(parse_config(self._raw(arm, seeds, ticks), self.config))
        population, rows = simulation.populations["learners"], len(seeds)
        readout = population.brain.readout  # type: ignore[attr-defined]
        rewards, backwards = np.zeros((POINTS, rows)), np.zeros(rows)
        earned, straight, events = np.zeros((3, -(-ticks // STRETCH), rows))
        for tick in range(ticks):
            simulation.run_tick()
            reward, stretch = simulation.outcome("learners").rewards, tick // STRETCH
            rewards[tick * POINTS // ticks] += reward
            earned[stretch] += reward
            straight[stretch] += readout.action == STRAIGHT
            events[stretch] += reward != 0.0
            backwards += population.report.learned
        edges = np.arange(1, POINTS + 1) * ticks // POINTS
        whole = slice(ticks // STRETCH)
        measures = {"ticks_to_reach": ticks_to_reach(earned[whole], self.level, SPAN)}
        if self.season:
            measures = season_measures(earned[whole], straight[whole], events[whole], self.season, self.level)
        return Course(
            scores=rewards[-(POINTS // 10) :].sum(0) * 1000.0 / ticks,
            ticks=edges,
            curves=(rewards * 100.0 / np.diff(edges, prepend=0)[:, None]).T,
            backward_shares=backwards / ticks,
            decisions=ticks,
            critic_updates=ticks if arm.learns else 0,
            learning_state_bytes=population.learning_state_bytes(),
            scores_after={mark: score_after(earned, mark) for mark in self.marks if mark <= ticks},
            measures=measures,
        )

    def _raw(self, arm: Arm, seeds: range, ticks: int) -> dict[str, Any]:
        raw = dict(load_yaml(CONFIGS / f"{self.config}.yaml"))
        learners = dict(raw["creatures"]["learners"])
        learners["learning"] = {"kind": arm.kind, **(self.learning if arm.learns else {}), **arm.options}
        learners["rewards"] = arm.rewards
        learners["brain"] = {**learners["brain"], "layers": layers_of(arm, learners["brain"]["layers"])}
        return {
            **raw,
            "seed": seeds.start,
            "ticks": ticks,
            "world": {**raw["world"], "copies": len(seeds)},
            "creatures": {"learners": learners},
        }


def layers_of(arm: Arm, layers: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the hidden layers of a configuration as an arm has them."""
    wide = [{**layer, "size": arm.size or layer["size"]} for layer in layers] * arm.depth
    if arm.hidden == "tanh":
        return [{"kind": "tanh", "size": layer["size"], "scale": arm.scale} for layer in wide]
    return wide if arm.hidden == "lif" else []
