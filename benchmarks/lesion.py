"""Whether the neurons that the window marks pink are those that matter: python -m benchmarks.lesion [--ticks N].

Creatures of a configuration live so many ticks, then none learns any more. By the measure of the window
(alife/view/panels/brain/influence.py), over 300 ticks, their neurons are put in order, and from the same state they
live on for 3,000 ticks: whole, and with 8 neurons silenced, the most influential ones, 8 drawn at random, the least of
the half that spikes most, and the least of all. A line each: the reward per 100 ticks, what is lost by the lesion, the
95 % interval of that over creatures (Student's t), and how often the silenced neurons had spiked.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alife.config.simulation_config import load_config
from alife.core.intervention import Lesion, LetLearn
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from alife.view.panels.brain.influence import influences
from benchmarks.measured import interval

_WEIGHED = 300  # ticks over which spikes are counted, as many as the window shows
_SILENCED = 8


class Silenced(NamedTuple):
    """What became of creatures of which some neurons were silenced."""

    rewards: NDArray[np.float64]  # (rows,) per 100 ticks
    rates: NDArray[np.float64]  # (rows,) spikes per tick of those neurons before, mean


def silence_by_influence(config: Path, ticks: int, after: int) -> dict[str, Silenced]:
    """Return what becomes of creatures of the first species, by which neurons of the first layer are silenced.

    Args:
        config: of the run.
        ticks: that they live and learn before.
        after: that they live without learning.
    """
    simulation = build_simulation(load_config(config))
    species = next(iter(simulation.config.creatures))
    rows = range(simulation.metrics[species].rows)
    while simulation.tick < ticks:
        simulation.run_tick()
    for row in rows:
        simulation.intervene(LetLearn(species, row, False))
    shares, rates = _weigh(simulation, species)
    state, found = simulation.state_dict(), dict[str, Silenced]()
    for which, neurons in _choices(shares, rates).items():
        simulation.load_state_dict(state)
        for row in rows:
            for neuron in neurons[row].tolist():
                simulation.intervene(Lesion(species, row, 0, neuron))
        spiked = np.take_along_axis(rates, neurons, axis=1).sum(axis=1) / max(1, neurons.shape[1])
        found[which] = Silenced(_live_on(simulation, species, after), spiked)
    return found


def _choices(shares: NDArray[np.float64], rates: NDArray[np.float64]) -> dict[str, NDArray[np.intp]]:
    """Return neurons to be silenced, (rows, 8), by the word for them."""
    order = np.argsort(shares, axis=1)
    busy = rates >= np.median(rates, axis=1, keepdims=True)
    return {
        "none": order[:, :0],
        "most": order[:, -_SILENCED:],
        "random": np.random.default_rng(0).permuted(order, axis=1)[:, :_SILENCED],
        "least busy": np.argsort(np.where(busy, shares, np.inf), axis=1)[:, :_SILENCED],
        "least": order[:, :_SILENCED],
    }


def _weigh(simulation: Simulation, species: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the influence of each neuron of the first layer, (rows, size), and its spikes per tick."""
    rows = range(simulation.metrics[species].rows)
    spikes = [[np.zeros(len(one.outputs)) for one in simulation.probe(species, row).layers[:-1]] for row in rows]
    for _ in range(_WEIGHED):
        simulation.run_tick()
        for row in rows:
            for sums, layer in zip(spikes[row], simulation.probe(species, row).layers, strict=False):
                sums += layer.outputs > 0
    rates = [[sums / _WEIGHED for sums in layers] for layers in spikes]
    probes = [simulation.probe(species, row) for row in rows]
    shares = [influences(probes[row], simulation.snapshot(species, row).weights, rates[row])[0] for row in rows]
    return np.array(shares), np.array([layers[0] for layers in rates])


def _live_on(simulation: Simulation, species: str, ticks: int) -> NDArray[np.float64]:
    """Return the reward per 100 ticks of each creature over so many ticks."""
    rewards = np.zeros(simulation.metrics[species].rows)
    for _ in range(ticks):
        simulation.run_tick()
        rewards += simulation.outcome(species).rewards
    return rewards * (100.0 / ticks)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each choice of neurons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, default=Path("configs/forage.yaml"))
    parser.add_argument("--ticks", type=int, default=10_000)
    parser.add_argument("--after", type=int, default=3_000)
    options = parser.parse_args(arguments)
    found = silence_by_influence(options.config, options.ticks, options.after)
    whole = found["none"].rewards
    print(f"{'silenced':<10} {'reward':>7} {'lost':>6} {'95 %':>14} {'had spiked':>11}")
    for which, one in found.items():
        lost = whole - one.rewards
        within = "{:.2f} to {:.2f}".format(*interval(lost))
        print(f"{which:<10} {one.rewards.mean():7.2f} {lost.mean():6.2f} {within:>14} {one.rates.mean():11.1%}")


if __name__ == "__main__":
    main()
