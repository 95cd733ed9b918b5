"""Does a learning rule keep its contract? The same checks for those of this house and for a user's."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.config.resolve import load_object
from alife.core.brain import Floats, Rows, Rule, Traces
from alife.core.errors import ConfigError, NumericError, WorldError
from alife.core.random import Stream
from alife.core.row_state import RowState

_INPUTS, _ACTIONS = 5, 3
_WIDTHS = ((), (16,), (12, 8))  # of the hidden layers
_TICKS = 20
_ALL = np.arange(3)


def check_rule(rule: Rule) -> None:
    """Raise unless a rule and its traces keep the contract of alife.core.brain.

    In brains without, with one and with two hidden layers, whose arrays are in double precision:

    * The traces have rows first. `gradients` gives an array for each layer, of the shape and the type of its weights
      (single precision, too), in C order and of its own; for some rows it gives those rows of all.
    * A row learns exactly the same whatever other rows learn. `perceive`, `accumulate`, `record`, `clear` and `reset`
      move the rows that they are given, and no others; rows taken by slices are rows taken at once, to the bit.
    * `reset` clears a row, and with `begin_lives` nothing of its past is left. Learning goes on from a `state_dict` to
      the bit.
    * All stays finite when silent or flooded. Nothing keeps a graph, nor more after many ticks than after some.
    * One reward makes the action just taken more likely in 100 of 100 brains.

    Args:
        rule: that derives from agents.actor_critic:ActorCritic, with any hyper-parameters; for the last check it learns
            slowly, and without entropy.

    Raises:
        AssertionError: what is wrong, in one sentence.
    """
    learns: type = load_object("agents.actor_critic:ActorCritic")
    assert isinstance(rule, learns), f"{_rule_name(rule)} must derive from agents.actor_critic:ActorCritic"
    for widths in _WIDTHS:
        for dtype in (np.float64, np.float32):
            _check_gradients(rule, widths, dtype)
        for check in (
            _check_rows_first,
            _check_rows_apart,
            _check_asked_alone,
            _check_slices,
            _check_forgets,
            _check_begins,
            _check_goes_on,
            _check_finite,
            _check_no_graph,
            _check_bounded,
            _check_rewarded,
        ):
            check(rule, widths)


class _Creatures:
    """Brains that learn by a rule, with inputs, actions and rewards drawn for each row."""

    def __init__(
        self, rule: Any, widths: Sequence[int], rows: int = 3, spread: float = 1.0, dtype: Any = np.float64
    ) -> None:
        lif, lis = load_object("agents.neurons.lif:LIF"), load_object("agents.readouts.lis:LIS")
        neurons = [*(lif(size=width, decay=0.5) for width in widths), lis(size=_ACTIONS)]
        random, inputs, layers = np.random.default_rng(0), _INPUTS, list[Any]()
        for neuron in neurons:
            layers.append(rule.build_layer(neuron, inputs, rows, random, dtype))
            layers[-1].weight += 0.5 / inputs  # so that no layer is silent, however small
            inputs = neuron.size
        layers[-1].weight[...] = spread * random.normal(size=layers[-1].weight.shape)
        self.rule, self.layers, self.dtype, self.rows = rule, layers, dtype, np.arange(rows)
        try:
            self.brain = load_object("agents.brain:Brain")(layers, rule, Stream(0, "check_rule"))
        except ConfigError as error:
            raise AssertionError(f"{_rule_name(rule)} refuses brains of LIF and LIS: {error}") from None
        self.learner, self.readout = self.brain.learner, self.brain.readout
        self.traces: Traces = self.learner.traces

    def think(self, x: Floats) -> Floats:
        """Take one tick of all rows; return the probabilities of their actions."""
        self.brain.think(self.rows, np.ascontiguousarray(x, self.dtype))
        output: Floats = self.readout.output.copy()
        return output

    def learn(self, rewards: Floats) -> None:
        never = np.zeros(len(self.rows), bool)
        self.brain.learn(self.rows, rewards.astype(self.dtype), never, rewards != 0.0, never)
        self.brain.raise_fault()

    def decide(self, actions: NDArray[np.int64]) -> None:
        self.readout.action[...] = actions
        self.learner.record(self.rows)
        self.brain.count_tick()

    def live(self, ticks: int, seeds: Sequence[int] = (), strength: float = 1.0) -> None:
        """Live some ticks; what happens to a row depends on its seed alone."""
        drawing = [np.random.default_rng(seed) for seed in seeds or self.rows]
        for _ in range(ticks):
            drawn = np.array([each.random(_INPUTS + 2) for each in drawing])
            self.think(strength * drawn[:, :_INPUTS])
            self.learn(np.where(drawn[:, -2] > 0.5, drawn[:, -2] - 0.75, 0.0))
            self.decide((drawn[:, -1] * _ACTIONS).astype(np.int64))

    def decide_only(self, x: Floats) -> None:
        """Record one decision, and let no weight change."""
        self.think(x)
        self.traces.perceive(self.rows)
        self.decide(self.rows % _ACTIONS)

    def gradients(self, rows: Rows | None = None) -> list[Floats]:
        """Return what is eligible, and then what was accumulated if the rule does that."""
        rows = self.rows if rows is None else rows
        both = {False, self.rule.accumulate}
        return [gradient for accumulated in sorted(both) for gradient in self.traces.gradients(rows, accumulated)]

    def weights(self) -> list[Floats]:
        return [layer.weight.copy() for layer in self.layers]

    def arrays(self) -> list[NDArray[Any]]:
        """Return copies of all state of the traces, and of the weights."""
        return [*(array.copy() for array in self.traces.arrays()), *self.weights()]


def _check_gradients(rule: Rule, widths: Sequence[int], dtype: Any) -> None:
    creatures, name, some = _Creatures(rule, widths, dtype=dtype), _rule_name(rule), np.array([0, 2])
    for _ in range(2):
        creatures.decide_only(np.ones((3, _INPUTS)))
    for accumulated in sorted({False, creatures.rule.accumulate}):
        found = creatures.traces.gradients(creatures.rows, accumulated)
        part = creatures.traces.gradients(some, accumulated)
        layers = creatures.layers
        learned = [layer.weight for layer in layers]
        learned += [parameter.free for layer in layers for parameter in layer.parameters]
        assert len(found) == len(learned), f"{name} has gradients for {len(found)} layers of {len(learned)}"
        for gradient, rows_of_it, array in zip(found, part, learned, strict=True):
            _check_form(gradient, array, name)
            alike = np.array_equal(rows_of_it, gradient[some])
            assert alike, f"the gradients of {name} for some rows are not those rows of all"
        before = creatures.arrays()
        for gradient in (*found, *part):
            gradient.fill(9.0)
        assert _equal(before, creatures.arrays()), f"a change of a gradient of {name} changes a trace or a weight"


def _check_form(gradient: Any, weight: Floats, name: str) -> None:
    assert isinstance(gradient, np.ndarray), f"a gradient of {name} must be an array, it is a {type(gradient).__name__}"
    assert gradient.shape == weight.shape, (
        f"a gradient of {name} has the shape {gradient.shape}, the weight {weight.shape}"
    )
    assert gradient.dtype == weight.dtype, f"a gradient of {name} is of {gradient.dtype}, the weight of {weight.dtype}"
    assert gradient.flags.c_contiguous, f"the gradients of {name} must be in C order; np.ascontiguousarray puts them so"


def _check_rows_first(rule: Rule, widths: Sequence[int]) -> None:
    rows = 7
    for array in _Creatures(rule, widths, rows).traces.arrays():
        first = array.shape[:1] in ((rows,), (0,))
        assert first, f"the arrays of {_rule_name(rule)} must have rows first, one has the shape {array.shape}"


def _check_rows_apart(rule: Rule, widths: Sequence[int]) -> None:
    certain, name = replace(rule, entropy=0.0), _rule_name(rule)  # type: ignore[type-var]
    first, second = _Creatures(certain, widths), _Creatures(certain, widths)
    before = first.weights()
    try:
        first.live(40, (5, 1, 6))
        second.live(40, (7, 1, 8))
    except (NumericError, WorldError) as error:
        raise AssertionError(f"{name} cannot learn: {error}") from None
    pairs = list(zip(first.weights(), second.weights(), strict=True))
    alike = all(np.array_equal(one[1], other[1]) for one, other in pairs)
    assert alike, f"with {name} a row learns otherwise beside others"
    learned = any(not np.array_equal(old[1], new[1]) for old, (new, _) in zip(before, pairs, strict=True))
    assert learned, f"with {name} nothing is learned from rewards"


def _check_asked_alone(rule: Rule, widths: Sequence[int]) -> None:
    creatures, asked = _Creatures(rule, widths), np.array([0, 2])
    creatures.live(_TICKS)
    for does, act in _ways(creatures, asked):
        creatures.think(np.random.default_rng(1).random((3, _INPUTS)))
        before = [array[1:2].copy() for array in creatures.traces.arrays()]
        act()
        kept = _equal(before, [array[1:2] for array in creatures.traces.arrays()])
        assert kept, f"{does} of {_rule_name(rule)} changes a row it was not given"


def _ways(creatures: _Creatures, rows: Rows) -> list[tuple[str, Callable[[], object]]]:
    """Return all that moves the traces, by name."""
    traces, random = creatures.traces, np.random.default_rng(0)
    errors, grads = random.normal(size=3), random.normal(size=(3, _ACTIONS))
    accumulating: list[tuple[str, Callable[[], object]]] = [
        ("accumulate", lambda: traces.accumulate(rows, errors)),
        ("gradients", lambda: traces.gradients(rows, True)),
        ("clear", lambda: traces.clear(rows)),
    ]
    return [
        ("perceive", lambda: traces.perceive(rows)),
        *(accumulating if creatures.rule.accumulate else []),
        ("gradients", lambda: traces.gradients(rows, False)),
        ("record", lambda: traces.record(rows, grads)),
        ("reset", lambda: traces.reset(rows)),
        ("begin_lives", lambda: traces.begin_lives(rows)),
    ]


def _check_slices(rule: Rule, widths: Sequence[int]) -> None:
    whole, sliced = _Creatures(rule, widths), _Creatures(rule, widths)
    for creatures, slices in ((whole, [_ALL]), (sliced, [_ALL[2:], _ALL[:2]])):
        random = np.random.default_rng(3)
        for _ in range(9):
            creatures.think(random.random((3, _INPUTS)))
            errors, grads = random.normal(size=3), random.normal(size=(3, _ACTIONS))
            for rows in slices:
                creatures.traces.perceive(rows)
                if creatures.rule.accumulate:
                    creatures.traces.accumulate(rows, errors)
                creatures.traces.record(rows, grads)
            creatures.brain.count_tick()
    alike = _equal(whole.gradients(), sliced.gradients())
    assert alike, f"{_rule_name(rule)} does otherwise where rows are taken by slices; all slices are of one decision"


def _check_forgets(rule: Rule, widths: Sequence[int]) -> None:
    creatures, name = _Creatures(rule, widths), _rule_name(rule)
    creatures.live(_TICKS)
    creatures.brain.reset(np.array([1]))
    after = creatures.gradients()
    creatures.decide_only(np.zeros((3, _INPUTS)))
    left = [creatures.traces.features, *after, *creatures.gradients()]
    assert not any(each[1].any() for each in left), f"{name} remembers something that reset does not clear"


def _check_begins(rule: Rule, widths: Sequence[int]) -> None:
    """Rows of the same weights and of different pasts are one as another life begins in them."""
    still: Rule = replace(rule, learning_rate=1e-30)  # type: ignore[type-var]
    one, other = _Creatures(still, widths), _Creatures(still, widths)
    one.live(_TICKS, (3, 4, 5))
    other.live(_TICKS, (6, 7, 8))
    for creatures in (one, other):
        creatures.brain.reset(np.array([1]))
        creatures.traces.begin_lives(np.array([1]))
        for _ in range(3):
            creatures.decide_only(np.ones((3, _INPUTS)))
    pairs = zip([one.traces.features, *one.gradients()], [other.traces.features, *other.gradients()], strict=True)
    alike = all(np.allclose(mine[1], its[1], rtol=1e-9, atol=1e-12) for mine, its in pairs)
    assert alike, f"{_rule_name(rule)} tells two pasts apart after reset and begin_lives; one of them must clear all"


def _check_goes_on(rule: Rule, widths: Sequence[int]) -> None:
    first, second = _Creatures(rule, widths), _Creatures(rule, widths)
    first.live(_TICKS)
    second.brain.load_state_dict(first.brain.state_dict())
    for creatures in (first, second):
        creatures.live(_TICKS, (3, 4, 5))
    alike = _equal([*first.arrays(), *first.gradients()], [*second.arrays(), *second.gradients()])
    assert alike, (
        f"{_rule_name(rule)} goes on otherwise from its state_dict; what changes belongs into public arrays, "
        "whole numbers among `counters`"
    )


@np.errstate(all="ignore")  # what is not finite is found below
def _check_finite(rule: Rule, widths: Sequence[int]) -> None:
    slow: Rule = replace(rule, learning_rate=1e-9)  # type: ignore[type-var]
    for strength in (0.0, 1e6):
        creatures, name = _Creatures(slow, widths, 2), _rule_name(rule)
        try:
            creatures.live(50, strength=strength)
        except NumericError as error:
            raise AssertionError(f"{name} cannot learn under inputs of {strength:g}: {error}") from None
        finite = all(np.isfinite(gradient).all() for gradient in creatures.gradients())
        assert finite, f"what is eligible with {name} is not finite under inputs of {strength:g}"


def _check_no_graph(rule: Rule, widths: Sequence[int]) -> None:
    creatures = _Creatures(rule, widths, 2)
    creatures.live(5)
    bare = all(getattr(each, "grad_fn", None) is None for each in _reachable(creatures.traces))
    assert bare, f"{_rule_name(rule)} keeps a graph after a tick; it must keep none"


def _check_bounded(rule: Rule, widths: Sequence[int]) -> None:
    creatures, sizes = _Creatures(rule, widths, 2), []
    for ticks in (50, 100):
        creatures.live(ticks)
        sizes.append(sum(int(np.prod(each.shape)) for each in _reachable(creatures.traces)))
    less, more = sizes
    assert more <= less, (
        f"{_rule_name(rule)} kept {less} numbers after 50 ticks and {more} after 150; memory must not grow"
    )


def _check_rewarded(rule: Any, widths: Sequence[int]) -> None:
    slow = replace(rule, learning_rate=min(rule.learning_rate, 1e-3), entropy=0.0)
    creatures, random = _Creatures(slow, widths, 100, spread=0.0), np.random.default_rng(1)
    for layer in creatures.layers[:-1]:
        np.abs(layer.weight, out=layer.weight)  # so that everything fires
    x, actions = 0.5 + random.random((100, _INPUTS)), random.integers(_ACTIONS, size=100)
    before = creatures.think(x)
    creatures.learn(np.zeros(100))
    creatures.decide(actions)
    creatures.think(x)
    creatures.learn(np.ones(100))
    for layer in creatures.layers:
        layer.reset(creatures.rows)
    after = creatures.think(x)
    more = int((after > before)[creatures.rows, actions].sum())
    assert more == 100, (
        f"one reward made the action just taken more likely in {more} of 100 brains with {_rule_name(rule)}"
    )


def _equal(first: Sequence[NDArray[Any]], second: Sequence[NDArray[Any]]) -> bool:
    return all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


def _reachable(thing: Any, seen: set[int] | None = None) -> Iterator[Any]:
    """Yield every array, and every tensor of torch, that can be reached from here, once."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, np.ndarray) or hasattr(thing, "grad_fn"):
        yield thing
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from _reachable(value, seen)
    elif isinstance(thing, list | tuple | set | deque):
        for value in thing:
            yield from _reachable(value, seen)
    elif isinstance(thing, RowState):
        yield from _reachable(vars(thing), seen)


def _rule_name(rule: Rule) -> str:
    return type(rule).__name__
