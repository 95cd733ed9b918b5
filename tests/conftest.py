"""What all tests have in common.

One thread: faster than several for brains of this size, and the tests disturb each other less. And the signals of a
terminal, which whoever starts the tests in the background may have waived for them and for every process they start.
A garbage collector that seldom looks through the thousands of tests themselves: it took an eighth of the time. And the
same first weights each time for layers of torch, for which few tests give a seed.
"""

import gc
import signal

import pytest
import torch

torch.set_num_threads(1)
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
gc.set_threshold(100_000, 20)


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _one_seed() -> None:
    torch.manual_seed(0)
