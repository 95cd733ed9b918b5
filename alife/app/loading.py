"""Loading: the imports of a run, spared the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Disable the garbage collector while modules are imported, and exempt them from it afterwards."""
    gc.collect()  # what an earlier command has left would be kept for ever, too
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
