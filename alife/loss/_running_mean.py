"""RunningMean: what came lately counts more, and the first few count in full."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class RunningMean(nn.Module):
    """The mean of what came, at K decays at once, with its bias corrected.

    For each decay d, with every x taken in:

        T <- d T + x
        N <- d N + 1          which is the sum of d^k over everything that came
        mean = T / N          0 before anything came

    Without N a mean would be too small until many x have come, and one-hot vectors would not add up to 1.

    Args:
        width: of what comes in.
        decays: K numbers between 0 and 1; the mean reaches back about 1 / (1 - d) of what came.
        rows: leading axes.
    """

    total: Tensor
    count: Tensor

    def __init__(self, width: int, decays: Sequence[float], rows: tuple[int, ...] = ()) -> None:
        super().__init__()
        self._decays = [[decay] for decay in decays]
        self.register_buffer("total", torch.zeros(*rows, len(decays), width))
        self.register_buffer("count", torch.zeros(*rows, len(decays), 1))

    @torch.no_grad()
    def add_sample(self, x: Tensor) -> None:
        """Add a sample x, (*rows, width)."""
        # Made from the numbers each time: a buffer would stay rounded when a float32 module becomes float64.
        decays = self.total.new_tensor(self._decays)  # (K, 1)
        self.total.mul_(decays).add_(x.unsqueeze(-2))
        self.count.mul_(decays).add_(1.0)

    @torch.no_grad()
    def means(self) -> Tensor:
        """Return the means, (*rows, K, width)."""
        return self.total / self.count.clamp(min=1.0)  # from the first x on, a count is at least 1

    def empty_rows(self) -> Tensor:
        """Return in which rows no sample has come yet, (*rows)."""
        return self.count[..., 0, 0] == 0.0

    def zero_states(self, rows: Tensor | Sequence[int] | None = None) -> None:
        """Clear the means of all rows, or of those given by index."""
        where = ... if rows is None else rows if isinstance(rows, Tensor) else list(rows)
        self.total[where] = 0.0
        self.count[where] = 0.0
