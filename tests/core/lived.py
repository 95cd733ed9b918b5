"""Live through the recorded scenarios and some configurations, and save what comes of it.

python -m tests.core.lived FILE forage pond  25 ticks of these configurations, and how far off each scenario is
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from alife.config.simulation_config import load_config
from alife.sim.build import build_simulation
from tests.agents import golden

TICKS = 25
ROOT = Path(__file__).resolve().parents[2]


def live_scenarios() -> dict[str, Any]:
    """Return how far off what comes of the recorded scenarios is, by scenario and name."""
    recorded = [(each, golden.arrays_of(each)) for each in golden.SCENARIOS]
    off = {each["name"]: golden.differences(golden.live(each, arrays), arrays) for each, arrays in recorded}
    return {f"{scenario}/{name}": by for scenario, found in off.items() for name, by in found.items()}


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


def main(file: str, *names: str) -> None:
    """Live, and save."""
    lived = {path: array for name in names for path, array in live_configuration(name).items()}
    np.savez(file, **lived, **{f"off/{path}": by for path, by in live_scenarios().items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
