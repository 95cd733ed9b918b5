"""The tasks that are worlds: one creature in each arena, every row a seed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from alife.config.simulation_config import parse_config
from alife.config.yaml_file import load_yaml
from alife.sim.build import build_simulation
from benchmarks.learning.arms import Arm
from benchmarks.learning.course import POINTS, Course
from benchmarks.learning.seasons import STRETCH, seasons

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
        season: ticks until the meanings change, a multiple of STRETCH; 0 where they never do.
        learning: what every rule gets, unless an arm says otherwise.
    """

    config: str
    ticks: int
    chance: float
    players: dict[str, float]
    arms: Sequence[str]
    season: int = 0
    learning: Mapping[str, Any] = field(default_factory=dict)
    unit = "reward per 100 ticks in the last tenth"
    changes_weights = True

    def run(self, arm: Arm, seeds: range, share: float = 1.0) -> Course:
        """Run one creature for each seed, for a share of the ticks."""
        ticks = max(POINTS, round(self.ticks * share))
        simulation = build_simulation(parse_config(self._raw(arm, seeds, ticks), self.config))
        population, rows = simulation.populations["learners"], len(seeds)
        rewards, backwards = np.zeros((POINTS, rows)), np.zeros(rows)
        stretches = np.zeros((-(-ticks // STRETCH), rows))
        for tick in range(ticks):
            simulation.run_tick()
            earned = simulation.outcome("learners").rewards
            rewards[tick * POINTS // ticks] += earned
            stretches[tick // STRETCH] += earned
            backwards += population.report.learned
        edges = np.arange(1, POINTS + 1) * ticks // POINTS
        tenth = rewards[-(POINTS // 10) :].sum(0) * 1000.0 / ticks
        return Course(
            scores=tenth,
            ticks=edges,
            curves=(rewards * 100.0 / np.diff(edges, prepend=0)[:, None]).T,
            backward_shares=backwards / ticks,
            decisions=ticks,
            critic_updates=ticks if arm.learns else 0,
            learning_state_bytes=population.learning_state_bytes(),
            seasons=tuple(seasons(stretches[: ticks // STRETCH], self.season)) if self.season else (),
        )

    def _raw(self, arm: Arm, seeds: range, ticks: int) -> dict[str, Any]:
        raw = dict(load_yaml(CONFIGS / f"{self.config}.yaml"))
        learners = dict(raw["creatures"]["learners"])
        learners["learning"] = {"kind": arm.kind, **(self.learning if arm.learns else {}), **arm.options}
        learners["rewards"] = arm.rewards
        if arm.hidden != "lif":
            brain = dict(learners["brain"])
            brain["layers"] = [] if arm.hidden == "none" else [{"kind": "tanh", "size": brain["layers"][0]["size"]}]
            learners["brain"] = brain
        if arm.depth > 1:
            brain = dict(learners["brain"])
            learners["brain"] = {**brain, "layers": brain["layers"] * arm.depth}
        return {
            **raw,
            "seed": seeds.start,
            "ticks": ticks,
            "world": {**raw["world"], "copies": len(seeds)},
            "creatures": {"learners": learners},
        }
