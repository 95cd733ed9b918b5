"""`alife sweep`: runs of many values and seeds, and the table of what they came to."""

import csv
import json
import os
import re
import signal
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alife
from alife.app import validate
from alife.core import terminal
from alife.core.errors import CheckpointError
from alife.runs import Sweep
from tests.command import alife as command
from tests.errors import names
from tests.forked import forked

YAML = """
ticks: 40
world: {kind: "tests.runs.sweep.fragile:Fragile", copies: 2, size: 4.0, food: 6, poison: 6}
creatures: {learners: {brain: {layers: [{kind: lif, size: 8}]}}, control: {like: learners, learning: none}}
record: {metrics: 10}
"""
GRID = ("--set", "world.food=4,8", "--set", "creatures.learners.learning.learning_rate=.001,.003", "--seeds", "0-1")


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(YAML)
    return path


def _sweep_at(path: Path) -> Sweep:
    found = alife.load(path)
    assert isinstance(found, Sweep)
    return found


@pytest.mark.slow
def test_a_sweep_that_was_killed_is_completed_and_its_table_is_what_single_runs_say(
    config: Path, tmp_path: Path, here: list[int]
) -> None:
    """A grid of four points and two seeds: what was done stays, what is missing is run, hashes are those of `run`."""
    out = tmp_path / "out"
    with forked("sweep", config, *GRID, "--out", out) as process:
        deadline = time.monotonic() + 120
        while not (done := sorted(out.glob("*/seed-*/summary.json"))):
            assert time.monotonic() < deadline
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    written = done[0].stat().st_mtime_ns
    completed = command("resume", out, "--trust")
    sweep = _sweep_at(out)
    alone = command("run", config, "--headless", "--set", "world.food=8", "--set", GRID[3].split(",")[0], "--seed", "1",
                    "--out", tmp_path / "alone", "--json")  # fmt: skip

    assert (completed.returncode, completed.stderr) == (0, "")
    assert completed.stdout.startswith(f"{done[0].parent.parent.name}, seed")
    assert done[0].stat().st_mtime_ns == written
    assert list(sweep) == [f"food={food},learning_rate={rate}" for food in (4, 8) for rate in (0.001, 0.003)]
    _check_table(sweep)
    one = sweep["food=8,learning_rate=0.001"][1].summary
    assert one is not None
    assert one["event_log_sha256"] == json.loads(alone.stdout.splitlines()[-1])["event_log_sha256"]
    files = {"results.csv", "results.png", "summary.json", "sweep.json", *sweep}
    files |= {"results.parquet"} if find_spec("pyarrow") else set()
    assert files == {part.name for part in out.iterdir()}


def _check_table(sweep: Sweep) -> None:
    """Hold each line of the table, and of results.csv, against the run it is of."""
    table = sweep.table
    lines = [dict(zip(table, line, strict=True)) for line in zip(*table.values(), strict=True)]
    with (sweep.path / "results.csv").open(newline="") as file:
        assert [list(line.values()) for line in csv.DictReader(file)] == [list(map(str, one.values())) for one in lines]
    assert len(lines) == 4 * 2 * 2
    for line in lines:
        run = sweep[line["point"]][line["seed"]]
        assert run.summary is not None
        species = run.summary["species"][line["species"]]
        assert line["world.food"] == run.config["world"]["food"]
        assert line["reward_per_100_ticks"] == species["reward_per_100_ticks"][-1]
        assert line["backward_share"] == species["backward_share"]
        assert line["event_log_sha256"] == run.summary["event_log_sha256"]
        assert (line["ticks"], line["ended"]) == (40, "done")


