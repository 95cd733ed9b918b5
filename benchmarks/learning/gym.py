"""The tasks that are environments of gymnasium, with the settings that the world itself has for learning."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, ClassVar

import numpy as np

from alife.config.simulation_config import parse_config
from alife.core.errors import ConfigError
from alife.sim.build import build_simulation
from benchmarks.learning.arms import Arm
from benchmarks.learning.course import Course
from benchmarks.learning.worlds import layers_of
from benchmarks.returns import EpisodeReturns
from worlds.gymnasium import Gymnasium

BINS = 16  # of a curve
HIDDEN = 64


@dataclass(frozen=True)
class GymTask:
    """An environment of which an id is named, and a network.

    Args:
        id: of the environment.
        ticks: how long they live.
        chance: mean return of acting blindly.
        arms: what is compared, all on twenty seeds.
        players: returns that are known, by name.
    """

    id: str
    ticks: int
    chance: float
    arms: Sequence[str]
    players: dict[str, float] = field(default_factory=dict)
    unit = "mean return of the episodes that begin and end in the last eighth"
    short_unit = "mean return of an episode"
    learning: ClassVar[Mapping[str, Any]] = Gymnasium.learning

    @property
    def headline(self) -> Sequence[str]:
        """All of them."""
        return self.arms

    def chooses_rate(self, arm: Arm) -> bool:
        """Return False: all have the world's."""
        return False

    def run(self, arm: Arm, seeds: range, share: float = 1.0) -> Course:
        """Run one creature for each seed, for a share of the ticks.

        Raises:
            ConfigError: the share is so small that no episode begins and ends in the last eighth.
        """
        ticks, rows = round(self.ticks * share), len(seeds)
        simulation = build_simulation(parse_config(self._raw(arm, seeds, ticks), self.id))
        population, backwards = simulation.populations["learners"], np.zeros(rows)
        returns = EpisodeReturns(rows)
        for tick in range(1, ticks + 1):
            simulation.run_tick()
            returns.add_tick(tick, simulation.outcome("learners"))
            backwards += population.report.learned
        scores = returns.mean(ticks - ticks // 8, ticks)
        if np.isnan(scores).any():
            raise ConfigError(
                f"--share {share:g}: no episode begins and ends in the last {ticks // 8} ticks of {ticks}"
            )
        edges = [k * ticks // BINS for k in range(BINS + 1)]
        return Course(
            scores=scores,
            ticks=np.array(edges[1:]),
            curves=np.stack([returns.mean(low, high, whole=False) for low, high in pairwise(edges)], axis=1),
            backward_shares=backwards / ticks,
            decisions=ticks,
            critic_updates=ticks if arm.learns else 0,
            learning_state_bytes=population.learning_state_bytes(),
            measures={"ended_in_the_window": returns.mean(ticks - ticks // 8, ticks, whole=False)},
        )

    def _raw(self, arm: Arm, seeds: range, ticks: int) -> dict[str, Any]:
        layers = layers_of(arm, [{"kind": "lif", "size": HIDDEN}])
        learners = {"brain": {"layers": layers}, "learning": {"kind": arm.kind, **arm.options}}
        world = {"kind": "gymnasium", "id": self.id, "copies": len(seeds)}
        return {"seed": seeds.start, "ticks": ticks, "world": world, "creatures": {"learners": learners}}
