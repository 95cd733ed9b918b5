"""Many seeds of one configuration: each an ordinary run, all of them in one summary, and what if some fail."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alife
from alife.app.cli import main
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import SimulationConfig, load_config
from alife.core.errors import ConfigError, DiskError
from alife.core.statistics import confidence_interval, interquartile_mean
from alife.runs import Run, Runs
from alife.runs.claim import Claim
from alife.runs.sweep import sweep as module
from alife.runs.sweep.plan import plan_seeds
from alife.runs.sweep.processes import Ended, Task
from alife.runs.sweep.report import sweep_text
from alife.runs.sweep.sweep import SweepEnding, SweepOptions, sweep
from alife.sim.build import build_simulation
from alife.sim.signals import Interruption
from tests.command import Finished
from tests.command import alife as command
from tests.forked import forked
from tests.runs.sweep.conftest import Outcomes, config_of, in_this_process
from tests.sim.runs import small

FILES = {"config.yaml", "metrics.jsonl", "events", "checkpoints", "summary.json", "sums.json"}
FRAGILE = {"kind": "tests.runs.sweep.fragile:Fragile", "copies": 2, "size": 4.0, "food": 6, "poison": 6}


def fragile(ticks: int | None = 60, **changes: Any) -> SimulationConfig:
    return small(ticks, world=FRAGILE, **changes)


def _names(path: Path) -> set[str]:
    return {part.name for part in path.iterdir()}


YAML = f"""
ticks: 60
world: {json.dumps(FRAGILE)}
creatures: {{learners: {{brain: {{layers: [{{kind: lif, size: 8}}]}}}}, control: {{like: learners, learning: none}}}}
record: {{metrics: 10}}
"""


def _launch(file: Path, seed: int, out: Path, *changes: str) -> None:
    """Leave a run of one seed where a sweep looks for it."""
    config = load_config(file, [f"seed={seed}", *changes])
    launch(config, LaunchOptions(headless=True, quiet=True, out=out / f"seed-000{seed}"))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finished, Path]:
    """Three seeds in processes of their own beside one that was done: 1 raises, the process of 2 is killed."""
    folder = tmp_path_factory.mktemp("seeds")
    (folder / "fragile.yaml").write_text(YAML)
    out = folder / "out"
    _launch(folder / "fragile.yaml", 3, out)
    words = ("--seeds", "0-3", "--workers", "2", "--out", out, "--json")
    return command("run", folder / "fragile.yaml", *words, env={**os.environ, "FRAGILE": "1:raise,2:die"}), out


@pytest.mark.slow
def test_a_seed_that_fails_is_named_and_the_others_go_on(
    finished: tuple[Finished, Path],
) -> None:
    """A world that raises, and a process that the system kills, are one sentence each; the code is the first one's."""
    done, out = finished
    errors = sorted(done.stderr.splitlines())
    summary = json.loads(done.stdout.splitlines()[-1])

    assert done.returncode == 3
    assert len(errors) == 2
    assert errors[0].startswith("error: seed 1: ")
    assert "RuntimeError at tick 50" in errors[0]
    assert errors[0].endswith("the sky fell")
    assert errors[1].startswith("error: seed 2: its process was killed by SIGKILL")
    assert summary["ended"] == "failed"
    assert {seed: one["ended"] == "done" for seed, one in summary["seeds"].items()} == {
        "0": True,
        "1": False,
        "2": False,
        "3": True,
    }
    assert "SIGKILL" in summary["seeds"]["2"]["ended"]
    assert summary == json.loads((out / "summary.json").read_text())


@pytest.mark.slow
def test_each_seed_is_an_ordinary_run(finished: tuple[Finished, Path]) -> None:
    """Its directory has all files, its configuration its seed, and its events are those of the run alone."""
    _, out = finished
    runs = alife.load(out)
    assert isinstance(runs, Runs)
    first = runs[0].summary

    assert _names(out) == {
        "seed-0000",
        "seed-0001",
        "seed-0002",
        "seed-0003",
        "sweep.json",
        "summary.json",
        "curve.png",
        "results.csv",
        *(["results.parquet"] if find_spec("pyarrow") else []),
    }
    assert _names(out / "seed-0000") == FILES
    assert [run.config["seed"] for run in runs.values()] == [0, 1, 2, 3]
    assert first is not None
    assert first["event_log_sha256"] == _alone(runs[0])
    assert runs[2].summary is None
    assert runs[2].metrics["learners"]["tick"].tolist() == [10, 20, 30, 40]


