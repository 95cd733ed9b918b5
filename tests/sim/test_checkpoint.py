"""Saved states: read back as they were, and refused when damaged."""

from pathlib import Path

import numpy as np
import pytest
import torch

from alife.errors import CheckpointError
from alife.sim.checkpoint import load_state, save_state

STATE = {"tick": 7, "name": "x", "deep": {"a": np.arange(3), "b": torch.ones(2, 2), "c": np.array([True])}}


def test_a_state_reads_back(tmp_path: Path) -> None:
    """Numbers, text, arrays and tensors come back with their values and types."""
    save_state(tmp_path, STATE)
    state = load_state(tmp_path)

    assert (state["tick"], state["name"]) == (7, "x")
    assert np.array_equal(state["deep"]["a"], np.arange(3))
    assert state["deep"]["b"].dtype == np.float32
    assert state["deep"]["c"].dtype == bool


@pytest.mark.parametrize("name", ["arrays.safetensors", "state.json"])
def test_any_changed_byte_is_noticed_or_harmless(tmp_path: Path, name: str) -> None:
    """A file cut short or with a flipped bit among the arrays is refused in one sentence."""
    save_state(tmp_path, STATE)
    path = tmp_path / name
    whole = path.read_bytes()
    for broken in (whole[: len(whole) // 2], b"", whole[:-1]):
        path.write_bytes(broken)
        with pytest.raises(CheckpointError):
            load_state(tmp_path)
    if name == "arrays.safetensors":
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(CheckpointError, match="damaged"):
            load_state(tmp_path)


def test_a_missing_state_is_one_sentence(tmp_path: Path) -> None:
    """An empty folder is refused by name."""
    with pytest.raises(CheckpointError, match="cannot be read"):
        load_state(tmp_path)
