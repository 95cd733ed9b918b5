"""The contracts of what a brain is made of: neurons, readouts, rules, optimizers and triggers.

Each is two things: a frozen dataclass of hyper-parameters, which is what a configuration names, and, where something
changes while creatures live, its state for all brains of a species: arrays whose first axis is the row of a creature.

What works on state is told the `rows` it works on, an array of whole numbers, and leaves all others alone: in plain
numpy `self.membrane[rows] *= 0.9`, in a compiled `kernel` a loop over `rows`. So brains can be run in slices, by
several threads, and empty rows cost nothing.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from alife.core.random import Stream
from alife.core.row_state import RowState
from alife.core.types import Amount, Count, Fraction

Floats = NDArray[Any]
"""Numbers of float32 or, in tests, of float64."""

Rows = NDArray[np.int64]
"""The rows to work on, ascending."""


@dataclass(frozen=True, kw_only=True)
class Neuron(ABC):
    """A kind of neurons and the wiring of their layer. A frozen dataclass of hyper-parameters.

    Args:
        size: how many neurons.
        connections: the share of the inputs that each neuron sees, at least one, drawn anew for each.
        dale: the share of the inputs whose synapses all excite, the first ones; the synapses of the others all
            inhibit. None leaves signs free.
        delay: ticks that an input is on its way; one number for all inputs, or one for each.
    """

    size: Count = 64
    connections: Fraction = 1.0
    dale: Fraction | None = None
    delay: Amount | Sequence[Amount] = 0

    @abstractmethod
    def start(self, rows: int, dtype: Any) -> "Neurons":
        """Return the state of such neurons in so many brains, at rest.

        Raises:
            ConfigError: the hyper-parameters do not fit the size.
        """

    def weights_at_birth(self) -> tuple[float, float]:
        """Return mean and spread of the first weights w ~ N(mean / n, spread^2 / n), n the connections of a neuron."""
        return 0.0, 0.0


class Neurons(RowState, ABC):
    """The state of one layer's neurons in all brains.

    Args:
        rows: how many brains.
        size: neurons of a layer.
        dtype: of all numbers.
        bends: whether the output bends, so that there is a surrogate derivative; without one it is 1 everywhere.
    """

    before: Floats  # (rows, size) the membrane before any reset
    output: Floats  # (rows, size) what goes on to the layer above; at the start of `step` that of the tick before
    surrogate: Floats | None  # (rows, size) d output / d membrane, as learning takes it; None where it is 1

    def __init__(self, rows: int, size: int, dtype: Any, bends: bool = True) -> None:
        self.before, self.output = np.zeros((rows, size), dtype), np.zeros((rows, size), dtype)
        self.surrogate = np.zeros((rows, size), dtype) if bends else None

    @property
    @abstractmethod
    def decays(self) -> tuple[Floats, ...]:
        """The leaky passes from an input to the membrane, in order; each (rows, size)."""

    @property
    def threshold(self) -> Floats | None:
        """The membrane at which a neuron spikes at this tick, (rows, size); None where neurons do not spike."""
        return None

    @abstractmethod
    def step(self, rows: Rows, current: Floats) -> None:
        """Take one tick: from the current (all rows, size) to `before`, `output` and `surrogate`, in place."""

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows: what happened is forgotten."""
        for array in (self.before, self.output, self.surrogate):
            if array is not None:
                array[rows] = 0.0


@dataclass(frozen=True, kw_only=True)
class Readout(Neuron):
    """A kind of neurons that act: their output are the parameters of a distribution over actions."""

    chooses: ClassVar[bool] = False
    """Whether the output is the probability of each of several choices, of which one is drawn."""

    moves: ClassVar[bool] = False
    """Whether the output is the mean, then the standard deviation, of each of the numbers that are drawn."""

    @abstractmethod
    def start(self, rows: int, dtype: Any) -> "ReadoutNeurons":
        """Return the state of such neurons in so many brains, at rest."""


class ReadoutNeurons(Neurons):
    """The state of the neurons that act. They alone know how an action is drawn from their output."""

    action: NDArray[Any]  # (rows, ...) what was drawn last

    @abstractmethod
    def random_numbers(self, random: np.random.Generator, ticks: int) -> Floats:
        """Return all random numbers of some ticks, (ticks, rows, ...); `sample` takes those of one."""

    @abstractmethod
    def sample(self, rows: Rows, random: Floats) -> None:
        """Draw an action from the output of this tick, into `action`."""

    @abstractmethod
    def grad_log_prob(self, rows: Rows) -> Floats:
        """Return d log pi(`action`) / d membrane, (all rows, size); the same array at each call."""

    @abstractmethod
    def entropy_gradient(self, rows: Rows) -> Floats:
        """Return d H / d membrane of the entropy H in nats, (all rows, size); the same array at each call."""


