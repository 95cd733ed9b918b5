"""Run directories of somebody who means harm: each case changes one thing of a run that is whole."""

import json
import os
import shutil
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load, save

import alife
from alife.app.cli import main
from alife.app.launch import LaunchOptions, launch
from alife.config.simulation_config import load_config
from alife.core.errors import AlifeError
from alife.runs import Run
from alife.runs.summary import peak_rss_mb
from benchmarks.reliability.attack import Attack, Finding, Setting
from benchmarks.reliability.warm import CONFIGS

_DEEP = "[" * 100_000 + "]" * 100_000
_CONFIG, _SUMMARY, _METRICS, _INTERVENTIONS = "config.yaml", "summary.json", "metrics.jsonl", "interventions.jsonl"
_EVENTS, _EVENT_NAMES = "events/000000.safetensors", "events/names.json"
_RECORDED, _RECORDED_NAMES = "recordings/000000.safetensors", "recordings/names.json"
_NAMED = (_SUMMARY, _EVENT_NAMES, _RECORDED_NAMES)
_LINES = (_METRICS, _INTERVENTIONS)
_COLUMNS = (_EVENTS, _RECORDED)
_STATE = ("manifest.json", "state.json", "arrays.safetensors")  # of the last checkpoint

Case = Callable[[Path], None]


def cases(run: Path) -> dict[str, Case]:
    """Return every case by its name; it is given a copy of the run.

    Args:
        run: directory of a run with a checkpoint, events and a recording.
    """
    last = max((run / "checkpoints").iterdir()).relative_to(run)
    state = tuple(str(last / name) for name in _STATE)
    every = (_CONFIG, *_NAMED, *_LINES, *_COLUMNS, *state)
    return dict(_cases(every, state))


def _cases(every: tuple[str, ...], state: tuple[str, ...]) -> Iterator[tuple[str, Case]]:
    for file in every:
        for what, put in _INSTEAD.items():
            yield f"{file} {what}", _put(file, put)
    for file in (*_NAMED, *_LINES, *state[:2]):
        for what, text in _JSON.items():
            yield f"{file} {what}", _write(file, f"{text}\n".encode())
    for file in (*_COLUMNS, state[2]):
        for what, content in _TENSORS.items():
            yield f"{file} {what}", _write(file, content)
    for what, (file, text) in _TEXTS.items():
        yield f"{file} {what}", _write(file, text.encode())
    for folder in ("events", "recordings", "checkpoints", str(Path(state[0]).parent)):
        yield f"{folder} a file", _put(folder, lambda path: path.write_text("x"))
        yield f"{folder} a link out", _put(folder, lambda path: path.symlink_to("/usr"))
        yield f"{folder} a link to itself", _put(folder, lambda path: path.symlink_to(path.name))
    for what, change in _FORGED.items():
        yield f"forged {what}", _forge(str(Path(state[0]).parent), change)
    for what, places in _PLACES.items():
        yield f"places {what}", _forge(str(Path(state[0]).parent), lambda _: None, places)


def _put(file: str, put: Callable[[Path], object]) -> Case:
    def case(run: Path) -> None:
        path = run / file
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        put(path)

    return case


def _write(file: str, content: bytes) -> Case:
    return _put(file, lambda path: path.write_bytes(content))


def _sparse(path: Path) -> None:
    path.write_bytes(struct.pack("<Q", 2) + b"{}")
    os.truncate(path, 2**40)


_INSTEAD: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "NUL": lambda path: path.write_bytes(bytes(5000) + b"\n"),
    "noise": lambda path: path.write_bytes(bytes(range(256)) * 40),
    "a directory": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a link to /dev/zero": lambda path: path.symlink_to("/dev/zero"),
    "a link to /dev/random": lambda path: path.symlink_to("/dev/random"),
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link out": lambda path: path.symlink_to("/etc/passwd"),
    "of a terabyte": _sparse,
}
_JSON = {
    "deep": _DEEP,
    "deep objects": '{"a":' * 100_000 + "1" + "}" * 100_000,
    "a number": "7",
    "a list": "[]",
    "nothing": "null",
    "no keys": "{}",
    "an infinite number": '{"tick": 1e400, "ticks": 1e400, "species": {"learners": {"x": 1e400}}}',
    "NaN": '{"tick": NaN, "ticks": NaN, "species": {"learners": {"x": NaN}}}',
    "Infinity": '{"tick": Infinity, "ticks": Infinity}',
    "a key twice": '{"tick": 1, "tick": 2, "ticks": 1, "ticks": 2, "species": [], "species": []}',
    "a huge number": '{"tick": 9%s, "ticks": 1}'.replace("%s", "9" * 100_000),
    "30 digits": '{"tick": 9%s, "ticks": 9%s}'.replace("%s", "9" * 29),
    "below zero": '{"tick": -1, "ticks": -1, "schema": -1}',
    "half a character": '{"tick": "\\ud800", "ticks": "\\ud800", "species": ["\\ud800"]}',
    "a million values": '{"tick": [' + "0," * 2_000_000 + "0]}",
    "long text": '{"tick": "' + "x" * 2**25 + '"}',
    "wide text": '{"tick": "' + "x" * 2**23 + '\U0001f600"}',
    "ways out": '{"files": {"../../../../etc/passwd": "x"}, "species": ["../../x"], "causes": [], "sources": []}',
    "control characters": '{"species": ["\\u001b[2J\\n"], "causes": ["\\u001b]0;x\\u0007"], "sources": ["a\\nb"]}',
    "rows that are none": '{"learners": {"rows": [-1, 1e3, "x"], "layers": [[]]}}',
}


