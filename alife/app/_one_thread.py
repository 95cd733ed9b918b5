"""Torch on one thread, where anything has loaded it."""

import sys


def keep_torch_on_one_thread() -> None:
    """Let torch, if the parts of a run have loaded it, use one thread: the fastest below thousands of rows."""
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(1)
