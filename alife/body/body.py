"""Body: the senses and the motor of a species."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.body.metabolism import Metabolism
from alife.body.motor import Motor
from alife.body.motors.steps import Steps
from alife.body.sense import Sense, Surroundings
from alife.body.senses.sectors import Sectors
from alife.core.channel import Channel
from alife.core.errors import AlifeError, WorldError
from alife.core.sentences import last_words, long_name, plain

_OURS = "alife.body.senses."  # what these leave is tested, what others leave is checked at every tick


@dataclass(frozen=True)
class Body:
    """What a creature perceives and how it moves. The spaces of a species follow from its body and its world's roles.

    Args:
        senses: read in this order, side by side.
        motor: turns actions into motion.
        metabolism: what it lives on; None lives for ever.
    """

    senses: Sequence[Sense] = (Sectors(),)
    motor: Motor = Steps()
    metabolism: Metabolism | None = None

    def as_only_creature(self) -> "Body":
        """Return the same body for the only creature of a copy: its species is always reseeded after a death."""
        if self.metabolism is None:
            return self
        return replace(self, metabolism=replace(self.metabolism, extinction="reseed"))

    def observation_space(self, roles: int) -> gymnasium.spaces.Box:
        """Return the observation space of one creature in a world with so many roles."""
        width = sum(self.observation_sizes(roles))
        return gymnasium.spaces.Box(0.0, 1.0, (width,), np.float32)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the channel of each number of the observation in a world with these roles.

        Raises:
            WorldError: a sense has not as many channels as numbers.
        """
        return tuple(channel for sense in self.senses for channel in _channels(sense, roles))

    def action_space(self) -> gymnasium.Space[Any]:
        """Return the space of one creature's action."""
        return self.motor.action_space()

    @property
    def range(self) -> float:
        """How far its senses reach, in world units."""
        return max((sense.range for sense in self.senses), default=0.0)

    @property
    def needs_goals(self) -> bool:
        """Whether any of its senses reads where the creature was rewarded last."""
        return any(sense.needs_goals for sense in self.senses)

    def observation_sizes(self, roles: int) -> tuple[int, ...]:
        """Return the size of each sense in a world with so many roles."""
        return tuple(sense.observation_size(roles) for sense in self.senses)

    def sense_surroundings(self, surroundings: Surroundings, sizes: Sequence[int]) -> NDArray[np.float32]:
        """Return the observation of each creature, (rows, width), a new array each time.

        Args:
            surroundings: of this tick.
            sizes: of the senses, as `observation_sizes` returns them.

        Raises:
            WorldError: a sense of others leaves what is not a number from 0 to 1.
        """
        sensed = [
            _sensed(sense, surroundings, np.zeros((len(surroundings.headings), size), np.float32))
            for sense, size in zip(self.senses, sizes, strict=True)
        ]
        if len(sensed) == 1:
            return sensed[0]
        return np.concatenate(sensed or [np.zeros((len(surroundings.headings), 0), np.float32)], axis=1)


def _channels(sense: Sense, roles: Sequence[str]) -> tuple[Channel, ...]:
    size = sense.observation_size(len(roles))
    with _naming(sense):
        found = tuple(sense.channels(roles))
    if len(found) != size:
        named = f"the sense {long_name(type(sense))} must name each of its {size} numbers"
        raise WorldError(f"{named}; it has {len(found)} channels")
    return found


def _sensed(sense: Sense, surroundings: Surroundings, out: NDArray[np.float32]) -> NDArray[np.float32]:
    if _is_ours(type(sense)):
        sense.fill_observation(surroundings, out)
        return out
    with _naming(sense):
        sense.fill_observation(surroundings, out)
    _check_observation(sense, out)
    return out


@contextmanager
def _naming(sense: Sense) -> Iterator[None]:
    """Let an error say which sense of others has raised it."""
    try:
        yield
    except AlifeError:
        raise
    except Exception as error:
        raise WorldError(f"the sense {long_name(type(sense))} raised {plain(last_words(error))}") from error


@cache
def _is_ours(kind: type[Sense]) -> bool:
    return kind.__module__.startswith(_OURS)


def _check_observation(sense: Sense, out: NDArray[np.float32]) -> None:
    if out.size and not (out.min() >= 0.0 and out.max() <= 1.0):  # a comparison with what is no number is false
        row = int((~((out >= 0.0) & (out <= 1.0))).any(1).argmax())
        wrote = f"for row {row} it wrote {out[row].tolist()}"
        raise WorldError(f"the sense {long_name(type(sense))} must write numbers from 0 to 1; {wrote}")
