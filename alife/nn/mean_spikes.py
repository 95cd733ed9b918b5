"""Mean spikes: how often a leaky integrate-and-fire neuron spikes under a steady current, as a smooth function.

Each estimator takes the mean current c into a neuron, its membrane decay d, 1 - d (given apart, since it may be
too small to be seen in d) and its threshold th, tensors that broadcast, and returns spikes per tick in [0, 1].
With a subtractive reset the membrane wanders evenly between 0 and th, th / 2 on average, so that what comes
in, c, is what leaks, (1 - d) th / 2, and what is reset, f th: hence f = (c - (1 - d) th / 2) / th, from the current
at which the neuron can fire at all, (1 - d) th, to one spike at every tick.

Mean absolute error against simulations of 4,000 ticks (tests/nn/test_mean_spikes.py), over 40 currents from -0.5
to 1.5 thresholds and thresholds of 0.5, 1 and 2:

    decay   sigmoid   clipped   smoothed
    0.50      0.119     0.027      0.045
    0.60      0.129     0.018      0.031
    0.70      0.148     0.012      0.020
    0.80      0.172     0.009      0.013
    0.90      0.202     0.003      0.006
    0.95      0.220     0.001      0.003
    0.99      0.236     0.000      0.003
"""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

MeanSpikes = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]

_SHARPNESS = 24.0  # of the corners of `smoothed`: they are about 1 / 24 of the full rate wide


def sigmoid(current: Tensor, decay: Tensor, leak: Tensor, threshold: Tensor) -> Tensor:
    """Return the published estimate, the logistic function of 5 (c (2 - d) / 2 - th (1 - d)).

    It is far from zero where a neuron cannot fire: at c = 0, d = 0.9, th = 1 it says 0.38.

    Source: traceTorch 0.3.0.
    """
    return torch.sigmoid(5.0 * (current * (1.0 - decay / 2.0) - threshold * leak))


def clipped(current: Tensor, decay: Tensor, leak: Tensor, threshold: Tensor) -> Tensor:
    """Return clip((c - (1 - d) th / 2) / th, 0, 1) where c >= (1 - d) th, else 0.

    The closest of the three; but a neuron that does not fire, or fires at every tick, has no gradient.
    """
    share = _share(current, leak, threshold).clamp(0.0, 1.0)
    return torch.where(current >= leak * threshold, share, torch.zeros_like(share))


def smoothed(current: Tensor, decay: Tensor, leak: Tensor, threshold: Tensor) -> Tensor:
    """Return the clipped line with round corners: (softplus(k x) - softplus(k (x - 1))) / k, x as above, k = 24.

    A silent or a saturated neuron keeps a small gradient, by which it can come back.
    """
    share = _share(current, leak, threshold)
    line = torch.where(share > 1.0, 1.0, torch.where(share > 0.0, share, 0.0))
    # softplus(x) = max(x, 0) + softplus(-|x|), so that nothing large is subtracted from anything large.
    low, high = torch.where(share > 0.0, -share, share), torch.where(share > 1.0, 1.0 - share, share - 1.0)
    softplus = torch.nn.functional.softplus
    return line + (softplus(_SHARPNESS * low) - softplus(_SHARPNESS * high)) / _SHARPNESS


def _share(current: Tensor, leak: Tensor, threshold: Tensor) -> Tensor:
    return current / threshold - leak / 2.0


MEAN_SPIKES: Mapping[str, MeanSpikes] = {"sigmoid": sigmoid, "clipped": clipped, "smoothed": smoothed}
"""The estimators by name."""
