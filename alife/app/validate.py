"""Validate: what a configuration alone cannot tell is asked of the world, the bodies and the brains that it builds."""

from contextlib import closing

from alife.config.simulation_config import SimulationConfig
from alife.core.kernel import interpreted
from alife.core.terminal import print_warning, with_progress
from alife.runs.sweep.grid import covering
from alife.runs.sweep.plan import Plan
from alife.runs.tensorboard_file import check_tensorboard
from alife.sim.build import check_buildable
from alife.sim.memory import cost_lines

_BUILT = 100
"""Points of a sweep that are built, besides those that it takes to have each value: seconds, where all take minutes."""


def check_config(config: SimulationConfig) -> None:
    """Raise unless world, bodies and brains fit; and warn of what they cost.

    Raises:
        AlifeError: as a run of it would, before its first tick.
    """
    for line in _costs(config):
        print_warning(f"warning: {line}")


def check_plan(plan: Plan) -> str:
    """Raise unless the points of a sweep fit, all or as many as `covering` takes; return what was found.

    Raises:
        AlifeError: as a run would; it names the point.
    """
    plan.check_end()
    points = covering([point for point, _ in plan.points], _BUILT)
    configs, costs = {point.name: config for point, config in plan.points}, dict[str, None]()
    for point in with_progress(points, "points are built"):
        with point.naming_faults():
            costs |= dict.fromkeys(_costs(configs[point.name]))
    for line in costs:  # once, for most points cost the same
        print_warning(f"warning: {line}")
    found = f"{plan.name}, {len(configs) * len(plan.seeds)} runs"
    if len(points) == len(configs):
        return found
    return f"{found}; of {len(configs):,} points {len(points):,} were built, with each value in one of them"


def _costs(config: SimulationConfig) -> list[str]:
    """Raise unless world, bodies and brains fit; return a line for each thing that costs much."""
    check_tensorboard(config)
    with interpreted():
        simulation = check_buildable(config)
    with closing(simulation):
        return [*cost_lines(config, simulation.world)]
