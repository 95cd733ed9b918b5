"""The forage table: what learning reaches, beside every control that would expose it.

python -m benchmarks.forage                  prints the table (about half an hour on two cores)
python -m benchmarks.forage --only reward    only the rows with this text in their names
python -m benchmarks.forage --quick          two seeds and a tenth of the ticks, to see that it works
"""

import argparse
import json
import multiprocessing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
import torch

from alife.body import Body
from alife.sim.config import load_config
from alife.sim.simulation import Simulation
from alife.sim.summary import summarise
from worlds.forage import Forage, greedy_player, player

CONFIG = Path(__file__).resolve().parent.parent / "configs" / "forage.yaml"
LEARNERS = "creatures.learners"
TRIGGER_REWARD = f"{LEARNERS}.learning.trigger=reward"
REFLECT = "{kind: reflect, learning_rate: 0.003, trigger: reward}"
LINEAR = "linear softmax, no hidden layer"
LINEAR_RATES = (0.001, 0.003, 0.01, 0.03)


@dataclass(frozen=True)
class Arm:
    """One row of the table: the forage configuration with some values changed."""

    name: str
    overrides: tuple[str, ...] = ()
    seeds: int = 10  # from 0 on


def linear(learning_rate: float) -> Arm:
    """Return the arm without a hidden layer."""
    rate = f"{LEARNERS}.learning.learning_rate={learning_rate}"
    return Arm(f"{LINEAR}, learning_rate {learning_rate:g}", (f"{LEARNERS}.brain.layers=[]", rate), seeds=3)


ARMS = (
    Arm("LIF 64, gated traces, trigger surprise"),
    Arm("LIF 64, gated traces, trigger reward", (TRIGGER_REWARD,)),
    Arm("LIF 64, gated traces, shuffled rewards", (f"{LEARNERS}.rewards=shuffled",), seeds=3),
    Arm("LIF 64, reflect, trigger reward", (f"{LEARNERS}.learning={REFLECT}",), seeds=3),
)


@dataclass(frozen=True)
class Task:
    """One run."""

    arm: Arm
    seed: int
    ticks: int


def run(task: Task) -> Mapping[str, Any]:
    """Run one simulation and return its summary."""
    torch.set_num_threads(1)
    config = load_config(CONFIG, [*task.arm.overrides, f"seed={task.seed}", f"ticks={task.ticks}"])
    simulation = Simulation(config)
    for _ in range(task.ticks):
        simulation.step()
    return summarise(simulation, 0.0, "done")


def last_tenth(summary: Mapping[str, Any], species: str) -> float:
    """Return the reward per 100 ticks at the end of a run."""
    return float(summary["species"][species]["reward_per_100_ticks"][-1])


def always(arm: Arm) -> Arm:
    """Return the same arm, learning at every tick."""
    return Arm(f"{arm.name}, trigger every", (*arm.overrides, f"{LEARNERS}.learning.trigger=every"), arm.seeds)


def best_linear(pool: Any, ticks: int) -> Arm:
    """Return the linear arm whose learning rate was best on a seed that the table does not report."""
    seeds = [100]
    arms = [linear(rate) for rate in LINEAR_RATES]
    tasks = [Task(arm, seed, ticks) for arm in arms for seed in seeds]
    scores = [last_tenth(summary, "learners") for summary in pool.map(run, tasks, chunksize=1)]
    means = [mean(scores[k * len(seeds) : (k + 1) * len(seeds)]) for k in range(len(arms))]
    for arm, score in zip(arms, means, strict=True):
        print(f"seed {seeds[0]}, {arm.name}: {score:.2f}", flush=True)
    return arms[int(np.argmax(means))]


def played(hand: Any, ticks: int = 4000, copies: int = 24) -> float:
    """Return the reward per 100 ticks of a hand-written player."""
    random = np.random.default_rng(0)
    world = Forage({"player": (Body(), 1)}, copies=copies)
    outcome, total = world.reset(0)["player"], 0.0
    for _ in range(ticks):
        outcome = world.step({"player": hand(outcome.observations, random)})["player"]
        total += float(outcome.rewards.sum())
    return 100.0 * total / (ticks * copies)


def report(arm: Arm, summaries: Sequence[Mapping[str, Any]]) -> None:
    """Print one row of the table."""
    rewards = [last_tenth(summary, "learners") for summary in summaries]
    control = [last_tenth(summary, "control") for summary in summaries]
    learners = [summary["species"]["learners"] for summary in summaries]
    row = {
        "arm": arm.name,
        "mean": round(mean(rewards), 2),
        "seeds": [round(reward, 2) for reward in rewards],
        "control": round(mean(control), 2),
        "control_seeds": [round(reward, 2) for reward in control],
        "backward_share": round(mean(one["backward_share"] for one in learners), 4),
        "learning_state_bytes": learners[0]["learning_state_bytes"],
    }
    print(json.dumps(row), flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two seeds, a tenth of the ticks")
    parser.add_argument("--only", default="", metavar="TEXT", help="only the rows with this text in their names")
    options = parser.parse_args()
    ticks = 3000 if options.quick else 30000
    if options.only in "players":
        print(f"players: greedy {played(greedy_player):.2f}, better {played(player):.2f}", flush=True)
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        arms = [arm for arm in ARMS if options.only in arm.name]
        if options.only in LINEAR:
            best = best_linear(pool, ticks)
            arms += [best, always(best)]
        for arm in arms:
            seeds = range(2 if options.quick else arm.seeds)
            report(arm, pool.map(run, [Task(arm, seed, ticks) for seed in seeds], chunksize=1))


if __name__ == "__main__":
    main()
