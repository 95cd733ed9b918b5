"""What a sweep is to run: a checked configuration for each point, and the seeds.

It comes from the command line, from the section `sweep` of a file, or from both; the command line goes first.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alife.config.simulation_config import SimulationConfig, load_raw, parse_config
from alife.config.sweep_config import SWEEP, parse_sweep
from alife.core.errors import ConfigError
from alife.core.terminal import with_progress
from alife.runs.sweep.grid import Point, parse_values, points_of
from alife.runs.sweep.seed_list import parse_seeds


class Plan(NamedTuple):
    """What is to be run.

    Args:
        points: each with its configuration, but for the seed.
        seeds: of every point.
    """

    points: tuple[tuple[Point, SimulationConfig], ...]
    seeds: tuple[int, ...]

    @property
    def name(self) -> str:
        """What the configurations are called."""
        return self.points[0][1].name

    def check_end(self) -> None:
        """Raise unless every run ends.

        Raises:
            ConfigError: one would not.
        """
        if any(config.ticks is None for _, config in self.points):
            raise ConfigError("ticks: is missing; several runs must end, so the file or --ticks must say when")


def plan_seeds(config: SimulationConfig, seeds: Sequence[int]) -> Plan:
    """Return the plan in which nothing varies but the seed."""
    return Plan(((Point("", {}), config),), tuple(seeds))


def is_sweep(path: Path) -> bool:
    """Return whether a file stands for many runs.

    Raises:
        ConfigError: it cannot be read, is not YAML, or holds something else than one mapping.
    """
    return SWEEP in load_raw(path)[1]


def plan_sweep(
    path: Path, changes: Sequence[str], seeds: str | None = None, zipped: bool = False, quiet: bool = False
) -> Plan:
    """Return what the sweep of a file is to run.

    Args:
        path: of the configuration.
        changes: `a.b=value` texts; where there are several values, between commas, each is run.
        seeds: as in 0-4; where neither they nor the file name any, that of the configuration.
        zipped: whether values are taken side by side.
        quiet: whether nothing is said while many points are read.

    Raises:
        ConfigError: a configuration, a value, a seed or the section is wrong.
    """
    name, raw = load_raw(path)
    section = parse_sweep(raw.pop(SWEEP, None))
    vary: dict[str, Sequence[Any]] = dict(section.vary)
    constant = []
    for text in changes:
        key, equals, value = text.partition("=")
        if key.partition(".")[0].strip() == SWEEP:
            raise ConfigError(f"--set {key}: the file alone can say; here --set A.B=V,W lets a value vary")
        values = parse_values(value, f"--set {key}") if equals else []
        vary.pop(key.strip(), None)
        if len(values) > 1:
            vary[key.strip()] = values
        else:
            constant.append(text)
    if {"seed", "ticks"} & vary.keys():
        raise ConfigError("seed and ticks: cannot vary in a sweep; give seeds as in --seeds 0-4, and ticks to all")
    points = points_of(vary, zipped or section.how == "zip")
    told = points if quiet else with_progress(points, "points are read")
    plan = tuple((point, _config(raw, name, constant, point)) for point in told)
    if seeds is not None:
        return Plan(plan, parse_seeds(seeds))
    return Plan(plan, (plan[0][1].seed,) if section.seeds is None else parse_seeds(section.seeds, "sweep.seeds"))


def _config(raw: Mapping[str, Any], name: str, constant: Sequence[str], point: Point) -> SimulationConfig:
    with point.naming_faults(lambda: _faults(raw, name, constant)):
        return parse_config(raw, name, [*constant, *point.changes])


def _faults(raw: Mapping[str, Any], name: str, constant: Sequence[str]) -> Collection[str]:
    try:
        parse_config(raw, name, constant)
    except ConfigError as error:
        return error.faults
    return ()
