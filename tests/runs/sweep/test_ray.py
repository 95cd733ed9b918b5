"""A sweep on a cluster of Ray: what is lost with a node, and what its user sees."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO

import pytest

from tests.command import ROOT
from tests.command import alife as command
from tests.errors import names
from tests.runs.sweep.test_sweep import FILES, YAML

_WITH_RAY = pytest.mark.skipif(find_spec("ray") is None, reason="Ray is not installed")
_ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "RAY_USAGE_STATS_ENABLED": "0"}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.yaml"
    path.write_text(YAML)
    return path


@contextmanager
def _two_nodes(fragile: str) -> Iterator[tuple[str, Callable[[], str]]]:
    """Start a cluster in whose processes seeds are fragile; give its address and what lets it lose a node."""
    words, environment = [sys.executable, "-m", "tests.runs.sweep.ray_nodes"], {**_ENVIRONMENT, "FRAGILE": fragile}
    with subprocess.Popen(
        words, cwd=ROOT, env=environment, stdin=-1, stdout=-1, stderr=subprocess.DEVNULL, text=True
    ) as process:
        stdin, stdout = _pipe(process.stdin), _pipe(process.stdout)

        def lose() -> str:
            stdin.write("\n")
            stdin.flush()
            return stdout.readline()

        try:
            yield stdout.readline().strip(), lose
        finally:
            stdin.close()


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _sweep(config: Path, *words: str | Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "alife", "sweep", config, *words]
    return subprocess.Popen(list(map(str, command)), cwd=ROOT, env=_ENVIRONMENT, stdout=-1, stderr=-1, text=True)


def _wait_for(found: Callable[[], object]) -> None:
    deadline = time.monotonic() + 240
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@_WITH_RAY
@pytest.mark.slow
@pytest.mark.environment
def test_a_node_that_dies_costs_a_checkpoint_and_no_run(config: Path, tmp_path: Path) -> None:
    """Its run goes on elsewhere from where it was; a run that fails is named; all is as processes leave it."""
    out, whole = tmp_path / "out", tmp_path / "whole"
    words = ("--ticks", "5000", "--set", "record.checkpoint.seconds=0.05")
    runs = [out / f"seed-000{seed}" for seed in range(3)]
    with (
        _two_nodes("2:raise") as (address, lose),
        _sweep(config, *words, "--seeds", "0-2", "--out", out, "--ray", address) as process,
    ):
        _wait_for(lambda: all(list(run.glob("checkpoints/0*/manifest.json")) for run in runs[:2]))
        marks = [run / "checkpoints" / "mark" for run in runs[:2]]  # which would go with a run that begins anew
        for mark in marks:
            mark.touch()
        lost, ended = lose(), [run for run in runs if (run / "summary.json").exists()]
        printed, errors = process.communicate(timeout=300)
    alone = command("run", config, *words, "--seeds", "0-1", "--workers", "2", "--out", whole)

    assert (lost, ended, alone.returncode) == ("lost\n", [], 0)
    assert (process.returncode, len(errors.splitlines())) == (3, 1)
    assert errors.startswith("error: seed 2: ")
    assert "not done: seed 2" in printed
    for run, mark in zip(runs[:2], marks, strict=True):
        mark.unlink()
        assert {part.name for part in run.iterdir()} == FILES
        assert _hash(run) == _hash(whole / run.name)
        for name in ("config.yaml", "metrics.jsonl"):
            assert (run / name).read_bytes() == (whole / run.name / name).read_bytes()


def _hash(run: Path) -> str:
    summary = json.loads((run / "summary.json").read_text())
    assert summary["ended"] == "done"
    return str(summary["event_log_sha256"])


@_WITH_RAY
@pytest.mark.slow
@pytest.mark.environment
def test_a_signal_lets_tasks_end_in_order_and_nothing_of_ray_is_seen(config: Path, tmp_path: Path) -> None:
    """On a cluster of its own: runs are saved, none begins, and the terminal has no line that is not ours."""
    out = tmp_path / "out"
    with _sweep(config, "--ticks", "1000000", "--seeds", "5-7", "--workers", "2", "--out", out, "--ray") as process:
        _wait_for(lambda: all((out / f"seed-000{seed}/metrics.jsonl").exists() for seed in (5, 6)))
        process.send_signal(signal.SIGINT)
        printed, errors = process.communicate(timeout=60)
    seeds = json.loads((out / "summary.json").read_text())["seeds"]

    assert (process.returncode, errors) == (130, "saving; once more ends at once\n")
    assert "not done: seeds 5, 6, 7" in printed
    assert [seeds[seed]["ended"] for seed in "567"] == ["interrupted", "interrupted", "not begun"]
    for seed in (5, 6):
        assert {part.name for part in (out / f"seed-000{seed}").iterdir()} == FILES


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ([], '--ray: needs Ray ... pip install "tracelife[cluster]"'),
        (["1.2.3.4"], "--ray '1.2.3.4': must be HOST:PORT"),
        (["127.0.0.1:70000"], "must be HOST:PORT"),
        (["a..b:80"], "--ray a..b:80: ... ray start --head"),
        (["127.0.0.1:1"], "--ray 127.0.0.1:1: ... ray start --head"),
    ],
)
def test_a_cluster_that_is_not_there_is_one_sentence(
    address: list[str], says: str, config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is said at once, and nothing is left behind."""
    monkeypatch.setattr("alife.runs.sweep.ray_cluster.find_spec", lambda name: address or None)
    answer = command("sweep", config, "--out", tmp_path / "out", "--ray", *address)

    assert (answer.returncode, list(tmp_path.iterdir())) == (2, [config])
    assert names(answer.stderr, says)
    assert len(answer.stderr.splitlines()) == 1


@_WITH_RAY
@pytest.mark.slow
@pytest.mark.environment
def test_what_is_no_cluster_is_not_waited_for(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ray would try for many minutes, and say so."""
    monkeypatch.setattr("alife.runs.sweep.ray_cluster._ANSWER", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        address = f"127.0.0.1:{nobody.getsockname()[1]}"
        answer = command("sweep", config, "--ray", address)

    assert answer.returncode == 2
    assert names(answer.stderr, f"--ray {address}: ... no head of a cluster")
    assert len(answer.stderr.splitlines()) == 1
