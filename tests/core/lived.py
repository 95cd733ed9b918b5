"""Live through the recorded scenarios or some configurations, and save all arrays that come of it.

python -m tests.core.lived FILE exact        the scenarios, in double precision and without fast mathematics
python -m tests.core.lived FILE forage pond  50 ticks of these configurations, as they are run
python -m tests.core.lived FILE checked exact either of them, and no index leaves its array
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alife.config.simulation_config import load_config
from alife.core import kernel
from alife.sim.build import build_simulation
from tests.agents import golden

TICKS = 50
ROOT = Path(__file__).resolve().parents[2]


def live_scenarios() -> dict[str, Any]:
    """Return all arrays that come of the recorded scenarios, by scenario and name."""
    lived = {each["name"]: golden.live(each, golden.arrays_of(each)) for each in golden.SCENARIOS}
    return {f"{scenario}/{name}": array for scenario, found in lived.items() for name, array in found.items()}


def live_configuration(name: str) -> dict[str, Any]:
    """Return the actions of every tick and all arrays in the end, by name."""
    simulation = build_simulation(load_config(ROOT / f"configs/{name}.yaml"))
    acted: list[Any] = []
    step = simulation.world.step

    def step_and_note(actions: Mapping[str, Any]) -> Any:
        acted.append(np.concatenate([np.ravel(each) for each in actions.values()]))
        return step(actions)

    simulation.world.step = step_and_note  # type: ignore[method-assign]
    while simulation.tick < TICKS:
        simulation.run_tick()
    return {f"{name}/actions": np.array(acted), **dict(_arrays(name, simulation.state_dict()))}


def _arrays(name: str, state: Any) -> Iterator[tuple[str, Any]]:
    """Return the arrays of a state, by their path."""
    if isinstance(state, Mapping):
        for key, value in state.items():
            yield from _arrays(f"{name}/{key}", value)
    elif isinstance(state, np.ndarray):
        yield name, state


def main(file: str, *words: str) -> None:
    """Live, and save."""
    if words[0] == "checked":
        kernel.OPTIONS["boundscheck"] = True
        words = words[1:]
    if words == ("exact",):
        kernel.OPTIONS["fastmath"] = ()
        np.savez(file, **live_scenarios())
    else:
        np.savez(file, **{path: array for name in words for path, array in live_configuration(name).items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
