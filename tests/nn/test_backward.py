"""Each layer's backward pass against autograd through a rate model, written down again."""

from typing import Any

import pytest
import torch
from torch import Tensor

from alife.nn import ALIF, LIF, LIS, Layer, Sequential
from alife.nn.input_trace import InputTrace
from tests.nn.cases import (
    INPUTS,
    KINDS,
    SIZE,
    every_case,
    every_kind,
    gradients,
    make,
    parameter_of,
    random,
    run,
)
from tests.nn.rates import Rates


def _close(seen: Tensor, wanted: Tensor) -> None:
    torch.testing.assert_close(seen, wanted, rtol=1e-9, atol=1e-12)


def _check(layer: Layer, rates: Rates, signal: Tensor, signal_below: Tensor | None) -> Tensor:
    """Compare a layer's gradients, and its signal if there is one, with those of the rate model; return the latter."""
    wanted, wanted_signal_below = rates.expect(signal)
    for name, gradient in wanted.items():
        seen = parameter_of(layer, name).grad
        assert seen is not None
        _close(seen, gradient)
    if signal_below is not None:
        _close(signal_below, wanted_signal_below)
    return wanted_signal_below


def _learner(kind: str, **options: Any) -> Layer:
    return make(kind, learn=KINDS[kind].learnable, **options).double()


def _inputs(ticks: int = 40) -> Tensor:
    return 0.4 + random(ticks, INPUTS, seed=3, dtype=torch.float64)


def _signal(size: int = SIZE, seed: int = 4) -> Tensor:
    return random(size, seed=seed, dtype=torch.float64)


@pytest.mark.slow
@every_case(ticks=[1, 40])
def test_every_gradient_is_that_of_the_rate_model(kind: str, options: dict[str, Any], ticks: int) -> None:
    """All that can be learned, and the signal for the layer below, to 1e-9, after one tick and after many."""
    layer, inputs, signal = _learner(kind, **options), _inputs(ticks), _signal()
    outputs = run(layer, inputs)
    rates = Rates(layer, inputs, outputs, refractory=options.get("refractory", 0))

    _check(layer, rates, signal, layer.backward(signal))
    _close(layer.mean_output(), rates.mean_output(rates.mean_of(rates.arrived)).detach())


@pytest.mark.parametrize("kind", ["lif", "slif", "rlif"])
def test_a_clipped_estimate_has_the_gradient_of_the_clipped_line(kind: str) -> None:
    """Between silence and saturation it is a straight line, beyond them it is flat."""
    layer, inputs, signal = _learner(kind, mean_spikes="clipped"), _inputs(), _signal()
    outputs = run(layer, inputs)
    _check(layer, Rates(layer, inputs, outputs, "clipped"), signal, layer.backward(signal))

    assert layer.weight.grad is not None
    assert 0 < layer.weight.grad.any(-1).sum() < SIZE


def test_a_balance_may_lie_where_the_estimate_jumps() -> None:
    """An adaptive neuron with the clipped estimate settles inside its jump, whatever is on either side."""
    layer = ALIF(1, 1, decay=0.5, adaptation=0.5, adaptation_decay=0.9, mean_spikes="clipped", learn=())
    layer.weight.fill_(0.8)
    run(layer, torch.ones(50, 1))

    # c - (1 - d) b f / (1 - q) = (1 - d) th
    assert layer.mean_output().item() == pytest.approx((0.8 - 0.5) / 2.5, abs=1e-6)


@pytest.mark.parametrize("name", ["weight", "decay", "threshold", "adaptation_decay", "adaptation"])
def test_the_balance_of_an_adaptive_neuron_differentiates_as_it_moves(name: str) -> None:
    """The gradient of the implicit function is the finite difference of its values."""
    layer = _learner("alif", adaptation=0.4)
    run(layer, _inputs())
    signal, parameter = _signal(), parameter_of(layer, name)
    layer.backward(signal)
    way, found = random(*parameter.shape, seed=8, dtype=torch.float64), []
    for step in (1e-5, -1e-5):
        with torch.no_grad():
            parameter.add_(way, alpha=step)
            found.append((layer.mean_output() * signal).sum().item())
            parameter.add_(way, alpha=-step)
    assert parameter.grad is not None

    assert (parameter.grad * way).sum().item() == pytest.approx((found[0] - found[1]) / 2e-5, rel=1e-6)


@pytest.mark.parametrize("kinds", [["lis"], ["slif", "lis"], ["lif", "alif", "lib"]])
def test_a_sequential_hands_signals_down(kinds: list[str]) -> None:
    """Every layer gets the gradient of its own rate model under the signal from the one above."""
    layers = [_narrow(kind, INPUTS if k == 0 else SIZE, seed=k) for k, kind in enumerate(kinds)]
    network, inputs, signal = Sequential(*layers), _inputs(), _signal()
    histories = _histories(layers, inputs, network)
    signal_below = network.backward(signal)

    for layer, (came, went) in reversed(list(zip(layers, histories, strict=True))):
        signal = _check(layer, Rates(layer, came, went), signal, None)
    _close(signal_below, signal)
    assert signal_below.abs().sum() > 0.0


def _narrow(kind: str, inputs: int, seed: int) -> Layer:
    layer: Layer = KINDS[kind](inputs, SIZE, learn=KINDS[kind].learnable)
    with torch.no_grad():
        layer.weight.copy_(0.2 + 0.6 * random(SIZE, inputs, seed=seed))
    return layer.double()