class Layer(Protocol):
    """What a rule sees of one layer of all brains; all arrays are those of this tick, and the same at every tick."""

    rows: int
    inputs: int
    size: int

    @property
    def neurons(self) -> Neurons:
        """Their state at this tick."""

    weight: Floats  # (rows, inputs, size)

    @property
    def input(self) -> Floats:
        """What arrived, (rows, inputs)."""

    @property
    def synapses(self) -> Floats:
        """What the weights do, (rows, inputs, size): masked, and signed where Dale's law holds."""

    @property
    def parameters(self) -> Sequence[Any]:
        """What neurons learn besides weights, see agents.parameters; as a rule nothing."""

    def learn_parameters(self, decays: float, thresholds: float, shared: bool, reach: float) -> None:
        """Let decays and thresholds be learned, so many times faster than weights, see agents.rules.membranes."""

    def follow_parameters(self, take_on: Callable[[Rows], None]) -> None:
        """Have something called with the rows whose decays and thresholds may have changed, each time."""


class Rule(ABC):  # noqa: B024 - all it promises is to be told from what is no rule
    """How a brain learns. A frozen dataclass of hyper-parameters. What changes while it learns is in its traces."""


class Traces(RowState, ABC):
    """All that a rule remembers of the brains of a species.

    In each tick `perceive` comes first, then `accumulate` where credit is accumulated, then `gradients` and `clear` in
    rows with an event, then `record`.
    """

    accumulates: ClassVar[bool] = True
    """Whether TD errors between events may be accumulated; not where there is nothing that a gradient is linear in."""

    features: Floats
    """The readout's input filtered by the readout's membrane, (rows, inputs): what the critic judges by."""

    @property
    def keep_by_row(self) -> Floats | None:
        """What all traces keep of themselves from one decision to the next, (rows,), read at each; others write it.

        None where a rule has one number for all creatures; then no gene says how long its traces last.
        """
        return None

    @abstractmethod
    def perceive(self, rows: Rows) -> None:
        """Take in what all layers did at this tick."""

    def accumulate(self, rows: Rows, errors: Floats) -> None:
        """Add TD error times eligibility to the accumulated gradient, errors (all rows,)."""

    @abstractmethod
    def gradients(self, rows: Rows, accumulated: bool) -> list[Floats]:
        """Return a gradient for each layer of these rows, (len(rows), inputs, size), uphill in log probability.

        Where a rule lets parameters of neurons be learned, one for each of them follows, (len(rows), 1, 1 or size), in
        the order of the layers and of what each has.

        Args:
            rows: of which creatures.
            accumulated: return what was accumulated since `clear`, in the place of what is eligible now.
        """

    def clear(self, rows: Rows) -> None:
        """Set the accumulated gradient to zero."""

    @abstractmethod
    def record(self, rows: Rows, grad_log_prob: Floats) -> None:
        """Take in one decision by its d log pi / d membrane of the readout, (all rows, size)."""

    def count_decision(self) -> None:
        """Count one decision, once every row has recorded its own."""

    def draw_from(self, random: Stream) -> None:
        """Take these random numbers from now on; a rule that draws counts its own draws."""

    def advantages(self, rows: Rows, errors: Floats, rewards: Floats) -> Floats:
        """Return what the eligible is worth in each of these rows, (len(rows),), where credit is not accumulated."""
        return errors[rows]

    @abstractmethod
    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows: what was decided is forgotten."""

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows: what lasts a life is forgotten, too."""
        self.reset(rows)


class Optimizer(ABC):
    """How a gradient becomes a change of weights. A frozen dataclass of hyper-parameters."""

    @abstractmethod
    def start(self, weight: Floats) -> "OptimizerState":
        """Return what must be remembered for one weight (rows, inputs, size)."""


class OptimizerState(RowState, ABC):
    """What an optimizer remembers of one weight."""

    stays_finite: ClassVar[bool] = False
    """Whether gradients of up to 1e19 leave all of it finite; where that is not promised, it is looked at."""

    @abstractmethod
    def update(self, rows: Rows, weight: Floats, gradient: Floats, errors: Floats, learning_rate: Floats) -> None:
        """Change `weight[rows]` in place, uphill along a gradient; other rows keep everything.

        Args:
            rows: which creatures learn.
            weight: (all rows, inputs, size).
            gradient: (len(rows), inputs, size), finite; the errors are in it.
            errors: (len(rows),) the TD errors that the gradient was weighed by; where it was accumulated over ticks,
                the root of the sum of their squares.
            learning_rate: (all rows,) the size of a step.
        """

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows."""
        for array in self.arrays():
            array[rows] = 0.0


class Trigger(ABC):
    """Which ticks are events that start a backward pass. A frozen dataclass of hyper-parameters."""

    is_event: ClassVar[bool] = True
    """Whether firing without a reward is something that happened, to be logged; not if it fires all the time."""

    @abstractmethod
    def fires(self, rewarded: NDArray[np.bool_], errors: Floats, quiet: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which creatures learn now, (n,).

        Args:
            rewarded: (n,) a world event worth more or less than nothing, or the end of an episode.
            errors: (n,) the TD error of the decision before, in units of reward.
            quiet: (n,) ticks of the episode since it learned last, without this one.
        """
