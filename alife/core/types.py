"""The ranges a number may have, as types: a constructor annotated with them is its own schema."""

from typing import Annotated

from annotated_types import Ge, Gt, Le, Lt

Count = Annotated[int, Ge(1)]
"""A number of things of which there must be at least one."""

Amount = Annotated[int, Ge(0)]
"""A number of things that may be none."""

Positive = Annotated[float, Gt(0)]
"""A length, a step, a threshold: more than zero."""

Size = Annotated[float, Ge(1e-3), Le(1e6)]
"""The side of an arena, in world units: neither its picture nor its positions come near the ends of the numbers."""

Length = Annotated[float, Gt(0), Le(1e6)]
"""A radius, a reach, a step, in world units: no farther than the largest arena goes."""

Distance = Annotated[float, Ge(0), Le(1e6)]
"""A length that may be none."""

NonNegative = Annotated[float, Ge(0)]
"""A strength that may be switched off with zero."""

LearningRate = Annotated[float, Gt(0), Le(10)]
"""The size of a step; far above one no step is of use, and a weight could leave the numbers."""

Decay = Annotated[float, Gt(0), Lt(1)]
"""What is left of a state after one tick."""

Fraction = Annotated[float, Ge(0), Le(1)]
"""A share, a probability, a discount: from zero to one, both included."""

Seed = Annotated[int, Ge(0), Lt(2**63)]
"""What the random numbers of a run are keyed by."""
