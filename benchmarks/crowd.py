"""How fast a crowd lives that learns, is born and dies in one arena.

python -m benchmarks.crowd                       10,000 at first and at most, on two threads
python -m benchmarks.crowd --creatures 1000 --threads 1

All have a metabolism, births by energy and 64 neurons, with food for most of them, and nine units of area each. What
the first ticks compile is not in the time.
"""

import argparse
import math
import time
from collections.abc import Sequence
from typing import Any

from alife.config.simulation_config import SimulationConfig, parse_config
from alife.sim.build import build_simulation

_SPECIES = "learners"
_FIRST_TICKS = 100  # in which kernels are compiled and the first are born


def configuration(creatures: int, threads: int) -> SimulationConfig:
    """Return a run of so many creatures in one arena."""
    metabolism = {
        "start": 60.0,
        "capacity": 150.0,
        "gain": 8.0,
        "basal": 0.15,
        "hazard": {"kind": "constant", "rate": 0.0005},
        "reproduce": {"at": 80.0, "near": 1.0},
    }
    learners: dict[str, Any] = {
        "count": creatures,
        "body": {"senses": [{"kind": "sectors", "count": 8, "range": 5.0}], "metabolism": metabolism},
        "heredity": {"inherit": "birth_weights"},
        "brain": {"layers": [{"kind": "lif", "size": 64}]},
    }
    things = {"food": round(1.6 * creatures), "poison": round(0.2 * creatures)}
    world = {"kind": "hungry_pond", "size": 3.0 * math.sqrt(creatures), **things}
    raw = {"world": world, "threads": threads, "creatures": {_SPECIES: learners}}
    return parse_config(raw, "crowd")


def measure(creatures: int, threads: int, ticks: int) -> str:
    """Let a crowd live for so many ticks after its first ones, and return a sentence about it."""
    simulation = build_simulation(configuration(creatures, threads))
    for _ in range(_FIRST_TICKS):
        simulation.run_tick()
    lives = simulation.lives.by_species[_SPECIES]
    living, births, begun = 0, lives.births, time.perf_counter()
    for _ in range(ticks):
        simulation.run_tick()
        living += int(lives.alive.sum())
    seconds = time.perf_counter() - begun
    return (
        f"{living / ticks:,.0f} learners, {(lives.births - births) / ticks:.1f} born a tick, {threads} threads: "
        f"{ticks / seconds:.1f} ticks/s over {ticks} ticks"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--creatures", type=int, default=10_000, metavar="N")
    parser.add_argument("--threads", type=int, default=2, metavar="N")
    parser.add_argument("--ticks", type=int, default=300, metavar="N", help="that are timed")
    options = parser.parse_args(arguments)
    print(measure(options.creatures, options.threads, options.ticks))


if __name__ == "__main__":
    main()
