"""Cosine: how far a rule's gradient points where the policy gradient points, in networks with random weights.

30 channels: two independent groups of 3 values, 5 channels each. A decision draws a value of each group; for 5 ticks
the channels of these two values spike with probability .9, the others with .05; the action is drawn at the fifth tick.
"""

import numpy as np
from numpy.typing import NDArray

from alife.core.random import Stream

GROUPS, VALUES, PER_VALUE = 2, 3, 5
CHANNELS = GROUPS * VALUES * PER_VALUE
TICKS = 5  # per decision
ACTIONS = 3
PRESENT, ABSENT = 0.9, 0.05


def episodes(seed: int, rows: int, decisions: int) -> NDArray[np.float32]:
    """Return spikes (decisions, TICKS, rows, CHANNELS), 0 or 1."""
    random = Stream(seed, "cosine").at(0)
    values = random.integers(VALUES, size=(decisions, 1, rows, GROUPS, 1, 1))
    here = values == np.arange(VALUES)[:, None]  # (decisions, 1, rows, GROUPS, VALUES, 1)
    drawn = random.random((decisions, TICKS, rows, GROUPS, VALUES, PER_VALUE))
    spikes = drawn < np.where(here, PRESENT, ABSENT)
    return spikes.reshape(decisions, TICKS, rows, CHANNELS).astype(np.float32)
