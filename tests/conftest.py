"""What all tests have in common.

One thread: faster than several for brains of this size, and the tests disturb each other less. And the signals of a
terminal, which whoever starts the tests in the background may have waived for them and for every process they start.
"""

import signal

import torch

torch.set_num_threads(1)
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
