"""alife.load: what a run has left, back as arrays with names, whole or not."""

import json
import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import alife
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import effective
from alife.core.errors import CheckpointError, ConfigError
from alife.runs import Run, Runs, Table
from alife.sim import events
from alife.sim.build import build_simulation
from tests.sim.runs import small

MEANS = ("reward_per_100_ticks", "backward_share", "episodes", "episode_return", "episode_length")
CONFIG = small(150, record={"metrics": 40, "spikes": {"learners": [0]}})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a run."""
    path = tmp_path_factory.mktemp("kept") / "run"
    launch(CONFIG, LaunchOptions(headless=True, out=path))
    return path


def _load(path: Path) -> Run:
    run = alife.load(path)
    assert isinstance(run, Run)
    return run


@pytest.mark.slow
def test_configuration_and_summary_are_plain_data(kept: Path) -> None:
    """They are those of the run; a path may be text."""
    run = _load(kept)

    assert run.config == effective(CONFIG)
    assert run.summary == json.loads((kept / "summary.json").read_text())
    assert alife.load(str(kept)).summary == run.summary
    assert repr(run) == f"Run('{kept}')"


def test_metrics_are_columns_for_each_species(kept: Path) -> None:
    """Each has a tick and what the lines of the run say."""
    metrics = _load(kept).metrics
    lines = [json.loads(line) for line in (kept / "metrics.jsonl").read_text().splitlines()]

    assert list(metrics) == ["learners", "control"]
    assert metrics["learners"]["tick"].tolist() == [40, 80, 120, 150]
    for name, table in metrics.items():
        assert list(table) == ["tick", *MEANS]
        for column in MEANS:
            assert table[column].tolist() == [line["species"][name][column] for line in lines]


@pytest.mark.slow
def test_events_have_their_names_and_come_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over several files they are what the simulation said at each tick."""
    monkeypatch.setattr(events, "_CHUNK", 7)
    config = small(150, world={"kind": "forage", "copies": 1, "size": 4.0, "food": 6, "poison": 6})
    launch(config, LaunchOptions(headless=True, out=tmp_path / "run"))
    table = _load(tmp_path / "run").events
    simulation, happened = build_simulation(config), []
    for _ in range(150):
        simulation.run_tick()
        happened += simulation.copy_events(0)

    assert len(list((tmp_path / "run" / "events").glob("*.safetensors"))) > 2
    assert list(table) == ["tick", "species", "row", "cause", "value", "source"]
    assert {"learners", "control"} == set(table["species"])
    assert {"brain", "world"} == set(table["source"])
    for name, column in table.items():
        assert column.tolist() == [getattr(event, name) for event in happened]


def test_a_run_without_events_has_empty_columns(tmp_path: Path) -> None:
    """Where none were kept, the columns are there, with nothing in them."""
    launch(small(20, record={"events": 0}), LaunchOptions(headless=True, out=tmp_path / "run"))

    assert {name: len(column) for name, column in _load(tmp_path / "run").events.items()} == dict.fromkeys(
        ("tick", "species", "row", "cause", "value", "source"), 0
    )


def test_a_run_that_was_killed_is_read_as_far_as_it_came(kept: Path, tmp_path: Path) -> None:
    """No summary, half a line of metrics, an unfinished file: the rest is there."""
    path = shutil.copytree(kept, tmp_path / "run")
    (path / "summary.json").unlink()
    (path / "events" / "000000.safetensors.unfinished").write_bytes(b"half")
    with (path / "metrics.jsonl").open("a") as file:
        file.write('{"tick": 160, "spec')
    run = _load(path)

    assert run.summary is None
    assert run.metrics["learners"]["tick"].tolist() == [40, 80, 120, 150]
    assert len(run.events["tick"]) == len(_load(kept).events["tick"])
    assert run.config == effective(CONFIG)


