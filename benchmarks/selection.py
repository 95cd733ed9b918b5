"""A gene under selection beside one that is neutral, and how fast a population runs through a million ticks.

python -m benchmarks.selection                    20 seeds of two populations, and docs/life/selection.png
python -m benchmarks.selection --long 1000000     the population (d) of benchmarks.baldwin, for so many ticks

Creatures that act by chance, do not learn and inherit nothing but genes. `basal`, a factor on what a tick costs, begins
at 1 and so does `neutral`, with the same range and the same mutation. In the population with selection a tick costs
energy; in the control it costs none, so the same gene says nothing.
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from alife.config.simulation_config import parse_config
from alife.plot.style import colour, dash, finish, legend, new_figure
from alife.sim.build import build_simulation
from benchmarks import baldwin
from benchmarks.generations import Generations, ratio
from benchmarks.measured import interval

LIFE = Path(__file__).resolve().parent.parent / "docs" / "life"
SPECIES, GENES, ROWS, LAST = "drifters", ("basal", "neutral"), 100, 40
BASAL = {"selection": 0.06, "control": 0.0}
"""What a tick costs, by population."""

Row = dict[str, Any]


def configuration(population: str, seed: int) -> dict[str, Any]:
    """Return the configuration of a run as plain data."""
    gene = {"low": 0.1, "high": 10.0, "spread": 0.05, "start": 1.0}
    return {
        "seed": seed,
        "world": {"kind": "island", "wraps": True, "A": 120, "B": 0, "patches": 40, "season": 1000},
        "creatures": {
            SPECIES: {
                "count": ROWS,
                "body": {
                    "senses": [{"kind": "sectors", "count": 2, "range": 1.0}],
                    "motor": {"kind": "steps", "step": 0.3},
                    "metabolism": {
                        "start": 10.0,
                        "capacity": 40.0,
                        "gain": 4.0,
                        "basal": BASAL[population],
                        "hazard": {"kind": "constant", "rate": 0.004},
                        "reproduce": {"at": 20.0, "share": 0.5, "near": 12.0},
                    },
                },
                "heredity": {"genes": dict.fromkeys(GENES, gene)},
                "brain": {"layers": []},
                "learning": {"kind": "none"},
            }
        },
    }


def measure(population: str, seed: int, last: int = LAST, most: int = 100_000) -> Row:
    """Run a population until the living are of a generation, and return the geometric means of newborns' genes.

    Args:
        population: a key of BASAL.
        seed: of the run.
        last: the mean generation at which it ends.
        most: ticks after which it ends in any case.
    """
    simulation = build_simulation(parse_config(configuration(population, seed), "selection"))
    counted = Generations(ROWS, last, {}, simulation.populations[SPECIES].genes)
    lives = simulation.lives.by_species[SPECIES]
    while simulation.tick < most and counted.mean(lives.alive) < last:
        simulation.run_tick()
        counted.count_tick(simulation.tick, simulation.outcome(SPECIES))
    table = counted.table()
    means = {name: [_mean(table, name, generation) for generation in range(last)] for name in GENES}
    return {
        "population": population,
        "seed": seed,
        "ticks": simulation.tick,
        "extinctions": counted.extinctions,
        "living": int(lives.alive.sum()),
        **means,
    }


def _mean(table: Mapping[str, Sequence[float]], name: str, generation: int) -> float | None:
    log = ratio(table, f"log {name}", "births", generation, generation + 1)
    return None if log is None else round(float(np.exp(log)), 4)


def _measure_one(last: int, run: tuple[str, int]) -> Row:
    return measure(*run, last=last)


def factor(rows: Sequence[Row], name: str, generation: int) -> tuple[float, float, float]:
    """Return the geometric mean of a gene over seeds, and its 95 % interval."""
    logs = np.log([row[name][generation] for row in rows if row[name][generation] is not None])
    low, high = interval(logs)
    return float(np.exp(logs.mean())), float(np.exp(low)), float(np.exp(high))


def draw(rows: Sequence[Row], path: Path) -> None:
    """Draw both genes by generation, the population with selection beside the control."""
    figure = new_figure((10.0, 4.2))
    for axes, population in zip(figure.subplots(1, 2, sharey=True), BASAL, strict=True):
        own = [row for row in rows if row["population"] == population]
        generations = range(len(own[0]["basal"]))
        for k, name in enumerate(GENES):
            means, low, high = np.array([factor(own, name, generation) for generation in generations]).T
            axes.fill_between(generations, low, high, color=colour(k), alpha=0.2, linewidth=0)
            axes.plot(generations, means, dash(k), color=colour(k), linewidth=1.4, label=name)
        finish(axes, f"{population}: a tick costs {BASAL[population]:g} basal", "generation", "gene, geometric mean")
        legend(axes)
    figure.savefig(path)


def run_long(ticks: int) -> str:
    """Run learners with births by energy for so many ticks, and return a sentence about it."""
    size = baldwin.Size()
    simulation = build_simulation(parse_config(baldwin.configuration("steady", "d", 0, size), "long"))
    simulation.run_tick()  # compiles
    counted = Generations(size.rows, 0, {}, simulation.populations[baldwin.SPECIES].genes)
    alive, living, begun = simulation.lives.by_species[baldwin.SPECIES].alive, 0, time.perf_counter()
    for _ in range(ticks):
        simulation.run_tick()
        counted.count_tick(simulation.tick, simulation.outcome(baldwin.SPECIES))
        living += int(alive.sum())
    seconds = time.perf_counter() - begun
    return (
        f"{ticks:,} ticks of {living / ticks:.0f} learners in {seconds:.0f} s, {ticks / seconds:.0f} ticks/s; "
        f"mean generation of the living {counted.mean(alive):.0f}, extinct {counted.extinctions} times"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, draw and print what came out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=baldwin.seeds_of, default=range(20), metavar="A-B", help="0-19 if left out")
    parser.add_argument("--generations", type=int, default=LAST, metavar="N")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="runs at once")
    parser.add_argument("--out", type=Path, default=LIFE, metavar="FOLDER", help="docs/life if left out")
    parser.add_argument("--long", type=int, metavar="TICKS", help="only run learners for so long")
    options = parser.parse_args(arguments)
    if options.long:
        print(run_long(options.long))
        return
    runs = [(population, seed) for population in BASAL for seed in options.seeds]
    with ProcessPoolExecutor(options.processes) as pool:
        rows = list(pool.map(partial(_measure_one, options.generations), runs))
    options.out.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(map(json.dumps, rows))
    (options.out / "selection.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    draw(rows, options.out / "selection.png")
    for population in BASAL:
        own = [row for row in rows if row["population"] == population]
        for name in GENES:
            mean, low, high = factor(own, name, -1)
            print(f"{population:<10} {name:<8} {mean:.3f}  95 % {low:.3f} to {high:.3f}  ({len(own)} seeds)")
        living, ticks = (float(np.mean([row[what] for row in own])) for what in ("living", "ticks"))
        print(f"{population:<10} {living:.0f} living after {ticks:,.0f} ticks on average")


if __name__ == "__main__":
    main()
