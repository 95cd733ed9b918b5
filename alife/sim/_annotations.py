"""Annotations: when the world changed for all creatures of a copy, the newest ones of each copy."""

import re
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
        self._by_copy: dict[int, deque[Annotation]] = {}

    def add_annotations(self, tick: int, annotations: Iterable[tuple[int, str]]) -> None:
        """Add the annotations of a tick: (copy, a word or two).

        Raises:
            ValueError: a copy or a text is none.
        """
        for copy, text in annotations:
            if copy not in range(self._copies) or not isinstance(text, str):
                raise ValueError(
                    f"its annotations must be of copies 0 to {self._copies - 1} and texts, got {copy}, {text!r}"
                )
            self._append(int(copy), Annotation(tick, text))

    def annotate_all_copies(self, tick: int, text: str) -> None:
        """Add an annotation to every copy."""
        self._append(_ALL, Annotation(tick, text))

    def _append(self, copy: int, annotation: Annotation) -> None:
        self._by_copy.setdefault(copy, deque(maxlen=_MOST)).append(annotation)

    def copy_annotations(self, copy: int) -> tuple[Annotation, ...]:
        """Return the annotations of a copy, oldest first."""
        own, common = self._by_copy.get(copy, ()), self._by_copy.get(_ALL, ())
        if not common:
            return tuple(own)
        return tuple(sorted([*own, *common], key=lambda annotation: annotation.tick)[-_MOST:])

    def state_dict(self) -> State:
        """Return the state as plain data and arrays of its own."""
        return {
            str(copy): [[annotation.tick, annotation.text] for annotation in annotations]
            for copy, annotations in self._by_copy.items()
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned, see `are_annotations`."""
        self._by_copy = {int(copy): _annotations_from(annotations) for copy, annotations in state.items()}


def _annotations_from(annotations: Iterable[tuple[int, str]]) -> deque[Annotation]:
    return deque((Annotation(tick, text) for tick, text in annotations), maxlen=_MOST)


def are_annotations(state: object) -> bool:
    """Return whether a state is one of annotations."""
    return isinstance(state, Mapping) and all(
        isinstance(copy, str) and re.fullmatch("-1|0|[1-9][0-9]{0,17}", copy) and _are_of_a_copy(annotations)
        for copy, annotations in state.items()
    )


def _are_of_a_copy(annotations: object) -> bool:
    """Return whether this is a list of ticks and texts."""
    return isinstance(annotations, list) and all(
        isinstance(each, list) and len(each) == 2 and type(each[0]) is int and isinstance(each[1], str)
        for each in annotations
    )
