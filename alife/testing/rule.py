"""Does a learning rule keep its contract? The checks that the rules of this house pass, for anybody's."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from alife.core.errors import NumericError
from alife.core.random import Stream
from alife.learning import ActorCritic, Learner
from alife.nn import LIF, LIS, Layer, Tick

_INPUTS, _ACTIONS = 5, 3
_WIDTHS = ((), (16,), (12, 8))  # of the hidden layers


def check_rule(rule: ActorCritic) -> None:
    """Raise unless a rule and its traces keep the contract of alife.learning.

    In brains without, with one and with two hidden layers: what is eligible has the shape of the weights and is an
    array of its own; a row learns exactly the same whoever learns beside it; `zero_states` forgets one row and no
    other; learning goes on from a `state_dict` to the bit; it stays finite when silent or flooded, keeps no graph, and
    as much after many ticks as after some; one reward makes the action just taken more likely in 100 of 100 brains.

    Args:
        rule: with any hyper-parameters; for the last check it learns slowly, and without entropy.

    Raises:
        AssertionError: what is wrong, in one sentence.
    """
    for widths in _WIDTHS:
        with torch.inference_mode():  # as creatures live
            for check in (_own_arrays, _rows_apart, _forgets, _goes_on, _finite, _bounded, _rewarded):
                check(rule, widths)
        _no_graph(rule, widths)


class _Creatures:
    """Brains in double precision that learn by a rule, with inputs, actions and rewards drawn for each row."""

    @torch.inference_mode(False)
    def __init__(self, rule: ActorCritic, widths: Sequence[int], rows: int, spread: float = 1.0) -> None:
        drawing = torch.Generator().manual_seed(0)
        self.layers: list[Layer] = []
        inputs, options = _INPUTS, {"rows": (rows,), "trace_decay": None, "learn": (), "generator": drawing}
        for width in widths:
            self.layers.append(LIF(inputs, width, 0.5, **options).double())  # type: ignore[arg-type]
            inputs = width
        self.layers.append(LIS(inputs, _ACTIONS, **options).double())  # type: ignore[arg-type]
        self.layers[-1].weight.normal_(0.0, spread, generator=drawing)
        self.learner = Learner(rule, self.layers, Stream(0, "check_rule")).double()
        self.all = nn.ModuleList([*self.layers, self.learner])
        self.rows = rows

    def think(self, input: Tensor) -> Tensor:
        for layer in self.layers:
            input = layer(input)
        return input

    def ticks(self) -> list[Tick]:
        return [layer.tick for layer in self.layers]

    def learn(self, rewards: Tensor) -> None:
        not_terminated = np.ones(self.rows, np.float32)
        self.learner.learn(self.ticks(), rewards.numpy().astype(np.float32), not_terminated, (rewards != 0.0).numpy())

    def decide(self, probabilities: Tensor, actions: Tensor) -> None:
        self.learner.write(torch.nn.functional.one_hot(actions, _ACTIONS) - probabilities)

    def live(self, ticks: int, seeds: Sequence[int] | None = None, strength: float = 1.0) -> None:
        """Live some ticks; what happens to a row depends on its seed alone."""
        drawing = [torch.Generator().manual_seed(seed) for seed in seeds or range(self.rows)]
        for _ in range(ticks):
            drawn = torch.stack([torch.rand(_INPUTS + 2, generator=each, dtype=torch.float64) for each in drawing])
            probabilities = self.think(strength * drawn[:, :_INPUTS])
            self.learn((drawn[:, -2] > 0.5) * (drawn[:, -2] - 0.75))
            self.decide(probabilities, (drawn[:, -1] * _ACTIONS).long())

    def only_watch(self, input: Tensor) -> None:
        """Decide, and learn nothing."""
        probabilities = self.think(input)
        self.learner.traces.perceive(self.ticks())
        self.decide(probabilities, torch.arange(self.rows) % _ACTIONS)

    def begin(self, *rows: int) -> None:
        for part in self.all:
            part.zero_states(torch.tensor(rows))  # type: ignore[operator]

    def eligible(self, rows: Tensor | slice = slice(None)) -> list[Tensor]:
        return self.learner.traces.gradients(rows)

    def weights(self) -> list[Tensor]:
        return [layer.weight.clone() for layer in self.layers]


def _own_arrays(rule: ActorCritic, widths: Sequence[int]) -> None:
    creatures, name, rows = _Creatures(rule, widths, 3), _name(rule), torch.tensor([2, 0])
    creatures.only_watch(torch.ones(3, _INPUTS, dtype=torch.float64))
    found, some, weights = creatures.eligible(), creatures.eligible(rows), creatures.weights()
    assert len(found) == len(weights), f"{name} has gradients for {len(found)} layers of {len(weights)}"
    for gradient, part, weight in zip(found, some, weights, strict=True):
        shape = tuple(gradient.shape)
        assert shape == weight.shape, f"a gradient of {name} has the shape {shape}, the weight {tuple(weight.shape)}"
        assert torch.allclose(part, gradient[rows]), f"the gradients of {name} for some rows are not those rows of all"
    before = _copied(creatures.all)
    for gradient in (*found, *some):
        gradient.fill_(9.0)
    assert _same(before, _copied(creatures.all)), f"whoever changes a gradient of {name} changes a trace or a weight"


def _rows_apart(rule: ActorCritic, widths: Sequence[int]) -> None:
    certain = replace(rule, entropy=0.0)
    first, second = _Creatures(certain, widths, 3), _Creatures(certain, widths, 3)
    before = first.weights()
    first.live(40, (5, 1, 6))
    second.live(40, (7, 1, 8))
    pairs = list(zip(first.weights(), second.weights(), strict=True))
    alike = all(torch.equal(one[1], other[1]) for one, other in pairs)
    assert alike, f"with {_name(rule)} a row learns otherwise beside others"
    learned = any(not torch.equal(old[1], new[1]) for old, (new, _) in zip(before, pairs, strict=True))
    assert learned, f"with {_name(rule)} nothing is learned from rewards"


def _forgets(rule: ActorCritic, widths: Sequence[int]) -> None:
    creatures, name = _Creatures(rule, widths, 3), _name(rule)
    creatures.live(20)
    before = creatures.eligible()
    creatures.begin(1)
    after = creatures.eligible()
    kept = all(torch.equal(old[[0, 2]], new[[0, 2]]) for old, new in zip(before, after, strict=True))
    assert kept, f"zero_states of {name} changes what is eligible in rows it was not given"
    creatures.only_watch(torch.zeros(3, _INPUTS, dtype=torch.float64))
    left = [creatures.learner.traces.features, *after, *creatures.eligible()]
    clean = not any(each[1].any() for each in left)
    assert clean, f"{name} remembers something that zero_states does not clear"


def _goes_on(rule: ActorCritic, widths: Sequence[int]) -> None:
    first, second = _Creatures(rule, widths, 3), _Creatures(rule, widths, 3)
    first.live(20)
    second.all.load_state_dict(first.all.state_dict())
    for creatures in (first, second):
        creatures.live(20, (3, 4, 5))
    alike = _same(_copied(first.all), _copied(second.all))
    assert alike, f"{_name(rule)} goes on otherwise from its state_dict; what changes belongs into buffers"


def _finite(rule: ActorCritic, widths: Sequence[int]) -> None:
    for strength in (0.0, 1e6):
        creatures = _Creatures(replace(rule, learning_rate=1e-9), widths, 2)
        try:
            creatures.live(50, strength=strength)
        except NumericError as error:
            raise AssertionError(f"{_name(rule)} cannot learn under inputs of {strength:g}: {error}") from None
        finite = all(gradient.isfinite().all() for gradient in creatures.eligible())
        assert finite, f"what is eligible with {_name(rule)} is not finite under inputs of {strength:g}"


def _no_graph(rule: ActorCritic, widths: Sequence[int]) -> None:
    creatures = _Creatures(rule, widths, 2)
    creatures.live(5)
    found = [*creatures.eligible(), *(each for each in _kept(creatures.learner) if isinstance(each, Tensor))]
    bare = all(tensor.grad_fn is None for tensor in found)
    assert bare, f"{_name(rule)} keeps a graph after a tick; it must keep none"


def _bounded(rule: ActorCritic, widths: Sequence[int]) -> None:
    creatures, sizes = _Creatures(rule, widths, 2), []
    for ticks in (50, 100):
        creatures.live(ticks)
        creatures.eligible()
        sizes.append(sum(each.numel() if isinstance(each, Tensor) else each.size for each in _kept(creatures.learner)))
    less, more = sizes
    assert more <= less, f"{_name(rule)} kept {less} numbers after 50 ticks and {more} after 150; memory must not grow"


def _rewarded(rule: ActorCritic, widths: Sequence[int]) -> None:
    slow = replace(rule, learning_rate=min(rule.learning_rate, 1e-3), entropy=0.0)
    creatures, drawing = _Creatures(slow, widths, 100, spread=0.0), torch.Generator().manual_seed(1)
    creatures.layers[0].weight.abs_()  # so that everything fires
    input = 0.5 + torch.rand(100, _INPUTS, generator=drawing, dtype=torch.float64)
    actions = torch.randint(_ACTIONS, (100,), generator=drawing)
    for layer in creatures.layers[1:-1]:
        layer.weight.abs_()
    before = creatures.think(input)
    creatures.learn(torch.zeros(100))
    creatures.decide(before, actions)
    creatures.think(input)
    creatures.learn(torch.ones(100))
    for layer in creatures.layers:
        layer.zero_states()
    after = creatures.think(input)
    more = int((after > before).gather(1, actions[:, None]).sum())
    assert more == 100, f"one reward made the action just taken more likely in {more} of 100 brains with {_name(rule)}"


def _copied(part: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in part.state_dict().items()}


def _same(first: Mapping[str, Tensor], second: Mapping[str, Tensor]) -> bool:
    return all(torch.equal(value, second[name]) for name, value in first.items())


def _kept(thing: Any, seen: set[int] | None = None) -> Iterator[Tensor | np.ndarray[Any, Any]]:
    """Yield every tensor and array that can be reached from here, once."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Tensor | np.ndarray):
        yield thing
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from _kept(value, seen)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from _kept(value, seen)
    elif isinstance(thing, nn.Module):
        yield from _kept(vars(thing), seen)


def _name(rule: ActorCritic) -> str:
    return type(rule).__name__
