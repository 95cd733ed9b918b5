"""Speed of the senses, each alone, of bodies meeting walls and of bodies meeting each other, on one core.

python -m benchmarks.senses            creature-ticks per second at 1,024 rows
python -m benchmarks.senses --rows 1   at another number of rows

Everything stands in a square arena of 12 world units: 40 things of two roles, and for what meets walls a box and a
cross, six walls in all. Counted is the time of the processor, at the best of many rounds, because other work on the
machine can only slow a round down; the last column is the speed as a share of that of the sense `sectors`, which
moves less from machine to machine.
"""

import argparse
import math
import time
from collections.abc import Callable

import numpy as np

from alife.body import Neighbours, Sense, Surroundings
from alife.body.collisions import hit_walls, push_apart
from alife.body.senses.clock import Clock
from alife.body.senses.goal_direction import GoalDirection
from alife.body.senses.mouth import Mouth
from alife.body.senses.place_cells import PlaceCells
from alife.body.senses.proprioception import Proprioception
from alife.body.senses.rays import Rays
from alife.body.senses.sectors import Sectors
from alife.body.senses.smell import Smell
from alife.body.senses.touch import Touch
from alife.core.geometry import outlines
from alife.core.grid import Grid

SIZE, THINGS, ROLES, ROUNDS = 12.0, 40, 2, 50
WALLS = outlines([[(0, 0), (SIZE, 0), (SIZE, SIZE), (0, SIZE)], [(4, 6), (8, 6)], [(6, 4), (6, 8)]])
SENSES: dict[str, tuple[Sense, bool]] = {  # with walls?
    "sectors": (Sectors(), False),
    "rays, 24 over 120 degrees": (Rays(), False),
    "rays, 24 all around": (Rays(view=math.tau), False),
    "rays, 24 over 120 degrees, 6 walls": (Rays(walls=True), True),
    "rays, 24 all around, 6 walls": (Rays(view=math.tau, walls=True), True),
    "smell, 2 nostrils": (Smell(), False),
    "touch, 6 walls": (Touch(), True),
    "mouth": (Mouth(), False),
    "proprioception": (Proprioception(energy=True), False),
    "clock": (Clock(), False),
    "place cells, 489": (PlaceCells(), False),
    "goal direction, 8 cells": (GoalDirection(), False),
}


def surroundings(rows: int, walled: bool) -> Surroundings:
    """Return the same arena for each row, with things where a generator puts them and bodies anywhere."""
    random = np.random.default_rng(0)
    positions = random.uniform(0.4, SIZE - 0.4, (rows, 2))
    offsets = random.uniform(0.0, SIZE, (rows, THINGS, 2)) - positions[:, None]
    if not walled:
        offsets -= SIZE * np.rint(offsets / SIZE)
    return Surroundings(
        Neighbours.among(offsets, np.arange(THINGS) % ROLES),
        random.uniform(0.0, math.tau, rows),
        radii=np.full(THINGS, 0.2),
        positions=positions,
        walls=WALLS if walled else None,
        steps=random.uniform(-0.3, 0.3, (rows, 2)),
        turns=random.uniform(-0.3, 0.3, rows),
        got=random.integers(0, 2, (rows, ROLES)).astype(np.float64),
        energy=random.random(rows),
        goals=random.uniform(-3.0, 3.0, (rows, 2)),
    )


def rounds_per_second(work: Callable[[], object]) -> float:
    """Return how often a piece of work can be done in a second, at best."""
    work()
    begun = time.process_time()
    work()
    often = max(1, int(0.005 / max(time.process_time() - begun, 1e-6)))
    best = math.inf
    for _ in range(ROUNDS):
        begun = time.process_time()
        for _ in range(often):
            work()
        best = min(best, time.process_time() - begun)
    return often / best


def works(rows: int) -> dict[str, Callable[[], object]]:
    """Return by name what is measured."""
    open_air, walled = surroundings(rows, False), surroundings(rows, True)
    positions, steps = walled.positions, walled.steps
    assert positions is not None
    assert steps is not None
    copies = max(rows // 8, 1)
    crowd = Grid(
        positions[: copies * min(rows, 8)].reshape(copies, -1, 2),
        np.ones((copies, min(rows, 8)), bool),
        SIZE,
        False,
        0.7,
    )
    radii = np.full(crowd.present.shape, 0.35)

    def timed_read(sense: Sense, around: Surroundings) -> Callable[[], object]:
        out = np.zeros((rows, sense.observation_size(ROLES)), np.float32)
        return lambda: sense.fill_observation(around, out)

    found = {name: timed_read(sense, walled if walls else open_air) for name, (sense, walls) in SENSES.items()}
    found["hit 6 walls"] = lambda: hit_walls(positions, steps, 0.35, WALLS)
    found["push apart, 8 in a copy"] = lambda: push_apart(crowd, radii, 0.35)
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1024)
    rows = parser.parse_args().rows
    speeds = {name: rows * rounds_per_second(work) for name, work in works(rows).items()}
    for name, speed in speeds.items():
        print(f"{name:36} {speed:12,.0f} creature-ticks/s {speed / speeds['sectors']:8.2f}")


if __name__ == "__main__":
    main()
