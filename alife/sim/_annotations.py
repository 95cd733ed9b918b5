"""Marks: when the world was changed for all who live in a copy, as far back as anybody will look."""

from collections import deque
from collections.abc import Iterable, Mapping

from alife.core.frame import Mark
from alife.core.world import State

_MOST = 200  # of one copy
_ALL = -1  # stands for every copy


class Marks:
    """The newest changes of each copy.

    Args:
        copies: how many there are.
    """

    def __init__(self, copies: int) -> None:
        self._copies = copies
        self._kept: dict[int, deque[Mark]] = {}

    def add(self, tick: int, news: Iterable[tuple[int, str]]) -> None:
        """Take in what a tick has changed: (copy, a word or two).

        Raises:
            ValueError: a copy or a text is none.
        """
        for copy, text in news:
            if copy not in range(self._copies) or not isinstance(text, str):
                raise ValueError(f"its news must be of copies 0 to {self._copies - 1} and texts, got {copy}, {text!r}")
            self._add(int(copy), Mark(tick, text))

    def add_to_all(self, tick: int, text: str) -> None:
        """Take in that every copy was changed."""
        self._add(_ALL, Mark(tick, text))

    def _add(self, copy: int, mark: Mark) -> None:
        self._kept.setdefault(copy, deque(maxlen=_MOST)).append(mark)

    def of(self, copy: int) -> tuple[Mark, ...]:
        """Return the marks of a copy, oldest first."""
        own, common = self._kept.get(copy, ()), self._kept.get(_ALL, ())
        if not common:
            return tuple(own)
        return tuple(sorted([*own, *common], key=lambda mark: mark.tick)[-_MOST:])

    def state_dict(self) -> State:
        """Return all there is to remember."""
        return {str(copy): [[mark.tick, mark.text] for mark in marks] for copy, marks in self._kept.items()}

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned; all of it, or nothing.

        Raises:
            ValueError: it is none, or a TypeError or an AttributeError.
        """
        self._kept = {int(copy): _read(marks) for copy, marks in state.items()}


def _read(marks: Iterable[tuple[int, str]]) -> deque[Mark]:
    return deque((Mark(int(tick), str(text)) for tick, text in marks), maxlen=_MOST)


def are_marks(state: object) -> bool:
    """Return whether a state is one of marks."""
    try:
        assert isinstance(state, Mapping)
        Marks(1).load_state_dict(dict(state))
    except (AssertionError, AttributeError, TypeError, ValueError):
        return False
    return True
