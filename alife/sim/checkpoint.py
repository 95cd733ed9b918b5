"""Checkpoint: a state on disk, its arrays in safetensors and the rest in JSON."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from alife.errors import CheckpointError, DiskError
from alife.world import State

_ARRAYS, _REST = "arrays.safetensors", "state.json"


def save_state(folder: Path, state: State) -> None:
    """Write a state into a folder of its own.

    Raises:
        DiskError: the folder cannot be written.
    """
    arrays: dict[str, NDArray[Any]] = {}
    rest = _split(state, "", arrays)
    packed = save(arrays)
    text = json.dumps({"sha256": sha256(packed).hexdigest(), "state": rest})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / _ARRAYS, packed)
        _write(folder / _REST, text.encode())
    except OSError as error:
        raise DiskError(f"{folder}: the state cannot be written ({error.strerror})") from error


def load_state(folder: Path) -> State:
    """Return the state in a folder.

    Raises:
        CheckpointError: a file is missing or damaged.
    """
    try:
        packed = (folder / _ARRAYS).read_bytes()
        stored = json.loads((folder / _REST).read_text())
        if stored["sha256"] != sha256(packed).hexdigest():
            raise CheckpointError(f"{folder / _ARRAYS}: damaged, its bytes are not those that were saved")
        return dict(_join(stored["state"], load(packed)))
    except OSError as error:
        raise CheckpointError(f"{error.filename}: the state cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, SafetensorError) as error:
        raise CheckpointError(f"{folder}: damaged, it does not hold a saved state ({error})") from error


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _split(value: Any, path: str, arrays: dict[str, NDArray[Any]]) -> Any:
    """Take the arrays out of a state, by path, and leave what JSON can hold, each array by its path."""
    if isinstance(value, dict):
        return {name: _split(part, f"{path}/{name}", arrays) for name, part in value.items()}
    if isinstance(value, torch.Tensor):
        value = value.numpy()
    if isinstance(value, np.ndarray):
        arrays[path] = np.ascontiguousarray(value)
        return {"array": path}
    return value


def _join(value: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if not isinstance(value, dict):
        return value
    if set(value) == {"array"}:
        return arrays[value["array"]]
    return {name: _join(part, arrays) for name, part in value.items()}
