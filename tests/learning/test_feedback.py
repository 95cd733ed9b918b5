"""What comes down to hidden layers: through the weights above, or through fixed random ones."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.config.simulation_config import parse_config
from alife.core.errors import ConfigError
from alife.core.random import Stream
from alife.learning import EProp, GatedTrace, Learner, Ring, Slots, Traces
from alife.learning.feedback import RandomFeedback, WithFeedback
from alife.learning.triggers.reward import Reward
from alife.nn import LIF, LIS, Layer
from alife.testing import check_rule
from tests.learning.episode import ACTIONS, Episode, brain, generator

KEEP = 0.9 * 0.8
RULES: list[WithFeedback] = [
    replace(rule, feedback="random", discount=0.9, trace_decay=0.8)
    for rule in (GatedTrace(), EProp(), Slots(slots=6), Slots(slots=6, control_variate=0.5), Ring(slots=6))
]

every_rule = pytest.mark.parametrize("rule", RULES, ids=["gated_trace", "eprop", "slots", "control variate", "ring"])


def _b(layers: Sequence[Layer], seed: int | None = None) -> list[NDArray[Any]]:
    """Return each B_k, (actions, size)."""
    feedback = RandomFeedback(layers)
    if seed is not None:
        feedback.draw_from(Stream(seed, "learning"))
    return [feedback.down(k, None, None)[0] for k in range(len(layers) - 1)]


def _lived(rule: WithFeedback, layers: Sequence[Layer]) -> Traces:
    traces = rule.traces(layers)
    Episode(layers, [traces])
    return traces


def _gated(traces: Any, k: int, b: Tensor) -> Tensor:
    kept = traces.of_layers[k]
    return torch.einsum("an,rn,rai->rni", b, kept.slope, kept.gated.now)


def _kept(traces: Any, k: int, b: Tensor, weights: Tensor, slopes: Tensor | None = None) -> Tensor:
    kept = traces.hidden[k]
    slopes = kept.slopes if slopes is None else slopes
    return torch.einsum("rk,rka,an,rkn,rki->rni", weights, traces.scores, b, slopes, kept.inputs)


@pytest.mark.parametrize("depth", [1, 2])
def test_gated_traces_follow_their_equation(depth: int) -> None:
    """DW_k = sum_a (B_a * mean slope) (x) G_a, in every hidden layer."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces = _lived(RULES[0], layers)
    for k, b in enumerate(_b(layers)):
        torch.testing.assert_close(traces.gradients(slice(None))[k], _gated(traces, k, torch.from_numpy(b)))


@pytest.mark.parametrize("depth", [1, 2])
def test_a_ring_follows_its_equation(depth: int) -> None:
    """DW_k = sum over the slots of m (B s * psi) (x) F, and the gated trace of what is older."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces: Any = _lived(RULES[4], layers)
    for k, b in enumerate(map(torch.from_numpy, _b(layers))):
        expected = _kept(traces, k, b, traces.weights.now) + _gated(traces.older, k, b)
        torch.testing.assert_close(traces.gradients(slice(None))[k], expected)


@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("control", [0.0, 0.5])
def test_slots_follow_their_equation(depth: int, control: float) -> None:
    """DW_k = 1 / (K p) sum over the slots of (B s * psi) (x) F; a control variate leaves its part to the mean slope."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces: Any = _lived(RULES[3] if control else RULES[2], layers)
    shares = torch.full((4, 6), 1.0 / (6 * (1.0 - KEEP)), dtype=torch.float64)
    for k, b in enumerate(map(torch.from_numpy, _b(layers))):
        expected = _kept(traces, k, b, shares)
        if control:
            mean = traces.gated.of_layers[k].slope[:, None].expand(-1, 6, -1)
            expected = _gated(traces.gated, k, b) + control * (expected - _kept(traces, k, b, shares, mean))
        torch.testing.assert_close(traces.gradients(slice(None))[k], expected)


