"""Validate: what a configuration alone cannot tell is asked of the world, the bodies and the brains that it builds."""

from contextlib import closing

from alife.config.simulation_config import SimulationConfig
from alife.core.kernel import interpreted
from alife.core.terminal import counted, print_warning
from alife.runs.sweep.grid import spread
from alife.runs.sweep.plan import Plan
from alife.runs.tensorboard_file import check_tensorboard
from alife.sim.build import check_buildable as build_checked
from alife.sim.memory import cost_lines

_BUILT = 100
"""Points of a sweep that are built, besides those that it takes to have each value: seconds, where all take minutes."""


def check_buildable(config: SimulationConfig) -> None:
    """Raise unless world, bodies and brains fit; and warn of what they cost.

    Raises:
        AlifeError: as a run of it would, before its first tick.
    """
    check_tensorboard(config)
    with interpreted():
        simulation = build_checked(config)
    with closing(simulation):
        for line in cost_lines(config, simulation.world):
            print_warning(f"warning: {line}")


def check_plan(plan: Plan) -> str:
    """Raise unless the points of a sweep fit, all or as many as `spread` takes; return what was found.

    Raises:
        AlifeError: as a run would; it names the point.
    """
    plan.check_end()
    points = spread([point for point, _ in plan.points], _BUILT)
    configs = {point.name: config for point, config in plan.points}
    for point in counted(points, "points are built"):
        with point.naming_faults():
            check_buildable(configs[point.name])
    found = f"{plan.name}, {len(configs) * len(plan.seeds)} runs"
    if len(points) == len(configs):
        return found
    return f"{found}; of {len(configs):,} points {len(points):,} were built, with each value in one of them"
