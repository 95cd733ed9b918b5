"""TensorBoard: the metrics of a run as TensorBoard itself reads them, while it goes on, resumed, and exported."""

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import alife as library
from alife.app.launch import LaunchOptions, launch, resume
from alife.core.errors import CheckpointError, ConfigError, DiskError
from alife.runs import Run, tensorboard_file
from alife.runs.checkpoints import last_tick
from alife.runs.export.export import export
from alife.sim.signals import Interruption
from alife.sim.simulation import Simulation
from tests.command import NO_SCREEN, ROOT, alife
from tests.errors import names, naming
from tests.runs.test_resume import _disk_full_between
from tests.sim.runs import small

accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
_LIVE = {"metrics": 20, "tensorboard": True}


def _scalars(folder: Path) -> dict[str, list[tuple[int, float]]]:
    """Return by tag the steps and values that TensorBoard finds, in its order."""
    read = accumulator.EventAccumulator(str(folder), size_guidance={"scalars": 0}).Reload()
    return {tag: [(one.step, one.value) for one in read.Scalars(tag)] for tag in read.Tags()["scalars"]}


def _expected(run: Path) -> dict[str, list[tuple[int, float]]]:
    """Return the same from the lines of metrics."""
    found: dict[str, list[tuple[int, float]]] = {}
    for line in map(json.loads, (run / "metrics.jsonl").read_text().splitlines()):
        for name, numbers in line["species"].items():
            for what, number in numbers.items():
                if number is not None:
                    found.setdefault(f"{what}/{name}", []).append((line["tick"], float(np.float32(number))))
    return found


@pytest.mark.slow
def test_each_line_is_there_as_soon_as_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks on sees each step while the run goes on."""
    seen: list[int] = []
    run_tick = Simulation.run_tick

    def looking(simulation: Simulation) -> None:
        run_tick(simulation)
        if simulation.tick == 50:
            seen.extend(step for step, _ in _scalars(tmp_path / "run" / "tensorboard")["backward_share/learners"])

    monkeypatch.setattr(Simulation, "run_tick", looking)
    launch(small(90, record=_LIVE), LaunchOptions(headless=True, out=tmp_path / "run"))

    assert seen == [20, 40]
    assert _scalars(tmp_path / "run" / "tensorboard") == _expected(tmp_path / "run")
    assert [step for step, _ in _expected(tmp_path / "run")["backward_share/control"]] == [20, 40, 60, 80, 90]


@pytest.mark.slow
def test_nothing_that_happens_is_another(tmp_path: Path) -> None:
    """Hash and metrics are those of the run without it, which has no folder."""
    one, other = (
        launch(small(60, record={**_LIVE, "tensorboard": on}), LaunchOptions(headless=True, out=tmp_path / str(on)))
        for on in (True, False)
    )

    assert one.summary["event_log_sha256"] == other.summary["event_log_sha256"]
    assert (one.directory / "metrics.jsonl").read_text() == (other.directory / "metrics.jsonl").read_text()
    assert not (other.directory / "tensorboard").exists()


@pytest.mark.slow
def test_a_killed_run_goes_on_without_a_gap_or_a_step_twice(tmp_path: Path) -> None:
    """Also for who had read the folder before the kill, and who reads all of it anew."""
    run = tmp_path / "run"
    words = ["forage", "--headless", "--ticks", "20000", "--set", "record={metrics: 20, tensorboard: true}"]
    words += ["--set", "record.checkpoint.seconds=0.05", "--out", str(run)]
    command = [sys.executable, "-m", "alife", "run", *words]
    process = subprocess.Popen(command, cwd=ROOT, env=NO_SCREEN, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and (last_tick(run / "checkpoints") or 0) < 200:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    onlooker = accumulator.EventAccumulator(str(run / "tensorboard"), size_guidance={"scalars": 0}).Reload()
    before = [one.step for one in onlooker.Scalars("backward_share/control")]
    killed_at = last_tick(run / "checkpoints")
    assert killed_at is not None
    resume(run, [f"ticks={killed_at + 100}"], LaunchOptions(headless=True, quiet=True), Interruption())
    steps = [one.step for one in onlooker.Reload().Scalars("backward_share/control")]

    assert before == list(range(20, before[-1] + 1, 20))
    assert sum(path.stat().st_size > 0 for path in (run / "tensorboard").iterdir()) == 1
    assert _scalars(run / "tensorboard") == _expected(run)
    assert steps == [step for step, _ in _expected(run)["backward_share/control"]]


@pytest.mark.slow
def test_a_full_disk_loses_no_step(tmp_path: Path) -> None:
    """What cannot be written waits, as the metrics do."""
    with _disk_full_between(200, 400):
        launch(small(600, record=_LIVE), LaunchOptions(headless=True, out=tmp_path / "run"))

    assert _scalars(tmp_path / "run" / "tensorboard") == _expected(tmp_path / "run")


@pytest.mark.slow
def test_a_folder_that_is_taken_away_is_named_and_is_whole_after_a_resume(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The metrics themselves are written on; what others have put there under its name is left alone."""
    run, run_tick = tmp_path / "run", Simulation.run_tick

    def losing(simulation: Simulation) -> None:
        run_tick(simulation)
        if simulation.tick == 50:
            shutil.rmtree(run / "tensorboard")

    with monkeypatch.context() as patch:
        patch.setattr(Simulation, "run_tick", losing)
        with pytest.raises(DiskError, match=naming("event file of TensorBoard")):
            launch(small(90, record=_LIVE), LaunchOptions(headless=True, out=run))
    assert names(capsys.readouterr().err, "warning: ... event file of TensorBoard")
    (run / "tensorboard" / "events.out.tfevents.1.alife").mkdir(parents=True)
    resume(run, ["ticks=120"], LaunchOptions(headless=True), Interruption())
    (run / "tensorboard" / "events.out.tfevents.1.alife").rmdir()

    assert _scalars(run / "tensorboard") == _expected(run)
    assert [step for step, _ in _expected(run)["backward_share/control"]] == [20, 40, 60, 80, 100, 120]