def _alone(run: Run) -> str:
    from alife.config.simulation_config import parse_config

    simulation = build_simulation(parse_config(run.config, ""))
    for _ in range(run.config["ticks"]):
        simulation.run_tick()
    return simulation.events.digest.hex()


@pytest.mark.slow
def test_the_table_and_the_summary_are_of_the_seeds_that_are_done(
    finished: tuple[Finished, Path],
) -> None:
    """A line for each finished seed, then the table, then what it is made of."""
    done, out = finished
    lines = done.stdout.splitlines()
    summary = json.loads(lines[-1])
    last = [json.loads((out / f"seed-000{k}/summary.json").read_text())["species"]["learners"] for k in (0, 3)]
    rewards = [one["reward_per_100_ticks"][-1] for one in last]
    of_all = summary["species"]["learners"]["reward_per_100_ticks"]

    assert [line[:25] for line in lines[:2]] == ["seed 3: was done before (", "seed 0: done after 60 tic"]
    assert lines[2].startswith("fragile: 2 of 4 seeds done, 60 ticks each")
    assert lines[3] == f"not done: seeds 1, 2; the same command with --out {out} goes on"
    assert [line.split()[0] for line in lines[6:8]] == ["learners", "control"]
    assert str(out / "curve.png") in lines
    assert of_all["seeds"] == rewards
    assert of_all["mean"] == pytest.approx(np.mean(rewards), abs=1e-5)
    assert of_all["interquartile_mean"] == pytest.approx(interquartile_mean(rewards), abs=1e-5)
    assert of_all["interval_95"] == pytest.approx(confidence_interval(rewards), abs=1e-5)
    assert summary["species"]["control"]["learning_state_bytes"] == 0


