"""Configurations that nobody should have written: each is refused in lines that say where, and soon."""

import copy
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from benchmarks.reliability.attack import Attack, Finding, Setting
from benchmarks.reliability.warm import CONFIGS, attempts, run, warm_up

_SECONDS = 5.0  # an answer may take, on a machine that is busy
_MOST_BYTES = 20_000  # of an answer

_VALUES: tuple[Any, ...] = (
    *(None, [], {}, "", "x", True, -1, 0, 10**18, -(10**30), 1e308, float("nan"), float("inf"), 1e-320, "1e999"),
    *("../../etc/passwd", "~root", "a\0b", "\u202e", "x" * 100_000, [1] * 5000, {"a": {"b": {"c": {}}}}, [[[[]]]]),
    *("os:system", "no.such.module:X", "builtins:object", ":", "a:b:c", {"kind": "forage", "kind2": 3}, "0x10", "yes"),
)
_PIECES = (b"\t", b"\0", b"\xff", b": ", b"{", b"[", b"]", b"&a ", b"*a", b"!!python/object/apply:os.system [id]", b"'")
_LAUGHS = b"".join(b"%c: &%c [%s]\n" % (c + 1, c + 1, b"*%c," % c * 9) for c in range(97, 110))
_WHOLE = (
    *(b"", b"\0", b"- 1\n", b"7", "name: x".encode("utf-16"), b"name: \xe9", b"a: " + b"[" * 2**20, b"a: &a [*a]\n"),
    *(b"ticks: " + b"9" * 100_000, b"world: {kind: forage, copies: 10000000}\n", b"name: " + b"x" * 2**21),
    b"a: &a [x, x, x, x]\n" + _LAUGHS,
)


class _Answer(NamedTuple):
    code: int
    fault: str  # empty where there is none


def malformed_configurations(setting: Setting) -> Finding:
    """Validate so many configurations that were damaged as text or as data."""
    warm_up(["pond"])
    answers = attempts(setting.jobs, partial(_answer, setting), range(setting.count))
    codes = Counter(answer.code for answer in answers)
    said = ", ".join(f"{codes[code]} with exit code {code}" for code in sorted(codes))
    return Finding(said, [answer.fault for answer in answers if answer.fault])


def _answer(setting: Setting, number: int) -> _Answer:
    draw = random.Random(f"{setting.seed}/{number}")
    path = setting.folder / f"{number}.yaml"
    source = draw.choice(sorted(CONFIGS.glob("*.yaml")))
    make = draw.choice((_damaged_text, _damaged_data, _damaged_data))
    path.write_bytes(_WHOLE[number] if number < len(_WHOLE) else make(source, draw))
    begun = time.monotonic()
    ended = run(["validate", path], path.with_suffix(".txt"))
    seconds, lines = time.monotonic() - begun, ended.text.splitlines()
    faults = [
        *(["a traceback"] if ended.traceback else []),
        *([f"exit code {ended.code}"] if ended.code not in (0, 2, 3) else []),
        *([f"{seconds:.1f} s"] if seconds > _SECONDS else []),
        *([f"{len(ended.text):,} letters"] if len(ended.text) > _MOST_BYTES else []),
        *(["no line begins with error"] if ended.code and not any(re.match("error: ", line) for line in lines) else []),
    ]
    return _Answer(ended.code, f"{number}: {', '.join(faults)}" if faults else "")


def _damaged_text(source: Path, draw: random.Random) -> bytes:
    content = bytearray(source.read_bytes())
    for _ in range(draw.choice((1, 2, 5))):
        at, how = draw.randrange(len(content)), draw.randrange(4)
        if how == 0:
            content[at] = draw.randrange(256)
        elif how == 1:
            content[at:at] = draw.choice(_PIECES)
        elif how == 2:
            del content[at : at + draw.randrange(1, 40)]
        else:
            content[at:at] = content[at : at + draw.randrange(1, 80)]
    return bytes(content)


def _damaged_data(source: Path, draw: random.Random) -> bytes:
    data = yaml.safe_load(source.read_text(encoding="utf-8"))
    for _ in range(draw.choice((1, 1, 2, 4))):
        parent, key = draw.choice(list(_places(data)))
        how = draw.randrange(4)
        if how == 0 and isinstance(parent, dict):
            parent[f"{key}"[:-1] + draw.choice("xyzé ")] = parent.pop(key)
        elif how == 1:
            parent.pop(key)
        else:
            parent[key] = copy.deepcopy(draw.choice(_VALUES))
    return yaml.dump(data, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")


def _places(data: Any) -> Iterator[tuple[Any, Any]]:
    """Return each place in nested data, as what holds it and its key or index."""
    for key in list(data) if isinstance(data, dict) else range(len(data)):
        yield data, key
        if isinstance(data[key], dict | list):
            yield from _places(data[key])


MALFORMED = Attack(
    "malformed",
    "{count} malformed configurations, damaged as text, as data, or absurdly large",
    "lines that say where, exit code 2 or 3, within seconds",
    500,
    20,
    malformed_configurations,
)