def _tensors(header: Any, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


def _one(dtype: str, shape: list[int], offsets: list[int], body: int = 0) -> bytes:
    names = ("tick", "species", "row", "cause", "value", "source", "ticks")
    return _tensors({name: {"dtype": dtype, "shape": shape, "data_offsets": offsets} for name in names}, bytes(body))


def _columns(**changes: Any) -> bytes:
    whole: dict[str, Any] = {
        "tick": np.arange(3),
        "species": np.zeros(3, np.int32),
        "row": np.zeros(3, np.int32),
        "cause": np.zeros(3, np.int32),
        "value": np.zeros(3),
        "source": np.zeros(3, np.int32),
        "ticks": np.arange(3),
    }
    return save({**whole, **changes})


_TENSORS = {
    "of a huge shape": _one("F32", [2**40], [0, 2**42]),
    "of a shape that overflows": _one("F32", [2**62, 4], [0, 0]),
    "of a negative shape": _one("F32", [-1], [0, 4], 4),
    "with offsets that overlap": _one("I64", [3], [0, 24], 24),
    "with offsets outside": _one("I64", [3], [24, 48], 24),
    "of an unknown type": _one("X99", [3], [0, 24], 24),
    "of a type that numpy has not": _one("BF16", [3], [0, 6], 6),
    "with a header of 2^60 bytes": struct.pack("<Q", 2**60) + b"{}",
    "with a header of spaces": struct.pack("<Q", 60_000_000) + b"{}" + b" " * 59_999_998,
    "with a deep header": _tensors(_DEEP.encode()),
    "with a header that is none": _tensors([]),
    "of other types": _columns(tick=np.zeros(3, np.float32), ticks=np.zeros(3, np.float32)),
    "of unequal columns": _columns(row=np.zeros(2, np.int32), ticks=np.arange(2)),
    "of more axes": _columns(tick=np.zeros((3, 3), np.int64), ticks=np.zeros((3, 3), np.int64)),
    "without axes": _columns(tick=np.array(1), ticks=np.array(1)),
    "of a cause that is none": _columns(cause=np.full(3, 10**6, np.int32), ticks=np.zeros(3)),
    "of a species below none": _columns(species=np.full(3, -2, np.int32), ticks=np.zeros(3, bool)),
    "without columns": save({"x": np.zeros(3)}),
}
_TEXTS = {
    "of other species": (_METRICS, '{"tick": 1, "species": {}}\n'),
    "of lists": (_METRICS, '{"tick": 1, "species": {"learners": [], "control": []}}\n'),
    "of texts": (_METRICS, '{"tick": 1, "species": {"learners": {"x": "y"}, "control": {"x": "y"}}}\n'),
    "of one long line": (_METRICS, "x" * 2**21),
    "of another intervention": (_INTERVENTIONS, '{"tick": 1, "intervention": "\\u001b[2J"}\n'),
    "of other keys": (_INTERVENTIONS, '{"tick": 1, "intervention": "swap", "\\u001b[2J\\n": 1}\n'),
    "after the end": (_INTERVENTIONS, '{"tick": 1000000, "intervention": "swap"}\n'),
    "of a row that is none": (
        _INTERVENTIONS,
        '{"tick": 1, "intervention": "lesion", "species": "learners", "row": 1000000, "layer": 0, "neuron": 0}\n',
    ),
    "of a hash that is none": (_SUMMARY, '{"ticks": 1, "event_log_sha256": "\\u001b[2J\\n", "versions": {"a": "\\n"}}'),
    "of species that are a list": (_CONFIG, "creatures: [learners]\n"),
    "of species that are a number": (_CONFIG, "creatures: 7\n"),
    "that is a list": (_CONFIG, "- 1\n"),
    "with aliases of aliases": (_CONFIG, "a: &a [1, 1]\n" + "".join(f"b{k}: &a [*a, *a, *a]\n" for k in range(30))),
    "deep": (_CONFIG, "a: " + _DEEP),
}


def _forge(folder: str, change: Callable[[dict[str, Any]], object], places: Any = None) -> Case:
    """Return a case that changes what a checkpoint holds, and mends all hashes."""

    def case(run: Path) -> None:
        checkpoint = run / folder
        names = ("arrays.safetensors", "state.json")
        arrays = load((checkpoint / names[0]).read_bytes())
        state = {"arrays": arrays, **json.loads((checkpoint / names[1]).read_bytes())}
        change(state)
        del state["arrays"]
        files = {names[0]: save(arrays), names[1]: json.dumps(state).encode()}
        manifest = json.loads((checkpoint / "manifest.json").read_bytes())
        del manifest["sha256"]
        manifest["files"] = {name: sha256(content).hexdigest() for name, content in files.items()}
        if places is not None:
            manifest["places"] = places(manifest["places"]) if callable(places) else places
        manifest["sha256"] = sha256(json.dumps(manifest, sort_keys=True, indent=1).encode()).hexdigest()
        files["manifest.json"] = json.dumps(manifest, sort_keys=True, indent=1).encode()
        for name, content in files.items():
            (checkpoint / name).write_bytes(content)

    return case


def _array(state: dict[str, Any], path: str, make: Callable[[Any], Any]) -> None:
    """Change the array of a path."""
    (name,) = (name for name in state["arrays"] if name.split(" ", 1)[1] == path)
    state["arrays"][name] = np.ascontiguousarray(make(state["arrays"][name]))


_WEIGHT, _ACTION = (
    "/populations/learners/brain/layers.0/weight",
    "/populations/learners/brain/layers.1/neurons/action",
)


def _set(*path: str, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(state: dict[str, Any]) -> None:
        part = state
        for name in path[:-1]:
            part = part[name]
        part[path[-1]] = to

    return change


_FORGED: dict[str, Callable[[dict[str, Any]], object]] = {
    "tick below zero": _set("tick", to=-1),
    "tick true": _set("tick", to=True),
    "tick of 30 digits": _set("tick", to=10**30),
    "tick text": _set("tick", to="7"),
    "tick infinite": _set("tick", to=float("inf")),
    "population tick below zero": _set("populations", "learners", "tick", to=-5),
    "population tick a fraction": _set("populations", "learners", "tick", to=1.5),
    "no world": lambda state: state.pop("world"),
    "no brain": lambda state: state["populations"]["learners"].pop("brain"),
    "a brain that is text": _set("populations", "learners", "brain", to="x"),
    "another species": lambda state: state["populations"].update(x={}),
    "another key": _set("world", "extra", to=1),
    "weights of another shape": lambda state: _array(state, _WEIGHT, lambda a: a[:, :-1]),
    "weights of another type": lambda state: _array(state, _WEIGHT, lambda a: a.astype(np.float64)),
    "an action that is none": lambda state: _array(state, _ACTION, lambda a: a + 10**6),
    "places that are no numbers": lambda state: _array(state, "/world/positions", lambda a: a * np.nan),
    "fewer places": lambda state: _array(state, "/world/things", lambda a: a[:, :-1]),
    "bins of no width": _set("metrics", "learners", "series", "width", to=0),
    "more ticks than bins": _set("metrics", "learners", "series", "ticks", to=10**9),
    "a line that is none": _set("metrics", "learners", "line", to=[1, 2]),
    "clamps that are none": _set("populations", "learners", "interventions", "outputs", to=[[0, 0]]),
    "clamps of rows that are none": _set("populations", "learners", "interventions", "outputs", to=[[0, 9999, 0, 1.0]]),
    "clamps at infinity": _set("populations", "learners", "interventions", "outputs", to=[[float("inf"), 0, 0, 1.0]]),
    "kept rows that are none": _set("populations", "learners", "interventions", "kept", to=[10**9]),
    "annotations that are none": _set("annotations", to={"0": [[float("inf"), "x"]]}),
    "no digest": _set("digest", to="x"),
    "no outcomes": _set("outcomes", to={}),
    "an array that is not there": _set("world", "positions", to={"<array>": "nowhere"}),
    "an array named by a list": _set("world", "positions", to={"<array>": [1]}),
    "a deep state": _set("world", "extra", to=json.loads("[" * 900 + "]" * 900)),
    "another configuration": _set("config", to="0" * 64),
}


_PLACES: dict[str, Any] = {
    "that are none": 7,
    "below zero": lambda places: {**places, "metrics": -1},
    "of a terabyte": lambda places: {**places, "metrics": 2**40},
    "infinite": lambda places: {**places, "interventions": 1e300},
    "missing": {},
    "of records that are not there": lambda places: {**places, "events": [0, 10**12]},
    "of files that are not there": lambda places: {**places, "events": [10**6, 3]},
    "of a text": lambda places: {**places, "events": "ab"},
}


COMMANDS = {
    "load": (),  # alife.load and all that it gives
    "replay": ("replay", "{run}", "--headless"),
    "resume": ("resume", "{run}", "--headless", "--ticks", "410"),
    "then-and-now": ("then-and-now", "{run}", "--seconds", "0.1", "-o", "{film}"),
}
_MOST_SECONDS, _MOST_MB = 1.0, 200.0


def attack_case(run: Path, folder: Path, case: Case, command: str) -> str:
    """Return what is wrong when a command is given a run with a case in it; nothing if it is refused or harmless.

    Args:
        run: that is whole.
        folder: empty, for the copy and what the command says.
        case: what is changed.
        command: of `COMMANDS`.
    """
    with copied(run, folder, case) as copy:
        words = [word.format(run=copy, film=folder / "film") for word in COMMANDS[command]]
        said = StringIO()
        begun, held = time.process_time(), peak_rss_mb() or 0.0
        try:
            with redirect_stdout(said), redirect_stderr(said):
                code = main(words) if words else read_all(copy)
        except AlifeError as error:
            said.write(f"{error}\n")
            code = error.exit_code
        except BaseException as error:
            return f"{type(error).__name__}: {error}"
        seconds, more = time.process_time() - begun, (peak_rss_mb() or 0.0) - held
    shutil.rmtree(folder / "film", ignore_errors=True)
    lines = said.getvalue().splitlines()
    if code not in (0, 2, 5) or (code and (len(lines) != 1 or not lines[0].isprintable())):
        return f"exit code {code}: {said.getvalue()!r}"
    if code and (seconds > _MOST_SECONDS or more > _MOST_MB):
        return f"refused after {seconds:.1f} s and with {more:.0f} MB more"
    return ""


@contextmanager
def copied(run: Path, to: Path, case: Case) -> Iterator[Path]:
    """Make a copy of a run with one case in it, which goes in the end."""
    copy = to / "run"
    shutil.copytree(run, copy)
    try:
        case(copy)
        yield copy
    finally:
        shutil.rmtree(copy)


def read_all(run: Path) -> int:
    """Read all that `alife.load` gives of a run, and return 0."""
    loaded = alife.load(run)
    assert isinstance(loaded, Run)
    parts: list[Callable[[], Any]] = [
        lambda: loaded.config,
        lambda: loaded.summary,
        lambda: loaded.metrics,
        lambda: loaded.events,
        lambda: loaded.lives,
        lambda: [
            (one.ticks, one.td_errors, one.spikes, one.membranes)
            for rows in loaded.recordings.values()
            for one in rows.values()
        ],
    ]
    refused: list[AlifeError] = []
    for part in parts:
        try:
            part()
        except AlifeError as error:  # the others may be whole
            refused.append(error)
    if refused:
        raise refused[0]
    return 0


def _attack(setting: Setting) -> Finding:
    run = setting.folder / "whole"
    changes = ["ticks=400", "record.metrics=50", "record.spikes=[0]"]
    launch(load_config(CONFIGS / "pond.yaml", changes), LaunchOptions(headless=True, out=run, quiet=True))
    (run / "interventions.jsonl").write_text("")
    all_cases = list(cases(run).items())
    some = all_cases[:: max(1, len(all_cases) // setting.count)]
    for command in COMMANDS:  # so that all is loaded and compiled
        attack_case(run, setting.folder, lambda _: None, command)
    found = [
        f"{name}, {command}: {fault}"
        for name, case in some
        for command in COMMANDS
        if (fault := attack_case(run, setting.folder, case, command))
    ]
    return Finding(f"{len(some)} files, folders and states, each for {', '.join(COMMANDS)}", found)


HOSTILE = Attack(
    "hostile",
    "runs of somebody who means harm: pipes, devices, links, lies in headers, forged states, deep and huge JSON",
    "one line, exit code 5 or 2, within a second and 200 MB; or of no effect",
    1000,  # there are fewer
    40,
    _attack,
)
