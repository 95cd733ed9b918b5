"""Heredity in a run: genes in worlds, records and metrics, the phylogeny, and going on in mid-generation."""

import csv
import importlib.util
import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alife
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import SimulationConfig, dump_config, parse_config
from alife.config.yaml_file import parse_yaml
from alife.core.errors import CheckpointError, ConfigError, WorldError
from alife.runs import Run
from alife.runs.checkpoint import load_state, save_state
from alife.runs.phylogeny import LivesTable
from alife.sim.build import build_simulation
from alife.sim.simulation import Simulation
from tests.errors import naming
from tests.sim.mating_world import MatingPond
from tests.sim.runs import small
from tests.sim.test_lives import METABOLISM
from tests.sim.test_simulation import _flat

MATING = "tests.sim.mating_world:MatingPond"
NEUTRAL = {"low": 0.0, "high": 1.0, "spread": 0.1, "start": 0.5}
GENES = {
    "learning_rate": {"low": 1e-4, "high": 1.0, "spread": 0.3},
    "decay": {"low": 0.05, "high": 0.9, "spread": 0.1},
    "discount": {"low": 0.1, "high": 0.99, "spread": 0.1, "start": [0.5, 0.9]},
}


def _config(heredity: dict[str, Any], ticks: int = 200, kind: str = "hungry_pond", **changes: Any) -> SimulationConfig:
    raw: dict[str, Any] = {
        "ticks": ticks,
        "world": {"kind": kind, "copies": 2, "size": 4.0, "food": 4, "poison": 2},
        "creatures": {
            "learners": {
                "count": 4,
                "body": {"metabolism": METABOLISM},
                "heredity": {"inherit": "birth_weights", "mutation": 0.1, **heredity},
                "brain": {"layers": [{"kind": "lif", "size": 8, "decay": 0.5}]},
            },
            "others": {"like": "learners", "count": 2, "heredity": {"genes": {}, "reward_weights": {}}},
        },
        "record": {"metrics": 10},
        **changes,
    }
    return parse_config(raw, "heredity")


