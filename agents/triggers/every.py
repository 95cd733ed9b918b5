"""Every: learn at every tick, the reference for what sparse learning costs."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from alife.core.brain import Floats, Trigger


@dataclass(frozen=True)
class Every(Trigger):
    """Learn at every tick."""

    is_event: ClassVar[bool] = False

    def fires(self, rewarded: NDArray[np.bool_], errors: Floats, quiet: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return true for every creature."""
        return np.ones_like(rewarded)
