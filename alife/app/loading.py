"""Loading: the imports of a run, spared the garbage collector."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Keep the collector from going through what is imported, again and again now and once more at the end."""
    gc.collect()  # what an earlier run has left would be kept for ever, too
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
