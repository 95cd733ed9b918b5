"""Gaussian negative log-likelihood: for a readout whose outputs are means and standard deviations."""

import math

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from alife.loss._check import as_target, check_output, check_shape
from alife.loss.loss import Loss

LEAST_SPREAD = 1e-6
"""The least standard deviation that is divided by: a smaller one counts as this, and its cube fits a float32."""


@torch.no_grad()
def gaussian_nll(output: Tensor, action: Tensor | ArrayLike) -> Loss:
    """Return the negative log-likelihood of each row in nats, summed over its actions, and its signal.

    For a readout whose output is n means m, then n standard deviations (LIG), actions a, s the standard deviations
    and at least LEAST_SPREAD, and z = (a - m) / s:

        value      = sum_o (z_o^2 / 2 + log s_o + log(2 pi) / 2)
        signal_o   = -z_o / s_o                at the means, the first n
        signal_n+o = (1 - z_o^2) / s_o         at the standard deviations, the last n

    It is a density: the value is below 0 where the standard deviations are small and the actions near the means.

    Source: the eligibilities of the Gaussian unit in Williams, Simple statistical gradient-following algorithms for
    connectionist reinforcement learning (1992), section 6, with their signs turned.

    Args:
        output: (*rows, 2 n), float32 or float64.
        action: (*rows, n), what was done or should have been; a plain number is that of every output.

    Raises:
        TypeError: the output is no tensor, or the action is not made of numbers.
        ValueError: the output is not an even number wide or has another number type, a standard deviation is below 0,
            or the action has another shape.
    """
    check_output("gaussian_nll", output)
    if output.shape[-1] % 2:
        raise ValueError(
            f"gaussian_nll got an output of shape {tuple(output.shape)}, "
            "it takes (*rows, 2 n): n means, then n standard deviations"
        )
    mean, spread = output.chunk(2, -1)
    if not bool((spread >= 0.0).all()):
        raise ValueError(
            f"gaussian_nll got a standard deviation of {float(spread.min()):g}, it takes 0 or more, as LIG gives"
        )
    wanted = as_target("gaussian_nll", action, output, tuple(mean.shape))
    check_shape("gaussian_nll", "an action", wanted, tuple(mean.shape))
    spread = spread.clamp(min=LEAST_SPREAD)
    z = (wanted - mean) / spread
    value = (z.square() / 2.0 + spread.log() + math.log(2.0 * math.pi) / 2.0).sum(-1)
    return Loss(value, torch.cat([-z, 1.0 - z.square()], -1) / torch.cat([spread, spread], -1))