class _WrittenOut:
    """The eligibility of e-prop, from what arrives at the readout from each synapse at each decision."""

    def __init__(self, traces: Any, b: Sequence[NDArray[Any]]) -> None:
        self.traces, self.b = traces, [torch.from_numpy(each) for each in b]
        self.sums = [torch.zeros_like(hidden.eligible.now) for hidden in traces.hidden]

    def perceive(self, ticks: Any) -> None:
        pass

    def write(self, gate: Tensor) -> None:
        for total, b, hidden in zip(self.sums, self.b, self.traces.hidden, strict=True):
            total *= KEEP
            total += torch.einsum("ra,an,rni->rni", gate, b, hidden.arriving[-1])


@pytest.mark.parametrize("depth", [1, 2])
def test_e_prop_follows_its_equation(depth: int) -> None:
    """Z_k <- g l Z_k + (s B_k) (x) F[e], without the slopes of the layers between."""
    layers = brain(*[LIF] * depth, decay=0.6)
    traces = RULES[1].traces(layers)
    expected = _WrittenOut(traces, _b(layers))
    Episode(layers, [traces, expected])  # type: ignore[list-item]

    torch.testing.assert_close(traces.gradients(slice(None))[:-1], expected.sums)


@every_rule
def test_the_readout_is_not_concerned(rule: WithFeedback) -> None:
    """Its gradient is the same to the bit by either feedback, and those of hidden layers are others."""
    layers = brain(LIF, LIF, decay=0.6)
    by_random, by_weights = rule.traces(layers), replace(rule, feedback="weights").traces(layers)
    Episode(layers, [by_random, by_weights])
    *hidden, readout = by_random.gradients(slice(None))
    *others, exact = by_weights.gradients(slice(None))

    assert torch.equal(readout, exact)
    for one, other in zip(hidden, others, strict=True):
        assert one.shape == other.shape
        assert not torch.allclose(one, other)


@every_rule
def test_no_weight_is_transported(rule: WithFeedback) -> None:
    """Nothing in a hidden layer's gradient depends on the weights above, at the decisions or at the event."""
    found = []
    for seed in (1, 2):
        layers = brain(LIF, LIF, decay=0.6)
        traces = rule.traces(layers)
        for _ in range(3):
            for layer in layers[1:]:
                layer.weight.normal_(generator=generator(seed))
            _decide(layers, traces)
        found.append(traces.gradients(slice(None)))

    assert found[0][0].any()
    torch.testing.assert_close(found[0][0], found[1][0])


def _decide(layers: Sequence[Layer], traces: Traces) -> None:
    """Take in a tick and a decision that has the same score whatever the brain thinks."""
    x = torch.ones(4, layers[0].inputs, dtype=torch.float64)
    for layer in layers:
        x = layer(x)
    traces.perceive([layer.tick for layer in layers])
    traces.write(torch.tensor([[0.5, 0.2, -0.7]], dtype=torch.float64).expand(4, -1))


@every_rule
def test_rebuilt_it_is_the_same(rule: WithFeedback) -> None:
    """B is drawn again from the seed, and no state tells the kinds of feedback apart."""
    layers = brain(LIF, LIF, decay=0.6)
    first, second, other = (Learner(rule, layers, Stream(seed, "learning")) for seed in (3, 3, 4))
    plain = Learner(replace(rule, feedback="weights"), layers, Stream(3, "learning"))
    traces = [learner.traces for learner in (first, second, other)]
    Episode(layers, traces)
    second.load_state_dict(first.state_dict())
    one, same, another = (each.gradients(slice(None)) for each in traces)

    assert first.state_dict().keys() == plain.state_dict().keys()
    assert first.state_bytes() == plain.state_bytes()
    assert all(map(torch.equal, one, same))
    assert not torch.allclose(one[0], another[0])


def test_it_is_drawn_for_each_seed_and_layer() -> None:
    """Equal seeds draw equal numbers, with a variance of 1 / actions, others in each layer."""
    layers = brain(LIF, LIF, size=2000)
    first, same, other, without = _b(layers, 7), _b(layers, 7), _b(layers, 8), _b(layers)

    assert all(map(np.array_equal, first, same))
    assert all(map(np.array_equal, without, _b(layers)))
    for numbers in (*first, *other, *without):
        assert numbers.shape == (ACTIONS, 2000)
        assert numbers.dtype == np.float64  # that of the weights
        assert numbers.var() == pytest.approx(1.0 / ACTIONS, rel=0.1)
    pairs = [(first[0], first[1]), (first[0], other[0]), (first[0], without[0])]
    assert all(abs(np.corrcoef(one.ravel(), another.ravel())[0, 1]) < 0.1 for one, another in pairs)


