"""Slots against e-prop, whose eligibility they sample."""

from collections.abc import Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from alife.core.errors import ConfigError
from alife.core.random import Stream
from alife.learning import EProp, GatedTrace, Learner, Slots
from alife.nn import ALIF, LIF, Layer
from tests.learning.episode import ACTIONS, ROWS, Episode, brain, think

FORGETS = 1e-12  # membranes above that remember nothing: there a slope at the decision is the whole truth


def _sampled(rule: Slots, layers: Sequence[Layer], draws: int) -> tuple[list[Tensor], list[Tensor]]:
    """Return e-prop's gradients of an episode, and those of many draws of slots, (draws, rows, size, inputs)."""
    exact = EProp(discount=rule.discount, trace_decay=rule.trace_decay).traces(layers)
    many = [rule.traces(layers) for _ in range(draws)]
    for k, traces in enumerate(many):
        traces.draw_from(Stream(k, "slots"))
    Episode(layers, [exact, *many])
    found = [torch.stack(of_layer) for of_layer in zip(*(each.gradients(slice(None)) for each in many), strict=True)]
    return exact.gradients(slice(None)), found


@pytest.mark.parametrize("control", [0.0, 1.0])
@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("slots", [1, 8])
def test_they_are_right_on_average(slots: int, depth: int, control: float) -> None:
    """The mean over 150 draws is e-prop's eligibility within its error; the readout is exact in each."""
    rule = Slots(slots=slots, control_variate=control, discount=0.9, trace_decay=0.8)
    layers = brain(*[LIF] * depth, decay=FORGETS if depth > 1 else (0.5, 0.9), readout_decay=FORGETS)
    exact, found = _sampled(rule, layers, 150)

    torch.testing.assert_close(found[-1], exact[-1].expand_as(found[-1]))
    for expected, draws in zip(exact[:-1], found[:-1], strict=True):
        error = draws.std(0).norm() / 150**0.5
        assert (draws.mean(0) - expected).norm() < 2.0 * error + 1e-9
        assert torch.cosine_similarity(draws.mean(0).flatten(), expected.flatten(), 0) > 0.95


@pytest.mark.parametrize(("kind", "decay"), [(LIF, 0.6), (LIF, (0.3, 0.9)), (ALIF, 0.6)])
def test_what_is_forgotten_at_once_leaves_the_last_decision(kind: type[LIF], decay: float) -> None:
    """With g l = 0 every slot holds the last decision, which is what e-prop has then."""
    rule = Slots(slots=4, trace_decay=0.0)
    layers = brain(kind, decay=decay, readout_decay=FORGETS, **({"adaptation": 1e-9} if kind is ALIF else {}))
    exact, found = _sampled(rule, layers, 2)

    for expected, draws in zip(exact, found, strict=True):
        torch.testing.assert_close(draws, expected.expand_as(draws), rtol=1e-6, atol=1e-8)


def test_a_control_variate_spares_variance() -> None:
    """With half of the rest the draws lie closer to what is right than without."""
    spread = []
    for control in (0.0, 0.5):
        rule = Slots(slots=4, control_variate=control, discount=0.9, trace_decay=0.8)
        exact, found = _sampled(rule, brain(LIF, decay=0.6, readout_decay=FORGETS), 50)
        spread.append(float((found[0] - exact[0]).square().mean()))

    assert spread[1] < 0.5 * spread[0]


def test_a_control_variate_rests_on_the_gated_trace() -> None:
    """While all slots are empty the gradient is the gated form."""
    layers = brain(LIF, decay=0.6)
    slots, gated = Slots(control_variate=0.5).traces(layers), GatedTrace().traces(layers)
    Episode(layers, [slots, gated])
    slots.scores.zero_()

    torch.testing.assert_close(slots.gradients(slice(None)), gated.gradients(slice(None)))


def test_the_draws_are_keyed_and_counted() -> None:
    """The same stream fills the same slots, another one others."""
    layers = brain(LIF)

    def filled(seed: int) -> Tensor:
        traces = Slots(slots=6).traces(layers)
        traces.draw_from(Stream(seed, "learning"))
        for k in range(9):
            think(layers, torch.ones(ROWS, 5, dtype=torch.float64))
            traces.perceive([layer.tick for layer in layers])
            traces.write(torch.full((ROWS, ACTIONS), k + 1.0, dtype=torch.float64))
        return traces.scores

    assert torch.equal(filled(0), filled(0))
    assert not torch.equal(filled(0), filled(1))


def test_an_empty_slot_counts_as_nothing() -> None:
    """A row that began anew has no gradient, and the others keep theirs."""
    layers = brain(LIF)
    traces = Slots().traces(layers)
    Episode(layers, [traces])
    before = traces.gradients(slice(None))
    traces.zero_states(torch.tensor([1]))
    after = traces.gradients(slice(None))

    for old, new in zip(before, after, strict=True):
        assert not new[1].any()
        assert torch.equal(old[[0, 2, 3]], new[[0, 2, 3]])


def test_what_never_forgets_has_no_slots() -> None:
    """A slot is overwritten with probability 1 - g l; at g l = 1 it is refused."""
    with pytest.raises(ConfigError, match="must be less than 1"):
        Slots(discount=1.0, trace_decay=1.0).traces(brain(LIF))


def test_a_learner_hands_its_stream_on() -> None:
    """Two learners with different streams keep different decisions."""
    kept = []
    for seed in (0, 1):
        layers = brain(LIF)
        learner = Learner(Slots(slots=4), layers, Stream(seed, "learning"))
        for _ in range(5):
            score = torch.ones(ROWS, ACTIONS, dtype=torch.float64) - think(layers, torch.ones(ROWS, 5).double())
            learner.learn([layer.tick for layer in layers], np.zeros(ROWS), np.ones(ROWS), np.zeros(ROWS, bool))
            learner.write(score)
        kept.append(learner.traces.scores.clone())

    assert not torch.equal(*kept)
