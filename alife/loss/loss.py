"""Loss, what every learning signal answers with."""

from typing import NamedTuple

from torch import Tensor


class Loss(NamedTuple):
    """How bad an output was, and which way is worse. Neither tensor has a graph."""

    value: Tensor  # (*rows)
    signal: Tensor  # (*rows, outputs) d value / d output of the last layer
