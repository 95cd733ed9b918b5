"""Pictures of what was measured."""

from alife.plot.learning_curve import learning_curve

__all__ = ["learning_curve"]
