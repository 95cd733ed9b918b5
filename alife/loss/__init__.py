"""Losses and their learning signals: how good an output was, and which way it should have gone.

Everything here answers with a `Loss`: its value, shape (*rows), and its signal, d value / d output, shape
(*rows, outputs), which the backward pass of the last layer takes. No graph is built and none is kept.

    mse                    the output is a number
    cross_entropy          the output is a membrane (LI); the one softmax is inside
    nll                    the output is a probability already (LIS); no softmax
    binary_cross_entropy   the outputs are separate probabilities of yes (LIB)
    gaussian_nll           the output is means, then standard deviations (LIG)
    Reflect                there is no target, only a reward
    ReflectMTF             the same, at several time scales at once
"""

from alife.loss.binary_cross_entropy import binary_cross_entropy
from alife.loss.cross_entropy import cross_entropy
from alife.loss.gaussian_nll import LEAST_SPREAD, gaussian_nll
from alife.loss.loss import Loss
from alife.loss.mse import mse
from alife.loss.nll import TINIEST, nll
from alife.loss.reflect import Reflect
from alife.loss.reflect_mtf import ReflectMTF

__all__ = [
    "LEAST_SPREAD",
    "TINIEST",
    "Loss",
    "Reflect",
    "ReflectMTF",
    "binary_cross_entropy",
    "cross_entropy",
    "gaussian_nll",
    "mse",
    "nll",
]
