"""Bodies: what a creature senses, how it moves and what it lives on."""

from alife.body.body import Body
from alife.body.hazard import Hazard
from alife.body.metabolism import Metabolism, metabolism_of
from alife.body.motor import Motor
from alife.body.neighbours import Neighbours
from alife.body.reproduction import Reproduction
from alife.body.sense import Sense, Surroundings

__all__ = [
    "Body",
    "Hazard",
    "Metabolism",
    "Motor",
    "Neighbours",
    "Reproduction",
    "Sense",
    "Surroundings",
    "metabolism_of",
]
