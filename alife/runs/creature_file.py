"""Creature file: one creature on disk, its arrays in safetensors, what it is in JSON in the file's header."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from alife.core.errors import CheckpointError
from alife.core.whole_file import whole_file
from alife.runs._json import damaged, parse_object
from alife.runs._read_columns import refuse_long_header
from alife.runs._read_files import open_file
from alife.sim.creature import Creature

SUFFIX = ".creature"
_ABOUT, _SCHEMA = "creature", 1
_MOST_BYTES = 2**30


def save_creature(path: Path, creature: Creature) -> None:
    """Save a creature as a file, whole or not at all.

    Raises:
        DiskError: it cannot be written.
    """
    about = json.dumps({**creature.about, "schema": _SCHEMA})
    with whole_file(path, "the creature ") as unfinished:
        unfinished.write_bytes(save(dict(creature.arrays), metadata={_ABOUT: about}))


def load_creature(path: Path) -> Creature:
    """Return the creature in a file. Nothing in it is run, and no code is named by it.

    Raises:
        CheckpointError: there is no such file, or it is not what `save_creature` writes.
    """
    try:
        with open_file(path, _MOST_BYTES) as file:
            refuse_long_header(file.read(8), path)
        with safe_open(path, framework="numpy") as tensors:
            said: Any = (tensors.metadata() or {}).get(_ABOUT, "")
            arrays = {name: tensors.get_tensor(name) for name in tensors.keys()}  # noqa: SIM118 - it is no mapping
    except FileNotFoundError as error:
        raise CheckpointError(f"{path}: cannot be read (there is no such file)") from error
    except (SafetensorError, ValueError, TypeError, OSError, MemoryError) as error:
        raise damaged(str(path), str(error)) from error
    about = parse_object(said.encode(), str(path))
    if about.pop("schema", None) != _SCHEMA:
        raise CheckpointError(f"{path}: is no creature of schema {_SCHEMA}, which is what this version reads")
    return Creature(arrays, about)
