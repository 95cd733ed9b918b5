"""Cross-entropy: for a readout whose output is its membrane."""

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from alife.loss._check import check_output
from alife.loss._target import distribution
from alife.loss.loss import Loss


@torch.no_grad()
def cross_entropy(logits: Tensor, target: Tensor | ArrayLike) -> Loss:
    """Return the cross-entropy of each row in nats, and its signal at the logits.

    The one softmax is in here, so the output must not have gone through another: `nll` is for an output that has.
    For logits v and targets t that add up to 1:

        p        = softmax(v)
        value    = -sum_o t_o log p_o
        signal_o = p_o - t_o

    Targets that add up to some T count T times: then signal = T p - t, still the exact derivative of the value.
    Only differences of logits matter, so huge ones are safe; a logit of minus infinity rules its output out.

    Args:
        logits: (*rows, outputs), float32 or float64.
        target: whole numbers (*rows), the right output of each row, or floats (*rows, outputs), how likely each
            output should be; where there are no rows, a plain whole number is the right output.

    Raises:
        TypeError: the output is no tensor, or the target is not made of numbers.
        ValueError: the target has another shape or type or names an output out of range, there is no output, or
            the logits have another number type.
    """
    check_output("cross_entropy", logits)
    weights = distribution("cross_entropy", target, logits)
    logs = torch.log_softmax(logits, -1)
    # An impossible output that is not asked for costs nothing, where 0 times infinity would be no number.
    value = -torch.where(weights == 0.0, 0.0, weights * logs).sum(-1)
    return Loss(value, logs.exp() * weights.sum(-1, keepdim=True) - weights)