def test_a_run_that_has_just_begun_can_be_read(tmp_path: Path) -> None:
    """Before its first line, its first event and its first recorded file there are empty columns."""
    (tmp_path / "events").mkdir()
    (tmp_path / "metrics.jsonl").write_text("")
    (tmp_path / "config.yaml").write_text("creatures: {learners: {}}")
    run = _load(tmp_path)

    assert [len(column) for column in (*run.metrics["learners"].values(), *run.events.values())] == [0] * 9
    assert run.recordings == {}


def test_runs_of_seeds_are_found_by_seed(kept: Path, tmp_path: Path) -> None:
    """The directory of `--seeds` is a mapping in the order of seeds, however they are written; others are no seeds."""
    for name in ("seed-0010", "seed-0002", "seed-12345", "seed-00003", "seed-x", "other"):
        shutil.copytree(kept, tmp_path / name)
    (tmp_path / "seed-0004").mkdir()
    runs = alife.load(tmp_path)

    assert isinstance(runs, Runs)
    assert (list(runs), len(runs)) == ([2, 10, 12345], 3)
    assert runs[10].metrics["control"]["tick"][-1] == 150
    assert runs.summary is None
    (tmp_path / "summary.json").write_text('{"seeds": {}, "species": {}}')
    assert alife.load(tmp_path).summary == {"seeds": {}, "species": {}}
    assert repr(runs).endswith("seeds 2, 10, 12345)")
    with pytest.raises(KeyError):
        runs[3]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nowhere", "there is no such directory; name the run directory that a run has printed"),
        ("file", "there is no such directory"),
        ("empty", "this is no run directory"),
    ],
)
def test_what_is_no_run_is_one_sentence(name: str, says: str, tmp_path: Path) -> None:
    """It says what is wrong where, and what would be right."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=f"{name}: {says}"):
        alife.load(tmp_path / name)


@pytest.mark.parametrize(
    ("file", "content", "read"),
    [
        ("summary.json", "{", lambda run: run.summary),
        ("metrics.jsonl", "{\n", lambda run: run.metrics),
        ("metrics.jsonl", b"\xff\n", lambda run: run.metrics),
        ("events/000000.safetensors", "nothing", lambda run: run.events),
        ("events/names.json", "[", lambda run: run.events),
        ("recordings/000000.safetensors", "nothing", lambda run: run.recordings["learners"][0].spikes),
        ("recordings/names.json", "[", lambda run: run.recordings),
    ],
)
def test_a_damaged_file_is_named(file: str, content: Any, read: Any, kept: Path, tmp_path: Path) -> None:
    """One sentence with the path of the file; what lies in other files can be read."""
    path = shutil.copytree(kept, tmp_path / "run")
    (path / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    run = _load(path)
    with pytest.raises(CheckpointError, match=f"{file}.*: damaged") as caught:
        read(run)

    assert "\n" not in str(caught.value)
    assert run.config["name"] == "small"


def test_a_file_that_nobody_may_read_is_named(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system says is passed on."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(CheckpointError, match=r"summary\.json: .*Permission denied"):
        _ = _load(kept).summary


def test_tables_become_data_frames_where_pandas_is(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for pandas is given the columns; a recorded brain has one for each neuron."""
    monkeypatch.setitem(sys.modules, "pandas", SimpleNamespace(DataFrame=dict))
    run = _load(kept)
    frame = run.recordings["learners"][0].to_pandas()

    assert list(run.metrics["learners"].to_pandas()) == ["tick", *MEANS]
    assert list(run.events.to_pandas()) == list(run.events)
    assert list(frame)[:3] == ["tick", "td_error", "lif 1 spike 0"]
    assert len(frame) == 2 + 2 * (8 + 3)
    np.testing.assert_array_equal(frame["lis 2 membrane 2"], run.recordings["learners"][0].membranes[1][:, 2])


def test_without_pandas_one_sentence_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pandas is no dependency."""
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"^to_pandas.*pip install pandas"):
        Table({"tick": np.arange(3)}).to_pandas()


def test_a_table_says_what_it_holds() -> None:
    """Its text counts lines and names columns."""
    assert repr(Table({"tick": np.arange(3), "row": np.arange(3)})) == "Table(3 lines of tick, row)"
    assert len(Table({"tick": np.arange(3)})) == 1