def _run(simulation: Simulation, ticks: int) -> str:
    for _ in range(ticks):
        simulation.run_tick()
    return simulation.events.digest.hex()


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with two species and two parents."""
    path = tmp_path_factory.mktemp("heredity") / "run"
    config = _config({"genes": {**GENES, "neutral": NEUTRAL}, "reward_weights": {"ate": NEUTRAL}}, kind=MATING)
    launch(config, LaunchOptions(headless=True, out=path, quiet=True))
    run = alife.load(path)
    assert isinstance(run, Run)
    return run


@pytest.mark.slow
def test_a_neutral_gene_changes_nothing_that_happens() -> None:
    """Nor do genes that cannot differ from the plan, nor does a weight that is 1."""
    fixed = {"decay": {"low": 0.4, "high": 0.6, "spread": 0.0}, "entropy": {"low": 0.0, "high": 1.0, "spread": 0.0}}
    ate = {"reward_weights": {"ate": {"low": 0.5, "high": 2.0, "spread": 0.0}}}
    without, neutral, genes = (
        build_simulation(_config(each)) for each in ({}, {"genes": {"neutral": NEUTRAL}}, {"genes": fixed, **ate})
    )

    assert _run(without, 200) == _run(neutral, 200) == _run(genes, 200)
    assert without.lives.by_species["learners"].births > 20
    assert np.std(neutral.populations["learners"].genes["neutral"]) > 0.01


@pytest.mark.slow
def test_what_a_child_has_is_its_parents(kept: Run) -> None:
    """By the records alone: near one of its two parents, whose children are as many as they say."""
    table = kept.lives
    known = {int(id_): k for k, id_ in enumerate(table["id"]) if table["species"][k] == "learners"}
    children = [k for k in known.values() if table["parent"][k] >= 0]
    had: dict[int, int] = dict.fromkeys(known, 0)

    assert table.genes == (*GENES, "neutral", "reward_weight.ate")
    for k in children:
        parents = {int(table[of][k]) for of in ("parent", "partner") if table[of][k] >= 0}
        for parent in parents:
            had[parent] += 1
        if not math.isnan(table["neutral"][k]):
            off = [abs(table["neutral"][k] - table["neutral"][known[parent]]) for parent in parents]
            assert min(off) < 5 * NEUTRAL["spread"]
    assert sum(table["partner"][k] >= 0 for k in children) > 10
    assert had == {id_: table["offspring"][k] for id_, k in known.items()}
    late = table["born"] == 200
    ours = table["species"] == "learners"
    assert np.isfinite(table["neutral"][ours & ~late]).all()
    assert np.isnan(table["neutral"][~ours | late]).all()


@pytest.mark.slow
def test_the_phylogeny_is_one(kept: Run, tmp_path: Path) -> None:
    """Read back without our code: ids are unique, ancestors are of the same species, lived, and came before."""
    kept.lives.write_phylogeny(tmp_path / "phylogeny.csv")
    with (tmp_path / "phylogeny.csv").open(newline="") as file:
        lines = {int(line["id"]): line for line in csv.DictReader(file)}
    ancestors = {k: line["ancestor_list"][1:-1].split(",") for k, line in lines.items()}
    pairs = [(lines[k], lines[int(one)]) for k, each in ancestors.items() for one in each if one != "NONE"]

    assert len(lines) == len(kept.lives["id"])
    assert {line["species"] for line in lines.values()} == {"learners", "others"}
    assert sum(len(each) == 2 for each in ancestors.values()) > 10
    assert len(pairs) > 30
    for child, parent in pairs:
        assert parent["species"] == child["species"]
        assert int(parent["origin_time"]) < int(child["origin_time"]) <= float(parent["destruction_time"])
    assert sum(each == ["NONE"] for each in ancestors.values()) == (kept.lives["parent"] < 0).sum()
    assert sum(line["destruction_time"] == "inf" for line in lines.values()) == (kept.lives["died"] < 0).sum()
    assert any(0 < float(line["neutral"]) < 1 for line in lines.values())


def test_an_ancestor_that_was_not_kept_is_left_out(kept: Run) -> None:
    """No line names an id that has none."""
    table = kept.lives
    half = LivesTable({name: column[20:] for name, column in table.items()}, table.genes)
    told = half.phylogeny()
    named = {each for text in told["ancestor_list"] for each in text[1:-1].split(",")} - {"NONE"}

    assert named <= set(map(str, told["id"]))
    assert (told["ancestor_list"] == "[NONE]").sum() > (half["parent"] < 0).sum()


def test_metrics_say_what_populations_are_like(kept: Run) -> None:
    """Births and deaths add up to those of the table, and the last numbers are those of the living."""
    table, metrics = kept.lives, kept.metrics["learners"]
    ours = table["species"] == "learners"
    alive = ours & (table["died"] < 0)

    assert metrics["births"].sum() == (table["born"][ours] > 0).sum()
    assert metrics["deaths"].sum() == (ours & ~alive).sum()
    for cause in ("starved", "hazard", "ate"):
        assert metrics[f"deaths_{cause}"].sum() == (table["cause"][ours] == cause).sum()
    assert metrics["living"][-1] == alive.sum()
    for gene in table.genes:
        values = table[gene][alive & (table["born"] < 200)]
        assert metrics[f"{gene}_mean"][-1] == pytest.approx(values.mean(), rel=1e-4)
        assert metrics[f"{gene}_q10"][-1] == pytest.approx(np.quantile(values, 0.1), rel=1e-4)
    assert metrics["age_q50"][-1] == pytest.approx(np.median(200 - table["born"][alive]), abs=1.0)
    assert ((metrics["energy_q10"] <= metrics["energy_mean"]) & (metrics["energy_mean"] <= 1.0)).all()
    assert "neutral_mean" not in kept.metrics["others"]


def test_of_nobody_there_are_no_quantiles(tmp_path: Path) -> None:
    """Where a species is extinct they are not a number, and the run is read all the same."""
    metabolism = {**METABOLISM, "gain": 0.0, "refill": False, "extinction": "continue"}
    config = _config({"genes": {"neutral": NEUTRAL}}, 60)
    raw = {"creatures": {"learners": {"body": {"metabolism": metabolism}, "heredity": {"genes": {"neutral": NEUTRAL}}}}}
    config = parse_config({**raw, "ticks": 60, "world": {"kind": "hungry_pond"}, "record": {"metrics": 10}}, "extinct")
    launch(config, LaunchOptions(headless=True, out=tmp_path / "run", quiet=True))
    run = alife.load(tmp_path / "run")
    assert isinstance(run, Run)

    metrics = run.metrics["learners"]
    assert metrics["living"][-1] == 0
    assert math.isnan(metrics["neutral_q50"][-1])
    assert math.isfinite(metrics["neutral_q50"][0])


def test_vitals_are_checked() -> None:
    """A world that gives others is told so, with species and tick."""
    with pytest.raises(WorldError, match=naming("vitals ... learners ... tick 0 ... 8 numbers")):
        build_simulation(_config({}, kind="tests.sim.mating_world:Feverish"))


@pytest.mark.slow
@pytest.mark.parametrize("inherit", ["nothing", "birth_weights", "learned_weights"])
def test_a_state_in_mid_generation_goes_on_to_the_bit(tmp_path: Path, inherit: str) -> None:
    """From the disk: genes, weights at birth, parents, offspring and every number that learns by a gene."""
    heredity = {
        "inherit": inherit,
        "genes": {**GENES, "size": NEUTRAL | {"low": 0.1}},
        "reward_weights": {"ate": NEUTRAL},
    }
    whole, part, resumed = (build_simulation(_config(heredity, kind=MATING)) for _ in range(3))
    _run(whole, 120)
    _run(part, 60)
    save_state(tmp_path / "state", part.state_dict())
    resumed.load_state_dict(load_state(tmp_path / "state"))
    _run(resumed, 60)
    ours, theirs = _flat(whole.state_dict()), _flat(resumed.state_dict())

    assert len(ours) == len(theirs)
    assert all(map(np.array_equal, ours, theirs))
    assert whole.lives.by_species["learners"].births > 10
    assert whole.metrics_line() == resumed.metrics_line()


def test_genes_out_of_their_range_are_no_state() -> None:
    """Who changes them in a saved state is told so."""
    simulation = build_simulation(_config({"genes": GENES}))
    state = simulation.state_dict()
    state["populations"]["learners"]["newborns"]["genes"]["decay"][1] = 2.0
    with pytest.raises(CheckpointError, match=naming("decay ... 0.05 ... 0.9")):
        simulation.load_state_dict(state)


def test_a_world_is_told_of_the_genes_of_bodies() -> None:
    """Of all rows at first, then of newborns before the step after their birth, and of all when a state is loaded."""
    body = {"size": {"low": 0.5, "high": 1.0, "spread": 0.1}, "step": {"low": 0.5, "high": 1.0, "spread": 0.0}}
    simulation = build_simulation(_config({"genes": {**body, "neutral": NEUTRAL}}, kind=MATING))
    world, born = simulation.world, 0
    assert isinstance(world, MatingPond)

    assert world.expressed == [("learners", list(range(8)), {"size": [1.0] * 8, "step": [1.0] * 8})]
    for _ in range(60):
        lives = simulation.outcome("learners").lives
        world.expressed.clear()
        simulation.run_tick()
        rows = [] if lives is None else lives.born.tolist()
        sizes = simulation.populations["learners"].genes["size"][rows].tolist()
        told = [("learners", rows, {"size": sizes, "step": [1.0] * len(rows)})] if rows else []
        assert world.expressed == told
        born += len(rows)
    assert born > 5
    simulation.load_state_dict(simulation.state_dict())
    assert [rows for _, rows, _ in world.expressed[-1:]] == [list(range(8))]


def test_a_world_without_genes_of_bodies_says_so() -> None:
    """When it is built, with what it knows."""
    heredity = {"genes": {"range": {"low": 0.5, "high": 1.0, "spread": 0.1}}}
    raw = {"world": {"kind": "gymnasium", "id": "CartPole-v1"}, "creatures": {"learners": {"heredity": heredity}}}
    with pytest.raises(ConfigError, match=naming("creatures.learners.heredity.genes.range ... gymnasium ... none")):
        build_simulation(parse_config(raw, "wrong"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"genes": {"learnin_rate": NEUTRAL}}, "heredity.genes.learnin_rate ... 'learning_rate'"),
        ({"genes": {"discount": NEUTRAL | {"high": 1.5}}}, "heredity.genes.discount.high ... 1.5"),
        ({"genes": {"learning_rate": NEUTRAL}}, "heredity.genes.learning_rate.low ... 0"),
        ({"genes": {"neutral": NEUTRAL | {"low": 2.0}}}, "heredity.genes.neutral.high ... 2"),
        ({"genes": {"neutral": NEUTRAL | {"start": 2}}}, "heredity.genes.neutral.start ... 0 and 1 ... 2"),
        ({"genes": {"neutral": NEUTRAL | {"start": [0.6, 0.4]}}}, "heredity.genes.neutral.start ... [0.6, 0.4]"),
        ({"genes": {"neutral": NEUTRAL | {"spread": -1.0}}}, "heredity.genes.neutral.spread ... -1"),
        ({"genes": {"neutral": {"low": 0.0}}}, "heredity.genes.neutral.high ... missing"),
        ({"genes": {"neutral": 3}}, "heredity.genes.neutral ... 3"),
        ({"reward_weights": {"atee": NEUTRAL}}, "heredity.reward_weights.atee ... 'ate' ... stung"),
        ({"mutation": -0.1}, "heredity.mutation ... -0.1"),
    ],
)
def test_a_wrong_gene_is_one_sentence_with_its_path(change: dict[str, Any], words: str) -> None:
    """Before anything runs."""
    with pytest.raises(ConfigError, match=naming(f"creatures.learners.{words}")):
        build_simulation(_config(change))


def test_genes_are_written_back_as_they_were_read() -> None:
    """The effective configuration reads back as an equal one; --set reaches a number of a gene."""
    config = _config({"genes": GENES, "reward_weights": {"ate": NEUTRAL}})
    raw, learners = parse_yaml(dump_config(config), "there"), "creatures.learners.heredity"
    again = parse_config(raw, "heredity")
    sets = [f"{learners}.reward_weights.ate.start=0.25", f"{learners}.genes.decay.spread=0"]
    changed: Any = parse_config(raw, "heredity", sets).creatures["learners"].heredity

    assert again == config
    assert changed.reward_weights["ate"].start == 0.25
    assert changed.genes["decay"].spread == 0.0


def test_genes_need_no_births() -> None:
    """Where all live for ever, the first creatures have them: a gene at a rule's number changes nothing."""
    gene = {"learning_rate": {"low": 0.001, "high": 1.0, "spread": 0.1, "start": 0.02}}
    creatures: list[dict[str, Any]] = [{"heredity": {"genes": gene}}, {"learning": {"learning_rate": 0.02}}]
    ours, theirs = (build_simulation(small(creatures={"learners": {"count": 2, **each}})) for each in creatures)

    assert _run(ours, 150) == _run(theirs, 150)
    assert ours.metrics_line()["species"]["learners"]["learning_rate_q10"] == 0.02


@pytest.mark.parametrize(
    "genes", [3, ["id"], ["decay", "decay"], ["a" * 300], [str(k) for k in range(2000)], ["other"]]
)
def test_strange_names_of_genes_are_damage(kept: Run, tmp_path: Path, genes: Any) -> None:
    """Whoever has written them into a run directory."""
    shutil.copytree(kept.path, tmp_path / "run")
    names = tmp_path / "run" / "lives" / "names.json"
    names.write_text(json.dumps({**json.loads(names.read_text()), "genes": genes}))
    run = alife.load(tmp_path / "run")
    assert isinstance(run, Run)
    with pytest.raises(CheckpointError, match=naming("lives ... damaged")):
        _ = run.lives


@pytest.mark.skipif(importlib.util.find_spec("pandas") is None, reason="pandas is not installed")
def test_lives_are_a_data_frame(kept: Run) -> None:
    """With a column for each gene, by its name."""
    frame = kept.lives.to_pandas()

    assert list(frame.columns)[-5:] == [*GENES, "neutral", "reward_weight.ate"]
    assert len(frame) == len(kept.lives["id"])
