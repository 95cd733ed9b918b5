"""The Baldwin effect: does learning speed up evolution, and do learning rates fall as instinct grows?

python -m benchmarks.baldwin                      200 runs, 20 seeds of 5 populations in 2 worlds, on two processes
python -m benchmarks.baldwin --seeds 0-4          of these seeds; what is kept in docs/life/rows is not run again
python -m benchmarks.baldwin --tables --picture   docs/life/baldwin.md and docs/life/baldwin.png from what is kept

Two islands: in one what feeds stays the same, in the other it changes within lives. Populations of 100 rows at most,
births by energy, which learn or do not, and inherit nothing, the weights of their parents at birth, or what these have
learned. At certain mean generations of the living, clones of them with the weights of their birth live in an island of
their own in which nobody learns, is born or dies: their reward there is what is innate.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.population import Population
from alife.config.simulation_config import SimulationConfig, parse_config
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from benchmarks.generations import Generations

LIFE = Path(__file__).resolve().parent.parent / "docs" / "life"
SPECIES = "islanders"
SEEDS = range(20)
WORLDS = {"steady": 0, "turning": 1}
"""By name, after how many seasons what feeds changes; 0 is never."""
GENES = {"learning_rate": (1e-4, 0.1), "neutral": (1e-4, 0.1)}
AGES = {"young": (0, 200), "old": (1800, 2200)}

Row = dict[str, Any]
Weights = list[NDArray[Any]]


class Arm(NamedTuple):
    """A population."""

    said: str
    inherit: str
    learns: bool


ARMS = {
    "a": Arm("neither", "nothing", False),
    "b": Arm("inheriting", "birth_weights", False),
    "c": Arm("learning", "nothing", True),
    "d": Arm("both", "birth_weights", True),
    "e": Arm("inheriting what was learned", "learned_weights", True),
}


class Size(NamedTuple):
    """How large and how long a run is."""

    rows: int = 100
    hidden: int = 32
    ticks: int = 90_000  # at most
    generation: int = 40  # the mean of the living at which it ends
    season: int = 400
    every: int = 5  # generations from one look at what is innate to the next
    clones_ticks: int = 800
    look: int = 250  # ticks from one count of the living to the next


def configuration(world: str, arm: str, seed: int, size: Size) -> dict[str, Any]:
    """Return the configuration of a run as plain data."""
    _, inherit, learns = ARMS[arm]
    genes = {
        name: {"low": low, "high": high, "spread": 0.15, "start": [0.001, 0.019]}
        for name, (low, high) in GENES.items()
        if learns or name == "neutral"
    }
    metabolism = {
        "start": 20.0,
        "capacity": 100.0,
        "gain": 4.0,
        "basal": 0.03,
        "death": 0.0,
        "hazard": {"kind": "gompertz", "start": 1e-4, "growth": 1e-3},
        "reproduce": {"at": 50.0, "share": 0.5, "near": 12.0},  # anywhere: a child has no food from its parent's place
        "extinction": "reseed",
    }
    return {
        "seed": seed,
        "ticks": size.ticks,
        "world": {
            "kind": "island",
            "size": 24.0,
            "wraps": True,
            "A": 90,
            "B": 90,
            "harm": 0.5,
            "season": size.season,
            "turn": WORLDS[world],
        },
        "creatures": {
            SPECIES: {
                "count": size.rows,
                "body": {
                    "senses": [{"kind": "sectors", "count": 8, "range": 5.0}],
                    "motor": {"kind": "steps", "step": 0.3},
                    "metabolism": metabolism,
                },
                "heredity": {"inherit": inherit, "mutation": 0.3, "genes": genes},
                "brain": {"layers": [{"kind": "lif", "size": size.hidden}]},
                "learning": {"kind": "ring" if learns else "none"},
            }
        },
    }


def _clones(raw: dict[str, Any], size: Size) -> SimulationConfig:
    """Return the configuration of the island in which clones live; half of their time it has turned, if it does."""
    raw["seed"] += 10_000
    raw["ticks"], raw["world"]["season"] = size.clones_ticks, size.clones_ticks // 2
    species = raw["creatures"][SPECIES]
    del species["body"]["metabolism"], species["heredity"]
    species["learning"] = {"kind": "none"}
    return parse_config(raw, "clones")


def _weights(simulation: Simulation) -> Weights:
    """Return the weights of all brains, rows first, to change in place."""
    population = simulation.populations[SPECIES]
    assert isinstance(population, Population)
    return [each for layer in population.brain.layers for each in layer.learned_arrays()]


def innate_reward(config: SimulationConfig, born_with: Weights, living: NDArray[np.int64]) -> float:
    """Return the reward per 100 ticks of clones that do not learn, as many of each of the living as there is room for.

    Args:
        config: of the island of clones.
        born_with: weights at birth, rows first.
        living: their rows.
    """
    simulation, total = build_simulation(config), 0.0
    for weights, own in zip(_weights(simulation), born_with, strict=True):
        weights[...] = own[np.resize(living, len(weights))]
    for _ in range(config.ticks or 0):
        simulation.run_tick()
        total += float(simulation.outcome(SPECIES).rewards.mean())
    return 100.0 * total / (config.ticks or 1)


def measure(world: str, arm: str, seed: int, size: Size) -> Row:
    """Run one population, and return what was counted."""
    config = parse_config(configuration(world, arm, seed, size), "baldwin")
    clones = _clones(configuration(world, arm, seed, size), size)
    simulation = build_simulation(config)
    counted = Generations(size.rows, size.generation, AGES, simulation.populations[SPECIES].genes)
    own = _weights(simulation)
    born_with = [each.copy() for each in own]
    innate: dict[int, float] = {}
    course: list[tuple[int, int, float]] = []
    alive, mean = np.ones(size.rows, bool), 0.0
    while True:
        if (mark := len(innate) * size.every) <= mean:
            innate[mark] = round(innate_reward(clones, born_with, np.flatnonzero(alive)), 4)
        if mean >= size.generation or simulation.tick >= size.ticks:
            break
        for _ in range(size.look):
            simulation.run_tick()
            for first, now in zip(born_with, own, strict=True):
                first[counted.newborns] = now[counted.newborns]
            counted.count_tick(simulation.tick, simulation.outcome(SPECIES))
        alive = simulation.lives.by_species[SPECIES].known(simulation.tick)
        mean = counted.mean(alive)
        course.append((simulation.tick, int(alive.sum()), round(mean, 2)))
    return {
        "world": world,
        "arm": arm,
        "seed": seed,
        "size": size._asdict(),
        "ticks": simulation.tick,
        "generation": round(mean, 2),
        "extinctions": counted.extinctions,
        "median_lifespan": simulation.lives.by_species[SPECIES].median_lifespan(simulation.tick),
        "innate": innate,
        "course": course,
        "generations": counted.table(),
    }


def path_of(out: Path, world: str, arm: str, seed: int) -> Path:
    """Return where a row is kept."""
    return out / "rows" / f"baldwin-{world}-{arm}-{seed}.json"


def keep_row(out: Path, size: Size, run: tuple[str, str, int]) -> str:
    """Measure one run and keep its row, whole or not at all; return a line about it."""
    row, path = measure(*run, size), path_of(out, *run)
    path.parent.mkdir(parents=True, exist_ok=True)
    parts = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in row.items())
    path.with_suffix(".part").write_text(f"{{\n{parts}\n}}\n", encoding="utf-8")
    path.with_suffix(".part").replace(path)
    return (
        f"{row['world']:<8} {row['arm']}  seed {row['seed']:<3} {row['ticks']:6,} ticks  generation "
        f"{row['generation']:5.1f}  extinct {row['extinctions']} times  innate {row['innate']}"
    )


def read_rows(out: Path) -> list[Row]:
    """Return all rows that are kept."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted((out / "rows").glob("baldwin-*.json"))]


