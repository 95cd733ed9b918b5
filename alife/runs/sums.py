"""Sums: what the files of a run were when it ended, so that a byte that is changed later is not taken for its own."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

from alife.runs._json import damaged
from alife.runs._read_columns import FILE_NAME
from alife.runs._read_files import list_folder, open_file, read_json

SUMS_FILE = "sums.json"
_FILES = ("summary.json", "metrics.jsonl", "interventions.jsonl", "fault.json")
_FOLDERS = ("events", "lives", "recordings")
_BLOCK = 2**20  # bytes read at once


def seal(said: Mapping[str, Any]) -> bytes:
    """Return JSON that holds the sum of all else in it."""
    return _canonical({**said, "sha256": sha256(_canonical(said)).hexdigest()})


def unseal(said: dict[str, Any], source: str) -> dict[str, Any]:
    """Return what was sealed.

    Raises:
        CheckpointError: it was changed.
    """
    said = dict(said)
    if said.pop("sha256", None) != sha256(_canonical(said)).hexdigest():
        raise damaged(source, "its bytes are not those that were saved")
    return said


def _canonical(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, sort_keys=True, indent=1).encode()


def sums_text(run: Path) -> str:
    """Return what the logs of a run that has ended are; its configuration belongs to people, who may change it.

    Raises:
        CheckpointError: a log cannot be read.
    """
    return seal({"files": dict(_sums(run, (*_FILES, *_FOLDERS)))}).decode()


def check_sums(run: Path, name: str) -> None:
    """Raise if a log of a run, a file or a folder of files, is not what it was when the run ended.

    A run that goes on, or was killed, has no sums: without a summary they count for nothing. Nor is it a fault if a log
    was taken away as a whole.

    Raises:
        CheckpointError: it was changed, or cannot be read.
    """
    said = _read_sums(run)
    if said is None or not (run / name).exists():
        return
    found = dict(_sums(run, (name,)))
    known = {file: total for file, total in said.items() if file == name or file.startswith(f"{name}/")}
    for file in sorted(found.keys() | known.keys()):
        if found.get(file) != known.get(file) and _read_sums(run) == said:  # or it goes on meanwhile
            why = "its bytes are not those that were saved" if file in known else "it was not there when the run ended"
            raise damaged(str(run / file), why if file in found else "it is missing")


def _read_sums(run: Path) -> dict[str, str] | None:
    path = run / SUMS_FILE
    if not (run / "summary.json").exists():
        return None
    said = read_json(path)
    if said is None:
        return None
    files = unseal(said, str(path)).get("files")
    if not isinstance(files, dict):
        raise damaged(str(path), "it names no files")
    return files


def _sums(run: Path, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        paths = list_folder(run / name, rf"{FILE_NAME}|names\.json") if name in _FOLDERS else [run / name]
        for path in paths:
            total = sha256()
            with suppress(FileNotFoundError), open_file(path) as file:
                while block := file.read(_BLOCK):
                    total.update(block)
                yield path.relative_to(run).as_posix(), total.hexdigest()
