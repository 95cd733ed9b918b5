"""What a sweep is to run: a checked configuration for each point, and the seeds.

It comes from the command line, from the section `sweep` of a file, or from both; the command line goes first.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alife.config.simulation_config import SimulationConfig, load_raw, parse_config
from alife.core.errors import ConfigError
from alife.core.sentences import nearest, shown
from alife.runs.sweep.grid import Point, parse_values, points_of
from alife.runs.sweep.seed_list import parse_seeds

SECTION = "sweep"
"""The key of a file that is to be swept: `sweep: {vary: {world.food: [4, 8]}, seeds: 0-4, how: grid}`."""


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


def plan_seeds(config: SimulationConfig, seeds: Sequence[int]) -> Plan:
    """Return the plan in which nothing varies but the seed."""
    return Plan(((Point("", {}), config),), tuple(seeds))


def plan_sweep(path: Path, changes: Sequence[str], seeds: str | None = None, zipped: bool = False) -> Plan:
    """Return what the sweep of a file is to run.

    Args:
        path: of the configuration.
        changes: `a.b=value` texts; where there are several values, between commas, each is run.
        seeds: as in 0-4; where neither they nor the file name any, that of the configuration.
        zipped: whether values are taken side by side.

    Raises:
        ConfigError: a configuration, a value, a seed or the section is wrong.
    """
    name, raw = load_raw(path)
    vary, its_seeds, its_zipped = _read_section(raw.pop(SECTION, {}), f"{path}: {SECTION}")
    constant = []
    for text in changes:
        key, equals, value = text.partition("=")
        values = parse_values(value, f"--set {key}") if equals else []
        vary.pop(key.strip(), None)
        if len(values) > 1:
            vary[key.strip()] = values
        else:
            constant.append(text)
    if {"seed", "ticks"} & vary.keys():
        raise ConfigError("seed and ticks: cannot vary in a sweep; give seeds as in --seeds 0-4, and ticks to all")
    points = tuple((point, _config(raw, name, constant, point)) for point in points_of(vary, zipped or its_zipped))
    seeds = seeds or its_seeds
    return Plan(points, (points[0][1].seed,) if seeds is None else parse_seeds(seeds))


def _config(raw: Mapping[str, Any], name: str, constant: Sequence[str], point: Point) -> SimulationConfig:
    try:
        return parse_config(raw, name, [*constant, *point.changes])
    except ConfigError as error:
        where = f" (at {point.name})" if point.name else ""
        raise ConfigError([f"{fault}{where}" for fault in error.faults]) from error


def _read_section(section: Any, where: str) -> tuple[dict[str, list[Any]], str | None, bool]:
    """Return what varies, the seeds as a text, and whether values are taken side by side."""
    keys = ("vary", "seeds", "how")
    if not isinstance(section, dict):
        raise ConfigError(f"{where}: must be a mapping, as in {{vary: {{world.food: [4, 8]}}, seeds: 0-4, how: grid}}")
    for key in section:
        if key not in keys:
            raise ConfigError(f"{where}.{key}: is no key of it{nearest(key, keys) or ';'} (keys: {', '.join(keys)})")
    vary, seeds, how = section.get("vary", {}), section.get("seeds"), section.get("how", "grid")
    if not isinstance(vary, dict) or not all(isinstance(values, list) and values for values in vary.values()):
        raise ConfigError(f"{where}.vary: must have a list of values for each path, as in {{world.food: [4, 8, 16]}}")
    if how not in ("grid", "zip"):
        raise ConfigError(f"{where}.how: must be grid or zip, got {shown(how)}")
    if isinstance(seeds, list):
        seeds = ",".join(map(str, seeds))
    return dict(vary), None if seeds is None else str(seeds), how == "zip"
