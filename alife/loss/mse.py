"""Mean squared error: for an output that is a number."""

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from alife.loss._check import as_target, check_output, check_shape
from alife.loss.loss import Loss


@torch.no_grad()
def mse(output: Tensor, target: Tensor | ArrayLike) -> Loss:
    """Return the mean squared error of each row, and its signal.

    For outputs y, targets t and n outputs:

        value    = sum_o (y_o - t_o)^2 / n
        signal_o = 2 (y_o - t_o) / n

    The value has the unit of the output squared, the signal that of the output.

    Args:
        output: (*rows, outputs), float32 or float64.
        target: of the same shape, nothing is broadcast; or a plain number, the target of every output.

    Raises:
        TypeError: the output is no tensor, or the target is not made of numbers.
        ValueError: the shapes differ, there is no output, or the output has another number type.
    """
    check_output("mse", output)
    wanted = as_target("mse", target, output, tuple(output.shape))
    check_shape("mse", "a target", wanted, tuple(output.shape))
    error = output - wanted
    return Loss(error.square().mean(-1), error * (2.0 / output.shape[-1]))
