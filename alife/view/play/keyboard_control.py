"""Keyboard control: pressed keys become actions in the action space of a body."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete
from numpy.typing import NDArray

from alife.core.errors import ConfigError
from alife.view.play.pressed_keys import PressedKeys

_ON = (
    "straight",
    "forward",
    "ahead",
    "stay",
    "nothing",
)  # the action while no key is pressed: the first of these that the space has
_BACK = ("back", "backward", "reverse")
_KEYS = "1234567890"


class KeyboardControl(ABC):
    """Turns pressed keys into the actions of one body."""

    keys: str
    """What to press, in one line."""

    @abstractmethod
    def choose_action(self, pressed: PressedKeys) -> NDArray[Any] | None:
        """Return the action of a tick; None lets the world wait."""

    @abstractmethod
    def describe_action(self, action: NDArray[Any]) -> str:
        """Return an action in a word or two."""


def keyboard_control(space: gymnasium.Space[Any], names: Sequence[str]) -> KeyboardControl:
    """Return the keyboard control of an action space.

    Args:
        space: of the actions.
        names: what people call the actions, or the numbers of one.

    Raises:
        ConfigError: keys cannot steer in it.
    """
    if isinstance(space, Discrete):
        return _DiscreteControl(space, names)
    if isinstance(space, Box) and len(space.shape) == 1 and space.is_bounded():
        return _BoxControl(space, names)
    raise ConfigError(f"keys can steer in a Discrete action space or a Box with one axis and bounds, not in {space}")


class _DiscreteControl(KeyboardControl):
    """One of several actions: by arrows where they have such names, by number keys in any case."""

    def __init__(self, space: Discrete, names: Sequence[str]) -> None:
        self._start, count = int(space.start), int(space.n)
        self._names = list(names) if len(names) == count else [f"action {k}" for k in range(count)]
        self._left, self._right = self._first_of(["left"]), self._first_of(["right"])
        self._turns = self._left is not None and self._right is not None
        self._on, self._back = self._first_of(_ON), self._first_of(_BACK)
        numbered = [f"{key} {name}" for key, name in zip(_KEYS, self._names, strict=False)]
        on = "hold" if self._on is None else self._names[self._on]
        self.keys = f"← left   → right   ↑ or nothing: {on}" if self._turns else "   ".join(numbered)

    def _first_of(self, words: Iterable[str]) -> int | None:
        return next((self._names.index(word) for word in words if word in self._names), None)

    def choose_action(self, pressed: PressedKeys) -> NDArray[Any] | None:
        """Return the number of the action."""
        chosen = self._choose(pressed)
        return None if chosen is None or chosen >= len(self._names) else np.array(self._start + chosen)

    def _choose(self, pressed: PressedKeys) -> int | None:
        if pressed.number is not None:
            return pressed.number
        if not self._turns:
            return None
        if pressed.left != pressed.right:
            return self._left if pressed.left else self._right
        return self._back if pressed.down and self._back is not None else self._on

    def describe_action(self, action: NDArray[Any]) -> str:
        """Return its name."""
        return self._names[int(action) - self._start]


class _BoxControl(KeyboardControl):
    """Several numbers at once: turn and thrust by arrows; others by number keys, with shift the other way."""

    def __init__(self, space: Box, names: Sequence[str]) -> None:
        self._middle = (space.high.astype(float) + space.low.astype(float)) / 2.0
        self._reach = (space.high.astype(float) - space.low.astype(float)) / 2.0
        self._low, self._high, self._type = space.low, space.high, space.dtype
        count = len(self._middle)
        self._names = list(names) if len(names) == count else [f"number {k}" for k in range(count)]
        self._arrows = self._names == ["turn", "thrust"]
        numbered = [f"{key} {name}" for key, name in zip(_KEYS, self._names, strict=False)]
        arrows = "← left   → right   ↑ faster   ↓ slower"
        self.keys = arrows if self._arrows else "   ".join([*numbered, "with shift: the other way"])

    def choose_action(self, pressed: PressedKeys) -> NDArray[Any]:
        """Return the numbers; those that no key pushes stay in the middle of their range."""
        pushed = np.zeros(len(self._names))
        if self._arrows:
            pushed[:] = pressed.left - pressed.right, pressed.up - pressed.down
        elif pressed.number is not None and pressed.number < len(pushed):
            pushed[pressed.number] = -1.0 if pressed.shift else 1.0
        action: NDArray[Any] = np.clip(self._middle + self._reach * pushed, self._low, self._high).astype(self._type)
        return action

    def describe_action(self, action: NDArray[Any]) -> str:
        """Return what was pushed, and which way."""
        if self._arrows:
            turn, thrust = np.sign(action - self._middle).astype(int).tolist()
            return f"{('straight', 'left', 'right')[turn]} {('', 'fast', 'slow')[thrust]}".strip()
        pushed = np.flatnonzero(np.abs(action - self._middle) > 1e-9)
        return " ".join(f"{self._names[k]} {action[k]:+.3g}" for k in pushed) or "nothing"
