"""Worlds alone, and the whole loop around them: headless, with learning, events and metrics."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alife.config.simulation_config import SimulationConfig, parse_config
from alife.config.yaml_file import load_yaml
from alife.sim.build import build_simulation, build_world

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
POND = 24  # creatures in configs/pond.yaml
WARM_UP = 200  # ticks before a loop is timed

Raw = Mapping[str, Any]


def arenas(copies: int) -> Raw:
    """Return forage with one learner in each of so many arenas."""
    return {"world": {"kind": "forage", "copies": copies}, "creatures": {"learners": None}}


def pond(creatures: int = POND, things: float = 1.0) -> Raw:
    """Return the pond for so many creatures: as many things for each of them, in an area that is as large for each.

    Args:
        creatures: in the one arena, five of six of them learners.
        things: how many times as many things as the pond has.
    """
    raw = load_yaml(CONFIGS / "pond.yaml")
    share, world = creatures / POND, dict(raw["world"])
    world["size"] *= math.sqrt(share)
    for role in ("food", "poison"):
        world[role] = max(1, round(world[role] * share * things))
    learners, control = (dict(raw["creatures"][name]) for name in ("learners", "control"))
    learners["count"] = round(creatures * learners["count"] / POND)
    control["count"] = creatures - learners["count"]
    return {**raw, "world": world, "creatures": {"learners": learners, "control": control}, "ticks": None}


def config_of(raw: Raw, threads: int = 1) -> SimulationConfig:
    """Return a configuration run by so many threads."""
    return parse_config({**raw, **({"threads": threads} if threads > 1 else {})}, "engine")


def has_threads() -> bool:
    """Return whether a configuration can ask for threads."""
    return "threads" in SimulationConfig.model_fields


class LoopTicks:
    """The whole loop, once its creatures have begun to learn."""

    def __init__(self, raw: Raw, threads: int = 1, warm_up: int = WARM_UP) -> None:
        self.simulation = build_simulation(config_of(raw, threads))
        for _ in range(warm_up):
            self.simulation.run_tick()

    def run_tick(self) -> None:
        """Run one tick."""
        self.simulation.run_tick()


class WorldTicks:
    """A world alone, whose creatures act by chance, as was drawn beforehand."""

    def __init__(self, raw: Raw) -> None:
        config = config_of(raw)
        self._world = build_world(config)
        self._world.reset(config.world_seed)
        random, names = np.random.default_rng(0), list(config.creatures)
        self._actions = [
            {name: random.integers(0, 3, self._world.row_count(name)) for name in names} for _ in range(16)
        ]
        self._tick = 0

    def run_tick(self) -> None:
        """Run one tick."""
        self._world.step(self._actions[self._tick % len(self._actions)])
        self._tick += 1
