"""Negative log-likelihood: for a readout whose output is a probability already."""

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from alife.loss._check import check_output, check_probabilities
from alife.loss._target import distribution
from alife.loss.loss import Loss

TINIEST = 1e-30
"""The least probability that is divided by or whose logarithm is taken: log is then -69 and 1 / p fits a float32."""


@torch.no_grad()
def nll(probabilities: Tensor, target: Tensor | ArrayLike) -> Loss:
    """Return the negative log-likelihood of each row in nats, and its signal at the probabilities.

    There is no softmax in here: the readout (LIS) has its own, and the backward pass of the readout goes through it.
    For probabilities p and targets t:

        value    = -sum_o t_o log max(p_o, TINIEST)
        signal_o = -t_o / max(p_o, TINIEST)

    This is a signal at probabilities, not at logits. The softmax of the readout turns a signal g into
    p (g - sum_o p_o g_o) at its logits, which is here p - t where the targets add up to 1: what `cross_entropy` gives
    at once. A probability of exactly 0 stays there, as its softmax is flat.

    Args:
        probabilities: (*rows, outputs), float32 or float64.
        target: whole numbers (*rows), the right output of each row, or floats (*rows, outputs), how likely each
            output should be; where there are no rows, a plain whole number is the right output.

    Raises:
        TypeError: the output is no tensor, or the target is not made of numbers.
        ValueError: the target has another shape or type or names an output out of range, there is no output, or
            the probabilities have another number type or are none, below 0 or above 1.
    """
    check_output("nll", probabilities)
    check_probabilities("nll", probabilities)
    weights = distribution("nll", target, probabilities)
    bounded = probabilities.clamp(min=TINIEST)
    return Loss(-(weights * bounded.log()).sum(-1), -weights / bounded)
