"""ReflectMTF: Reflect at several time scales, mixed as it is learned."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from alife.core.types import Count, Decay
from alife.loss._reflection import Means, Reflection, mixed_by
from alife.loss.nll import TINIEST


class ReflectMTF(Reflection):
    """The trace form of REINFORCE with multiple time frames: K fixed decays, mixed by learned weights.

    For each decay d_k there are the means of Reflect: OUT_k of the actions, LP_k of the log-probabilities, R_k of the
    rewards before this one (0 at first). With w = softmax(mix), for the readout's mean output q:

        OUT = sum_k w_k OUT_k,  LP = sum_k w_k LP_k,  b = sum_k w_k R_k
        value    = -(r - b) sum_o OUT_o log q_o
        signal_o = -(r - b) OUT_o / q_o           d value / d q_o, with q_o at least TINIEST

    and q = softmax(LP) where no output is given. With one decay this is Reflect.

    The weights learn by the same value: every call adds d value / d mix to `mix.grad`, for any optimiser of torch:

        d value / d w_k   = R_k sum_o OUT_o log q_o - (r - b) (sum_o OUT_k,o log q_o + sum_o (OUT_o - q_o) LP_k,o)
        d value / d mix_k = w_k (d value / d w_k - sum_j w_j d value / d w_j)

    where the term with LP is there only if q came from LP: a given output does not depend on the weights.

    The author of the source found a decay that is learned itself to be worse; hence fixed decays and a learned mixture.

    Source: Williams, Simple statistical gradient-following algorithms for connectionist reinforcement learning (1992);
    the form with several decays is REFLECTMTF in the documentation of traceTorch.

    Args:
        outputs: the width of the readout.
        decays: K decays in (0, 1).
        rows: leading axes, () for one brain; each row has weights of its own.
        learn: whether `mix` is given gradients; `mix.requires_grad` says and changes it later.

    Raises:
        ValueError: there is no output, or no decay, or a decay out of range.
    """

    def __init__(
        self,
        outputs: Count,
        decays: Sequence[Decay] = (0.5, 0.9, 0.99, 0.999),
        rows: tuple[int, ...] = (),
        learn: bool = True,
    ) -> None:
        super().__init__(outputs, decays, rows)
        self.mix = nn.Parameter(torch.zeros(*rows, len(decays)), requires_grad=learn)

    def mixture(self) -> Tensor:
        """Return the weights of the decays, softmax(mix), (*rows, K)."""
        return torch.softmax(self.mix.detach(), -1)

    def learn_mixture(self, means: Means, advantage: Tensor, output: Tensor, remembered: bool) -> None:
        """Add d value / d mix to `mix.grad`, where the output was remembered or given."""
        if not self.mix.requires_grad:
            return
        weights, logs = self.mixture(), output.clamp(min=TINIEST).log()
        fits = _dot(means.chosen, logs)  # (*rows, K) sum_o OUT_k,o log q_o
        fit = (weights * fits).sum(-1, keepdim=True)
        if remembered:
            fits = fits + _dot(means.logs, mixed_by(weights, means.chosen) - output)
        slope = means.rewards * fit - advantage.unsqueeze(-1) * fits
        gradient = weights * (slope - (weights * slope).sum(-1, keepdim=True))
        gradient = gradient.to(self.mix.dtype)
        # A new tensor each time: one that was made in inference mode could not be added to in place outside it.
        self.mix.grad = gradient if self.mix.grad is None else self.mix.grad + gradient


def _dot(means: Tensor, by: Tensor) -> Tensor:
    """Multiply means (*rows, K, outputs) with a vector (*rows, outputs) to (*rows, K)."""
    return (means * by.unsqueeze(-2)).sum(-1)
