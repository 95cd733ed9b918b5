"""`alife export`: what other programs read is what the run has kept, to the last digit."""

import csv
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alife
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import parse_config
from alife.core.errors import AlifeError, CheckpointError, ConfigError, DiskError
from alife.runs import Recorded, Run, recorder
from alife.runs.export import tables
from alife.runs.export.export import _TIMES_IN_CSV, export
from alife.sim import events
from tests.command import alife as command
from tests.errors import names, naming

_BRAIN = {"layers": [{"kind": "lif", "size": 8}]}
_CONFIG = {
    "ticks": 250,
    "world": {"kind": "hungry_pond", "copies": 2, "size": 4.0, "food": 2, "poison": 6},
    "creatures": {
        "learners": {
            "count": 3,
            "body": {"metabolism": {"start": 3.0, "capacity": 10.0, "basal": 0.05, "extinction": "reseed"}},
            "brain": _BRAIN,
            "learning": {"kind": "ring", "trigger": {"kind": "surprise", "threshold": 0.01}},
            "heredity": {"mutation": 0.1, "genes": {"neutral": {"low": 0.0, "high": 1.0, "spread": 0.1}}},
        },
        "control": {"count": 1, "brain": _BRAIN, "learning": {"kind": "none"}},
    },
    "record": {"metrics": 40, "spikes": {"learners": [4, 0], "control": [1]}},
}
KINDS = ["metrics", "events", "lives", "spikes", "membranes", "td_errors"]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run with all there is to export, each log of it in several files."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(events, "_CHUNK", 20)
        patch.setattr("alife.sim.lives._CHUNK", 5)
        patch.setattr(recorder, "_CHUNK_TICKS", 100)
        path = tmp_path_factory.mktemp("export") / "run"
        launch(parse_config(_CONFIG, "export"), LaunchOptions(headless=True, out=path, quiet=True))
        for log in ("events", "lives", "recordings"):
            assert len(list((path / log).glob("*.safetensors"))) > 1
        yield Run(path)


def _expected(run: Run) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """Return what the run says of each thing: by table and key, its numbers."""
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {kind: {} for kind in KINDS}
    for name, table in run.metrics.items():
        found["metrics"] |= {(line["tick"], name): line for line in _lines(table)}
    found["events"] = {(k,): line for k, line in enumerate(_lines(run.events))}
    found["lives"] = {(line["species"], line["id"]): line for line in _lines(run.lives)}
    for name, rows in run.recordings.items():
        for row, brain in rows.items():
            for kind, numbers in _of_brain(brain).items():
                found[kind] |= {(tick, name, row, *where): {what: number} for tick, where, what, number in numbers}
    return found


def _of_brain(brain: Recorded) -> dict[str, list[tuple[int, tuple[Any, ...], str, float]]]:
    ticks = brain.ticks.tolist()
    layers = [
        (what, layer, arrays[k])
        for what, arrays in (("output", brain.spikes), ("membrane", brain.membranes))
        for k, layer in enumerate(brain.layers)
    ]
    each = [
        (what, (tick, (layer, neuron), what, number))
        for what, layer, array in layers
        for tick, numbers in zip(ticks, array, strict=True)
        for neuron, number in enumerate(numbers)
    ]
    errors = zip(ticks, brain.td_errors, strict=True)
    return {
        "spikes": [one for what, one in each if what == "output" and one[-1]],
        "membranes": [one for what, one in each if what == "membrane"],
        "td_errors": [(tick, (), "td_error", error) for tick, error in errors if not np.isnan(error)],
    }


def _lines(table: Any) -> list[dict[str, Any]]:
    return [dict(zip(table, line, strict=True)) for line in zip(*(table[name].tolist() for name in table), strict=True)]


def _key(kind: str, number: int, line: dict[str, Any]) -> tuple[Any, ...]:
    keys = {"metrics": ("tick", "species"), "lives": ("species", "id")}
    of_brain = ("tick", "species", "row", *(() if kind == "td_errors" else ("layer", "neuron")))
    return (number,) if kind == "events" else tuple(line[name] for name in keys.get(kind, of_brain))


def _check(run: Run, kind: str, lines: list[dict[str, Any]]) -> None:
    """Hold what was read back against the run: the same lines, each with the same numbers."""
    expected, found = _expected(run)[kind], {_key(kind, k, line): line for k, line in enumerate(lines)}

    assert len(found) == len(lines)
    assert found.keys() == expected.keys()
    for key, numbers in expected.items():
        for what, number in numbers.items():
            same = type(number)(found[key][what]) if isinstance(number, np.float32) else found[key][what]
            assert same == number or (number != number and same != same), (kind, key, what)