def run_all(out: Path, runs: Sequence[tuple[str, str, int]], size: Size, processes: int) -> None:
    """Run what is not kept yet.

    Raises:
        SystemExit: what is kept was made with another size.
    """
    if any(row["size"] != size._asdict() for row in read_rows(out)):
        raise SystemExit(f"error: {out / 'rows'} holds runs of another size; keep these elsewhere, with --out")
    left, keep = [run for run in runs if not path_of(out, *run).exists()], partial(keep_row, out, size)
    if processes == 1:
        _print_each(map(keep, left))
        return
    with ProcessPoolExecutor(processes) as pool:
        _print_each(pool.map(keep, left))


def _print_each(lines: Iterable[str]) -> None:
    for line in lines:
        print(line, flush=True)


def seeds_of(text: str) -> Sequence[int]:
    """Return the seeds of A-B, or of one number."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def arms_of(text: str) -> str:
    """Return the letters of arms.

    Raises:
        ArgumentTypeError: one is none.
    """
    if strange := set(text) - set(ARMS):
        raise argparse.ArgumentTypeError(f"there is no population {min(strange)}; there are {', '.join(ARMS)}")
    return text


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for, or make the page and the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=seeds_of, default=SEEDS, metavar="A-B", help="0-19 if left out")
    parser.add_argument(
        "--arms", type=arms_of, default="".join(ARMS), metavar="ABC", help="which populations, as in bd"
    )
    parser.add_argument("--worlds", nargs="+", choices=WORLDS, default=list(WORLDS), help="which islands")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="runs at once")
    parser.add_argument("--out", type=Path, default=LIFE, metavar="FOLDER", help="docs/life if left out")
    parser.add_argument("--tables", action="store_true", help="only write the page of what is kept")
    parser.add_argument("--picture", action="store_true", help="only draw what is kept")
    for name, value in Size()._asdict().items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=value, metavar="N")
    options = parser.parse_args(arguments)
    if options.tables or options.picture:
        from benchmarks import baldwin_page  # draws, which a run does not need

        baldwin_page.write(options.out, options.tables, options.picture)
        return
    size = Size(**{name: getattr(options, name) for name in Size._fields})
    # Seed by seed, so that what is there at any time is paired.
    runs = [(world, arm, seed) for seed in options.seeds for world in options.worlds for arm in options.arms]
    run_all(options.out, runs, size, options.processes)


if __name__ == "__main__":
    main()
