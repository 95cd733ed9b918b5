"""The points of a sweep: the values that vary, all with all or side by side, and a name for each combination."""

import itertools
import json
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from alife.config.yaml_file import parse_yaml
from alife.core.errors import ConfigError, WorldError
from alife.core.plain_word import PlainWord

MAX_POINTS = 10_000

_UNSAFE = re.compile(r"[^A-Za-z0-9._+-]+")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+=,-]{0,119}")


class Point(NamedTuple):
    """One combination of the values that vary.

    Args:
        name: of its directory; "" where nothing varies.
        values: by dotted path, as world.food.
    """

    name: str
    values: dict[str, Any]

    @property
    def changes(self) -> list[str]:
        """The values as `a.b=value` texts."""
        return [f"{key}={_as_yaml(value)}" for key, value in self.values.items()]

    @contextmanager
    def naming_faults(self, of_all: Callable[[], Collection[str]] = tuple) -> Iterator[None]:
        """Let faults of its configuration say at which point they are.

        Args:
            of_all: returns those that are of no point, for the file has them without it.
        """
        where = f" (at {self.name})" if self.name else ""
        try:
            yield
        except ConfigError as error:
            shared = of_all()
            raise ConfigError([fault if fault in shared else f"{fault}{where}" for fault in error.faults]) from error
        except WorldError as error:
            error.args = (f"{error}{where}",)
            raise


def parse_values(text: str, source: str) -> list[Any]:
    """Return the values that a text lists: each is YAML, and a comma outside of brackets and quotes ends one.

    Raises:
        ConfigError: one is missing, or no YAML.
    """
    if not text.strip():
        return [None]
    try:
        values: list[Any] = parse_yaml(f"[{text}\n]", source)
    except ConfigError as error:
        raise ConfigError(f"{source}={text[:40]}: must be values with a comma between them, as in 4,8,16") from error
    return values


def points_of(vary: Mapping[str, Sequence[Any]], zipped: bool = False) -> list[Point]:
    """Return all combinations of values, the last key's changing fastest; or the first of all, the second of all, ...

    Args:
        vary: by dotted path, the values it takes.
        zipped: whether values are taken side by side.

    Raises:
        ConfigError: there are too many, not as many of each, or one is given twice.
    """
    lengths = {key: len(values) for key, values in vary.items()}
    if zipped and len(set(lengths.values())) > 1:
        counts = ", ".join(f"{key} has {count}" for key, count in lengths.items())
        raise ConfigError(f"--zip (how: zip): takes values side by side, so there must be as many of each; {counts}")
    if (count := max(lengths.values(), default=1) if zipped else math.prod(lengths.values())) > MAX_POINTS:
        raise ConfigError(f"the sweep has {count:,} points; at most {MAX_POINTS:,} are taken, so let fewer values vary")
    texts = {key: _texts(key, values) for key, values in vary.items()}
    heads = _heads(list(vary))
    combine = zip if zipped else itertools.product
    indices = list(combine(*(range(length) for length in lengths.values()))) if vary else [()]
    named = [",".join(f"{heads[key]}={texts[key][k]}" for key, k in zip(vary, ks, strict=True)) for ks in indices]
    if vary and not all(map(_NAME.fullmatch, named)):
        named = [f"point-{k:04d}" for k in range(len(named))]
    points = [{key: vary[key][k] for key, k in zip(vary, ks, strict=True)} for ks in indices]
    return [Point(name, values) for name, values in zip(named, points, strict=True)]


def covering(points: Sequence[Point], most: int) -> list[Point]:
    """Return so many points, evenly from the first to the last, and more until each value is in one; or all there are.

    Args:
        points: of a sweep.
        most: without those more, 2 at least.
    """
    if len(points) <= most:
        return list(points)
    chosen = {point.name: point for point in (points[k * (len(points) - 1) // (most - 1)] for k in range(most))}
    seen = {change for point in chosen.values() for change in point.changes}
    for point in points:
        if not seen.issuperset(point.changes):
            chosen[point.name] = point
            seen.update(point.changes)
    return list(chosen.values())


def _texts(key: str, values: Sequence[Any]) -> list[str]:
    """Return for each value a text that may be part of a file's name, no two alike."""
    texts = [_UNSAFE.sub("-", value if isinstance(value, str) else json.dumps(value)) for value in values]
    written = [_as_yaml(value) for value in values]
    if twice := [text for k, text in enumerate(written) if text in written[:k]]:
        raise ConfigError(f"{key}: has the value {twice[0][:40]} twice, once is enough")
    alike = len({text.lower() for text in texts}) < len(texts)  # to a disk without capitals, too
    return [f"{text}-{k}" for k, text in enumerate(texts)] if alike else texts


def _as_yaml(value: Any) -> str:
    return value if isinstance(value, PlainWord) else json.dumps(value, ensure_ascii=False)


def _heads(keys: Sequence[str]) -> dict[str, str]:
    """Return for each dotted path its last word, or as many as tell it from the others."""
    words = {key: [_UNSAFE.sub("-", word) for word in key.split(".")] for key in keys}
    heads = {}
    for key, parts in words.items():
        others = [other for name, other in words.items() if name != key]
        least = next((n for n in range(1, len(parts)) if all(other[-n:] != parts[-n:] for other in others)), len(parts))
        heads[key] = ".".join(parts[-least:])
    return heads
