"""Fitting: each part of an observation is coded as fits it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from agents.encoders.current import AsTheyAre, Current
from agents.encoders.encoder import Coding, Encoder
from agents.encoders.one_hot import OneHot
from agents.encoders.population_code import PopulationCode
from agents.encoders.standard import Standard
from alife.core.channel import Channel
from alife.core.flatten import Flattened, FlattenedPart
from alife.core.random import Stream
from alife.core.types import Positive

_FEW = 32  # numbers that have a row of inputs each
_SYMBOLS = 256  # whole numbers that are not taken for the pixels of a camera


@dataclass(frozen=True)
class Fitting(Encoder):
    """What a body senses enters as a current; what an environment of gymnasium gives, part by part as fits its space.

    * Discrete, MultiDiscrete, MultiBinary: one input for each option, 1 for the one taken (that is how a world gives
      them). A Box of truth values, such as the planes of MinAtar: one input for each.
    * A Box of up to 32 numbers, not arranged as an image: `population` over what was met of them.
    * Any other Box of up to 256 whole numbers: `standard` of `one_hot`, for they are rather symbols than amounts.
    * Any other Box, an image or a long row: `standard` of `current`.

    All but what is standardised enters times the gain. What is sensed is small as a rule, the nearness of things .1 to
    .3, most inputs of a population near 0: their mean square is about a tenth. Times 4 they drive neurons, whose
    weights begin with a variance of 1/inputs, as strongly as numbers of variance 1 do; times 1 most would never spike.

    Args:
        gain: times which it enters.
    """

    gain: Positive = 4.0

    def start_coding(self, space: Box, rows: int, random: Stream) -> Coding:
        """Start the coding of a species."""
        if not isinstance(space, Flattened):
            return AsTheyAre(space, self.gain)
        parts = [(part, self._encoder_of(part)) for part in space.parts]
        return ConcatenatedCoding(
            [(part, encoder.start_coding(_box(part, space), rows, random)) for part, encoder in parts]
        )

    def _encoder_of(self, part: FlattenedPart) -> Encoder:
        if not isinstance(part.space, Box) or part.space.dtype == np.bool_:
            return Current(scale=False, gain=self.gain)
        numbers = part.end - part.start
        if len(part.space.shape) < 2 and numbers <= _FEW:
            return PopulationCode(met=True, gain=self.gain)
        return Standard(OneHot() if part.space.dtype.kind in "iu" and numbers <= _SYMBOLS else Current())


def _box(part: FlattenedPart, space: Flattened) -> Box:
    return Box(space.low[part.start : part.end], space.high[part.start : part.end])


class ConcatenatedCoding(Coding):
    """Each part by a coding of its own, their inputs one after another."""

    def __init__(self, parts: Sequence[tuple[FlattenedPart, Coding]]) -> None:
        self._parts = [part for part, _ in parts]
        self.codings = tuple(coding for _, coding in parts)
        ends = np.cumsum([0, *(coding.width for _, coding in parts)]).tolist()
        self._inputs = [slice(start, end) for start, end in pairwise(ends)]
        self.width = ends[-1]

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Encode each part by its own coding."""
        for part, coding, inputs in zip(self._parts, self.codings, self._inputs, strict=True):
            coding.encode(observations[:, part.start : part.end], out[:, inputs], tick)

    def begin_lives(self, rows: NDArray[np.int64]) -> None:
        """Let each coding forget what it remembers."""
        for coding in self.codings:
            coding.begin_lives(rows)

    def name_inputs(self, channels: Sequence[Channel]) -> list[Channel]:
        """Return the names that each coding gives."""
        return [
            name
            for part, coding in zip(self._parts, self.codings, strict=True)
            for name in coding.name_inputs(channels[part.start : part.end])
        ]
