"""Recording brains: every tick of them as it was, and nothing of the run changed by it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

import alife
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import SimulationConfig
from alife.core.errors import ConfigError, DiskError, WorldError
from alife.runs import Run, recorder
from alife.runs.recorder import Recorder
from alife.sim.build import build_simulation
from tests.sim.runs import small

SPIKES = {"learners": [3, 0], "control": [1]}


def _config(ticks: int = 60, spikes: Any = SPIKES, **changes: Any) -> SimulationConfig:
    return small(ticks, record={"metrics": 10, "spikes": spikes}, **changes)


def _launched(config: SimulationConfig, folder: Path) -> Run:
    launch(config, LaunchOptions(headless=True, out=folder))
    run = alife.load(folder)
    assert isinstance(run, Run)
    return run


@pytest.mark.slow
def test_every_tick_is_kept_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over several files, the columns are what a look into the brain shows at each tick."""
    monkeypatch.setattr(recorder, "_CHUNK_TICKS", 25)
    config = _config()
    kept = _launched(config, tmp_path / "run").recordings
    simulation = build_simulation(config)
    for tick in range(60):
        simulation.run_tick()
        for name, rows in SPIKES.items():
            for row in rows:
                probe, one = simulation.probe(name, row), kept[name][row]
                assert one.ticks[tick] == probe.tick == tick
                for k, layer in enumerate(probe.layers):
                    np.testing.assert_array_equal(one.spikes[k][tick], layer.outputs)
                    np.testing.assert_array_equal(one.membranes[k][tick], layer.membranes)
                expected = np.nan if probe.error is None else probe.error
                np.testing.assert_array_equal(one.td_errors[tick], np.float32(expected))

    assert {name: sorted(rows) for name, rows in kept.items()} == {"learners": [0, 3], "control": [1]}
    one = kept["learners"][3]
    assert [array.shape for array in one.spikes] == [(60, 8), (60, 3)]
    assert set(np.unique(one.spikes[0])) <= {0.0, 1.0}
    assert [array.dtype for array in (*one.membranes, one.td_errors)] == [np.float32] * 3
    assert len(list((tmp_path / "run" / "recordings").glob("*.safetensors"))) == 3
    assert np.isnan(kept["control"][1].td_errors).all()
    assert one.layers == ("lif 1", "lis 2")


@pytest.mark.slow
def test_recording_changes_nothing_that_happens(tmp_path: Path) -> None:
    """The hash of events, the rewards and the firing rates are those of the same run without it."""
    runs = [
        _launched(_config(200, spikes), tmp_path / str(k)) for k, spikes in enumerate((SPIKES, {}, {"control": []}))
    ]
    summaries = [run.summary or {} for run in runs]

    assert len({summary["event_log_sha256"] for summary in summaries}) == 1
    assert summaries[0]["species"] == summaries[1]["species"]
    assert runs[0].config["record"]["spikes"] == SPIKES
    assert [(run.path / "recordings").exists() for run in runs] == [True, False, False]
    assert runs[1].recordings == {}


def test_no_brain_is_looked_into_unless_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without rows to record there is no recorder at all."""

    def fail(*_: object) -> None:
        pytest.fail("a brain was recorded")

    monkeypatch.setattr(Recorder, "__init__", fail)
    launch(_config(20, {}), LaunchOptions(headless=True, out=tmp_path / "run"))


def test_memory_is_bounded_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows, what waits fits into the limit, and a tick that does not has a file of its own."""
    monkeypatch.setattr(recorder, "_CHUNK_TICKS", 25)
    simulation = build_simulation(_config(spikes={"learners": [0]}))
    bytes_per_tick = 8 + 4 + 2 * 4 * (8 + 3)
    for limit, room in ((10 * bytes_per_tick + 1, 10), (1, 1), (2**30, 25)):
        monkeypatch.setattr(recorder, "_CHUNK_BYTES", limit)
        one, written = Recorder(simulation, tmp_path / str(limit)), []
        for _ in range(2 * room):
            one.record_tick()
            written.append(one.files)
        assert written == [0] * (room - 1) + [1] * room + [2]


def test_a_run_that_fails_leaves_what_was_recorded(tmp_path: Path) -> None:
    """Up to the last whole tick the recording is there, as the events are."""
    world = {"kind": "tests.sim.broken_world:BrokenWorld", "copies": 2, "at": 35}
    with pytest.raises(WorldError):
        launch(_config(world=world), LaunchOptions(headless=True, out=tmp_path / "run"))
    run = alife.load(tmp_path / "run")

    assert isinstance(run, Run)
    assert run.recordings["learners"][0].ticks.tolist() == list(range(34))


def test_a_row_that_only_the_world_knows_to_be_missing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the configuration cannot tell, the recorder does, in the same words, and nothing stays."""
    config = _config()
    monkeypatch.setitem(config.record.spikes, "learners", (4,))
    with pytest.raises(ConfigError, match=r"^record\.spikes\.learners\.0: .*row 4"):
        launch(config, LaunchOptions(headless=True, out=tmp_path / "run"))

    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_is_full_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether at the first file or in the middle, the message names what cannot be written."""
    simulation = build_simulation(_config())
    with pytest.raises(DiskError, match="recordings cannot be written"):
        Recorder(simulation, tmp_path / "nowhere" / "recordings")
    one = Recorder(simulation, tmp_path / "recordings")
    simulation.run_tick()
    one.record_tick()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(DiskError, match=r"recordings/000000\.safetensors: .*No space left on device"):
        one.flush_recordings()


def test_the_files_are_columns_with_names(tmp_path: Path) -> None:
    """Whoever reads them without this library finds arrays under plain names."""
    run = _launched(_config(20, {"learners": [0]}), tmp_path / "run")
    columns = load_file(run.path / "recordings" / "000000.safetensors")

    assert set(columns) == {
        "ticks",
        *(f"learners/0/{name}" for name in ("td_errors", "spikes/0", "spikes/1", "membranes/0", "membranes/1")),
    }
    assert json.loads((run.path / "recordings" / "names.json").read_text()) == {
        "learners": {"rows": [0], "layers": ["lif 1", "lis 2"]}
    }
