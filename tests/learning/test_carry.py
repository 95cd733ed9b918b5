"""Carried credit: at the next event, every TD error since the last one has weighed what was eligible at its tick."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.core.errors import ConfigError
from alife.learning import BPTT, RSTDP, ActorCritic, EProp, GatedTrace, Learner, ReflectRule, Ring, Slots, Trace, Traces
from alife.learning.triggers.every import Every
from alife.learning.triggers.reward import Reward
from alife.nn import LIF, Tick
from tests.learning.episode import ACTIONS, INPUTS, ROWS, Episode, brain, generator, think

CARRYING = [GatedTrace(), EProp(), RSTDP(), BPTT(ticks=40), Ring(slots=4)]
LINEAR = [EProp(), RSTDP(), BPTT(ticks=40)]  # what they have at a tick is right whenever it is asked for
FORGETS = 1e-12  # membranes above that remember nothing


class _Weighed:
    """Traces that carry, and the sum of their gradients times the TD errors, taken at every tick."""

    def __init__(self, traces: Traces, seed: int = 5) -> None:
        traces.start_carrying()
        self.traces, self.random = traces, np.random.default_rng(seed)
        self.sums: list[Tensor] = []

    def perceive(self, ticks: list[Tick]) -> None:
        self.traces.perceive(ticks)
        errors = self.random.normal(size=ROWS).astype(np.float32)
        self.traces.carry(errors)
        weighed = [torch.from_numpy(errors)[:, None, None] * each for each in self.traces.gradients(slice(None))]
        self.sums = [old + new for old, new in zip(self.sums, weighed, strict=True)] if self.sums else weighed

    def write(self, gate: Tensor) -> None:
        self.traces.write(gate)


@pytest.mark.parametrize("rule", LINEAR, ids=lambda rule: type(rule).__name__)
@pytest.mark.parametrize("depth", [1, 2])
def test_what_is_due_is_the_sum_of_what_was_eligible_times_the_errors(rule: ActorCritic, depth: int) -> None:
    """For 20 random errors, in every layer."""
    layers = brain(*[LIF] * depth, decay=0.6)
    weighed = _Weighed(rule.traces(layers))
    Episode(layers, [weighed])  # type: ignore[list-item]

    for due, expected in zip(weighed.traces.gradients(slice(None), due=True), weighed.sums, strict=True):
        assert expected.abs().max() > 1e-2
        torch.testing.assert_close(due, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("slots", [21, 30])
def test_a_ring_with_room_for_all_is_e_prop(slots: int) -> None:
    """Of 20 decisions, eligible or due, nothing leaves the ring; where membranes above forget it is exact."""
    rule = Ring(slots=slots)
    layers = brain(LIF, decay=(0.3, 0.9), readout_decay=FORGETS)
    ring, eprop = _Weighed(rule.traces(layers)), _Weighed(EProp().traces(layers))
    Episode(layers, [ring, eprop])  # type: ignore[list-item]

    for due in (False, True):
        found, exact = (each.traces.gradients(slice(None), due) for each in (ring, eprop))
        torch.testing.assert_close(found, exact, rtol=1e-6, atol=1e-9)


def test_what_leaves_the_ring_goes_on_in_gated_traces() -> None:
    """With slopes that never change there is no difference between ring, gated trace and e-prop, due or not."""
    layers = brain(LIF, decay=0.6, readout_decay=FORGETS)
    ring, gated = _Weighed(Ring(slots=3).traces(layers)), _Weighed(GatedTrace().traces(layers))
    Episode(layers, [ring, gated])  # type: ignore[list-item]
    (kept,) = ring.traces._hidden  # type: ignore[attr-defined]
    kept.slopes[:] = gated.traces.of_layers[0].slope[:, None]  # type: ignore[attr-defined]

    for due in (False, True):
        found, expected = (each.traces.gradients(slice(None), due) for each in (ring, gated))
        torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-9)


def test_a_longer_ring_points_closer_to_the_gradient() -> None:
    """Of 20 decisions, and of more slots less is left to a mean slope."""
    layers = brain(LIF, size=32, decay=0.6, readout_decay=FORGETS)
    rules = [GatedTrace(), *(Ring(slots=slots) for slots in (1, 4, 8)), EProp()]
    traces = [replace(rule, discount=1.0, trace_decay=1.0).traces(layers) for rule in rules]
    Episode(layers, traces)
    *found, exact = (each.gradients(slice(None))[0].flatten(1) for each in traces)
    cosines = [float(torch.cosine_similarity(each, exact).mean()) for each in found]

    assert cosines == sorted(cosines)
    assert cosines[-1] > cosines[0] + 0.05


class _Creatures:
    """Brains that live a while, with rewards now and then."""

    def __init__(self, rule: ActorCritic) -> None:
        self.layers = brain(LIF, decay=0.6)
        self.learner = Learner(rule, self.layers).double()
        drawing = generator(3)
        self.inputs = torch.randn(30, ROWS, INPUTS, generator=drawing, dtype=torch.float64)
        self.actions = torch.randint(ACTIONS, (30, ROWS), generator=drawing)
        self.rewards = torch.randn(30, ROWS, generator=drawing) * (torch.rand(30, ROWS, generator=drawing) < 0.2)
        self.rewards[-1] = torch.tensor([1.0, 0.0, 0.0, -1.0])

    def live(self) -> NDArray[np.bool_]:
        """Return who learned when, (ticks, rows)."""
        learned = []
        for x, actions, reward in zip(self.inputs, self.actions, self.rewards, strict=True):
            probabilities = think(self.layers, x)
            ticks, not_terminated = [layer.tick for layer in self.layers], np.ones(ROWS, np.float32)
            learned.append(self.learner.learn(ticks, reward.numpy(), not_terminated, (reward != 0.0).numpy()).rows)
            self.learner.write(torch.nn.functional.one_hot(actions, ACTIONS) - probabilities)
        return np.stack(learned)

    def weights(self) -> list[Tensor]:
        return [layer.weight for layer in self.layers]


@pytest.mark.parametrize("rule", CARRYING, ids=lambda rule: type(rule).__name__)
def test_where_every_tick_is_an_event_nothing_is_carried(rule: ActorCritic) -> None:
    """Then it makes no difference, entropy included."""
    carrying, dropping = (
        _Creatures(replace(rule, trigger=Every(), entropy=0.1, accumulate=carry)) for carry in (True, False)
    )
    carrying.live()
    dropping.live()

    assert (carrying.weights()[1] - brain(LIF, decay=0.6)[1].weight).abs().max() > 1e-2
    torch.testing.assert_close(carrying.weights(), dropping.weights(), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("rule", CARRYING, ids=lambda rule: type(rule).__name__)
def test_an_event_settles_what_is_due_in_its_rows_only(rule: ActorCritic) -> None:
    """After an event nothing is due there; where none has been something is."""
    creatures = _Creatures(replace(rule, trigger=Reward(), accumulate=True))
    learned = creatures.live()[-1]
    due = [each.flatten(1).any(1).numpy() for each in creatures.learner.traces.gradients(slice(None), due=True)]

    assert learned.any()
    assert not learned.all()
    for of_layer in due:
        assert (of_layer == ~learned).all()
    assert creatures.learner.push is not None
    assert (creatures.learner.push.flatten(1).any(1).numpy() == ~learned).all()


@pytest.mark.parametrize("rule", [Trace(), ReflectRule(), Slots()], ids=lambda rule: type(rule).__name__)
def test_rules_that_cannot_carry_say_so(rule: ActorCritic) -> None:
    """Means forget which decision was when, and a slot that is overwritten takes with it what is due."""
    with pytest.raises(ConfigError, match=r"cannot carry credit from tick to tick.* accumulate: false"):
        Learner(replace(rule, accumulate=True), brain(LIF))


def test_what_is_due_is_learning_state() -> None:
    """It is counted."""
    plain, carrying = (Learner(GatedTrace(accumulate=carry), brain(LIF)).state_bytes() for carry in (False, True))

    assert carrying - plain == 4 + 8 * (ACTIONS * (INPUTS + 8) + ACTIONS * 8)  # two layers, and the push
