"""Factored RMS: a step size for every synapse from one number per row and one per column."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from alife.core.types import Decay, Positive
from alife.learning.factored import FactoredState, Keep, all_events
from alife.learning.optimizer import Optimizer


@dataclass(frozen=True)
class FactoredRMS(Optimizer):
    """Divide each gradient by the root of its mean square, the mean squares kept as row means and column means.

    For a gradient g (out, in), decay b and learning rate h, at each event:

        r <- b r + (1 - b) mean_in g^2            (out,)
        c <- b c + (1 - b) mean_out g^2           (in,)
        W <- W + h g / (sqrt(r c / mean(r)) + epsilon)

    A creature's r and c move only when it learns. They begin at zero, so that the first step is 1 / sqrt(1 - b) times
    as long as one in a steady state, and the next ones are longer than it, too. That may be a quick start, or leave
    every choice certain before anything is known. With bias correction b of the t-th event is (b - b^t) / (1 - b^t),
    which makes r and c means of all events so far.

    State per weight matrix and creature: out + in numbers, one more with bias correction.

    Source: the factored second moment of Shazeer and Stern, Adafactor (2018); the correction of Kingma and Ba, Adam
    (2015).

    Args:
        decay: b, of the mean squares per event.
        epsilon: added to the root; the smallest gradient taken seriously.
        bias_correction: whether the first steps are as long as all others.
    """

    decay: Decay = 0.99
    epsilon: Positive = 1e-3
    bias_correction: bool = False

    def start(self, weight: Tensor) -> "FactoredRMSState":
        """Return mean squares of zero."""
        return FactoredRMSState(self, weight)


class FactoredRMSState(FactoredState):
    """The mean squares of one weight: `row_means` (rows, out) and `column_means` (rows, in)."""

    events: Tensor | None  # (rows,) so far, where the bias is corrected

    def __init__(self, optimizer: FactoredRMS, weight: Tensor) -> None:
        super().__init__(weight)
        self._optimizer = optimizer
        self.register_buffer("events", weight.new_zeros(len(weight)) if optimizer.bias_correction else None)

    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        """Change `weight[rows]` and the mean squares of these rows in place."""
        # In numpy, where an operation on one creature's numbers takes half of what it takes in torch.
        slopes, chosen = gradient.detach().numpy(), rows if isinstance(rows, slice) else rows.numpy()
        scale = self.roots(slopes, chosen, self._keep(chosen))
        scale += self._optimizer.epsilon
        change = np.divide(slopes, scale, out=scale)
        change *= learning_rate
        weight.detach().numpy()[chosen] += change

    def _keep(self, chosen: slice | NDArray[np.int64]) -> Keep:
        """Count one more event in these rows; return what their mean squares keep of themselves."""
        if self.events is None:
            return self._optimizer.decay
        events = self.events.numpy()
        events[chosen] += 1.0
        return all_events(self._optimizer.decay, events[chosen])[:, None]