@pytest.mark.slow
def test_csv_reads_back_as_what_the_run_has_kept(run: Run, tmp_path: Path) -> None:
    """By the types that stand beside it, every number of every line; what is not a number is empty."""
    printed = command("export", run.path, "--to", "csv", "--out", tmp_path / "a" / "b").stdout.split()
    about = json.loads((tmp_path / "a" / "b" / "datapackage.json").read_text())["resources"]
    types = {"integer": int, "number": lambda cell: float(cell or "nan"), "string": str}

    assert printed == [str(tmp_path / "a" / "b" / name) for name in (*(f"{k}.csv" for k in KINDS), "datapackage.json")]
    assert [one["name"] for one in about] == KINDS
    for one in about:
        fields = {field["name"]: field for field in one["schema"]["fields"]}
        with (tmp_path / "a" / "b" / one["path"]).open(newline="") as file:
            lines = list(csv.DictReader(file))
        assert list(lines[0]) == list(fields)
        typed = [{name: types[fields[name]["type"]](cell) for name, cell in line.items()} for line in lines]
        _check(run, one["name"], typed)
        assert all(field["description"] for field in fields.values())
        units = {name: field["unit"] for name, field in fields.items()}
        assert {units[name] for name in ("tick", "born", "died") if name in units} == {"tick"}
    metrics = {field["name"]: field["unit"] for field in about[0]["schema"]["fields"]}
    assert metrics["reward_per_100_ticks"] == "reward per 100 ticks and creature"
    assert (metrics["deaths_starved"], metrics["age_q50"]) == ("creatures", "tick")


@pytest.mark.slow
def test_parquet_reads_back_as_what_the_run_has_kept(run: Run, tmp_path: Path) -> None:
    """Every number of every line in its own type, with unit and description in the field."""
    parquet = pytest.importorskip("pyarrow.parquet")
    paths = export(run.path, "parquet", tmp_path)

    assert [path.name for path in paths] == [f"{kind}.parquet" for kind in KINDS]
    for kind, path in zip(KINDS, paths, strict=True):
        table = parquet.read_table(path)
        _check(run, kind, table.to_pylist())
        assert table.schema.field("species").metadata[b"description"].startswith(b"name of the species")
    assert table.schema.field("td_error").metadata[b"unit"] == b"reward"
    assert str(table.schema.field("td_error").type) == "float"


@pytest.mark.slow
def test_lines_are_in_the_order_of_time(run: Run) -> None:
    """And by itself the export lies in the run; a second one takes its place, and the run is as it was."""
    for _ in range(2):
        export(run.path, "csv")
    with (run.path / "export" / "metrics.csv").open() as file:
        ticks = [int(line["tick"]) for line in csv.DictReader(file)]

    assert all(one <= other for one, other in pairwise(ticks))
    assert isinstance(alife.load(run.path), Run)
    assert command("replay", run.path, "--headless").stdout == "the replay equals the run\n"


def test_what_was_not_kept_has_no_table(tmp_path: Path) -> None:
    """A run of few keys leaves fewer files; one that has only begun leaves a sentence."""
    config = {**_CONFIG, "ticks": 30, "world": {"kind": "forage"}, "record": {"metrics": 10, "events": 0}}
    config["creatures"] = {"control": _CONFIG["creatures"]["control"]}  # type: ignore[index]
    launch(parse_config(config, "few"), LaunchOptions(headless=True, out=tmp_path / "run", quiet=True))
    assert [path.name for path in export(tmp_path / "run", "csv")] == ["metrics.csv", "datapackage.json"]
    (tmp_path / "run" / "metrics.jsonl").write_text("")
    (tmp_path / "run" / "summary.json").unlink()
    for to in ("csv", "tensorboard"):
        with pytest.raises(ConfigError, match="nothing to export"):
            export(tmp_path / "run", to, tmp_path / "a" / "b")  # type: ignore[arg-type]
    assert not (tmp_path / "a").exists()


