"""Loading: the imports of a run, spared the garbage collector."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Disable the garbage collector while modules are imported, and exempt them from it afterwards."""
    known = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > known:  # otherwise only what an earlier command has left would be kept, for ever
            gc.freeze()
        gc.enable()
