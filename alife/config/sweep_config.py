"""SweepConfig: what varies where one file stands for many runs."""

from typing import Annotated, Any, Literal

from annotated_types import MinLen
from pydantic import AfterValidator, Field, PlainValidator, Strict, ValidationError, WithJsonSchema

from alife.config.schema import Section, custom_error, quoted, validation_faults
from alife.core.errors import ConfigError

SWEEP = "sweep"
"""The key of a file that stands for many runs."""

_SEED = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}
_ENTRIES = [_SEED, _TEXT]
_SEEDS = {"anyOf": [*_ENTRIES, {"type": "array", "items": {"anyOf": _ENTRIES}, "minItems": 1}, {"type": "null"}]}


def _as_text(seeds: Any) -> str | None:
    if seeds is None:
        return None
    entries = seeds if isinstance(seeds, list) else [seeds]
    if not entries or not all(isinstance(entry, int | str) and not isinstance(entry, bool) for entry in entries):
        raise custom_error(f"must be seeds and ranges of them, as in 0-4 or [0, 3, 7], got {quoted(seeds)}")
    return ",".join(map(str, entries))


def _checked_path(path: str) -> str:
    """Return a path that is written as one for --set, so that no other spelling of it is taken for another path."""
    if path != path.strip() or "=" in path or not all(path.split(".")):
        raise custom_error(f"must be a dotted path, as in world.food, got {quoted(path)}")
    return path


class SweepConfig(Section):
    """What varies where a file stands for many runs: `{vary: {world.food: [4, 8]}, seeds: 0-4, how: grid}`.

    Args:
        vary: the values that each dotted path takes, as in {world.food: [4, 8, 16]}.
        seeds: of every combination, as in 0-4 or 0,3,7, or a list; the one of the configuration if left out.
        how: grid, all values with all; or zip, the first with each other, the second, and so on.
    """

    vary: dict[Annotated[str, AfterValidator(_checked_path)], Annotated[tuple[Any, ...], MinLen(1), Strict(False)]] = (
        Field({})
    )
    seeds: Annotated[str | None, PlainValidator(_as_text), WithJsonSchema(_SEEDS)] = None
    how: Literal["grid", "zip"] = "grid"


class _File(Section):
    """Where the section stands, so that a fault says so."""

    sweep: SweepConfig


def parse_sweep(section: Any) -> SweepConfig:
    """Return the section that plain data stand for.

    Raises:
        ConfigError: with every fault there is, each with the path to it.
    """
    try:
        return _File.model_validate({SWEEP: section}).sweep
    except ValidationError as error:
        raise ConfigError([sentence for _, sentence in validation_faults(error)]) from None
