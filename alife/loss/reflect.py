"""Reflect: REINFORCE from traces, when there is no target but only a reward now and then."""

from torch import Tensor

from alife.core.types import Count, Decay
from alife.loss._reflection import Reflection


class Reflect(Reflection):
    """The trace form of REINFORCE.

    With every decision, for probabilities p, the action a that was drawn, and decay d (`observe`):

        LP  <- d LP  + log max(p, TINIEST)
        OUT <- d OUT + onehot(a)
        N   <- d N   + 1                          so that LP / N and OUT / N are means; the mean OUT adds up to 1

    With a reward r (`reflect(reward, output)`), for the readout's mean output q:

        b        = R / M                          the baseline: mean of the rewards before this one; 0 at first
        value    = -(r - b) sum_o OUT_o / N log q_o
        signal_o = -(r - b) OUT_o / N / q_o       d value / d q_o, with q_o at least TINIEST
        R  <- d R + r,  M <- d M + 1              only now, and in units of rewards, not of decisions

    Why the signal is at q. The backward pass of a readout knows no single decision: from its own trace it rebuilds one
    mean output q and takes d value / d q. So log q stands in the value where log p would. A network says its q in
    `mean_output()`, to be given as `output`. Without it q = softmax(LP / N): the geometric mean of the probabilities,
    made to add up to 1. A softmax turns this signal s, at its logits, into q (s - sum_o q_o s_o), which is
    -(r - b) (OUT / N - q): downhill, after a good reward, is towards what was chosen more often than q says.
    After one decision q is p and this is exactly REINFORCE, -(r - b) (onehot(a) - p). After several it is a product of
    means where REINFORCE has the mean of products: it no longer knows which action went with which input.

    Values are in rewards times nats. Decisions fade with decisions: a reward may come at any time, repeatedly, and does
    not clear them; `zero_states` does. A call is a reward for every row: one that got nothing got 0.

    Source: Williams, Simple statistical gradient-following algorithms for connectionist reinforcement learning (1992);
    the trace form is REFLECT in the documentation of traceTorch.

    Args:
        outputs: the width of the readout.
        decay: of all traces, in (0, 1); about 1 / (1 - decay) decisions are remembered.
        rows: leading axes, () for one brain.

    Raises:
        ValueError: there is no output, or the decay is out of range.
    """

    def __init__(self, outputs: Count, decay: Decay = 0.9, rows: tuple[int, ...] = ()) -> None:
        super().__init__(outputs, (decay,), rows)

    def mixture(self) -> Tensor:
        """Return 1: there is one decay, (1,)."""
        return self.rewards.total.new_ones(1)