@pytest.mark.slow
def test_each_run_of_a_sweep_has_its_folder(tmp_path: Path) -> None:
    """It is the one that it has in the sweep."""
    words = ("--set", "world.food=4,8", "--set", "world.copies=1", "--seeds", "0-1", "--ticks", "20", "--quiet")
    command("sweep", "forage", *words, "--set", "record.metrics=10", "--workers", "1", "--out", tmp_path / "sweep")
    export(tmp_path / "sweep", "csv", tmp_path / "all")
    export(tmp_path / "sweep" / "food=4", "csv")
    found = {path.parent for path in tmp_path.rglob("metrics.csv")}

    assert found == {tmp_path / f"all/food={food}/seed-000{seed}" for food in (4, 8) for seed in (0, 1)} | {
        tmp_path / f"sweep/food=4/export/seed-000{seed}" for seed in (0, 1)
    }
    assert list(alife.load(tmp_path / "sweep" / "food=4")) == [0, 1]  # type: ignore[arg-type]


@pytest.mark.slow
def test_what_goes_wrong_is_one_sentence(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A format that there is none of, no run, no folder, a file in the way, a package that is missing."""
    for words in (("--to", "excel"), ("--to", "csv", "--out", ""), ("--to", "csv", "--out=")):
        with pytest.raises(SystemExit, match="2"):
            command("export", run.path, *words, cwd=tmp_path)
    assert not list(tmp_path.iterdir())
    nowhere = command("export", tmp_path / "nowhere", "--to", "csv")
    assert (nowhere.returncode, nowhere.stderr.count("\n")) == (2, 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskError, match=naming("file ... cannot be written")):
        export(run.path, "csv", tmp_path / "file")
    (tmp_path / "out" / "events.csv").mkdir(parents=True)
    with pytest.raises(DiskError, match=naming("events.csv ... cannot be written")):
        export(run.path, "csv", tmp_path / "out")
    assert not list((tmp_path / "out").glob("*.unfinished"))
    for name, to, extra in (("pyarrow", "parquet", "parquet"), ("tensorboard", "tensorboard", "track")):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(ConfigError, match=naming(f"--to ... {name} ... tracelife[{extra}]")):
            export(run.path, to, tmp_path / "none")  # type: ignore[arg-type]
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("name", ["export", "export/metrics.csv.unfinished", "export/a/events.out.tfevents.1.alife"])
def test_a_link_that_came_with_a_run_leads_nowhere(run: Run, tmp_path: Path, name: str) -> None:
    """What it leads to is as it was; where the files go on request of the user, links are the user's own."""
    mine = tmp_path / "mine"
    mine.mkdir() if name == "export" else mine.write_text("mine")
    foreign = tmp_path / "run"
    shutil.copytree(run.path, foreign, ignore=shutil.ignore_patterns("export"))
    (foreign / name).parent.mkdir(parents=True, exist_ok=True)
    (foreign / name).symlink_to(mine)
    for to in ("csv", "tensorboard"):
        with pytest.raises(CheckpointError, match=naming(f"{name}: is a link")):
            export(foreign, to)  # type: ignore[arg-type]

    assert not list(mine.iterdir()) if name == "export" else mine.read_text() == "mine"


@pytest.mark.parametrize("name", ["metrics.csv.unfinished", "datapackage.json"])
def test_a_pipe_that_came_with_a_run_is_not_waited_for(run: Run, tmp_path: Path, name: str) -> None:
    """Nobody would ever read from it."""
    shutil.copytree(run.path, tmp_path / "run", ignore=shutil.ignore_patterns("export"))
    (tmp_path / "run" / "export").mkdir()
    os.mkfifo(tmp_path / "run" / "export" / name)
    with pytest.raises(CheckpointError, match=naming(f"{name}: is a pipe")):
        export(tmp_path / "run", "csv")


def test_no_file_of_the_run_itself_is_replaced(run: Run) -> None:
    """Its folder for TensorBoard is still written while it goes on."""
    before = sorted(run.path.rglob("*"))
    for name in ("tensorboard", "events", ""):
        with pytest.raises(ConfigError, match=naming(f"--out {run.path / name}: ... by the run itself")):
            export(run.path, "tensorboard", run.path / name)
    assert sorted(run.path.rglob("*")) == before


@pytest.mark.slow
def test_a_link_to_a_run_is_the_run(run: Run, tmp_path: Path) -> None:
    """Also within a sweep; one that leads back to itself is a sentence, wherever it stands."""
    (tmp_path / "link").symlink_to(run.path)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "seed-0000").symlink_to(run.path)
    (tmp_path / "loop").symlink_to("loop")
    for path, folder in ((run.path, ""), (tmp_path / "link", ""), (tmp_path / "seeds", "seed-0000")):
        export(path, "csv", tmp_path / "out")
        assert (tmp_path / "out" / folder / "spikes.csv").stat().st_size > 0
        shutil.rmtree(tmp_path / "out")
    for words in (("plot",), ("export", "--to", "csv"), ("resume",), ("creature",)):
        said = command(words[0], tmp_path / "loop", *words[1:])
        assert (said.returncode, said.stderr.count("\n")) == (5, 1), words
    with pytest.raises(DiskError, match=naming("loop: cannot be written")):
        export(run.path, "csv", tmp_path / "loop")


