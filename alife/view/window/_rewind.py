"""The last minute of a run, kept as frames, so that one may look back without touching the run."""

from collections import deque
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.frame import Frame

SECONDS = 60.0
MOST_BYTES = 64 << 20
_LEAD = 200  # frames that are taken in again before an older one is shown
_LEAD_TICKS = 600  # of the brain: no panel remembers more of them
_ARRAY = 128  # bytes of an array beside its numbers
_ARRAY_FIELDS: dict[type, tuple[str, ...]] = {}  # what `_array_fields` has found
_LONGEST = 1.0  # seconds between two frames that count as time, however long the pause between them


@dataclass(frozen=True)
class _Kept:
    frame: Frame
    second: float
    arrays: list[NDArray[Any]]


class Rewind:
    """A ring of frames, bounded in seconds, in number and in bytes.

    Frames are numbered from the first that ever came, so that a number stays what it is when old frames go.

    Args:
        fps: frames a second.
        most_bytes: of all arrays together, each counted once however many frames share it.
    """

    def __init__(self, fps: int, most_bytes: int = MOST_BYTES) -> None:
        self._most_frames, self._most_bytes = round(SECONDS * fps), most_bytes
        self.clear()

    def clear(self) -> None:
        """Drop every frame."""
        self._kept: deque[_Kept] = deque()
        self._shared: dict[int, int] = {}  # how many kept frames hold an array, by its id
        self.bytes = 0
        self.oldest, self._second, self._seen = 0, 0.0, -np.inf

    @property
    def newest(self) -> int:
        """The number of the newest frame; one less than `oldest` if there is none."""
        return self.oldest + len(self._kept) - 1

    @property
    def seconds(self) -> float:
        """How many seconds are kept."""
        return self.seconds_ago(self.oldest) if self._kept else 0.0

    def keep_frame(self, frame: Frame, now: float) -> Frame:
        """Keep a frame, unless no tick has passed since the one before; where the run went back, drop the older ones.

        Args:
            frame: the newest.
            now: a clock's time in seconds.

        Returns:
            The same frame, with the arrays of the one before where they are the same.
        """
        passed, self._seen = min(now - self._seen, _LONGEST), now
        if self._kept and frame.tick < self._kept[-1].frame.tick:
            self.clear()
        elif self._kept and frame.tick == self._kept[-1].frame.tick:
            return frame
        frame = self._share_weights(frame)
        self._second += passed
        kept = _Kept(frame, self._second, arrays_in(frame))
        self._kept.append(kept)
        self._count_arrays(kept.arrays)
        while len(self._kept) > 1 and self._is_too_much():
            self._discount_arrays(self._kept.popleft().arrays)
            self.oldest += 1
        return frame

    def frame_at(self, number: int) -> Frame:
        """Return a frame by its number."""
        return self._kept[number - self.oldest].frame

    def seconds_ago(self, number: int) -> float:
        """Return how many seconds before the newest frame another was seen, pauses left out."""
        return self._kept[-1].second - self._kept[number - self.oldest].second

    def number_at(self, seconds: float) -> int:
        """Return the number of the frame that was seen about so many seconds before the newest."""
        wanted = self._kept[-1].second - seconds
        away = [abs(kept.second - wanted) for kept in self._kept]
        return self.oldest + away.index(min(away))

    def leading_to(self, number: int) -> list[Frame]:
        """Return the frames before another one that panels still show something of, oldest first."""
        lead: list[Frame] = []
        ticks = 0
        for index in range(number - self.oldest - 1, -1, -1):
            if len(lead) >= _LEAD or ticks >= _LEAD_TICKS:
                break
            lead.append(self._kept[index].frame)
            ticks += len(lead[-1].brain)
        return lead[::-1]

    def _share_weights(self, frame: Frame) -> Frame:
        """Return a frame that shares its weights with the one before, where they are the same."""
        if not self._kept:
            return frame
        before = self._kept[-1].frame
        old, new = before.snapshot.weights, frame.snapshot.weights
        if before.selected == frame.selected and len(old) == len(new) and all(map(np.array_equal, old, new)):
            return replace(frame, snapshot=replace(frame.snapshot, weights=old))
        return frame

    def _is_too_much(self) -> bool:
        return len(self._kept) > self._most_frames or self.bytes > self._most_bytes or self.seconds > SECONDS

    def _count_arrays(self, arrays: list[NDArray[Any]]) -> None:
        for array in arrays:
            count = self._shared.get(id(array), 0)
            self._shared[id(array)] = count + 1
            self.bytes += 0 if count else array.nbytes + _ARRAY

    def _discount_arrays(self, arrays: list[NDArray[Any]]) -> None:
        for array in arrays:
            count = self._shared.pop(id(array)) - 1
            if count:
                self._shared[id(array)] = count
            else:
                self.bytes -= array.nbytes + _ARRAY


def arrays_in(value: Any) -> list[NDArray[Any]]:
    """Return every array in a frame or in a part of one; of a view, the array whose numbers it shows."""
    found: list[NDArray[Any]] = []
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, np.ndarray):
            found.append(_owner(one))
        elif isinstance(one, tuple):
            rest.extend(one)
        else:
            rest.extend([getattr(one, name) for name in _array_fields(type(one))])
    return found


def _array_fields(kind: type) -> tuple[str, ...]:
    """Return the fields of a dataclass in which there may be arrays; nothing else has any."""
    if kind not in _ARRAY_FIELDS:
        fields = getattr(kind, "__dataclass_fields__", {})
        _ARRAY_FIELDS[kind] = tuple(name for name, field in fields.items() if field.type not in (str, int, float, bool))
    return _ARRAY_FIELDS[kind]


def _owner(array: NDArray[Any]) -> NDArray[Any]:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array
