"""The checks of neurons pass on every kind of the house and on a plain one, and fail on each fault planted here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from agents.neurons.alif import ALIF
from agents.neurons.li import LI
from agents.neurons.lif import LIF
from agents.neurons.rlif import RLIF
from agents.neurons.slif import SLIF
from agents.neurons.tanh import Tanh
from agents.readouts.lib import LIB, LIBMembranes
from agents.readouts.lig import LIG, LIGMembranes
from agents.readouts.lis import LIS
from alife.core.brain import Floats, Neuron, Neurons, Rows
from alife.testing import check_neuron

_SIZE = 4


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [
        *(kind(size=6) for kind in (LIF, ALIF, SLIF, RLIF, Tanh, LI, LIS, LIG, LIB)),
        *(kind(size=5, refractory=2, decay=[0.2, 0.95], threshold=0.3) for kind in (LIF, ALIF, SLIF, RLIF)),
        ALIF(size=1, adaptation=2.0, adaptation_decay=0.5),
        LIS(size=1),
        LIG(size=2, spread=0.01),
    ],
    ids=lambda kind: f"{type(kind).__name__.lower()} {kind.size}",
)
def test_the_neurons_of_the_house_pass(kind: Neuron) -> None:
    """Each keeps the contract, with its defaults and with others."""
    check_neuron(kind)


class _Plain(Neurons):
    """Neurons that adapt, in plain numpy: d a <- a + z of the tick before, v <- d v + x W - a, z = 1 where v >= 1."""

    keeps: ClassVar[float] = 0.5

    def __init__(self, rows: int, size: int, dtype: Any) -> None:
        super().__init__(rows, size, dtype)
        self.decay, self.tired = np.full((rows, size), self.keeps, dtype), np.zeros((rows, size), dtype)

    @property
    def decays(self) -> tuple[Floats, ...]:
        return (self.decay,)

    @property
    def threshold(self) -> Floats:
        return np.ones_like(self.decay)

    def step(self, rows: Rows, current: Floats) -> None:
        self.tired[rows] = 0.9 * self.tired[rows] + self.output[rows]
        self.before[rows] = self.decay[rows] * self.before[rows] + current[rows] - 0.1 * self.tired[rows]
        self.output[rows] = self.before[rows] >= 1.0
        self.surrogate[rows] = 1.0 / (1.0 + np.abs(self.before[rows] - 1.0))  # type: ignore[index]

    def reset(self, rows: Rows) -> None:
        super().reset(rows)
        self.tired[rows] = 0.0


class _Wide(_Plain):
    """Has one neuron too many."""

    def __init__(self, rows: int, size: int, dtype: Any) -> None:
        super().__init__(rows, size + 1, dtype)


class _Double(_Plain):
    """Puts out numbers of double precision."""

    def __init__(self, rows: int, size: int, dtype: Any) -> None:
        super().__init__(rows, size, np.float64)


class _Fortran(_Plain):
    """Has an array in another order."""

    def __init__(self, rows: int, size: int, dtype: Any) -> None:
        super().__init__(rows, size, dtype)
        self.tired = np.zeros((size, rows), dtype).T


class _Shared(_Plain):
    """Has state that all rows share."""

    def __init__(self, rows: int, size: int, dtype: Any) -> None:
        super().__init__(rows, size, dtype)
        self.common = np.zeros(size, dtype)


class _Aliased(_Plain):
    """Puts out the membrane itself."""

    def __init__(self, rows: int, size: int, dtype: Any) -> None:
        super().__init__(rows, size, dtype)
        self.output = self.before


class _Random(_Plain):
    """Is drawn anew at each start."""

    def __init__(self, rows: int, size: int, dtype: Any) -> None:
        super().__init__(rows, size, dtype)
        self.decay[...] = np.random.default_rng().random((rows, size))


class _Growing(_Plain):
    """Has a membrane that does not leak."""

    keeps = 1.0


class _Passless(_Plain):
    """Says nothing of how its membrane leaks."""

    @property
    def decays(self) -> tuple[Floats, ...]:
        return ()


class _Restless(_Plain):
    """Lets its decays wander."""

    def step(self, rows: Rows, current: Floats) -> None:
        super().step(rows, current)
        self.decay[rows] *= 0.99


class _Replacing(_Plain):
    """Puts a new array in the place of its membrane."""

    def step(self, rows: Rows, current: Floats) -> None:
        super().step(rows, current)
        self.before = self.before.copy()


class _Upcasting(_Plain):
    """Puts an array of another type in the place of its own."""

    def reset(self, rows: Rows) -> None:
        super().reset(rows)
        self.tired = self.tired * np.ones(1)


class _Mixing(_Plain):
    """Lets rows hear each other."""

    def step(self, rows: Rows, current: Floats) -> None:
        super().step(rows, current + 0.1 * current.mean(0))


class _Careless(_Plain):
    """Moves all rows."""

    def step(self, rows: Rows, current: Floats) -> None:
        super().step(np.arange(len(self.before)), current)


class _Crowded(_Plain):
    """Does otherwise where there are fewer rows."""

    def step(self, rows: Rows, current: Floats) -> None:
        super().step(rows, current * (len(rows) / len(current)))


class _Remembering(_Plain):
    """Stays tired."""

    def reset(self, rows: Rows) -> None:
        Neurons.reset(self, rows)


class _Forgetting(_Plain):
    """Forgets what all rows did with one of them."""

    def reset(self, rows: Rows) -> None:
        super().reset(rows)
        self.tired[:] = 0.0


class _Hiding(_Plain):
    """Keeps a state that is not saved."""

    def __init__(self, rows: int, size: int, dtype: Any) -> None:
        super().__init__(rows, size, dtype)
        self._last = np.zeros((rows, size), dtype)

    def step(self, rows: Rows, current: Floats) -> None:
        super().step(rows, current + self._last)
        self._last[rows] = 0.5 * current[rows]

    def reset(self, rows: Rows) -> None:
        super().reset(rows)
        self._last[rows] = 0.0


class _Bursting(_Plain):
    """Leaves the numbers under a strong current."""

    def step(self, rows: Rows, current: Floats) -> None:
        super().step(rows, current * np.exp(np.abs(current) / 1e3))


class _Downhill(_Plain):
    """Has a negative surrogate."""

    def step(self, rows: Rows, current: Floats) -> None:
        super().step(rows, current)
        self.surrogate[rows] -= 0.5  # type: ignore[index]


@dataclass(frozen=True, kw_only=True)
class _Planted(Neuron):
    size: int = _SIZE
    make: Callable[[int, int, Any], Any] = _Plain

    def start(self, rows: int, dtype: Any) -> Neurons:
        made: Neurons = self.make(rows, self.size, dtype)
        return made


def test_neurons_in_plain_numpy_pass() -> None:
    """The contract asks for no kernel."""
    check_neuron(_Planted())


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda rows, size, dtype: None, "start of _Planted must return Neurons"),
        (
            _Wide,
            "before of _Planted must be an array of float64 of shape \\(3, 4\\), it is float64 of shape \\(3, 5\\)",
        ),
        (_Double, "before of _Planted must be an array of float32"),
        (_Fortran, "tired of _Planted must be in C order"),
        (_Shared, "common of _Planted must have rows first"),
        (_Aliased, "must not share memory"),
        (_Random, "must return the same neurons each time"),
        (_Growing, "must be 0 or more and less than 1, they are 1 to 1"),
        (_Passless, "decays of _Planted must be a tuple of one array or more"),
        (_Restless, "decays of _Planted must not change"),
        (_Replacing, "step of _Planted must write into before"),
        (_Upcasting, "reset of _Planted must write into tired"),
        (_Mixing, "does otherwise beside others"),
        (_Careless, "step of _Planted changes before and surrogate in a row it was not given"),
        (_Crowded, "does otherwise where step is given fewer rows"),
        (_Remembering, "remembers something that reset does not clear"),
        (_Forgetting, "reset of _Planted changes tired in rows it was not given"),
        (_Hiding, "goes on otherwise from its state_dict"),
        (_Bursting, "before of _Planted is not finite under currents of 1e\\+06"),
        (_Downhill, "surrogate of _Planted is negative"),
    ],
)
def test_a_planted_fault_is_named(make: Callable[[int, int, Any], Any], sentence: str) -> None:
    """Each fault is found, by one sentence."""
    with pytest.raises(AssertionError, match=sentence):
        check_neuron(_Planted(make=make))


class _Certain(LIBMembranes):
    """Has the gradient of another distribution."""

    def grad_log_prob(self, rows: Rows) -> Floats:
        gradient = super().grad_log_prob(rows)
        gradient[rows] = self.action[rows]
        return gradient


class _Lending(LIBMembranes):
    """Returns a new array at each call."""

    def entropy_gradient(self, rows: Rows) -> Floats:
        return super().entropy_gradient(rows).copy()


class _Drawing(LIGMembranes):
    """Draws for all rows."""

    def sample(self, rows: Rows, random: Floats) -> None:
        super().sample(np.arange(len(random)), random)


class _Narrow(LIGMembranes):
    """Has a gradient for the means alone."""

    def grad_log_prob(self, rows: Rows) -> Floats:
        return np.ascontiguousarray(super().grad_log_prob(rows)[:, :2])


@pytest.mark.parametrize(
    ("house", "planted", "sentence"),
    [
        (LIB, _Certain, "grad_log_prob of Planted must average zero"),
        (LIB, _Lending, "entropy_gradient of Planted must return the same array"),
        (LIG, _Drawing, "sample of Planted changes the action of a row it was not given"),
        (LIG, _Narrow, "grad_log_prob of Planted must be an array of float64 of shape"),
    ],
)
def test_a_planted_fault_of_a_readout_is_named(house: Any, planted: Any, sentence: str) -> None:
    """A readout has more to keep."""

    @dataclass(frozen=True, kw_only=True)
    class Planted(house):  # type: ignore[misc]
        def start(self, rows: int, dtype: Any) -> Neurons:
            made: Neurons = planted(self, rows, dtype)
            return made

    with pytest.raises(AssertionError, match=sentence):
        check_neuron(Planted(size=_SIZE))
