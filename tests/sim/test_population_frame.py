"""What a frame says of a population is what its log of lives says."""

import numpy as np
import pytest

import alife
from alife.app.launch import LaunchOptions, launch
from alife.core.command import Select
from alife.plot.population import count_living, founders_of
from alife.runs import Run
from alife.sim.build import build_simulation
from alife.sim.medians import EVERY
from alife.sim.simulation import Simulation
from alife.sim.spectator import Spectator
from tests.sim.test_settings import tiny_savanna

TICKS = 300


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Simulation, Run]:
    """Return a simulation after some ticks, and the log of the same run."""
    folder = tmp_path_factory.mktemp("lived")
    launch(tiny_savanna(TICKS), LaunchOptions(headless=True, out=folder / "run", quiet=True))
    run = alife.load(folder / "run")
    assert isinstance(run, Run)
    simulation = build_simulation(tiny_savanna(TICKS))
    for _ in range(TICKS):
        simulation.run_tick()
    return simulation, run


def _own(run: Run, name: str) -> dict[str, np.ndarray]:
    here = run.lives["species"] == name
    return {column: np.asarray(values)[here] for column, values in run.lives.items()}


@pytest.mark.slow
def test_the_curves_are_those_of_the_log_of_lives(lived: tuple[Simulation, Run]) -> None:
    """At every tick as long as there are few of them: who lived, and births and deaths over the 200 ticks before."""
    simulation, run = lived
    for species in Spectator(simulation).build_frame(1.0).species:
        one, lives = species.population, _own(run, species.name)
        assert one is not None
        assert one.ticks.tolist() == list(range(1, TICKS + 1))
        died = lives["died"][lives["died"] >= 0]
        dying = np.bincount(died, minlength=TICKS + 1)[1:]  # who dies at a tick is there at it
        np.testing.assert_allclose(one.sizes, count_living(lives, one.ticks) + dying)
        born = lives["born"][lives["born"] > 0]
        assert (one.living, one.births, one.deaths) == (int(count_living(lives, one.ticks)[-1]), len(born), len(died))
        assert one.births_per_100_ticks[-1] == pytest.approx(100 * (born > TICKS - 200).sum() / 200)
        assert one.deaths_per_100_ticks[-1] == pytest.approx(100 * (died > TICKS - 200).sum() / 200)
    assert one.births > 5


@pytest.mark.slow
def test_bars_and_medians_are_those_of_the_living(lived: tuple[Simulation, Run]) -> None:
    """Every creature is in one bar; the median at each look is that of those who lived then."""
    simulation, run = lived
    frame = Spectator(simulation).build_frame(1.0)
    one, lives = frame.species[0].population, _own(run, "grazers")
    assert one is not None
    assert [each.name for each in one.distributions] == ["energy", "age", "size", "neutral"]
    there = (lives["born"] < TICKS) & (lives["died"] < 0)
    for gene in one.distributions[2:]:
        assert gene.counts.sum() == there.sum()
        assert gene.median == pytest.approx(np.median(lives[gene.name][there]))
        for look in range(EVERY, TICKS + 1, EVERY):
            then = (lives["born"] < look) & ((lives["died"] < 0) | (lives["died"] > look))
            assert gene.medians[look - 1] == pytest.approx(np.median(lives[gene.name][then]))
        assert gene.in_ratios == (gene.low > 0 and gene.high >= 10 * gene.low)


def test_a_life_is_that_of_the_log(lived: tuple[Simulation, Run]) -> None:
    """Its id, parents, children, the rows of parent and newest child, and its lineage."""
    simulation, run = lived
    lives = _own(run, "grazers")
    spectator, alive = Spectator(simulation), np.flatnonzero(lives["died"] < 0)
    founders, rows = founders_of(lives), lives["row"]
    for index in alive.tolist():
        spectator.apply_command(Select("grazers", int(rows[index])))
        life = spectator.build_frame(1.0).life
        assert life is not None
        own = int(lives["id"][index])
        assert life.identity == own
        assert life.parents == (() if lives["parent"][index] < 0 else (lives["parent"][index],))
        assert life.offspring == lives["offspring"][index] == (lives["parent"] == own).sum()
        children = [child for child in alive.tolist() if lives["parent"][child] == own]
        newest = max(children, key=lambda child: int(lives["id"][child]), default=None)
        assert life.child_row == (None if newest is None else rows[newest])
        parent = [other for other in alive.tolist() if lives["id"][other] == lives["parent"][index]]
        assert life.parent_row == (rows[parent[0]] if parent else None)
        assert sorted(life.kin) == sorted(rows[alive][founders[alive] == founders[index]])
