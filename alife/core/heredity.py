"""Heredity, the contract of what a child has from its parents."""

from dataclasses import dataclass
from typing import Literal, get_args

from alife.core.errors import ConfigError

Inherit = Literal["nothing", "birth_weights", "learned_weights"]


@dataclass(frozen=True)
class Heredity:
    """What a child has from its parents. Where nobody is born it means nothing.

    Args:
        inherit: whose brain a child has: "nothing", one of its own, drawn anew; "birth_weights", that which its parent
            was born with; "learned_weights", that which its parent has by now.

    Raises:
        ConfigError: there is no such way to inherit.
    """

    inherit: Inherit = "nothing"

    def __post_init__(self) -> None:
        if self.inherit not in get_args(Inherit):
            raise ConfigError(f"heredity: inherit must be one of {', '.join(get_args(Inherit))}, got {self.inherit!r}")