@pytest.mark.slow
def test_the_same_command_completes_what_is_missing(
    finished: tuple[Finished, Path],
    tmp_path: Path,
    here: list[int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Given again, it runs what failed, what was killed, and what has lost its summary; the rest stays as it is."""
    out = shutil.copytree(finished[1], tmp_path / "out")
    (out / "seed-0003" / "summary.json").unlink()
    (out / "seed-0003" / "events" / "000007.safetensors").write_text("left over")
    (tmp_path / "fragile.yaml").write_text(YAML)
    before = (out / "seed-0000" / "summary.json").stat().st_mtime_ns
    code = main(["run", str(tmp_path / "fragile.yaml"), "--seeds", "0-3", "--out", str(out), "--json"])
    printed = capsys.readouterr()

    assert (code, here, printed.err) == (0, [1, 2, 3], "")
    assert printed.out.startswith("seed 0: was done before (1 of 4)\nseed 1: done")
    assert (out / "seed-0000" / "summary.json").stat().st_mtime_ns == before
    assert not (out / "seed-0003" / "events" / "000007.safetensors").exists()
    summary = json.loads(printed.out.splitlines()[-1])
    assert summary["ended"] == "done"
    assert len(summary["species"]["learners"]["reward_per_100_ticks"]["seeds"]) == 4


@pytest.mark.slow
def test_a_signal_lets_the_seeds_under_way_end_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As from a terminal, SIGINT reaches all processes: they write their files, no seed begins, nothing is traced."""
    monkeypatch.setattr(module, "_compile_kernels", lambda *_: None)
    (tmp_path / "fragile.yaml").write_text(YAML)
    out = tmp_path / "out"
    words = ("--ticks", "1000000", "--seeds", "5-8", "--workers", "2", "--out", out)
    with forked("run", tmp_path / "fragile.yaml", *words) as process:
        for seed in (5, 6):
            _wait_for(out / f"seed-000{seed}" / "metrics.jsonl")
        os.killpg(process.pid, signal.SIGINT)
        code, printed, errors = process.finished()

    assert (code, errors) == (130, "saving; once more ends at once\n")
    assert "not done: seeds 5, 6, 7, 8" in printed
    assert _names(out) == {"seed-0005", "seed-0006", "sweep.json", "summary.json"}
    for seed in (5, 6):
        assert _names(out / f"seed-000{seed}") == FILES
        assert json.loads((out / f"seed-000{seed}/summary.json").read_text())["ended"] == "interrupted"
    seeds = json.loads((out / "summary.json").read_text())["seeds"]
    assert [seeds[seed]["ended"] for seed in "5678"] == ["interrupted", "interrupted", "not begun", "not begun"]


def _wait_for(path: Path) -> None:
    deadline = time.monotonic() + 90
    while not (path.exists() and path.stat().st_size):
        assert time.monotonic() < deadline, f"{path} never came"
        time.sleep(0.01)


def _sweep(config: SimulationConfig, seeds: Sequence[int], out: Path, signalled: int | None = None) -> SweepEnding:
    interruption = Interruption()
    if signalled is not None:
        interruption.note_signal(signalled)
    return sweep(plan_seeds(config, seeds), SweepOptions(out), interruption)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("done", "workers", "compiled"), [([], 2, [4]), ([4], 2, [2]), ([], 1, []), ([4, 2], 2, []), ([4, 2, 7], 2, [])]
)
def test_what_runs_side_by_side_is_compiled_beforehand(
    done: list[int], workers: int, compiled: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By one seed of those that are missing, once; where they run one by one, or only one is missing, not at all."""
    asked: list[list[int]] = []

    def outcomes(tasks: Iterable[Task], _: int, interruption: Interruption) -> Outcomes:
        begun: list[int] = []
        asked.append(begun)
        for task in tasks:
            begun.append(config_of(task)["seed"])
            yield task, Ended(1, "it was not run")

    monkeypatch.setattr(module, "outcomes", outcomes)
    monkeypatch.setattr(module, "write_results", lambda *_: ())
    for seed in done:
        out = tmp_path / "out" / f"seed-000{seed}"
        launch(fragile(20, seed=seed), LaunchOptions(headless=True, quiet=True, out=out))
    sweep(plan_seeds(fragile(20), [4, 2, 7]), SweepOptions(tmp_path / "out", workers), Interruption())

    assert asked == [*([compiled] if compiled else []), [seed for seed in (4, 2, 7) if seed not in done]]


@pytest.mark.slow
def test_what_is_compiled_for_is_short_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first ticks of a seed are run in a directory that is gone; what fails in them is told by its run alone."""
    begun: list[Task] = []

    def outcomes(tasks: Sequence[Task], _: int, interruption: Interruption) -> Outcomes:
        begun.extend(tasks)
        yield from ((task, in_this_process(task)) for task in tasks)

    monkeypatch.setattr(module, "outcomes", outcomes)
    monkeypatch.setenv("FRAGILE", "3:raise")
    ended = sweep(plan_seeds(fragile(120), [3, 4]), SweepOptions(tmp_path / "out", workers=2), Interruption())

    assert [(one["seed"], one["ticks"]) for one in map(config_of, begun)] == [(3, 100), (3, 120), (4, 120)]
    assert not begun[0].directory.parent.exists()
    assert list(ended.summary["seeds"]) == ["3", "4"]


@pytest.mark.slow
def test_an_interrupted_run_goes_on(tmp_path: Path, here: list[int]) -> None:
    """A seed whose summary says that it was interrupted is not done, and comes to what it would have come to."""
    whole = _sweep(fragile(90), [4, 2], tmp_path / "whole")
    out = tmp_path / "out"
    launch(fragile(90, seed=4), LaunchOptions(headless=True, out=out / "seed-0004"), _Stopping(40))
    assert json.loads((out / "seed-0004" / "summary.json").read_text())["ended"] == "interrupted"
    here.clear()
    ended = _sweep(fragile(90), [4, 2], out)

    assert here == [4, 2]
    assert (ended.exit_code, ended.summary["ended"]) == (0, "done")
    for seed in "42":
        again, once = (each.summary["seeds"][seed]["event_log_sha256"] for each in (ended, whole))
        assert again == once
        lines = [(folder / f"seed-000{seed}" / "metrics.jsonl").read_text() for folder in (out, tmp_path / "whole")]
        assert lines[0] == lines[1]


class _Stopping(Interruption):
    """Asks a run to stop after so many looks at it, which it takes before each tick."""

    def __init__(self, looks: int) -> None:
        self._looks, self._number = looks, None
        super().__init__()

    @property
    def signal(self) -> int | None:  # type: ignore[override]
        if self._number is None:
            self._looks -= 1
            if self._looks < 0:
                self._number = signal.SIGTERM
        return self._number

    @signal.setter
    def signal(self, number: int | None) -> None:
        self._number = number


@pytest.mark.slow
def test_seeds_whose_processes_were_killed_go_on_by_the_name_of_their_directory(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """`alife resume` finishes what the parent's SIGKILL has stopped, to the bit, and keeps what was done."""
    (tmp_path / "fragile.yaml").write_text(YAML)
    out, words = tmp_path / "out", ("run", tmp_path / "fragile.yaml", "--ticks", "1000", "--json", "--seeds", "0-2")
    _launch(tmp_path / "fragile.yaml", 0, out, "ticks=1000", "record.checkpoint.seconds=0.05")
    with forked(*words, "--set", "record.checkpoint.seconds=0.05", "--workers", "1", "--out", out) as process:
        _wait_for(out / "seed-0001" / "metrics.jsonl")
        process.send_signal(signal.SIGKILL)
    request.getfixturevalue("here")
    done, whole = command("resume", out, "--json", "--trust"), command(*words, "--out", tmp_path / "whole")
    again, once = (json.loads(each.stdout.splitlines()[-1])["seeds"] for each in (done, whole))

    assert done.returncode == 0
    assert done.stdout.startswith("seed 0: was done before")
    for seed in "012":
        assert again[seed]["event_log_sha256"] == once[seed]["event_log_sha256"]


def test_interrupted_before_the_first_seed_it_leaves_nothing(tmp_path: Path, here: list[int]) -> None:
    """Nothing was begun, so there is nothing to keep, and nothing to read but that."""
    ended = _sweep(fragile(), [0, 1], tmp_path / "out", signal.SIGTERM)

    assert (ended.exit_code, ended.directory, ended.files, here) == (143, None, (), [])
    assert sweep_text(ended.summary).splitlines()[1] == "not done: seeds 0, 1"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_where_every_seed_fails_at_once_nothing_stays(
    tmp_path: Path, here: list[int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Runs that fail before there is anything to keep leave nothing, and neither does their directory."""
    monkeypatch.setenv("FRAGILE", "0:raise,1:raise")
    ended = _sweep(fragile(record={"metrics": 1000}), [0, 1], tmp_path / "out")

    assert (ended.exit_code, ended.summary["species"]) == (3, {})
    assert len(capsys.readouterr().err.splitlines()) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("changed", [{"seed": 5}, {"view": {"fps": 7}}])
def test_one_seed_has_no_interval(changed: dict[str, Any], tmp_path: Path, here: list[int]) -> None:
    """The table of a single seed has a dash; the seed in the file does not matter."""
    ended = _sweep(fragile(20, **changed), [7], tmp_path / "out")

    assert ended.summary["species"]["learners"]["reward_per_100_ticks"]["interval_95"] is None
    assert "of the one seed" in sweep_text(ended.summary)
    assert alife.load(tmp_path / "out")[7].config["seed"] == 7  # type: ignore[index]


@pytest.mark.slow
def test_runs_of_another_configuration_are_not_touched(tmp_path: Path, here: list[int]) -> None:
    """A directory with runs of other ticks, whether asked for or not, is refused before anything is run."""
    out = tmp_path / "out"
    _sweep(fragile(20), [0, 1], out)
    for seeds in ([0, 1], [2]):
        with pytest.raises(ConfigError, match=r"out: seed-0000.*another configuration"):
            _sweep(fragile(30), seeds, out)

    assert here == [0, 1]
    assert _names(out / "seed-0000") == FILES


@pytest.mark.parametrize("kind", ["run", "notes", "strange seed", "file"])
def test_what_is_no_directory_of_seeds_is_not_touched(kind: str, tmp_path: Path, here: list[int]) -> None:
    """A run, a person's notes, and a seed directory that no run has made are refused and stay."""
    out = tmp_path / "out"
    if kind == "file":
        out.write_text("mine")
    else:
        inner = {"run": out / "events", "notes": out / "more", "strange seed": out / "seed-0001"}[kind]
        inner.mkdir(parents=True)
        (inner / "mine.txt").write_text("mine")
    with pytest.raises(DiskError if kind == "file" else ConfigError, match="out"):
        _sweep(fragile(20), [0, 1], out)

    assert here == []
    assert "mine" in [path.read_text() for path in (tmp_path, *tmp_path.rglob("*")) if path.is_file()]


@pytest.mark.slow
def test_the_first_moment_of_a_killed_run_is_cleared_away(tmp_path: Path, here: list[int]) -> None:
    """A directory that a run was killed in before its configuration was whole belongs to the run."""
    out = tmp_path / "out"
    (out / "seed-0000" / "events").mkdir(parents=True)
    (out / "seed-0001" / "events").mkdir(parents=True)
    (out / "seed-0001" / "config.yaml.unfinished").write_text("name: sm")

    assert _sweep(fragile(20), [0, 1], out).exit_code == 0
    assert _names(out / "seed-0001") == FILES


@pytest.mark.slow
def test_two_commands_do_not_work_in_one_directory(tmp_path: Path, here: list[int]) -> None:
    """While one runs, another one is refused: it would take its unfinished runs for the remains of a dead one."""
    out = tmp_path / "out"
    out.mkdir()
    with Claim(out), pytest.raises(ConfigError, match=f"out: process {os.getpid()} on "):
        _sweep(fragile(20), [0], out)

    assert _sweep(fragile(20), [0], out).exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--seeds", "0-x"], "--seeds '0-x': must be seeds and ranges of them"),
        (["--seeds", "0-3", "--seed", "1"], "--seed: is one of --seeds; leave it out"),
        (["--seeds", "0-3", "--set", "seed=1"], "--seed: is one of --seeds; leave it out"),
        (["--seeds", "0-3", "--record", "film.mp4"], "--record: films one run; leave it out"),
        (["--seeds", "0-3", "--workers", "0"], "--workers: must be a whole number from 1 to 9999, got '0'"),
        (["--seeds", "0-3", "--workers", "two"], "--workers: must be a whole number from 1 to 9999, got 'two'"),
        (["--workers", "2"], "--workers: is of use with --seeds only"),
        (["--seeds", "0-3", "--set", "ticks=null"], "ticks: is missing; several runs must end"),
        (["--seeds", "0-3", "--set", "world.sise=1"], "did you mean 'size'"),
        (["--seeds", "0-3", "--out", "/proc/seeds"], "/proc/seeds: the directory cannot be made"),
    ],
)
def test_what_cannot_be_asked_for_is_one_sentence(
    arguments: list[str], says: str, tmp_path: Path, here: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    """It is said in one line before anything is run, and nothing is left behind."""
    (tmp_path / "fragile.yaml").write_text(YAML)
    out = [] if "--out" in arguments else ["--out", str(tmp_path / "out")]
    code = main(["run", str(tmp_path / "fragile.yaml"), *arguments, *out])
    errors = capsys.readouterr().err.splitlines()

    assert code == (6 if "/proc/seeds" in arguments else 2)
    assert len(errors) == 1
    assert says in errors[0]
    assert (here, _names(tmp_path)) == ([], {"fragile.yaml"})
