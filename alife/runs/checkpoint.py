"""Checkpoint: a state on disk as a directory, its arrays in safetensors, the rest in JSON, and a manifest of both.

The directory is written beside its place and moved there in one step once all of it is on the disk, so a crash at any
point leaves what was there before, or the whole of the new. The manifest holds the sha256 of every file and its own,
so nothing that has changed since is taken for a state.
"""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from errno import ENOTDIR
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from alife.core.errors import CheckpointError, DiskError
from alife.core.world import State
from alife.runs._json import MOST_BYTES, damaged, parse_json, parse_object
from alife.runs._read_columns import refuse_long_header
from alife.runs._read_files import read_file
from alife.runs.sums import seal, unseal

_ARRAYS, _REST, _MANIFEST = "arrays.safetensors", "state.json", "manifest.json"
_SCHEMA = 1  # of what is in the directory
_ARRAY = "<array>"  # stands where an array was taken out; no species can have this name
_DTYPES = frozenset("?bhilqBHILQefdF")  # what safetensors holds, by numpy's letters

MOST_STATE = 2**36
"""Bytes of a state, where nobody knows better."""
_BYTES_PER_VALUE = 64  # a number or a short text of JSON in memory, about

Arrays = dict[str, NDArray[Any]]


def save_state(folder: Path, state: State, about: Mapping[str, Any] | None = None, sync: bool = True) -> None:
    """Write a state as a directory; it replaces one that was saved there before.

    Args:
        folder: which.
        state: arrays, numbers, text, and dicts and lists of these.
        about: more for the manifest, as plain data.
        sync: whether it is brought to the disk, where it outlives a failure of the power; that takes a while.

    Raises:
        CheckpointError: the state holds what no file of ours can hold.
        DiskError: the directory cannot be written; a state that was in it is still there.
    """
    arrays: Arrays = {}
    rest = json.dumps(_extract_arrays(state, "", arrays))
    files = {_ARRAYS: save(arrays), _REST: rest.encode()}
    unfinished, replaced = (folder.with_name(f".{folder.name}.{what}") for what in ("unfinished", "replaced"))
    try:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR))
        for stray in (unfinished, replaced):
            if stray.exists():
                shutil.rmtree(stray)
        folder.parent.mkdir(exist_ok=True)  # but no more: a run directory that was taken away is not made anew
        unfinished.mkdir()
        for name, content in {**files, _MANIFEST: _manifest(files, about or {})}.items():
            _write_file(unfinished / name, content, sync)
        if sync:
            _sync(unfinished)
        if folder.exists():
            folder.rename(replaced)
        unfinished.rename(folder)
        if sync:
            _sync(folder.parent)
        shutil.rmtree(replaced, ignore_errors=True)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise DiskError(f"{folder}: the state cannot be written ({error.strerror})") from error


def load_state(folder: Path, most: int = MOST_STATE) -> State:
    """Return the state in a directory.

    Args:
        folder: which.
        most: bytes of memory that the state may take, about.

    Raises:
        CheckpointError: a file is missing, or is not what was saved.
    """
    files = load_manifest(folder)["files"]
    rest = _read_file(folder / _REST, files, most)
    plain = parse_json(rest, str(folder / _REST), most // _BYTES_PER_VALUE, any_number=True)
    if not isinstance(plain, dict):
        raise damaged(str(folder / _REST), "no object")
    packed = _read_file(folder / _ARRAYS, files, most)
    refuse_long_header(packed, folder / _ARRAYS)
    try:
        return dict(_insert_arrays(plain, load(packed)))
    except (ValueError, KeyError, TypeError, AttributeError, SafetensorError) as error:
        raise damaged(str(folder), f"{type(error).__name__}: {error}") from error


def load_manifest(folder: Path) -> dict[str, Any]:
    """Return what the manifest of a saved state says: its files, and what it was saved with.

    Raises:
        CheckpointError: it is missing, not what was saved, or of another schema.
    """
    path = folder / _MANIFEST
    try:
        said = parse_object(read_file(path, MOST_BYTES), str(path))
    except FileNotFoundError as error:
        raise _missing(path) from error
    said = unseal(said, str(path))
    if said.get("schema") != _SCHEMA:
        raise CheckpointError(
            f"{path}: of schema {str(said.get('schema'))[:40]!r}, and {_SCHEMA} is what this version reads"
        )
    if not isinstance(said.get("files"), dict):
        raise damaged(str(path), "it names no files")
    return said


def _manifest(files: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    said = {**about, "schema": _SCHEMA, "files": {name: sha256(content).hexdigest() for name, content in files.items()}}
    return seal(said)


def _read_file(path: Path, files: Mapping[str, Any], most: int) -> bytes:
    try:
        content = read_file(path, most)
    except FileNotFoundError as error:
        raise _missing(path) from error
    if sha256(content).hexdigest() != files.get(path.name):
        raise damaged(str(path), "its bytes are not those that were saved")
    return content


def _missing(path: Path) -> CheckpointError:
    return CheckpointError(f"{path}: cannot be read (there is no such file)")


def _write_file(path: Path, content: bytes, sync: bool) -> None:
    """Write a file; with `sync` it is on the disk when this returns."""
    with path.open("wb") as file:
        file.write(content)
        if sync:
            file.flush()
            os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


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