def _histories(layers: list[Layer], inputs: Tensor, network: Sequential) -> list[tuple[Tensor, Tensor]]:
    ticks: list[list[tuple[Tensor, Tensor]]] = [[] for _ in layers]
    for x in inputs:
        network(x)
        for layer, seen in zip(layers, ticks, strict=True):
            seen.append((layer.tick.input.clone(), layer.tick.output.clone()))
    return [(torch.stack([x for x, _ in seen]), torch.stack([y for _, y in seen])) for seen in ticks]


def test_the_signals_of_a_skip_add_up() -> None:
    """What two layers take gets the sum of their signals, and a skipped layer's input gets both ways."""
    below, middle, top = _narrow("lif", INPUTS, 0), _narrow("slif", SIZE, 1), _narrow("lis", 2 * SIZE + INPUTS, 2)
    inputs, signal, beside = _inputs(), _signal(), _signal(seed=5)
    outputs: dict[str, list[Tensor]] = {"below": [], "middle": [], "top": []}
    for x in inputs:
        top(torch.cat([under := below(x), x, middle(under)]))
        for name, layer in (("below", below), ("middle", middle), ("top", top)):
            outputs[name].append(layer.tick.output.clone())
    under, mid, end = (torch.stack(outputs[name]) for name in ("below", "middle", "top"))
    down = top.backward(signal).split([SIZE, INPUTS, SIZE])
    signal_below = down[1] + below.backward(down[0] + middle.backward(down[2] + beside))

    to_under, to_eye, to_mid = _check(top, Rates(top, torch.cat([under, inputs, mid], -1), end), signal, None).split(
        [SIZE, INPUTS, SIZE]
    )
    to_under = to_under + _check(middle, Rates(middle, under, mid), to_mid + beside, None)
    _close(signal_below, to_eye + _check(below, Rates(below, inputs, under), to_under, None))


@pytest.mark.slow
@every_kind
def test_a_trace_decay_has_no_gradient_under_a_steady_input(kind: str) -> None:
    """The mean of equal inputs does not depend on the decay, from the first tick to the thousandth."""
    learned = make(kind, learn=("trace_decay",), decay=0.9).double()
    if kind == "rlif":
        with torch.no_grad():
            learned.get_parameter("recurrent_weight").zero_()
    for _ in range(1000):
        learned(torch.full((INPUTS,), 0.2, dtype=torch.float64))
        if learned.trace is not None and learned.trace.weight < 3.0:
            learned.backward(_signal())
    learned.backward(_signal())
    (gradient,) = gradients(learned).values()

    assert gradient.abs().max().item() < 1e-12


def test_the_mean_is_right_after_one_tick() -> None:
    """The first input is its own mean; before it the mean is zero."""
    trace = InputTrace(3, 0.9, learn=True)
    before, first = trace.mean_input(), torch.tensor([1.0, -2.0, 0.5])
    trace.add_input(first)

    assert torch.equal(torch.zeros(3), before)
    assert torch.equal(first, trace.mean_input())


def test_a_nominal_trace_decay_is_the_one_that_acts() -> None:
    """With .9, an input of one tick ago weighs .9 of the one of now, ten ticks ago .9 to the tenth."""
    trace = InputTrace(1, 0.9).double()
    shares = []
    for pulse in (1, 10):
        trace.zero_states()
        for tick in range(20):
            trace.add_input(torch.full((1,), float(tick == 19 - pulse), dtype=torch.float64))
        shares.append((trace.mean_input() * trace.weight).item())

    assert trace.decay.item() == pytest.approx(0.9, abs=1e-7)
    assert shares == pytest.approx([0.9, 0.9**10], rel=1e-6)


def test_recurrent_spikes_are_averaged_with_the_decay_of_the_inputs() -> None:
    """There is one trace decay in a recurrent layer, however it is changed."""
    layer = make("rlif", learn=("trace_decay",))
    with torch.no_grad():
        parameter_of(layer, "trace_decay").fill_(0.3)
    own = layer.get_submodule("own_trace")
    assert isinstance(own, InputTrace)
    assert layer.trace is not None

    assert torch.equal(own.decay, layer.trace.decay)
    assert [name for name, _ in layer.named_parameters() if "trace" in name] == ["trace.free_decay"]


@pytest.mark.parametrize("kind", [LIF, LIS])
def test_a_weight_of_fixed_sign_can_leave_zero(kind: type[Layer]) -> None:
    """With dale a synapse of no strength still has a gradient, by which it can grow."""
    layer = kind(4, 2, dale=0.5)  # type: ignore[call-arg]
    with torch.no_grad():
        layer.weight.zero_()
    layer(torch.ones(4))
    layer.backward(torch.tensor([1.0, -1.0]))

    assert layer.weight.grad is not None
    assert layer.weight.grad.abs().min() > 0.0


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_no_step_turns_the_sign_of_a_synapse(sign: float) -> None:
    """Whichever way the weights are pushed, exciting inputs excite and inhibiting ones inhibit."""
    layer = LIF(4, 3, dale=0.5, connections=0.5)
    with torch.no_grad():
        layer.weight.add_(sign * 5.0 * random(3, 4))

    assert (layer.synapses[:, :2] >= 0.0).all()
    assert (layer.synapses[:, 2:] <= 0.0).all()
    assert layer.synapses.any()
