"""Factored RMS: a step size for every synapse from one number for each input and one for each neuron."""

import math
from dataclasses import dataclass

import numpy as np

from alife.core.brain import Floats, Optimizer, OptimizerState, Rows
from alife.core.kernel import kernel
from alife.core.types import Decay, Positive


@dataclass(frozen=True)
class FactoredRMS(Optimizer):
    """Divide each gradient by the root of its mean square, the mean squares kept as row means and column means.

    For a gradient g (in, out), decay b and learning rate h, at each event:

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

    def start(self, weight: Floats) -> "FactoredRMSState":
        """Return mean squares of zero."""
        return FactoredRMSState(self, weight)


class FactoredSquares(OptimizerState):
    """Mean squares of the gradient of one weight, exact where they have rank one."""

    def __init__(self, weight: Floats) -> None:
        rows, inputs, size = weight.shape
        self.of_neurons = np.zeros((rows, size), weight.dtype)  # r
        self.of_inputs = np.zeros((rows, inputs), weight.dtype)  # c


class FactoredRMSState(FactoredSquares):
    """The mean squares of one weight, and how many events there were where their bias is corrected."""

    stays_finite = True

    def __init__(self, kind: FactoredRMS, weight: Floats) -> None:
        super().__init__(weight)
        self._kind = kind
        self.events = np.zeros(len(weight) if kind.bias_correction else 0)

    def update(self, rows: Rows, weight: Floats, gradient: Floats, errors: Floats, learning_rate: Floats) -> None:
        """Change the weights and the mean squares of these rows in place."""
        kind = self._kind
        _update(
            rows,
            weight,
            gradient,
            learning_rate,
            kind.decay,
            kind.epsilon,
            self.events,
            self.of_neurons,
            self.of_inputs,
        )

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows."""
        for array in self.arrays():
            if len(array):
                array[rows] = 0.0


@kernel
def mean_so_far(decay: float, events: float) -> float:
    """What a mean keeps of itself at its t-th event so that it is bias-corrected: (b - b^t) / (1 - b^t)."""
    faded = decay**events
    return float((decay - faded) / (1.0 - faded))


@kernel
def take_in_squares(gradient: Floats, keep: float, of_neurons: Floats, of_inputs: Floats) -> float:
    """r <- b r + (1 - b) mean_in g^2 and c <- b c + (1 - b) mean_out g^2 in place; return mean(r)."""
    inputs, size = gradient.shape
    for j in range(size):
        of_neurons[j] *= keep
    for i in range(inputs):
        total = 0.0
        for j in range(size):
            square = gradient[i, j] * gradient[i, j]
            total += square
            of_neurons[j] += (1.0 - keep) / inputs * square
        of_inputs[i] = keep * of_inputs[i] + (1.0 - keep) / size * total
    mean = 0.0
    for j in range(size):
        mean += of_neurons[j]
    return float(max(mean / size, 1e-30))  # where no gradient has been seen yet, 0 / 0 is 0


@kernel
def root_mean_square(of_neuron: float, of_input: float, mean: float) -> float:
    """sqrt(r c / mean(r)), of roots, for r c may be too small for a number."""
    return math.sqrt(of_neuron / mean) * math.sqrt(of_input)


@kernel
def _update(
    rows: Rows,
    weight: Floats,
    gradient: Floats,
    learning_rate: Floats,
    decay: float,
    epsilon: float,
    events: Floats,
    of_neurons: Floats,
    of_inputs: Floats,
) -> None:
    """W <- W + h g / (sqrt(r c / mean(r)) + epsilon), once r and c have taken in g."""
    for n in range(rows.size):
        row, keep = rows[n], decay
        if events.size:
            events[row] += 1.0
            keep = mean_so_far(decay, events[row])
        r, c = of_neurons[row], of_inputs[row]
        mean = take_in_squares(gradient[n], keep, r, c)
        for i in range(c.size):
            for j in range(r.size):
                root = root_mean_square(r[j], c[i], mean)
                weight[row, i, j] += learning_rate[row] * gradient[n, i, j] / (root + epsilon)
