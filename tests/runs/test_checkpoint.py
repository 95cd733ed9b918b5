"""Saved states: read back as they were, and refused when damaged."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alife.core.errors import CheckpointError, DiskError
from alife.runs import checkpoint
from alife.runs.checkpoint import load_state, save_state

STATE = {"tick": 7, "name": "x", "deep": {"a": np.arange(3), "b": np.ones((2, 2), np.float32), "c": np.array([True])}}


def test_a_state_reads_back(tmp_path: Path) -> None:
    """Numbers, text and arrays come back with their values and types."""
    save_state(tmp_path, STATE)
    state = load_state(tmp_path)

    assert (state["tick"], state["name"]) == (7, "x")
    assert np.array_equal(state["deep"]["a"], np.arange(3))
    assert state["deep"]["b"].dtype == np.float32
    assert state["deep"]["c"].dtype == bool


@pytest.mark.parametrize("name", ["arrays.safetensors", "state.json", "manifest.json"])
def test_any_changed_byte_is_noticed_or_harmless(tmp_path: Path, name: str) -> None:
    """A file cut short or with a flipped bit is refused in one sentence."""
    save_state(tmp_path, STATE)
    (path,) = tmp_path.glob(name)
    whole = path.read_bytes()
    for broken in (whole[: len(whole) // 2], b"", whole[:-1]):
        path.write_bytes(broken)
        with pytest.raises(CheckpointError):
            load_state(tmp_path)
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(CheckpointError, match="damaged"):
            load_state(tmp_path)


def test_a_missing_state_is_one_sentence(tmp_path: Path) -> None:
    """An empty folder is refused by name."""
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_state(tmp_path)


def test_names_that_look_like_placeholders_and_paths_stay_apart(tmp_path: Path) -> None:
    """A species called "array" is no array, and a slash in a key is no path."""
    ones, twos = np.ones(2), np.full(2, 2.0)
    save_state(
        tmp_path, {"populations": {"array": {"x": ones}}, "only": {"array": "text"}, "a/b": ones, "a": {"b": twos}}
    )
    state = load_state(tmp_path)

    assert np.array_equal(state["populations"]["array"]["x"], ones)
    assert state["only"] == {"array": "text"}
    assert np.array_equal(state["a/b"], ones)
    assert np.array_equal(state["a"]["b"], twos)


def test_single_numbers_stay_single_numbers(tmp_path: Path) -> None:
    """Arrays without an axis keep having none, numbers of numpy come back as numbers, lists keep their arrays."""
    numbers = {"i": np.int64(3), "f": np.float64(0.5), "g": np.float32(0.5), "b": np.bool_(True)}
    arrays = {"a": np.array(4.0), "p": np.ones(1), "l": [np.arange(2), 1]}
    save_state(tmp_path, {**numbers, **arrays})
    state = load_state(tmp_path)

    assert [state[name] for name in "ifgb"] == [3, 0.5, 0.5, True]
    assert [type(state[name]) for name in "ifgb"] == [int, float, float, bool]
    assert [state[name].shape for name in "ap"] == [(), (1,)]
    assert (state["l"][0].tolist(), state["l"][1]) == ([0, 1], 1)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({"world": {"x": {1, 2}}}, "/world/x is a set"),
        ({"world": [1, b"x"]}, "/world/1 is a bytes"),
        ({"x": np.array(["a"])}, "/x is an array of <U1"),
        ({"x": np.array([None])}, "/x is an array of object"),
        ({"x": {"y": Path()}}, "/x/y is a PosixPath"),
        ({"x": {3: 1}}, "/x has the key 3"),
        ({"x": {"<array>": "y"}}, "/x has the key '<array>'"),
    ],
)
def test_what_a_file_cannot_hold_is_named_by_its_path(tmp_path: Path, state: dict[str, Any], says: str) -> None:
    """A state with a set, text in arrays or a key that is no text is one sentence, and nothing is written."""
    with pytest.raises(CheckpointError) as caught:
        save_state(tmp_path / "new", state)

    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("crash_at", [1, 2, 3])
@pytest.mark.parametrize("crash", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_crash_while_saving_leaves_the_old_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crash: BaseException, crash_at: int
) -> None:
    """Whichever of the files was being written, the old state still reads, and the next one is saved."""
    save_state(tmp_path, {"tick": 1, "x": np.zeros(3)})
    write, written = checkpoint._write_file, []

    def failing(path: Path, content: bytes, sync: bool) -> None:
        written.append(path)
        if len(written) == crash_at:
            path.write_bytes(content[:5])
            raise crash
        write(path, content, sync)

    monkeypatch.setattr(checkpoint, "_write_file", failing)
    with pytest.raises((DiskError, KeyboardInterrupt)):
        save_state(tmp_path, {"tick": 2, "x": np.ones(3)})
    old = load_state(tmp_path)
    monkeypatch.undo()
    save_state(tmp_path, {"tick": 3, "x": np.full(3, 3.0)})
    new = load_state(tmp_path)

    assert (old["tick"], old["x"].tolist()) == (1, [0.0] * 3)
    assert (new["tick"], new["x"].tolist()) == (3, [3.0] * 3)
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    """A file where the folder should be is a DiskError."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskError, match="cannot be written"):
        save_state(tmp_path / "file", STATE)


@pytest.mark.parametrize("text", ["[]", "{}", '{"sha256": 3}', '{"sha256": "x", "state": {}}', "[" * 100_000])
def test_a_state_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    """JSON that is no saved state is one sentence."""
    save_state(tmp_path, STATE)
    (tmp_path / "state.json").write_text(text)

    with pytest.raises(CheckpointError):
        load_state(tmp_path)


def test_a_state_file_that_names_an_array_which_is_not_there_is_refused(tmp_path: Path) -> None:
    """The placeholder of an array without its array is damage."""
    save_state(tmp_path, STATE)
    stored = json.loads((tmp_path / "state.json").read_text())
    stored["deep"]["a"] = {"<array>": "nowhere"}
    rest = json.dumps(stored).encode()
    (tmp_path / "state.json").write_bytes(rest)
    files = {"arrays.safetensors": (tmp_path / "arrays.safetensors").read_bytes(), "state.json": rest}
    (tmp_path / "manifest.json").write_bytes(checkpoint._manifest(files, {}))

    with pytest.raises(CheckpointError, match="damaged"):
        load_state(tmp_path)
