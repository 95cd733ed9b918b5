"""Population: each number is a hill of activity over a row of inputs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from gymnasium.spaces import Box
from numpy.typing import NDArray

from agents.encoders.encoder import Coding, Encoder
from agents.encoders.span import Met, Span
from alife.core.channel import Channel
from alife.core.errors import ConfigError
from alife.core.random import Stream
from alife.core.types import Count, Positive


@dataclass(frozen=True)
class PopulationCode(Encoder):
    """Each number x excites inputs with preferred values c_k, evenly spaced from one end of its span to the other.

        input k = gain exp(-(x - c_k)^2 / (2 s^2))     x cut off at the ends, s = spread * distance between neighbours

    The span are the bounds of the space, those given here, or, of a number without bounds, as far to both sides of 0 as
    the creature has met. Bounds are often wider than anything that happens, and most inputs would never be excited;
    with `met` the span reaches as far to both sides of their middle as the creature has met.

    Source: Gaussian receptive fields as in Bohte, Kok and La Poutré, SpikeProp (2002).

    Args:
        bumps: inputs for each number.
        spread: s, in distances between neighbours.
        ranges: the two ends of the span of each number, in order, where they are known better than the space knows.
        met: whether the span is only what the creature has met of it so far.
        gain: times which inputs are excited.
    """

    bumps: Count = 10
    spread: Positive = 0.63
    ranges: Sequence[tuple[float, float]] | None = None
    met: bool = False
    gain: Positive = 1.0

    def start_coding(self, space: Box, rows: int, random: Stream) -> "Hills":
        """Start the coding of a species."""
        if self.ranges is not None:
            space = self._ranged(space.shape[0])
        span = Met(space, rows) if self.met else Span(space, rows)
        return Hills(space.shape[0], self.bumps, self.spread, span, self.gain)

    def _ranged(self, numbers: int) -> Box:
        ranges = np.array(self.ranges, np.float32).reshape(-1, 2)
        if len(ranges) != numbers:
            raise ConfigError(f"brain.encoder.ranges: there are {len(ranges)}, and {numbers} numbers are sensed")
        if not (np.isfinite(ranges).all() and (ranges[:, 0] < ranges[:, 1]).all()):
            raise ConfigError("brain.encoder.ranges: each must be two finite numbers, the lower one first")
        return Box(ranges[:, 0], ranges[:, 1])


class Hills(Coding):
    """What has a preferred value for each input."""

    def __init__(self, numbers: int, bumps: int, spread: float, span: Span | Met, gain: float) -> None:
        self._bumps, self.width, self._gain = bumps, numbers * bumps, np.float32(gain)
        self._positions = np.arange(bumps, dtype=np.float32)
        self._per_spread = np.float32(np.sqrt(0.5) / spread)
        self.span = span

    def encode(self, observations: NDArray[np.float32], out: NDArray[np.float32], tick: int) -> None:
        """Encode each number as a hill of activity around its value."""
        low, high = self.span.update_span(observations)
        width = high - low
        inside = np.clip(observations, low, high) - low
        share = np.divide(inside, width, out=np.full_like(observations, 0.5), where=width > 0.0)
        position = share * np.float32(self._bumps - 1)
        far = (position[:, :, None] - self._positions) * self._per_spread
        np.multiply(np.exp(-far * far).reshape(len(out), -1), self._gain, out=out)

    def begin_lives(self, rows: NDArray[np.int64]) -> None:
        """Forget how far the numbers have reached."""
        self.span.begin_lives(rows)

    def name_inputs(self, channels: Sequence[Channel]) -> list[Channel]:
        """Return the number and the position on its scale, counted from the low end."""
        return [Channel(f"{one.name}, bump {k}") for one in channels for k in range(self._bumps)]
