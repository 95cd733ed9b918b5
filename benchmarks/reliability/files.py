"""Files of a run, damaged one byte or one cut at a time, and read again by everything that reads them."""

import random
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import alife
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import load_config
from alife.core.errors import AlifeError
from alife.runs import Run
from alife.runs.checkpoint import load_manifest, load_state
from alife.runs.past_run import read_run
from benchmarks.reliability.attack import Attack, Finding, Setting
from benchmarks.reliability.warm import CONFIGS

REFUSED, SAME, OTHER, TAKEN, BROKEN = "refused", "same", "other", "taken", "broken"
"""What comes of a damaged file: it is refused in one line; all that is read is the same; what is read is another, of
the configuration, which people may change; the same of another file, a fault; and anything else, a fault, too."""


def attack_files(run: Path, mutations: int, truncations: int, seed: int) -> tuple[Counter[str], list[str]]:
    """Return how often each thing came of damaging the files of a run in turn, and the faults.

    Args:
        run: its directory; every file is put back.
        mutations: how many bytes are changed, one at a time: a bit, the whole byte, or a digit for another.
        truncations: how many files are cut.
        seed: of what is drawn.
    """
    draw, files = random.Random(seed), sorted(path for path in run.rglob("*") if path.is_file())
    whole = {path: _read(run, path) for path in files}
    counts, faults = Counter[str](), []
    for number in range(mutations + truncations):
        path = files[number % len(files)]
        content = path.read_bytes()
        if not content:
            continue
        path.write_bytes(_mutated(content, draw) if number < mutations else content[: draw.randrange(len(content))])
        try:
            outcome, fault = _outcome(run, path, whole[path])
        finally:
            path.write_bytes(content)
        counts[outcome] += 1
        if outcome in (TAKEN, BROKEN):
            faults.append(f"{path.relative_to(run)}: {outcome} {fault}")
    return counts, faults


def _mutated(content: bytes, draw: random.Random) -> bytes:
    at, changed = draw.randrange(len(content)), bytearray(content)
    digits = [k for k in range(at, min(at + 50, len(content))) if content[k] in b"0123456789"]
    how = draw.randrange(3)
    if how == 0:
        changed[at] ^= 1 << draw.randrange(8)
    elif how == 1 or not digits:
        changed[at] = (changed[at] + draw.randrange(1, 256)) % 256
    else:
        changed[digits[0]] = ord(draw.choice("0123456789".replace(chr(content[digits[0]]), "")))
    return bytes(changed)


def _outcome(run: Path, path: Path, whole: list[Any]) -> tuple[str, str]:
    try:
        if _read(run, path) == whole:
            return SAME, ""
    except AlifeError as error:
        return (BROKEN, "in several lines") if "\n" in str(error) and path.name != "config.yaml" else (REFUSED, "")
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        return BROKEN, f"{type(error).__name__}: {error} ({last.filename}:{last.lineno})"
    return (OTHER if path.name == "config.yaml" else TAKEN), ""


def _read(run: Path, path: Path) -> list[Any]:
    """Return all that is read of a file, as values that can be compared."""
    if "checkpoints" in path.parts:
        manifest = load_manifest(path.parent)
        return [*_flat(load_state(path.parent)), *_flat({name: manifest[name] for name in sorted(manifest)})]
    loaded = alife.load(run)
    assert isinstance(loaded, Run)
    tables = [*loaded.metrics.values(), loaded.events, loaded.lives]
    recorded = [one for rows in loaded.recordings.values() for one in rows.values()]
    columns = [column for table in tables for column in table.values()]
    for one in recorded:
        columns += [one.ticks, one.td_errors, *one.spikes, *one.membranes]
    past = read_run(run)
    return [*_flat([loaded.config, loaded.summary, columns]), repr(past)]


def _flat(value: Any, path: str = "") -> Iterator[Any]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(part, f"{path}/{name}")
    elif isinstance(value, list | tuple):
        for index, part in enumerate(value):
            yield from _flat(part, f"{path}/{index}")
    elif isinstance(value, np.ndarray):
        yield path, value.dtype.str, value.shape, value.tobytes()
    else:
        yield path, value


def _damage(setting: Setting) -> Finding:
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for config in ("hungry_pond", "pond"):
        run = setting.folder / config
        changes = ["ticks=400", "record.metrics=50", "record.spikes=[0]"]
        launch(load_config(CONFIGS / f"{config}.yaml", changes), LaunchOptions(headless=True, out=run, quiet=True))
        found = attack_files(run, setting.count // 2, setting.count // 20, setting.seed)
        counts += found[0]
        faults += found[1]
    said = (
        f"{counts[REFUSED]:,} refused, {counts[SAME]:,} without effect, {counts[OTHER]:,} read as another configuration"
    )
    return Finding(said, faults)


FILES = Attack(
    "files",
    "{count:,} times one byte of a run's files changed, and a tenth as often a file cut short",
    "refused in one line, or read as a whole run; of a checkpoint no changed byte is used",
    10_000,
    400,
    _damage,
)
