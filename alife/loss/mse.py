"""Mean squared error: for an output that is a number."""

import torch
from torch import Tensor

from alife.loss.check import check_output, check_shape
from alife.loss.loss import Loss


@torch.no_grad()
def mse(output: Tensor, target: Tensor) -> Loss:
    """Return the mean squared error of each row, and its signal.

    For outputs y, targets t and n outputs:

        value    = sum_o (y_o - t_o)^2 / n
        signal_o = 2 (y_o - t_o) / n

    The value has the unit of the output squared, the signal that of the output.

    Args:
        output: (*rows, outputs), float32 or float64.
        target: of the same shape; nothing is broadcast.

    Raises:
        ValueError: the shapes differ, there is no output, or the output has another number type.
    """
    check_output("mse", output)
    check_shape("mse", "a target", target, tuple(output.shape))
    error = output - target.to(output.dtype)
    return Loss(error.square().mean(-1), error * (2.0 / output.shape[-1]))
