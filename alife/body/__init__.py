"""Bodies: what a creature senses and how it moves."""

from alife.body.body import Body
from alife.body.drive import Drive
from alife.body.sense import Sense, Surroundings

__all__ = ["Body", "Drive", "Sense", "Surroundings"]
