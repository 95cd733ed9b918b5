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

    def alone(self) -> "Body":
        """Return the same for a creature that is the only one of its copy: after it always comes another."""
        if self.metabolism is None:
            return self
        return replace(self, metabolism=replace(self.metabolism, extinction="reseed"))

    def observation_space(self, roles: int) -> gymnasium.spaces.Box:
        """Return the space of what one creature senses in a world with so many roles."""
        width = sum(sense.size(roles) for sense in self.senses)
        return gymnasium.spaces.Box(0.0, 1.0, (width,), np.float32)

    def channels(self, roles: Sequence[str]) -> tuple[Channel, ...]:
        """Return what each number means that one creature senses in a world with these roles."""
        return tuple(channel for sense in self.senses for channel in sense.channels(roles))

    def action_space(self) -> gymnasium.Space[Any]:
        """Return the space of one creature's action."""
        return self.motor.action_space()

    def sense(self, surroundings: Surroundings, roles: int) -> NDArray[np.float32]:
        """Return what each creature senses, (rows, width), a new array each time."""
        widths = [sense.size(roles) for sense in self.senses]
        sensed = np.zeros((len(surroundings.headings), sum(widths)), np.float32)
        end = 0
        for sense, width in zip(self.senses, widths, strict=True):
            start, end = end, end + width
            sense.read(surroundings, sensed[:, start:end])
        return sensed
