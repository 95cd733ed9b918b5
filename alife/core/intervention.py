"""Interventions: what a person may do to a run. Each is an event of the run, so that a replay repeats it."""

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, get_args

from alife.core.errors import ConfigError


@dataclass(frozen=True)
class Drop:
    """Put a thing of a role into one copy."""

    cause: ClassVar[str] = "drop"

    copy: int
    role: str
    x: float  # world units
    y: float


@dataclass(frozen=True)
class Move:
    """Move a creature to another place of its copy."""

    cause: ClassVar[str] = "move"

    species: str
    row: int
    x: float  # world units
    y: float


@dataclass(frozen=True)
class Swap:
    """Swap the roles that feed and sting, in all copies."""

    cause: ClassVar[str] = "swap"


@dataclass(frozen=True)
class OfNeuron:
    """An intervention on one neuron of one creature."""

    species: str
    row: int
    layer: int  # counted from the senses up, from 0
    neuron: int


class Lesion(OfNeuron):
    """Silence a neuron for good: it puts out 0, whatever comes in."""

    cause: ClassVar[str] = "lesion"


class Clamp(OfNeuron):
    """Clamp a neuron to 1: it puts out 1 at every tick, whatever comes in."""

    cause: ClassVar[str] = "clamp"


class Heal(OfNeuron):
    """End the lesion or clamp of a neuron."""

    cause: ClassVar[str] = "heal"


@dataclass(frozen=True)
class LetLearn:
    """Switch the learning of a creature on or off; switched on again it begins with empty traces."""

    cause: ClassVar[str] = "let learn"

    species: str
    row: int
    learns: bool


@dataclass(frozen=True)
class Reload:
    """Rebuild the world from the code that its file holds now and reset all copies; brains stay as they are."""

    cause: ClassVar[str] = "reload"


@dataclass(frozen=True)
class Set:
    """Set a number that may be changed while a run goes on, as `world.growth` of a savanna."""

    cause: ClassVar[str] = "set"

    path: str  # as in its configuration
    value: float


Intervention = Drop | Move | Swap | Lesion | Clamp | Heal | LetLearn | Reload | Set

INTERVENTIONS: dict[str, type[Any]] = {kind.cause: kind for kind in get_args(Intervention)}
"""Every intervention by its cause."""


def to_plain(intervention: Intervention) -> dict[str, Any]:
    """Return an intervention as plain data, which `from_plain` reads back; numbers of numpy become Python's own."""
    values = {name: value.item() if hasattr(value, "item") else value for name, value in asdict(intervention).items()}
    return {"intervention": intervention.cause, **values}


def from_plain(data: Any) -> Intervention:
    """Return the intervention that plain data describe.

    Raises:
        ConfigError: they describe none.
    """
    kind = INTERVENTIONS.get(str(data.get("intervention"))) if isinstance(data, dict) else None
    if kind is None:
        raise ConfigError(f"there is no such intervention: {str(data)[:80]}; there are {', '.join(INTERVENTIONS)}")
    types = {field.name: field.type for field in fields(kind)}
    values = {name: value for name, value in data.items() if name != "intervention"}
    if set(values) != set(types):
        raise ConfigError(f"the intervention {kind.cause} takes {', '.join(types) or 'nothing'}, got {_named(values)}")
    for name, value in values.items():
        if not _has_type(value, types[name]):
            must = f"the {name} of the intervention {kind.cause} must be {_WORDS[types[name]]}"
            raise ConfigError(f"{must}, got {str(value)[:40]!r}")
    intervention: Intervention = kind(**values)
    return intervention


def _named(values: dict[str, Any]) -> str:
    return ", ".join(map(str, values))[:80] or "nothing"


_WORDS: dict[Any, str] = {str: "text", bool: "true or false", int: "a whole number", float: "a number"}


def _has_type(value: Any, kind: Any) -> bool:
    if isinstance(value, bool) or kind is bool:
        return isinstance(value, bool) and kind is bool
    if kind is float:
        return isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63)
    return isinstance(value, kind)
