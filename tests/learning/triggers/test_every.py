"""The trigger `every`."""

import numpy as np

from alife.learning.triggers.every import Every


def test_it_fires_always() -> None:
    """Every row learns, whatever happened."""
    rewarded, errors = np.array([False, True]), np.zeros(2, np.float32)

    assert Every().fires(rewarded, errors).tolist() == [True, True]
