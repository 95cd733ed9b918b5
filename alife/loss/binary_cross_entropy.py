"""Binary cross-entropy: for a readout whose outputs are separate probabilities of yes."""

import torch
from numpy.typing import ArrayLike
from torch import Tensor

from alife.loss._check import as_target, check_output, check_probabilities, check_shape
from alife.loss.loss import Loss
from alife.loss.nll import TINIEST


@torch.no_grad()
def binary_cross_entropy(probabilities: Tensor, target: Tensor | ArrayLike) -> Loss:
    """Return the negative log-likelihood of yes and no in nats, summed over outputs, and its signal.

    Each output is a decision of its own (LIB), so their likelihoods multiply and their losses add up. There is no
    sigmoid in here: the readout has its own, and the backward pass of the readout goes through it. For probabilities
    p, targets t and q = 1 - p:

        value    = -sum_o (t_o log max(p_o, TINIEST) + (1 - t_o) log max(q_o, TINIEST))
        signal_o = -t_o / max(p_o, TINIEST) + (1 - t_o) / max(q_o, TINIEST)

    The sigmoid of the readout turns a signal g into p q g at its membrane, which is here p - t. A probability of
    exactly 0 or 1 stays there, as its sigmoid is flat.

    Source: the Bernoulli likelihood; McCullagh and Nelder, Generalized Linear Models (1989), chapter 4.

    Args:
        probabilities: (*rows, outputs), float32 or float64.
        target: of the same shape, each from 0 (no) to 1 (yes); a plain number is the target of every output.

    Raises:
        TypeError: the output is no tensor, or the target is not made of numbers.
        ValueError: the shapes differ, there is no output, the output has another number type, or a probability or a
            target is below 0 or above 1.
    """
    check_output("binary_cross_entropy", probabilities)
    check_probabilities("binary_cross_entropy", probabilities)
    yes = as_target("binary_cross_entropy", target, probabilities, tuple(probabilities.shape))
    check_shape("binary_cross_entropy", "a target", yes, tuple(probabilities.shape))
    if not bool(((yes >= 0.0) & (yes <= 1.0)).all()):
        raise ValueError(
            f"binary_cross_entropy got targets from {float(yes.min()):g} to {float(yes.max()):g}, it takes 0 to 1"
        )
    no, p, q = 1.0 - yes, probabilities.clamp(min=TINIEST), (1.0 - probabilities).clamp(min=TINIEST)
    return Loss(-(yes * p.log() + no * q.log()).sum(-1), no / q - yes / p)
