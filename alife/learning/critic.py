"""Critic: what a creature expects from here."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.nn import Layer


class Critic(nn.Module):
    """A linear critic with eligibility traces and a normalised step, learning at every tick.

    For features f (the readout's filtered input times 1 - its decay, which makes it a mean, and a constant 1; or the
    constant alone, so that it expects the mean return whatever it sees), weights w, discount g and trace decay l:

        V     = w . f
        delta = r + g V(s') - V(s)              V(s') = 0 only where the episode terminated;
                                                V(s) as it was expected when s was sensed
        w    <- w + c delta E / (1 + |E|^2)    c the learning rate
        E    <- g l E + f                       once the next action is chosen

    Source: TD(lambda), Sutton and Barto (2018), chapter 12; the step is that of normalised least mean squares.

    Args:
        readout: the layer whose input the critic sees.
        discount: g.
        trace_decay: l.
        learning_rate: c.
        sees: whether it judges by what it sees.
    """

    features: Tensor
    traces: Tensor
    values: Tensor

    def __init__(
        self, readout: Layer, discount: float, trace_decay: float, learning_rate: float, sees: bool = True
    ) -> None:
        super().__init__()
        self._learning_rate, self._sees = learning_rate, sees
        (rows,), features = readout.rows, readout.inputs if sees else 0
        zeros, ones = readout.weight.new_zeros, readout.weight.new_ones
        self._readout, self._discount, self._keep = (readout,), discount, discount * trace_decay
        self.weight = nn.Parameter(zeros(rows, features + 1), requires_grad=False)
        self.register_buffer("features", ones(rows, features + 1))
        self.register_buffer("traces", zeros(rows, features + 1))
        self.register_buffer("values", zeros(rows))

    def errors(self, features: NDArray[Any], rewards: NDArray[Any], not_terminated: NDArray[Any]) -> NDArray[Any]:
        """Judge the new state and return the TD error of the decision before it.

        Args:
            features: (rows, features) the readout's filtered input in the new state.
            rewards: (rows,) since the decision before.
            not_terminated: (rows,) 0 where the episode terminated, else 1.
        """
        seen, before = self.features.numpy(), self.values.numpy()
        if self._sees:
            np.multiply(features, 1.0 - self._readout[0].decays[-1].numpy(), out=seen[:, :-1])
        values = np.vecdot(self.weight.numpy(), seen)
        errors: NDArray[Any] = rewards + self._discount * not_terminated * values - before
        before[:] = values
        return errors

    def learn(self, errors: NDArray[Any]) -> None:
        """Take one step along the traces, (rows,) errors."""
        traces, weight = self.traces.numpy(), self.weight.numpy()
        steps = self._learning_rate * errors / (1.0 + np.vecdot(traces, traces))
        weight += steps[:, None] * traces

    def write(self) -> None:
        """Let the traces decay and add the features of the state in which an action was just chosen."""
        traces = self.traces.numpy()
        traces *= self._keep
        traces += self.features.numpy()

    def zero_states(self, rows: Tensor) -> None:
        """Forget the traces of these rows; what was learned stays."""
        self.traces[rows] = 0.0
        self.values[rows] = 0.0
