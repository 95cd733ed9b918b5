"""Records: what a run keeps of an event and of a life, as the types of their columns."""

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

What an intervention did has species and row -1 where it concerns no creature. Its value is 0, but for two
interventions: whether a creature may learn is 1 or 0, and what was dropped has the copy in which it was.
"""

LIFE = np.dtype(
    [
        ("id", "<i8"),
        ("parent", "<i8"),
        ("species", "<i4"),
        ("row", "<i4"),
        ("born", "<i8"),
        ("died", "<i8"),
        ("cause", "<i4"),
    ]
)
"""One life. `parent` is an id, -1 for none. A creature that still lives has -1 for the tick and the cause of death."""