@pytest.mark.slow
def test_a_run_that_fails_is_named_and_the_others_go_on(
    config: Path, tmp_path: Path, here: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names point and seed, the code is the kind's; the same command runs it again, and it alone."""
    words = ("sweep", config, "--ticks", "60", "--set", "world.food=4,8", "--seeds", "0-1", "--out", tmp_path / "out")
    monkeypatch.setenv("FRAGILE", "1:raise")
    failed = command(*words, env=dict(os.environ))
    done = _sweep_at(tmp_path / "out").table["seed"].tolist()
    monkeypatch.delenv("FRAGILE")
    here.clear()
    mended = command(*words, "--json")

    assert failed.returncode == 3
    assert [line.split(":")[1] for line in failed.stderr.splitlines()] == [" food=4, seed 1", " food=8, seed 1"]
    assert "not done: food=4, seed 1; food=8, seed 1" in failed.stdout
    assert done == [0, 0, 0, 0]
    assert (mended.returncode, here) == (0, [1, 1])
    assert json.loads(mended.stdout.splitlines()[-1])["points"]["food=8"]["values"] == {"world.food": 8}


@pytest.mark.slow
def test_a_file_may_say_what_varies(config: Path, tmp_path: Path, here: list[int]) -> None:
    """Side by side if it says so; the command line goes first, and more values are added to what is there."""
    out = tmp_path / "out"
    config.write_text(YAML + "sweep: {vary: {world.food: [4, 8], world.poison: [1, 2]}, seeds: 3, how: zip}\n")
    said = command("sweep", config, "--out", out, "--quiet")
    more = command("sweep", config, "--set", "world.food=4,8,9", "--set", "world.poison=1,2,3", "--out", out)
    other = command("sweep", config, "--set", "world.food=5", "--out", out)
    table = _sweep_at(out).table

    assert [said.returncode, more.returncode, here] == [0, 0, [3, 3, 3]]
    assert said.stdout.startswith("tiny: 2 of 2 runs done")
    assert table["world.food"].tolist() == [4, 4, 8, 8, 9, 9]
    assert table["world.poison"].tolist() == [1, 1, 2, 2, 3, 3]
    assert other.returncode == 2
    assert "other values vary" in other.stderr
    assert "alife sweep" in command("run", config).stderr


@pytest.mark.slow
def test_parts_of_a_sweep_run_by_themselves_are_put_together(config: Path, tmp_path: Path, here: list[int]) -> None:
    """Each N-th run from the K-th on; the whole command has then nothing to run, and writes the results."""
    words = ("sweep", config, *GRID, "--out", tmp_path / "out")
    parts = [command(*words, "--only", f"{k}/3") for k in range(3)]
    counts = [part.stdout.count(": done after") for part in parts]
    before = (tmp_path / "out" / "results.csv").exists()
    here.clear()
    whole = command(*words)

    assert (counts, before) == ([3, 3, 2], False)
    assert ([part.returncode for part in (*parts, whole)], here) == ([0, 0, 0, 0], [])
    _check_table(_sweep_at(tmp_path / "out"))


@pytest.mark.slow
def test_one_point_is_laid_out_as_seeds_are(config: Path, tmp_path: Path, here: list[int]) -> None:
    """A sweep in which nothing varies, and `run --seeds`, go on with each other, and have the same table."""
    out = tmp_path / "out"
    command("run", config, "--seeds", "0-1", "--out", out)
    again = command("sweep", config, "--seeds", "0-2", "--out", out)
    varied = command("sweep", config, "--set", "world.food=4,8", "--out", out)
    runs = alife.load(out)

    assert (again.returncode, here) == (0, [0, 1, 2])
    assert (varied.returncode, "other values vary" in varied.stderr) == (2, True)
    assert runs.table["seed"].tolist() == [0, 0, 1, 1, 2, 2]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "world.food=4,x"], r"world.food: .*'x' \(at food=x\)"),
        (["--set", "world.sise=4,8"], "'size'"),
        (["--set", "seed=1,2"], "seed .*--seeds"),
        (["--set", "world.food=4,8", "--set", "world.poison=1,2,3", "--zip"], "--zip"),
        (["--set", "world.food=4,8", "--seeds", "x"], "--seeds 'x'"),
        (["--set", "ticks=null"], "ticks: is missing"),
        (["--only", "0/2"], "--only: needs --out"),
        (["--only", "2/2", "--out", "out"], "--only: must be K/N"),
        (["--workers", "0"], "--workers: must be"),
    ],
)
def test_what_cannot_be_swept_is_one_sentence(words: list[str], says: str, config: Path, here: list[int]) -> None:
    """It is said before anything is run, and nothing is left behind."""
    answer = command("sweep", config, *words, cwd=config.parent)

    assert answer.returncode == 2
    (line,) = answer.stderr.splitlines()
    assert re.search(says, line)
    assert (here, list(config.parent.iterdir())) == ([], [config])


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("[]", "sweep: must be a mapping"),
        ("{very: {}}", "did you mean 'vary'"),
        ("{vary: {world.food: 4}}", "sweep.vary.'world.food': must be a list"),
        ("{vary: {' seed': [1, 2]}}", "sweep.vary.' seed': must be a dotted path"),
        ("{vary: {world.food=: [4]}}", "sweep.vary.'world.food=': must be a dotted path"),
        ("{vary: {world..food: [4]}}", "sweep.vary.'world..food': must be a dotted path"),
        ("{vary: {world.food: []}}", "sweep.vary.'world.food': must be a list of 1 or more"),
        ("{how: side}", "sweep.how: must be 'grid' or 'zip'"),
        ("{seeds: x}", "sweep.seeds 'x'"),
        ("{seeds: 1.5}", "sweep.seeds: must be seeds"),
        ("{vary: {world.sise: [4]}}", "did you mean 'size'"),
        ("{vary: {world.food: [4, x]}}", "(at food=x)"),
    ],
)
@pytest.mark.parametrize("word", ["sweep", "validate"])
def test_a_section_that_is_wrong_is_one_sentence(word: str, section: str, says: str, config: Path) -> None:
    """It says where and what would be right, and so does who only checks the file."""
    config.write_text(f"{YAML}sweep: {section}\n")
    answer = command(word, config, cwd=config.parent)

    assert answer.returncode == 2
    assert says in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_the_runs_of_a_file_are_checked_one_by_one(config: Path) -> None:
    """Each must fit together, not only the first; a file that is right is fine."""
    config.write_text(f"{YAML}sweep: {{vary: {{world.size: [4.0, 8.0]}}, seeds: 0-2}}\n")
    fine = command("validate", config)
    config.write_text(f"{YAML}sweep: {{vary: {{world.radius: [0.3, 8.0]}}}}\n")
    wrong = command("validate", config)

    assert (fine.returncode, fine.stdout) == (0, f"{config}: fine, tiny, 6 runs\n")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)
    assert "(at radius=8.0)" in wrong.stderr
    broken = command("sweep", config, "--set", "world.radius=0.3", "--set", "world.kind=forage,os:system")
    assert broken.returncode == 3
    assert names(broken.stderr, "os:system ... (at kind=os-system)")


