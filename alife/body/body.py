"""Body: the senses and the motor of a species."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
        width = sum(sense.observation_size(roles) for sense in self.senses)
        return gymnasium.spaces.Box(0.0, 1.0, (width,), np.float32)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return the channel of each number of the observation in a world with these roles."""
        return tuple(channel for sense in self.senses for channel in sense.channels(roles))

    def action_space(self) -> gymnasium.Space[Any]:
        """Return the space of one creature's action."""
        return self.motor.action_space()

    def sense_surroundings(self, surroundings: Surroundings, roles: int) -> NDArray[np.float32]:
        """Return the observation of each creature, (rows, width), a new array each time."""
        widths = [sense.observation_size(roles) for sense in self.senses]
        sensed = np.zeros((len(surroundings.headings), sum(widths)), np.float32)
        end = 0
        for sense, width in zip(self.senses, widths, strict=True):
            start, end = end, end + width
            sense.fill_observation(surroundings, sensed[:, start:end])
        return sensed
