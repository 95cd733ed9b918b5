"""Records: what a run keeps of an event and of a life, as the types of their columns."""

from collections.abc import Sequence
from typing import Any

import numpy as np

RECORD = np.dtype(
    [
        ("tick", "<i8"),
        ("species", "<i4"),
        ("row", "<i4"),
        ("cause", "<i4"),
        ("value", "<f8"),
        ("source", "<i4"),
    ]
)
"""One event. `species`, `cause` and `source` are indices into the names that the log keeps beside the columns.

What an intervention did has species and row -1 where it concerns no creature. Its value is 0, but for three
interventions: whether a creature may learn is 1 or 0, what was dropped has the copy in which it was, and what was set
is the number it is by now.
"""

LIFE = np.dtype(
    [
        ("id", "<i8"),
        ("parent", "<i8"),
        ("partner", "<i8"),
        ("species", "<i4"),
        ("row", "<i4"),
        ("born", "<i8"),
        ("died", "<i8"),
        ("cause", "<i4"),
        ("offspring", "<i8"),
    ]
)
"""One life. `parent` is an id, -1 for none, and so is `partner`, the second parent; `offspring` is how many children it
had. A creature that still lives has -1 for the tick and the cause of death."""

LIFE_COLUMNS = LIFE.names or ()


def life_with(genes: Sequence[str]) -> np.dtype[Any]:
    """Return the type of a life with a column for each gene; of a species without the gene it is not a number."""
    return np.dtype([*((name, LIFE[name]) for name in LIFE_COLUMNS), *((gene, "<f8") for gene in genes)])
