"""Checkpoint: a state on disk, its arrays in safetensors and the rest in JSON.

`state.json` names the file of arrays it belongs to, which has a name of its own for every content. It is replaced in
one move once that file is whole, so a crash at any point leaves the old state or the new one.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from alife.core.errors import CheckpointError, DiskError
from alife.core.world import State

_REST = "state.json"
_ARRAY = "<array>"  # stands where an array was taken out; no species can have this name
_DTYPES = frozenset("?bhilqBHILQefdF")  # what safetensors holds, by numpy's letters

Arrays = dict[str, NDArray[Any]]


def save_state(folder: Path, state: State) -> None:
    """Write a state into a folder of its own; it replaces one that was saved there before.

    Raises:
        CheckpointError: the state holds what no file of ours can hold.
        DiskError: the folder cannot be written; a state that was in it is still there.
    """
    arrays: Arrays = {}
    rest = _extract_arrays(state, "", arrays)
    packed = save(arrays)
    digest = sha256(packed).hexdigest()
    text = json.dumps({"sha256": digest, "state": rest})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write_file(_arrays(folder, digest), packed)
        _write_file(folder / _REST, text.encode())
    except OSError as error:
        raise DiskError(f"{folder}: the state cannot be written ({error.strerror})") from error
    _remove_old_files(folder, digest)


def load_state(folder: Path) -> State:
    """Return the state in a folder.

    Raises:
        CheckpointError: a file is missing or damaged.
    """
    try:
        stored = json.loads((folder / _REST).read_text())
        path = _arrays(folder, stored["sha256"])
        packed = path.read_bytes()
        if stored["sha256"] != sha256(packed).hexdigest():
            raise CheckpointError(f"{path}: damaged, its bytes are not those that were saved")
        return dict(_insert_arrays(stored["state"], load(packed)))
    except OSError as error:
        raise CheckpointError(f"{error.filename}: the state cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, RecursionError, SafetensorError) as error:
        raise CheckpointError(f"{folder}: damaged, it does not hold a saved state ({error})") from error


def _arrays(folder: Path, digest: str) -> Path:
    return folder / f"arrays-{digest[:16]}.safetensors"


def _write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; it is on the disk when this returns."""
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _remove_old_files(folder: Path, digest: str) -> None:
    """Remove the files that earlier states and crashes have left."""
    current = _arrays(folder, digest)
    with suppress(OSError):  # the new state is safe; what cannot go now goes next time
        for path in [*folder.glob("arrays-*.safetensors"), *folder.glob("*.unfinished")]:
            if path != current:
                path.unlink(missing_ok=True)


def _extract_arrays(value: Any, path: str, arrays: Arrays) -> Any:
    """Extract the arrays from a state and return what JSON can hold, each array by its number and path."""
    if isinstance(value, Mapping):
        return {_key(name, path): _extract_arrays(part, f"{path}/{name}", arrays) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_extract_arrays(part, f"{path}/{index}", arrays) for index, part in enumerate(value)]
    if isinstance(value, np.ndarray):
        return {_ARRAY: _store_array(value, path, arrays)}
    if isinstance(value, np.bool_ | np.integer | np.floating):
        value = value.item()
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise _unsavable(path, f"a {type(value).__name__}")


def _key(name: Any, path: str) -> str:
    if not isinstance(name, str) or name == _ARRAY:
        raise CheckpointError(f"the state cannot be saved: {path or '/'} has the key {name!r}, keys must be plain text")
    return name


def _store_array(array: NDArray[Any], path: str, arrays: Arrays) -> str:
    if array.dtype.char not in _DTYPES:
        raise _unsavable(path, f"an array of {array.dtype}")
    name = f"{len(arrays)} {path}"  # numbered, for a key may hold a slash
    arrays[name] = np.asarray(array, array.dtype.newbyteorder("="), order="C")
    return name


def _unsavable(path: str, what: str) -> CheckpointError:
    holds = "a state holds arrays, numbers, text, and dicts and lists of these"
    return CheckpointError(f"the state cannot be saved: {path or '/'} is {what}, {holds}")


def _insert_arrays(value: Any, arrays: Arrays) -> Any:
    if isinstance(value, list):
        return [_insert_arrays(part, arrays) for part in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {_ARRAY}:
        return arrays[value[_ARRAY]]
    return {name: _insert_arrays(part, arrays) for name, part in value.items()}
