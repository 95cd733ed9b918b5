"""No byte of a run that has ended is changed unnoticed."""

import shutil
from pathlib import Path

import pytest

import alife
from alife.app.cli import main
from alife.core.errors import CheckpointError
from alife.runs import Run
from alife.runs.past_run import read_run
from alife.runs.sums import SUMS_FILE

_RUN = ["--headless", "--set", "record.metrics=20", "--set", "record.spikes=[0]"]
_LOGS = {
    "summary.json": lambda run: run.summary,
    "metrics.jsonl": lambda run: run.metrics,
    "events/names.json": lambda run: run.events,
    "events/000000.safetensors": lambda run: run.events,
    "lives/000000.safetensors": lambda run: run.lives,
    "recordings/names.json": lambda run: run.recordings,
    "recordings/000000.safetensors": lambda run: run.recordings["learners"][0].spikes,
}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the directory of a short run."""
    out = tmp_path_factory.mktemp("sums") / "run"
    assert main(["run", "hungry_pond", "--ticks", "60", "--out", str(out), *_RUN]) == 0
    return out


def _changed(ended: Path, folder: Path, name: str) -> Run:
    """Return a copy of the run in which the last digit or byte of a file is another."""
    shutil.copytree(ended, folder / "run")
    path = folder / "run" / name
    content = bytearray(path.read_bytes())
    at = max((k for k, byte in enumerate(content) if byte in b"0123456789"), default=len(content) - 1)
    content[at] = ord("7") if content[at] != ord("7") else ord("3")
    path.write_bytes(content)
    run = alife.load(folder / "run")
    assert isinstance(run, Run)
    return run


@pytest.mark.slow
@pytest.mark.parametrize("name", _LOGS)
def test_a_changed_byte_is_named_with_its_file(name: str, ended: Path, tmp_path: Path) -> None:
    """Also one that leaves the file well-formed."""
    run = _changed(ended, tmp_path, name)
    with pytest.raises(CheckpointError, match=Path(name).name):
        _LOGS[name](run)


def test_a_file_that_is_gone_or_new_is_noticed(ended: Path, tmp_path: Path) -> None:
    """A log in which a file is missing at the end reads well otherwise."""
    shutil.copytree(ended, tmp_path / "run")
    shutil.copy(tmp_path / "run" / "events" / "000000.safetensors", tmp_path / "run" / "events" / "000001.safetensors")
    with pytest.raises(CheckpointError, match="000001"):
        _ = alife.load(tmp_path / "run").events  # type: ignore[union-attr]


def test_the_sums_are_sealed(ended: Path, tmp_path: Path) -> None:
    """A change of theirs is not believed either."""
    run = _changed(ended, tmp_path, SUMS_FILE)
    with pytest.raises(CheckpointError, match=SUMS_FILE):
        _ = run.metrics


def test_a_replay_believes_no_changed_summary(ended: Path, tmp_path: Path) -> None:
    """It would compare with another hash, or end elsewhere."""
    run = _changed(ended, tmp_path, "summary.json")
    with pytest.raises(CheckpointError, match=r"summary\.json"):
        read_run(run.path)


@pytest.mark.slow
def test_a_run_that_goes_on_is_summed_anew(ended: Path, tmp_path: Path) -> None:
    """A finished run may be extended; a configuration is a person's, who may change how it is shown."""
    shutil.copytree(ended, tmp_path / "run")
    before = (tmp_path / "run" / SUMS_FILE).read_bytes()
    assert main(["resume", str(tmp_path / "run"), "--ticks", "90", "--headless"]) == 0

    assert (tmp_path / "run" / SUMS_FILE).read_bytes() != before
    assert alife.load(tmp_path / "run").metrics["learners"]["tick"][-1] == 90  # type: ignore[union-attr]
