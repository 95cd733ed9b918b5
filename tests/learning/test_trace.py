"""Trace as a rule: the library's backward pass, in the loop of creatures."""

import pytest
import torch

from alife import nn
from alife.core.errors import ConfigError
from alife.learning import ActorCritic, ReflectRule, Trace
from alife.nn import ALIF, LIF, LIG, Spiking
from tests.learning.episode import ACTIONS, ROWS, Episode, brain

RULE = Trace(discount=0.9, trace_decay=0.8)


@pytest.mark.parametrize("hidden", [[], [LIF], [ALIF, LIF]], ids=["linear", "lif", "alif, lif"])
def test_it_is_the_library_s_backward_pass(hidden: list[type[Spiking]]) -> None:
    """What is eligible is the gradient that backward gives for the mean score as its signal at the logits."""
    layers = brain(*hidden)
    traces = RULE.traces(layers).double()
    for layer in layers:
        layer.trace = nn.input_trace.InputTrace(layer.inputs, 0.9 * 0.8, (ROWS,)).double()
        layer.weight.requires_grad_()
    Episode(layers, [traces])
    found = traces.gradients(slice(None))
    network = nn.Sequential(*layers)
    signal = -traces.chosen.mean_input() / network.mean_output()  # downhill
    network.backward(signal)

    for layer, eligible in zip(layers, found, strict=True):
        assert layer.weight.grad is not None
        assert eligible.any()
        torch.testing.assert_close(-eligible, layer.weight.grad, rtol=1e-6, atol=1e-12)


def test_it_is_eligible_as_in_reflect() -> None:
    """Reflect with the same decay differs by the advantage alone."""
    layers = brain(LIF)
    trace, reflect = RULE.traces(layers).double(), ReflectRule(decay=0.72).traces(layers).double()
    Episode(layers, [trace, reflect])

    torch.testing.assert_close(trace.gradients(slice(None)), reflect.gradients(slice(None)), rtol=1e-5, atol=1e-9)


def test_after_one_decision_on_a_steady_input_the_readout_has_the_score() -> None:
    """At the logits the signal is the mean of what was chosen less the probabilities."""
    layers = brain(readout_decay=1e-12)
    traces = RULE.traces(layers).double()
    episode = Episode(layers, [], decisions=0)
    x = episode.inputs[0]
    for _ in range(3):
        probabilities = layers[0](x)
        traces.perceive([layers[0].tick])
    score = torch.eye(ACTIONS).double()[torch.arange(ROWS) % ACTIONS] - probabilities
    traces.write(score)
    (found,) = traces.gradients(slice(None))

    torch.testing.assert_close(found, score[:, :, None] * x[:, None], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("trace_decay", [0.0, 1.0])
def test_a_mean_forgets_something_and_not_everything(trace_decay: float) -> None:
    """Discount * trace_decay at an end of its range is refused in one sentence."""
    with pytest.raises(ConfigError, match="must lie between 0 and 1, not"):
        Trace(discount=1.0, trace_decay=trace_decay).traces(brain())


@pytest.mark.parametrize("rule", [Trace(), ReflectRule()], ids=["trace", "reflect"])
def test_a_mean_choice_needs_choices(rule: ActorCritic) -> None:
    """What is drawn from a Gaussian is no choice among several."""
    with pytest.raises(ConfigError, match="readout must be one of choices, such as lis"):
        rule.traces([LIG(3, 4, rows=(2,), learn=())])
