"""Do neurons keep their contract? The same checks for those of this house and for a user's."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.core.brain import Floats, Neuron, Neurons, ReadoutNeurons

_ROWS, _TICKS = 3, 20
_ALL = np.arange(_ROWS)
_MANY = 2000  # decisions of which the gradients are averaged
_STANDARD_ERRORS = 6.0  # that an average may be from zero


def check_neuron(kind: Neuron) -> None:
    """Raise unless a kind of neurons and their state keep the contract of alife.core.brain.

    In single and in double precision: all arrays have rows first, their shape, type and C order, and stay the same
    objects; decays are 0 or more and less than 1, and do not change; a row does the same whoever lives beside it; only
    the rows asked for move; `reset` forgets one row and no other; neurons go on from a `state_dict` to the bit; all
    stays finite when silent or flooded; the surrogate derivative is not negative. Of a readout: only the rows asked for
    draw an action; both gradients have the shape of the membranes and stay the same objects; that of the log
    probability averages zero over the actions that are drawn, as that of every distribution does.

    The currents are drawn from a normal distribution around a third of the threshold, or of 1 where there is none.

    Args:
        kind: with any hyper-parameters.

    Raises:
        AssertionError: what is wrong, in one sentence.
    """
    for dtype in (np.float64, np.float32):
        for check in (_starts, _decays, _keeps_arrays, _rows_apart, _asked_alone, _forgets, _goes_on, _finite, _acts):
            check(_Driven(kind, dtype))


class _Driven:
    """Neurons in three rows, driven by currents that depend on a row's seed alone; more are made `like` them."""

    def __init__(self, kind: Neuron, dtype: Any, rows: int = _ROWS) -> None:
        self.kind, self.dtype, self.name, self.size, self.rows = kind, dtype, type(kind).__name__, kind.size, rows
        self.neurons = kind.start(rows, dtype)
        assert isinstance(self.neurons, Neurons), f"start of {self.name} must return Neurons, not {self.neurons!r:.80}"
        threshold = self.neurons.threshold
        self._strength = 1.0 if threshold is None else float(np.max(threshold))

    def like(self, rows: int = _ROWS) -> "_Driven":
        return _Driven(self.kind, self.dtype, rows)

    def live(self, ticks: int = _TICKS, seeds: Sequence[int] = (0, 1, 2), rows: NDArray[np.int64] = _ALL) -> None:
        drawing = [np.random.default_rng(seed) for seed in seeds]
        for _ in range(ticks):
            currents = [each.normal(1.0 / 3.0, 1.0, self.size) for each in drawing]
            self.step(rows, self._strength * np.array(currents))

    def step(self, rows: NDArray[np.int64], current: Floats) -> None:
        self.neurons.step(rows, np.ascontiguousarray(current, self.dtype))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the arrays that the contract names and all other state, by name."""
        neurons = self.neurons
        named = {"before": neurons.before, "output": neurons.output}
        if neurons.surrogate is not None:
            named["surrogate"] = neurons.surrogate
        state = {name: array for name, array in vars(neurons).items() if not name.startswith("_")}
        return named | {name: array for name, array in state.items() if isinstance(array, np.ndarray)}

    def copied(self) -> dict[str, NDArray[Any]]:
        return {name: array.copy() for name, array in self.arrays().items()}

    def told(self, row: int) -> list[NDArray[Any]]:
        """Return what others hear of one row."""
        surrogate = () if self.neurons.surrogate is None else (self.neurons.surrogate[row],)
        return [each.copy() for each in (self.neurons.before[row], self.neurons.output[row], *surrogate)]


def _starts(driven: _Driven) -> None:
    neurons, name, shape = driven.neurons, driven.name, (driven.rows, driven.size)
    for what, array in driven.arrays().items():
        assert isinstance(array, np.ndarray), f"{what} of {name} must be an array, it is {type(array).__name__}"
        if what in ("before", "output", "surrogate"):
            _has(array, shape, driven.dtype, f"{what} of {name}")
        assert array.shape[:1] == shape[:1], f"{what} of {name} must have rows first, its shape is {array.shape}"
        assert array.flags.c_contiguous, f"{what} of {name} must be in C order"
    assert not np.shares_memory(neurons.before, neurons.output), f"before and output of {name} must not share memory"
    if neurons.threshold is not None:
        _has(neurons.threshold, shape, driven.dtype, f"the threshold of {name}")
    mean, spread = driven.kind.weights_at_birth()
    drawable = np.isfinite(mean) and 0.0 <= spread < np.inf
    assert drawable, f"weights_at_birth of {name} must return two finite numbers, a mean and a spread of 0 or more"
    again = driven.like().arrays()
    same = all(np.array_equal(array, again[what]) for what, array in driven.arrays().items())
    assert same, f"start of {name} must return the same neurons each time"


def _decays(driven: _Driven) -> None:
    decays, name = driven.neurons.decays, driven.name
    some = isinstance(decays, tuple) and len(decays) > 0
    assert some, f"decays of {name} must be a tuple of one array or more"
    for decay in decays:
        _has(decay, (driven.rows, driven.size), driven.dtype, f"each of the decays of {name}")
        low, high = float(decay.min()), float(decay.max())
        within = low >= 0.0 and high < 1.0
        assert within, f"the decays of {name} must be 0 or more and less than 1, they are {low:g} to {high:g}"
    before = [decay.copy() for decay in decays]
    driven.live()
    same = _equal(before, driven.neurons.decays)
    assert same, f"the decays of {name} must not change from tick to tick, for rules filter by them"


def _has(array: Any, shape: tuple[int, ...], dtype: Any, what: str) -> None:
    found = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
    good = isinstance(array, np.ndarray) and array.shape == shape and array.dtype == dtype
    assert good, f"{what} must be an array of {np.dtype(dtype)} of shape {shape}, it is {found}"


def _keeps_arrays(driven: _Driven) -> None:
    before = driven.arrays()
    forms = {what: (array.shape, array.dtype) for what, array in before.items()}
    for does, act in _ways(driven):
        act()
        after = driven.arrays()
        assert set(after) == set(before), f"{does} of {driven.name} must not add or drop arrays of its state"
        for what, array in after.items():
            kept = array is before[what] and (array.shape, array.dtype) == forms[what] and array.flags.c_contiguous
            assert kept, f"{does} of {driven.name} must write into {what}, not put another array in its place"


def _ways(driven: _Driven) -> tuple[tuple[str, Callable[[], None]], ...]:
    return ("step", driven.live), ("reset", lambda: driven.neurons.reset(np.array([1])))


def _rows_apart(driven: _Driven) -> None:
    other = driven.like()
    for tick in range(_TICKS):
        driven.live(1, (10 + tick, tick, 40 + tick))
        other.live(1, (70 + tick, tick, 90 + tick))
        assert _equal(driven.told(1), other.told(1)), f"a row of {driven.name} does otherwise beside others"


def _asked_alone(driven: _Driven) -> None:
    together = driven.like()
    for tick in range(_TICKS):
        before = driven.copied()
        driven.live(1, (tick,) * 3, np.array([0, 2]))
        together.live(1, (tick,) * 3)
        moved = [what for what, array in driven.arrays().items() if not np.array_equal(array[1], before[what][1])]
        assert not moved, f"step of {driven.name} changes {' and '.join(moved)} in a row it was not given"
        alike = all(np.allclose(a, b) for a, b in zip(driven.told(2), together.told(2), strict=True))
        assert alike, f"a row of {driven.name} does otherwise where step is given fewer rows"


def _forgets(driven: _Driven) -> None:
    driven.live()
    before = driven.copied()
    driven.neurons.reset(np.array([1]))
    changed = [
        what for what, array in driven.arrays().items() if not np.array_equal(array[[0, 2]], before[what][[0, 2]])
    ]
    assert not changed, f"reset of {driven.name} changes {' and '.join(changed)} in rows it was not given"
    fresh = driven.like()
    for tick in range(_TICKS):
        assert _equal(driven.told(1), fresh.told(1)), f"{driven.name} remembers something that reset does not clear"
        driven.live(1, (tick,) * 3)
        fresh.live(1, (tick,) * 3)


def _goes_on(driven: _Driven) -> None:
    second = driven.like()
    driven.live()
    second.neurons.load_state_dict(driven.neurons.state_dict())
    for tick in range(_TICKS):
        driven.live(1, (tick, 30, 50 + tick))
        second.live(1, (tick, 30, 50 + tick))
        alike = all(_equal(driven.told(row), second.told(row)) for row in range(_ROWS))
        assert alike, f"{driven.name} goes on otherwise from its state_dict; what changes belongs into public arrays"


@np.errstate(all="ignore")  # what is not finite is found below
def _finite(driven: _Driven) -> None:
    for strength in (0.0, 1.0, 1e6, -1e6):
        neurons = driven.like()
        for tick in range(50):
            if strength == 1.0:
                neurons.live(1, (tick, 100 + tick, 200 + tick))
            else:
                neurons.step(_ALL, np.full((_ROWS, driven.size), strength))
            _check_numbers(neurons, "by chance" if strength == 1.0 else f"of {strength:g}")


def _check_numbers(driven: _Driven, currents: str) -> None:
    for what, array in driven.arrays().items():
        finite = bool(np.isfinite(array).all())
        assert finite, f"{what} of {driven.name} is not finite under currents {currents}"
    surrogate = driven.neurons.surrogate
    if surrogate is not None:
        assert surrogate.min() >= 0.0, f"the surrogate of {driven.name} is negative under currents {currents}"


def _acts(driven: _Driven) -> None:
    readout, name, random = driven.neurons, driven.name, np.random.default_rng(0)
    if not isinstance(readout, ReadoutNeurons):
        return
    driven.live()
    drawn = readout.random_numbers(random, 1)[0]
    action = readout.action
    assert len(drawn) == len(action) == _ROWS, f"random_numbers and action of {name} must have rows first"
    before, some = action.copy(), np.array([0, 2])
    for _ in range(_TICKS):
        readout.sample(some, readout.random_numbers(random, 1)[0])
    assert readout.action is action, f"sample of {name} must write into action, not put another array in its place"
    assert np.array_equal(action[1], before[1]), f"sample of {name} changes the action of a row it was not given"
    for what in ("grad_log_prob", "entropy_gradient"):
        gradient = getattr(readout, what)(_ALL)
        _has(gradient, (_ROWS, driven.size), driven.dtype, f"{what} of {name}")
        kept = gradient is getattr(readout, what)(some) and gradient.flags.c_contiguous
        assert kept, f"{what} of {name} must return the same array in C order at each call"
    _gradients_finite(driven)
    _averages_zero(driven.like(_MANY))


@np.errstate(all="ignore")
def _gradients_finite(driven: _Driven) -> None:
    readout = driven.neurons
    assert isinstance(readout, ReadoutNeurons)
    for strength in (0.0, 1e6, -1e6):
        driven.step(_ALL, np.full((_ROWS, driven.size), strength))
        readout.sample(_ALL, readout.random_numbers(np.random.default_rng(0), 1)[0])
        finite = np.isfinite(readout.grad_log_prob(_ALL)).all() and np.isfinite(readout.entropy_gradient(_ALL)).all()
        assert finite, f"the gradients of {driven.name} are not finite under currents of {strength:g}"


def _averages_zero(driven: _Driven) -> None:
    """E[d log pi / d v] = 0 for whatever is drawn from pi."""
    readout, rows = driven.neurons, np.arange(_MANY)
    assert isinstance(readout, ReadoutNeurons)
    current = np.random.default_rng(1).normal(0.0, 0.5, driven.size)
    driven.step(rows, np.tile(current, (_MANY, 1)))
    readout.sample(rows, readout.random_numbers(np.random.default_rng(2), 1)[0])
    gradients = readout.grad_log_prob(rows).astype(np.float64)
    off = np.abs(gradients.mean(0)) > _STANDARD_ERRORS * gradients.std(0) / _MANY**0.5 + 1e-6
    assert not off.any(), f"grad_log_prob of {driven.name} must average zero over the actions that are drawn"


def _equal(first: Sequence[NDArray[Any]], second: Sequence[NDArray[Any]]) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))
