"""The cosine benchmark: its reference is the gradient it says it is, and the rules stand where they stand."""

import pytest
import torch
from torch import Tensor

from benchmarks.cosine import HIDDEN, MEMBRANE_DECAY, RULES, Network, measure_cosines
from benchmarks.learning.tasks import cosine as task


class _Spike(torch.autograd.Function):
    """A spike whose surrogate derivative is 1 / (1 + 4 |v - 1|)^2."""

    @staticmethod
    def forward(ctx: torch.autograd.function.FunctionCtx, membrane: Tensor) -> Tensor:
        ctx.save_for_backward(membrane)
        return (membrane >= 1.0).to(membrane.dtype)

    @staticmethod
    def backward(ctx: torch.autograd.function.FunctionCtx, signal: Tensor) -> Tensor:
        (membrane,) = ctx.saved_tensors  # type: ignore[attr-defined]
        return signal / (1.0 + 4.0 * (membrane - 1.0).abs()) ** 2


@pytest.mark.slow
def test_the_reference_is_the_gradient_through_time() -> None:
    """With one hidden layer it equals autograd through the unrolled network, resets left out of the graph."""
    rows, decisions, readout_decay = 3, 4, 0.7
    network = Network(rows, 1, readout_decay, 0.9, seed=1, rules=RULES)
    hidden, readout = (torch.tensor(layer.weight, requires_grad=True) for layer in network.layers)
    spikes = task.episodes(1, rows, decisions)
    actions = network.run_episode(spikes)
    membrane, choice = torch.zeros(rows, HIDDEN), torch.zeros(rows, task.ACTIONS)
    total = torch.zeros(())
    for decision, action in zip(torch.from_numpy(spikes), actions, strict=True):
        for x in decision:
            before = MEMBRANE_DECAY * membrane + torch.einsum("rio,ri->ro", hidden, x)
            z = _Spike.apply(before)
            membrane = before - z.detach()
            choice = readout_decay * choice + torch.einsum("rio,ri->ro", readout, z)
        total = total + torch.log_softmax(choice, -1).gather(-1, torch.from_numpy(action)[:, None]).sum()
    total.backward()

    for found, weight in zip(network.exact[1.0].gradients(network.rows, False), (hidden, readout), strict=True):
        torch.testing.assert_close(torch.from_numpy(found), weight.grad, rtol=1e-3, atol=1e-4)


def _means(decisions: int, seed: int) -> dict[str, list[float]]:
    found = measure_cosines(RULES, 40, 1, 0.7, 0.9, decisions, seed)
    return {rule: [float(layer.mean()) for layer in layers] for rule, layers in found.items()}


@pytest.mark.slow
def test_gated_traces_keep_what_the_source_method_loses() -> None:
    """After 16 decisions the readout's gated trace is still exact; the product of means is not."""
    cosines = _means(decisions=16, seed=16)

    assert cosines["gated_trace"][1] > 0.999
    assert cosines["gated_trace"][0] > cosines["trace"][0] + 0.1
    assert 0.2 < cosines["trace"][1] < 0.8


def test_half_of_what_slots_know_brings_gated_traces_closer() -> None:
    """Against a reference that forgets as they do, slots alone are noisy, and as a control variate the best."""
    cosines = _means(decisions=16, seed=16)

    assert cosines["slots, .76 kept"][1] > 0.999
    assert cosines["slots, .76 kept"][0] > 0.6
    assert cosines["slots, control variate .5"][0] > cosines["gated_trace, .76 kept"][0]


def test_the_source_method_is_right_after_one_decision() -> None:
    """With one decision on a steady input its readout gradient points where the policy gradient does."""
    assert _means(decisions=1, seed=1)["trace"][1] > 0.97


@pytest.mark.slow
def test_a_ring_with_room_for_all_is_the_gradient() -> None:
    """Of 32 decisions 32 are kept whole; of 16 the rest is in gated traces."""
    cosines = _means(decisions=32, seed=32)

    assert cosines["ring, 32 decisions"][0] > 0.97
    assert cosines["gated_trace"][0] + 0.05 < cosines["ring, 16 decisions"][0] < cosines["ring, 32 decisions"][0]
