"""Declared: a class whose attributes are the keys of its section in a YAML file."""

import keyword
from collections.abc import Sequence
from dataclasses import Field, dataclass, field
from inspect import get_annotations
from typing import Any, ClassVar, dataclass_transform, get_type_hints

from alife.core.errors import WorldError
from alife.core.types import Amount
from alife.core.world import World
from alife.place.things import Things


@dataclass_transform(kw_only_default=True, eq_default=False, field_specifiers=(field,))
class Declared(World):
    """A world that is a dataclass by itself: an annotated attribute is a parameter, and so a key in YAML.

    The number of the things of a role is a key, too, named as the role. A parameter of the class above may be given
    another default without its annotation.
    """

    things: ClassVar[Any] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        """Make the class a dataclass."""
        super().__init_subclass__(**options)
        own = get_annotations(cls)
        own.update(_inherited(cls, own))
        own.update(_counts(cls, own))
        cls.__annotations__ = own
        dataclass(kw_only=True, eq=False, repr=False)(cls)


def _inherited(cls: type, own: dict[str, Any]) -> dict[str, Any]:
    """Return the annotations of parameters of classes above that this one gives another default."""
    fields: dict[str, Field[Any]] = getattr(cls, "__dataclass_fields__", {})
    again = [name for name in vars(cls) if name in fields and name not in own]
    if not again:
        return {}
    hints = {}
    for base in reversed(cls.__mro__[1:]):
        if "__dataclass_fields__" in vars(base):
            hints.update(get_type_hints(base, include_extras=True))
    return {name: hints[name] for name in again}


def _counts(cls: type, own: dict[str, Any]) -> dict[str, Any]:
    """Give the class a parameter for the number of things of each role, and return their annotations."""
    things = vars(cls).get("things")
    if not isinstance(things, Sequence):
        return {}  # they are those of the class above, or depend on parameters, which the class has then itself
    fields: dict[str, Field[Any]] = getattr(cls, "__dataclass_fields__", {})
    above = {name for name, one in fields.items() if one.metadata.get("counts")}
    counts = {kind.role: kind for kind in things if isinstance(kind, Things) and is_key(kind)}
    for role, kind in counts.items():
        if role in own:
            continue  # with a default or a range of its own
        if hasattr(cls, role) and role not in above:
            raise WorldError(f"{cls.__name__}: things cannot be called {role!r}, which means something else here")
        setattr(cls, role, field(default=kind.most, metadata={"counts": True}))
    gone = {name: ClassVar[int] for name in above - counts.keys() if name not in own}
    return {**gone, **{role: Amount for role in counts if role not in own}}


def is_key(kind: Things) -> bool:
    """Return whether the number of these things is a parameter of their place."""
    plain = kind.role.isidentifier() and not keyword.iskeyword(kind.role)
    return plain and not kind.at and (kind.count is None or isinstance(kind.count, int))
