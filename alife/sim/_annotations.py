"""Annotations: when the world was changed for all who live in a copy, as far back as anybody will look."""

from collections import deque
from collections.abc import Iterable, Mapping

from alife.core.frame import Annotation
from alife.core.world import State

_MOST = 200  # of one copy
_ALL = -1  # stands for every copy


class Annotations:
    """The newest changes of each copy.

    Args:
        copies: how many there are.
    """

    def __init__(self, copies: int) -> None:
        self._copies = copies
        self._kept: dict[int, deque[Annotation]] = {}

    def add(self, tick: int, annotations: Iterable[tuple[int, str]]) -> None:
        """Take in what a tick has changed: (copy, a word or two).

        Raises:
            ValueError: a copy or a text is none.
        """
        for copy, text in annotations:
            if copy not in range(self._copies) or not isinstance(text, str):
                raise ValueError(
                    f"its annotations must be of copies 0 to {self._copies - 1} and texts, got {copy}, {text!r}"
                )
            self._add(int(copy), Annotation(tick, text))

    def add_to_all(self, tick: int, text: str) -> None:
        """Take in that every copy was changed."""
        self._add(_ALL, Annotation(tick, text))

    def _add(self, copy: int, annotation: Annotation) -> None:
        self._kept.setdefault(copy, deque(maxlen=_MOST)).append(annotation)

    def of(self, copy: int) -> tuple[Annotation, ...]:
        """Return the annotations of a copy, oldest first."""
        own, common = self._kept.get(copy, ()), self._kept.get(_ALL, ())
        if not common:
            return tuple(own)
        return tuple(sorted([*own, *common], key=lambda annotation: annotation.tick)[-_MOST:])

    def state_dict(self) -> State:
        """Return all there is to remember."""
        return {
            str(copy): [[annotation.tick, annotation.text] for annotation in annotations]
            for copy, annotations in self._kept.items()
        }

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned; all of it, or nothing.

        Raises:
            ValueError: it is none, or a TypeError or an AttributeError.
        """
        self._kept = {int(copy): _read(annotations) for copy, annotations in state.items()}


def _read(annotations: Iterable[tuple[int, str]]) -> deque[Annotation]:
    return deque((Annotation(int(tick), str(text)) for tick, text in annotations), maxlen=_MOST)


def are_annotations(state: object) -> bool:
    """Return whether a state is one of annotations."""
    try:
        assert isinstance(state, Mapping)
        Annotations(1).load_state_dict(dict(state))
    except (AssertionError, AttributeError, TypeError, ValueError):
        return False
    return True
