"""No learning: the control."""

from dataclasses import dataclass

from alife.core.brain import Rule


@dataclass(frozen=True)
class NoLearning(Rule):
    """The weights stay as they were at birth. Nothing is remembered and nothing is changed."""
