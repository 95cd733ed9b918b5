"""JSON of a run, which anybody may have written: no deeper, larger or stranger than what a run writes."""

import json
import math
from typing import Any

from alife.core.errors import CheckpointError

MOST_BYTES = 2**24
MOST_VALUES = 2**20
_DEEPEST = 64


def parse_json(content: bytes, source: str, most_values: int = MOST_VALUES, any_number: bool = False) -> Any:
    """Return the value that a JSON text stands for.

    Args:
        content: UTF-8 text.
        source: named in front of a fault: the file, and the line in it.
        most_values: that are taken.
        any_number: whether numbers may be infinite, NaN, or whole numbers of more than 64 bits.

    Raises:
        CheckpointError: it is not JSON, has a key twice, is nested deep, or holds more or other numbers.
    """
    try:
        if sum(map(content.count, (b",", b":", b"[", b"{"))) > most_values:  # each value but one has one of these
            raise ValueError(f"more than {most_values:,} values")
        value = json.loads(content.decode(), object_pairs_hook=_object)
        _check_value(value, _DEEPEST, any_number)
    except RecursionError as error:
        raise damaged(source, f"nested more than {_DEEPEST} deep") from error
    except UnicodeDecodeError as error:
        raise damaged(source, "no UTF-8 text") from error
    except (ValueError, MemoryError) as error:
        raise damaged(source, str(error)) from error
    return value


def parse_object(content: bytes, source: str) -> dict[str, Any]:
    """Return the object that a JSON text stands for.

    Raises:
        CheckpointError: it stands for nothing, or for something else.
    """
    value = parse_json(content, source)
    if not isinstance(value, dict):
        raise damaged(source, "no object")
    return value


def damaged(source: str, why: str) -> CheckpointError:
    """Return the error that says that something is not what a run writes, and why, in one line of plain text."""
    line = "".join(letter if letter.isprintable() else "?" for letter in " ".join(why.split())[:200])
    return CheckpointError(f"{source}: damaged, it is not what a run writes ({line})")


def is_count(value: object) -> bool:
    """Return whether a value is a whole number of 0 or more that fits into 64 bits."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63


def is_name(value: object) -> bool:
    """Return whether a value is a text such as species and causes have for names."""
    return isinstance(value, str) and len(value) <= 200 and value.isprintable()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _check_value(value: Any, deeper: int, any_number: bool) -> None:
    """Raise unless a value is nested at most so deep, and of numbers that are taken."""
    if isinstance(value, dict | list):
        if deeper == 0:
            raise ValueError(f"nested more than {_DEEPEST} deep")
        for part in value.values() if isinstance(value, dict) else value:
            _check_value(part, deeper - 1, any_number)
    elif any_number:
        return
    elif isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number that is not finite")
    elif isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("a whole number of more than 64 bits")