@pytest.mark.parametrize(
    "rule",
    [
        GatedTrace(feedback="random"),
        EProp(feedback="random"),
        Slots(feedback="random", control_variate=0.5, accumulate=False),
        Ring(feedback="random", slots=2, accumulate=True),
    ],
    ids=lambda rule: type(rule).__name__,
)
def test_rules_keep_their_contract_with_it(rule: WithFeedback) -> None:
    """All checks pass, in brains without, with one and with two hidden layers."""
    check_rule(rule)


@pytest.mark.parametrize("kind", ["gated_trace", "eprop", "slots", "ring"])
def test_a_file_may_choose(kind: str, tmp_path: Path) -> None:
    """Two words are taken, the first by default, and a third is refused in one sentence."""
    learning = {"kind": kind, "feedback": "random"}
    (brains,) = parse_config({"creatures": {"learners": {"learning": learning}}}, "test").creatures.values()

    assert brains.learning.build().feedback == "random"
    assert type(brains.learning.build())().feedback == "weights"
    with pytest.raises(ConfigError, match=r"learning\.feedback: must be 'weights' or 'random', got 'both'"):
        parse_config({"creatures": {"learners": {"learning": {**learning, "feedback": "both"}}}}, "test")


def test_a_program_may_choose() -> None:
    """A third word is refused there, too."""
    with pytest.raises(ConfigError, match="feedback must be 'weights' or 'random', got 'both'"):
        GatedTrace(feedback="both").traces(brain(LIF))  # type: ignore[arg-type]


def _finds_the_cue(rule: GatedTrace, seeds: int = 20, inputs: int = 20, decisions: int = 300) -> NDArray[Any]:
    """Return how often, of the last quarter of its decisions, each of some brains chose what the cue says.

    Input 0 or input 1 is the cue; the other inputs are noise. There are 8 hidden neurons: too few to tell the cue by
    the weights they were born with. Every right decision is rewarded at once.
    """
    drawing, random = generator(0), np.random.default_rng(0)
    hidden = LIF(inputs, 8, 0.5, rows=(seeds,), trace_decay=None, learn=(), generator=drawing)
    layers: list[Layer] = [hidden, LIS(8, 2, 0.5, rows=(seeds,), trace_decay=None, learn=())]
    learner, right = Learner(rule, layers, Stream(0, "learning")), np.zeros((decisions + 1, seeds), bool)
    for k in range(1, decisions + 1):
        cue = random.integers(2, size=seeds)
        x = torch.from_numpy((random.random((seeds, inputs)) < 0.3).astype(np.float32))
        x[:, :2] = torch.nn.functional.one_hot(torch.from_numpy(cue), 2)
        for layer in layers:
            layer.zero_states()
            x = layer(x)
        rewards = right[k - 1].astype(np.float32)
        learner.learn([layer.tick for layer in layers], rewards, np.ones_like(rewards), np.ones(seeds, bool))
        actions = (random.random(seeds) < x[:, 1].numpy()).astype(int)
        learner.write(torch.nn.functional.one_hot(torch.from_numpy(actions), 2) - x)
        right[k] = actions == cue
    return right[-decisions // 4 :].mean(0)


def test_hidden_layers_learn_by_random_feedback() -> None:
    """Of 20 brains nearly all do better than chance, and on average far better than by their readout alone."""
    at_once = {"trigger": Reward(), "accumulate": False, "discount": 0.0, "trace_decay": 0.0}
    rule = GatedTrace(feedback="random", learning_rate=0.02, critic_learning_rate=0.1, **at_once)  # type: ignore[arg-type]
    found, readout_only = _finds_the_cue(rule), _finds_the_cue(replace(rule, readout_only=True))

    assert (found > 0.6).sum() >= 17
    assert found.mean() > readout_only.mean() + 0.2