@pytest.mark.slow
def test_a_damaged_line_ends_a_resume_before_anything_is_removed(tmp_path: Path) -> None:
    """Unless it stands behind the checkpoint, from where all is written anew."""
    run = tmp_path / "run"
    launch(small(90, record=_LIVE), LaunchOptions(headless=True, out=run))
    (run / "sums.json").unlink()
    lines = (run / "metrics.jsonl").read_text().splitlines(keepends=True)
    (run / "metrics.jsonl").write_text("".join([lines[0], "!" * (len(lines[1]) - 1) + "\n", *lines[2:]]))
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    with pytest.raises(CheckpointError, match=naming("metrics.jsonl, line 2")):
        resume(run, ["ticks=120"], LaunchOptions(headless=True), Interruption())
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before
    (run / "metrics.jsonl").write_text("".join([*lines, "damaged\n"]))
    resume(run, ["ticks=120"], LaunchOptions(headless=True), Interruption())

    assert _scalars(run / "tensorboard") == _expected(run)


def test_an_export_is_what_a_run_would_have_written(tmp_path: Path) -> None:
    """The same scalars of the same steps; a second one replaces it and leaves files of others alone."""
    launch(small(90, record=_LIVE), LaunchOptions(headless=True, out=tmp_path / "run"))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "events.out.tfevents.1.other").write_bytes(b"other")
    paths = [export(tmp_path / "run", "tensorboard", tmp_path / "out")[0] for _ in range(3)]

    assert [path.stat().st_size > 0 for path in paths if path.exists()] == [False, True]
    assert (tmp_path / "out" / "events.out.tfevents.1.other").read_bytes() == b"other"
    (tmp_path / "out" / "events.out.tfevents.1.other").unlink()
    assert _scalars(tmp_path / "out") == _scalars(tmp_path / "run" / "tensorboard") == _expected(tmp_path / "run")


@pytest.mark.slow
def test_a_run_with_the_folder_is_read_shown_and_removed_like_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its readers need no such package; only who would write it does, and says so before anything is made."""
    run = tmp_path / "run"
    launch(small(90, record=_LIVE), LaunchOptions(headless=True, out=run))
    for name in [name for name in sys.modules if name.partition(".")[0] == "tensorboard"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    sentence = naming("record.tensorboard ... tensorboard ... tracelife[track]")

    assert alife("replay", run, "--headless").stdout == "the replay equals the run\n"
    assert isinstance(library.load(run), Run)
    assert library.resume(run).tick == 90
    with pytest.raises(ConfigError, match=sentence):
        resume(run, ["ticks=100"], LaunchOptions(headless=True), Interruption())
    assert Run(run).summary is not None
    words: Any = ("forage", "--set", "record.tensorboard=true", "--ticks", "20")
    made = ("--out", tmp_path / "new")
    for asked in (("validate", *words[:3]), ("run", *words, *made), ("sweep", *words, "--seeds", "0-1", *made)):
        said = alife(*asked)
        assert (said.returncode, said.stderr.count("\n")) == (2, 1), asked
        assert "tracelife[track]" in said.stderr
    assert not (tmp_path / "new").exists()


def test_a_run_that_fails_at_once_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does a file in its place get lost: it is named before the run goes on."""
    assert tensorboard_file.KEY == "record.tensorboard"
    words = ("--set", "record.tensorboard=true", "--headless", "--ticks", "90", "--out", tmp_path / "run")
    failed = alife("run", "forage", "--set", "world.kind=tests.sim.broken_world:BrokenWorld", *words)

    assert failed.returncode != 0
    assert not (tmp_path / "run").exists()
