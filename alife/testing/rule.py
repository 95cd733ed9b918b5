"""Check that a learning rule keeps its contract: the checks that all rules of the workbench pass."""

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
    array of its own; a row learns exactly the same whatever other rows learn; `zero_states` clears one row and no
    other; learning goes on from a `state_dict` to the bit; it stays finite when silent or flooded, keeps no graph, and
    as much after many ticks as after some; one reward makes the action just taken more likely in 100 of 100 brains.

    Args:
        rule: with any hyper-parameters; for the last check it learns slowly, and without entropy.

    Raises:
        AssertionError: what is wrong, in one sentence.
    """
    for widths in _WIDTHS:
        with torch.inference_mode():  # as creatures live
            for check in (
                _check_own_arrays,
                _check_rows_apart,
                _check_forgets,
                _check_goes_on,
                _check_finite,
                _check_bounded,
                _check_rewarded,
            ):
                check(rule, widths)
        _check_no_graph(rule, widths)


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

    def compute_output(self, input: Tensor) -> Tensor:
        for layer in self.layers:
            input = layer(input)
        return input

    def layer_ticks(self) -> list[Tick]:
        return [layer.tick for layer in self.layers]

    def learn_from_rewards(self, rewards: Tensor) -> None:
        not_terminated = np.ones(self.rows, np.float32)
        self.learner.learn(
            self.layer_ticks(), rewards.numpy().astype(np.float32), not_terminated, (rewards != 0.0).numpy()
        )

    def record_decision(self, probabilities: Tensor, actions: Tensor) -> None:
        self.learner.write(torch.nn.functional.one_hot(actions, _ACTIONS) - probabilities)

    def run_ticks(self, ticks: int, seeds: Sequence[int] | None = None, strength: float = 1.0) -> None:
        """Run some ticks; what happens to a row depends on its seed alone."""
        drawing = [torch.Generator().manual_seed(seed) for seed in seeds or range(self.rows)]
        for _ in range(ticks):
            drawn = torch.stack([torch.rand(_INPUTS + 2, generator=each, dtype=torch.float64) for each in drawing])
            probabilities = self.compute_output(strength * drawn[:, :_INPUTS])
            self.learn_from_rewards((drawn[:, -2] > 0.5) * (drawn[:, -2] - 0.75))
            self.record_decision(probabilities, (drawn[:, -1] * _ACTIONS).long())

    def decide_without_learning(self, input: Tensor) -> None:
        """Record a decision without a weight update."""
        probabilities = self.compute_output(input)
        self.learner.traces.perceive(self.layer_ticks())
        self.record_decision(probabilities, torch.arange(self.rows) % _ACTIONS)

    def zero_rows(self, *rows: int) -> None:
        for part in self.all:
            part.zero_states(torch.tensor(rows))  # type: ignore[operator]

    def eligible_gradients(self, rows: Tensor | slice = slice(None)) -> list[Tensor]:
        return self.learner.traces.gradients(rows)

    def copy_weights(self) -> list[Tensor]:
        return [layer.weight.clone() for layer in self.layers]


def _check_own_arrays(rule: ActorCritic, widths: Sequence[int]) -> None:
    creatures, name, rows = _Creatures(rule, widths, 3), _rule_name(rule), torch.tensor([2, 0])
    creatures.decide_without_learning(torch.ones(3, _INPUTS, dtype=torch.float64))
    found, some, weights = creatures.eligible_gradients(), creatures.eligible_gradients(rows), creatures.copy_weights()
    assert len(found) == len(weights), f"{name} has gradients for {len(found)} layers of {len(weights)}"
    for gradient, part, weight in zip(found, some, weights, strict=True):
        shape = tuple(gradient.shape)
        assert shape == weight.shape, f"a gradient of {name} has the shape {shape}, the weight {tuple(weight.shape)}"
        assert torch.allclose(part, gradient[rows]), f"the gradients of {name} for some rows are not those rows of all"
    before = _copied_state(creatures.all)
    for gradient in (*found, *some):
        gradient.fill_(9.0)
    assert _same_state(before, _copied_state(creatures.all)), (
        f"a change of a gradient of {name} changes a trace or a weight"
    )


def _check_rows_apart(rule: ActorCritic, widths: Sequence[int]) -> None:
    certain = replace(rule, entropy=0.0)
    first, second = _Creatures(certain, widths, 3), _Creatures(certain, widths, 3)
    before = first.copy_weights()
    first.run_ticks(40, (5, 1, 6))
    second.run_ticks(40, (7, 1, 8))
    pairs = list(zip(first.copy_weights(), second.copy_weights(), strict=True))
    alike = all(torch.equal(one[1], other[1]) for one, other in pairs)
    assert alike, f"with {_rule_name(rule)} a row learns otherwise beside others"
    learned = any(not torch.equal(old[1], new[1]) for old, (new, _) in zip(before, pairs, strict=True))
    assert learned, f"with {_rule_name(rule)} nothing is learned from rewards"


def _check_forgets(rule: ActorCritic, widths: Sequence[int]) -> None:
    creatures, name = _Creatures(rule, widths, 3), _rule_name(rule)
    creatures.run_ticks(20)
    before = creatures.eligible_gradients()
    creatures.zero_rows(1)
    after = creatures.eligible_gradients()
    kept = all(torch.equal(old[[0, 2]], new[[0, 2]]) for old, new in zip(before, after, strict=True))
    assert kept, f"zero_states of {name} changes what is eligible in rows it was not given"
    creatures.decide_without_learning(torch.zeros(3, _INPUTS, dtype=torch.float64))
    left = [creatures.learner.traces.features, *after, *creatures.eligible_gradients()]
    clean = not any(each[1].any() for each in left)
    assert clean, f"{name} remembers something that zero_states does not clear"


def _check_goes_on(rule: ActorCritic, widths: Sequence[int]) -> None:
    first, second = _Creatures(rule, widths, 3), _Creatures(rule, widths, 3)
    first.run_ticks(20)
    second.all.load_state_dict(first.all.state_dict())
    for creatures in (first, second):
        creatures.run_ticks(20, (3, 4, 5))
    alike = _same_state(_copied_state(first.all), _copied_state(second.all))
    assert alike, f"{_rule_name(rule)} goes on otherwise from its state_dict; what changes belongs into buffers"


def _check_finite(rule: ActorCritic, widths: Sequence[int]) -> None:
    for strength in (0.0, 1e6):
        creatures = _Creatures(replace(rule, learning_rate=1e-9), widths, 2)
        try:
            creatures.run_ticks(50, strength=strength)
        except NumericError as error:
            raise AssertionError(f"{_rule_name(rule)} cannot learn under inputs of {strength:g}: {error}") from None
        finite = all(gradient.isfinite().all() for gradient in creatures.eligible_gradients())
        assert finite, f"what is eligible with {_rule_name(rule)} is not finite under inputs of {strength:g}"


def _check_no_graph(rule: ActorCritic, widths: Sequence[int]) -> None:
    creatures = _Creatures(rule, widths, 2)
    creatures.run_ticks(5)
    found = [
        *creatures.eligible_gradients(),
        *(each for each in _reachable_arrays(creatures.learner) if isinstance(each, Tensor)),
    ]
    bare = all(tensor.grad_fn is None for tensor in found)
    assert bare, f"{_rule_name(rule)} keeps a graph after a tick; it must keep none"


def _check_bounded(rule: ActorCritic, widths: Sequence[int]) -> None:
    creatures, sizes = _Creatures(rule, widths, 2), []
    for ticks in (50, 100):
        creatures.run_ticks(ticks)
        creatures.eligible_gradients()
        sizes.append(
            sum(
                each.numel() if isinstance(each, Tensor) else each.size for each in _reachable_arrays(creatures.learner)
            )
        )
    less, more = sizes
    assert more <= less, (
        f"{_rule_name(rule)} kept {less} numbers after 50 ticks and {more} after 150; memory must not grow"
    )


def _check_rewarded(rule: ActorCritic, widths: Sequence[int]) -> None:
    slow = replace(rule, learning_rate=min(rule.learning_rate, 1e-3), entropy=0.0)
    creatures, drawing = _Creatures(slow, widths, 100, spread=0.0), torch.Generator().manual_seed(1)
    creatures.layers[0].weight.abs_()  # so that everything fires
    input = 0.5 + torch.rand(100, _INPUTS, generator=drawing, dtype=torch.float64)
    actions = torch.randint(_ACTIONS, (100,), generator=drawing)
    for layer in creatures.layers[1:-1]:
        layer.weight.abs_()
    before = creatures.compute_output(input)
    creatures.learn_from_rewards(torch.zeros(100))
    creatures.record_decision(before, actions)
    creatures.compute_output(input)
    creatures.learn_from_rewards(torch.ones(100))
    for layer in creatures.layers:
        layer.zero_states()
    after = creatures.compute_output(input)
    more = int((after > before).gather(1, actions[:, None]).sum())
    assert more == 100, (
        f"one reward made the action just taken more likely in {more} of 100 brains with {_rule_name(rule)}"
    )


def _copied_state(part: nn.Module) -> dict[str, Tensor]:
    return {name: value.clone() for name, value in part.state_dict().items()}


def _same_state(first: Mapping[str, Tensor], second: Mapping[str, Tensor]) -> bool:
    return all(torch.equal(value, second[name]) for name, value in first.items())


def _reachable_arrays(thing: Any, seen: set[int] | None = None) -> Iterator[Tensor | np.ndarray[Any, Any]]:
    """Yield every tensor and array that can be reached from here, once."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, Tensor | np.ndarray):
        yield thing
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from _reachable_arrays(value, seen)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from _reachable_arrays(value, seen)
    elif isinstance(thing, nn.Module):
        yield from _reachable_arrays(vars(thing), seen)


def _rule_name(rule: ActorCritic) -> str:
    return type(rule).__name__