def _size(files: list[Path]) -> int:
    """Return the bytes of what brains did."""
    return sum(path.stat().st_size for path in files if path.stem in ("spikes", "membranes"))


@pytest.mark.slow
def test_how_large_much_csv_becomes_is_said_before(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Within a factor of two, where most of it is what brains did; Parquet, which grows by less than that, is not."""
    recorded = sum(path.stat().st_size for path in (run.path / "recordings").iterdir())
    size = _size(export(run.path, "csv", tmp_path))
    assert capsys.readouterr().err == ""
    monkeypatch.setattr("alife.runs.export.export._MUCH", 0)
    export(run.path, "csv", tmp_path)

    assert 0.5 < size / (_TIMES_IN_CSV * recorded) < 2
    assert names(capsys.readouterr().err, f"warning: {run.path / 'recordings'}: ... --to parquet")
    pytest.importorskip("pyarrow.parquet")
    assert 0.5 < _size(export(run.path, "parquet", tmp_path)) / recorded < 2
    assert capsys.readouterr().err == ""


@pytest.mark.slow
def test_layers_are_exported_some_lines_at_a_time(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out is the same, however large they are."""
    monkeypatch.setattr(tables, "_MOST_LINES", 7)
    parts = [part for kind in ("spikes", "membranes") for part in tables.tables_of(run)[kind]]
    export(run.path, "csv", tmp_path)

    assert max(part.lines for part in parts) == 7
    for kind in ("spikes", "membranes"):
        with (tmp_path / f"{kind}.csv").open(newline="") as file:
            lines = [{name: _typed(cell) for name, cell in line.items()} for line in csv.DictReader(file)]
        _check(run, kind, lines)


def _typed(cell: str) -> int | float | str:
    for kind in (int, float):
        with suppress(ValueError):
            return kind(cell)
    return cell


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("metrics.jsonl", '{"tick": 1, "species": {"learners": {"x": true}, "control": {}}}\n'),
        ("metrics.jsonl", '{"tick": 1, "species": {"learners": {"\\ud800": 1}, "control": {}}}\n'),
        ("metrics.jsonl", '{"tick": 1, "species": {"learners": {"tick": null}, "control": {}}}\n'),
        ("metrics.jsonl", '{"tick": 1, "species": {"learners": {"species": 1}, "control": {}}}\n'),
        ("metrics.jsonl", '{"tick": 1, "species": []}\n'),
        ("metrics.jsonl", '{"tick": 1, "species": {"learners": {}, "control": {}}}\n{"tick": 2}\n'),
        ("config.yaml", "creatures: []"),
    ],
)
@pytest.mark.parametrize("to", ["csv", "tensorboard"])
def test_a_damaged_run_is_a_sentence(run: Run, tmp_path: Path, file: str, content: str, to: Any) -> None:
    """Also where the sums are gone, and nothing is left half written."""
    damaged = tmp_path / "run"
    shutil.copytree(run.path, damaged, ignore=shutil.ignore_patterns("export"))
    (damaged / "sums.json").unlink()
    (damaged / file).write_text(content)
    if (file, to) != ("config.yaml", "tensorboard"):  # which needs no configuration
        with pytest.raises(AlifeError, match=naming(file)):
            export(damaged, to)
    assert not list(damaged.rglob("*.unfinished"))
    assert to == "csv" or file == "config.yaml" or not list(damaged.rglob("*.alife"))


@pytest.mark.slow
def test_numbers_at_the_ends_of_their_range_are_exported(run: Run, tmp_path: Path) -> None:
    """The largest that a line may hold, in each format."""
    other = tmp_path / "run"
    shutil.copytree(run.path, other, ignore=shutil.ignore_patterns("export"))
    (other / "sums.json").unlink()
    numbers = {"x": 1e308, "y": -(2**63), "z": None}
    line = {"tick": 2**63 - 1, "species": {"learners": numbers, "control": {}}}
    (other / "metrics.jsonl").write_text(json.dumps(line) + "\n")
    for to in ("csv", "parquet", "tensorboard"):
        assert export(other, to)  # type: ignore[arg-type]
