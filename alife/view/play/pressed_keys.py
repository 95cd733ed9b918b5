"""The keys that a player has pressed during one tick."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PressedKeys:
    """Arrows, shift, and the last of the number keys."""

    left: bool = False
    right: bool = False
    up: bool = False
    down: bool = False
    shift: bool = False
    number: int | None = None  # 0 for the key 1, and so on up to 9 for the key 0

    @property
    def anything(self) -> bool:
        """Whether any key to steer with is down."""
        return self.left or self.right or self.up or self.down or self.number is not None
