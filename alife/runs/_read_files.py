"""The files of a run directory, read as they stand, also while the run still writes or after it was killed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from alife.core.errors import DiskError

Columns = dict[str, NDArray[Any]]


def read_json(path: Path) -> Any:
    """Return what a JSON file holds, None if there is no such file.

    Raises:
        DiskError: it cannot be read or is damaged.
    """
    with _reading(path):
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file with one in each line; a last line that was never finished is left out.

    There are none where there is no such file: a run killed at its very beginning has not come to it.

    Raises:
        DiskError: it cannot be read or is damaged.
    """
    with _reading(path):
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        whole, _, _ = text.rpartition("\n")
        return [json.loads(line) for line in whole.splitlines()]


def read_columns(folder: Path, names: tuple[str, ...]) -> Columns:
    """Return these columns of all numbered safetensors files of a folder, the files one after the other.

    Columns are empty where there are no files.

    Raises:
        DiskError: a file cannot be read or is damaged.
    """
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in names}
    for path in sorted(folder.glob("[0-9]*.safetensors"), key=lambda path: (len(path.name), path.name)):
        # A run that goes on may have dropped its oldest file meanwhile.
        with suppress(FileNotFoundError), _reading(path), safe_open(path, framework="numpy") as file:
            for name in names:
                parts[name].append(file.get_tensor(name))
    return {name: np.concatenate(arrays) if arrays else np.empty(0) for name, arrays in parts.items()}


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DiskError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, SafetensorError) as error:
        raise DiskError(f"{path}: damaged, it is not what a run writes ({' '.join(str(error).split())})") from error
