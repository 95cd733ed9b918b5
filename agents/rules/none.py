"""No learning: the control."""

from dataclasses import dataclass

from alife.core.brain import Rule


@dataclass(frozen=True)
class NoLearning(Rule):
    """The weights stay as they were born. Nothing is kept and nothing is changed."""