@pytest.mark.slow
def test_of_many_points_some_are_built_and_each_value_is_in_one(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that does not fit is found wherever it stands; how many were built is said, and when it takes long."""
    monkeypatch.setattr(validate, "_BUILT", 2)
    monkeypatch.setattr(terminal, "_SILENT", 0.0)
    vary = "sweep: {vary: {world.radius: [0.1, 0.2, %s, 0.3], world.food: [4, 5, 6]}}\n"
    config.write_text(YAML + vary % 0.25)
    fine = command("validate", config)
    config.write_text(YAML + vary % 8.0)
    wrong = command("validate", config)

    assert (fine.returncode, fine.stdout.count("\n")) == (0, 1)
    assert names(fine.stdout, "12 runs ... 12 points ... 5 were built")
    assert names(fine.stderr.replace("\n", " "), "11 of 12 ... 4 of 5")
    assert wrong.returncode == 2
    assert names(wrong.stderr, "world.radius ... (at radius=8.0,food=4)")


def test_what_every_point_costs_is_said_once(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each thing that it costs, however many points there are."""
    monkeypatch.setattr("alife.sim.memory._WIDE", 0)
    config.write_text(f"{YAML}sweep: {{vary: {{world.food: [4, 5, 6]}}}}\n")
    lines = command("validate", config).stderr.splitlines()

    assert lines
    assert len(set(lines)) == len(lines)


def test_what_is_wrong_at_every_point_is_of_none(config: Path) -> None:
    """A fault that the file has without the values that vary does not blame the first of them."""
    config.write_text(f"{YAML.replace('size: 4.0', 'sise: 4.0')}sweep: {{vary: {{world.food: [4, x]}}}}\n")
    wrong = command("validate", config)

    assert (wrong.returncode, "(at" in wrong.stderr, "'size'" in wrong.stderr) == (2, False, True)


@pytest.mark.parametrize("points", [[], {"../x": {}}, {"a": 4}, {"a=1": {"k\n": 1}}])
def test_a_list_of_points_from_elsewhere_leads_nowhere(points: Any, tmp_path: Path) -> None:
    """No name in it is a path, and what is no point is damage."""
    (tmp_path / "sweep.json").write_text(json.dumps({"points": points}))
    with pytest.raises(CheckpointError, match=r"sweep.json"):
        alife.load(tmp_path)


def test_what_a_run_has_nothing_of_is_not_a_number(tmp_path: Path) -> None:
    """Columns of lives and episodes are there where any run has them; damage is named."""
    species = {"reward_per_100_ticks": [1.0], "backward_share": 0.0}
    lived = {**species, "alive": 3, "births": 1, "deaths": 2, "median_lifespan": None}
    ended = {**species, "episodes": {"ended": 4, "mean_return": 0.5, "mean_length": 9.0}}
    for seed, one in enumerate((species, lived, ended)):
        folder = tmp_path / f"seed-000{seed}"
        folder.mkdir()
        (folder / "config.yaml").write_text("creatures: {a: {}}")
        summary = {"ended": "done", "ticks": 9, "event_log_sha256": "0" * 64, "species": {"a": one}}
        (folder / "summary.json").write_text(json.dumps(summary))
    table = alife.load(tmp_path).table  # type: ignore[union-attr]

    np.testing.assert_array_equal(table["alive"], [np.nan, 3, np.nan])
    np.testing.assert_array_equal(table["episodes"], [np.nan, np.nan, 4])
    assert "episode_success" not in table
    (tmp_path / "seed-0000" / "summary.json").write_text('{"ended": "done", "species": {"a": 4}}')
    with pytest.raises(CheckpointError, match=r"seed-0000"):
        _ = alife.load(tmp_path).table  # type: ignore[union-attr]
