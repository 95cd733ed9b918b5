"""Check that a layer keeps its contract: the checks that all layers of the workbench pass."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor

from alife.nn import Layer

_INPUTS, _SIZE = 5, 4  # even, for layers with two membranes an action
_STRENGTHS = 21  # of steady inputs
_NO_RANGE = 1e-9  # of outputs that do not depend on a steady input
_NUDGE = 1e-6
_TRACE_DECAY = "trace.free_decay"


def check_layer(kind: Callable[..., Layer], mean_error: float = 0.1, **parameters: Any) -> None:
    """Raise unless a class of layers keeps the contract of alife.nn.Layer.

    It must build for any rows, with and without options; keep rows apart; keep no graph; clear its states by
    `zero_states`; go on from a `state_dict` to the bit; put out, on average, what its `steady_output` says; give
    everything in `learn` the gradient that its `steady_output` has by finite differences, the trace decay too; and stay
    finite when silent or flooded.

    The steady output m is compared with the average output y of 4,000 ticks under steady inputs, from silent to strong:
    all inputs at 0, 0.05 s ... s, where s is the threshold, or 1 where there is none. With R the widest range of any y:

        error = mean |m - y| / R, over the inputs             at most `mean_error`, for every neuron
        gain  = sum (m - m0) (y - y0) / sum (y - y0)^2        1 to `mean_error`, for every neuron whose y has a
                                                              range of R / 5 or more; m0 and y0 at silence

    Args:
        kind: the class, or what makes one: called as kind(inputs, size, **options).
        mean_error: how far the mean output may be from the average, as a share of the range of the output.
        parameters: passed on to each layer that is built.

    Raises:
        AssertionError: what is wrong, in one sentence.
    """

    def make(**options: Any) -> Layer:
        generator = torch.Generator().manual_seed(0)
        layer = kind(_INPUTS, _SIZE, generator=generator, **{**parameters, **options}).double()
        with torch.no_grad():
            layer.weight.normal_(0.2, 0.4, generator=generator)
        return layer

    for check in (
        _check_builds,
        _check_rows_apart,
        _check_no_graph,
        _check_forgets,
        _check_goes_on,
        _check_mean_is_right,
        _check_gradient_is_right,
        _check_finite,
    ):
        check(make) if check is not _check_mean_is_right else check(make, mean_error)  # type: ignore[call-arg]


def _check_builds(make: Callable[..., Layer]) -> None:
    for options in ({}, {"rows": (3,)}, {"rows": (2, 3)}, {"rows": (0,)}, {"connections": 0.5}, {"delay": 2}):
        layer = make(**options)
        output = layer(torch.ones(*layer.rows, _INPUTS, dtype=torch.float64))
        name, shape = type(layer).__name__, (*layer.rows, layer.size)
        assert output.shape == shape, f"{name} put out a shape of {tuple(output.shape)} with {options}, not {shape}"
        for what in ("membrane", "output"):
            seen = getattr(layer.tick, what).shape
            assert seen == shape, f"tick.{what} of {name} has the shape {tuple(seen)} with {options}, not {shape}"


def _check_rows_apart(make: Callable[..., Layer]) -> None:
    many, alone = make(rows=(3,)), make()
    one = {name: value[1] if value.shape[:1] == (3,) else value for name, value in many.state_dict().items()}
    alone.load_state_dict(one)
    for input in _inputs(30, 3):
        together, apart = many(input), alone(input[1])
        assert torch.allclose(together[1], apart), f"a row of {_layer_name(many)} differs from the same neurons alone"
    signal = _random(3, _SIZE, seed=5)
    signal_below, signal_below_alone = many.backward(signal), alone.backward(signal[1])
    assert torch.allclose(signal_below[1], signal_below_alone), (
        f"a row of {_layer_name(many)} sends down another signal than alone"
    )
    assert many.weight.grad is not None, f"the weights of {_layer_name(many)} do not learn"
    assert alone.weight.grad is not None
    assert torch.allclose(many.weight.grad[1], alone.weight.grad), (
        f"a row of {_layer_name(many)} learns otherwise than alone"
    )


def _check_no_graph(make: Callable[..., Layer]) -> None:
    layer = make()
    layer(_inputs(1)[0].requires_grad_())
    layer.backward(_random(_SIZE))
    left = {**dict(layer.named_buffers()), "tick.membrane": layer.tick.membrane, "tick.output": layer.tick.output}
    for name, tensor in left.items():
        assert tensor.grad_fn is None, (
            f"{name} of {_layer_name(layer)} keeps a graph after a tick; forward must keep none"
        )


def _check_forgets(make: Callable[..., Layer]) -> None:
    used, fresh = make(rows=(2,)), make(rows=(2,))
    for input in _inputs(20, 2):
        used(input)
    used.zero_states(torch.tensor([0]))
    input = _inputs(1, 2, seed=7)[0]
    output, expected = used(input), fresh(input)
    same = torch.allclose(output[0], expected[0]) and torch.allclose(used.tick.membrane[0], fresh.tick.membrane[0])
    assert same, f"{_layer_name(used)} remembers something that zero_states does not clear; add_state registers a state"


def _check_goes_on(make: Callable[..., Layer]) -> None:
    first, second = make(), make()
    for input in _inputs(20):
        first(input)
    second.load_state_dict(first.state_dict())
    for input in _inputs(20, seed=3):
        same = torch.equal(first(input), second(input))
        assert same, f"{_layer_name(first)} goes on otherwise from its state_dict; add_state registers a state"


def _check_mean_is_right(make: Callable[..., Layer], mean_error: float) -> None:
    layer = _give_rows_same_parameters(make(rows=(_STRENGTHS,), trace_decay=0.999))
    stated, measured = _stated_and_measured_means(layer)  # (strengths, size)
    ranges = measured.amax(0) - measured.amin(0)
    widest = ranges.max().clamp_min(_NO_RANGE)
    error = float(((stated - measured).abs().mean(0) / widest).max())
    assert error <= mean_error, (
        f"the mean of {_layer_name(layer)} is {error:.3f} of its range from its average output, over {mean_error}"
    )
    rise, expected = stated - stated[0], measured - measured[0]
    gains = ((rise * expected).sum(0) / expected.square().sum(0))[ranges >= widest / 5.0]
    for gain in gains.tolist():
        assert abs(gain - 1.0) <= mean_error, (
            f"the mean of {_layer_name(layer)} moves {gain:.3f} times as far with the input as its average output "
            f"does, not 1 to {mean_error}"
        )


@torch.no_grad()
def _give_rows_same_parameters(layer: Layer) -> Layer:
    """Give every row the parameters of the first, so that rows differ by their input alone."""
    for parameter in layer.parameters():
        if parameter.shape[:1] == layer.rows:
            parameter.copy_(parameter[:1].expand_as(parameter).clone())
    return layer


def _stated_and_measured_means(layer: Layer) -> tuple[Tensor, Tensor]:
    """Return the steady output and the average output, each row under a steady input of its own: (rows, size) both."""
    strongest = 1.0 if layer.threshold is None else float(layer.threshold.max())
    input = torch.linspace(0.0, strongest, _STRENGTHS, dtype=torch.float64).unsqueeze(-1).expand(-1, _INPUTS)
    for _ in range(1000):
        layer(input)  # until it has settled
    seen = layer(input).clone()
    for _ in range(3999):
        seen += layer(input)
    return layer.mean_output(), seen / 4000.0


def _check_gradient_is_right(make: Callable[..., Layer]) -> None:
    layer, signal = make(), _random(_SIZE, seed=2)
    _run_inputs(layer)
    signal_below = layer.backward(signal)
    assert signal_below.shape == (_INPUTS,), (
        f"{_layer_name(layer)} sends down a shape of {tuple(signal_below.shape)}, not {(_INPUTS,)}"
    )
    _check_all_learn(layer)
    for name, parameter in layer.named_parameters():
        for index in _indices_to_check(parameter) if parameter.grad is not None else ():
            if name == _TRACE_DECAY:
                slope = _difference_of_trace(make, index, signal)
            else:
                slope = _difference(layer, parameter, index, signal)
            assert parameter.grad is not None
            found = float(parameter.grad[index])
            close = abs(found - slope) <= 1e-4 * (1.0 + abs(slope))
            assert close, f"the gradient of {name} in {_layer_name(layer)} is {found:.6f}, its mean has {slope:.6f}"


def _check_all_learn(layer: Layer) -> None:
    """Raise unless all that is to be learned has a gradient after a backward pass."""
    parameters = dict(layer.named_parameters())
    for name, parameter in parameters.items():
        got = parameter.grad is not None or not parameter.requires_grad
        assert got, (
            f"{name} of {_layer_name(layer)} is to be learned and gets no gradient; steady_output takes "
            "differentiable_value(), not detached_value()"
        )
    for name in layer.learn:
        names = (_TRACE_DECAY,) if name == "trace_decay" else (name, f"free_{name}")
        learned = any(each in parameters and parameters[each].grad is not None for each in names)
        assert learned, f"{_layer_name(layer)} is to learn {name}, and no parameter of that name gets a gradient"


def _difference_of_trace(make: Callable[..., Layer], index: tuple[int, ...], signal: Tensor) -> float:
    """Return the derivative by the trace decay, which has to differ from the first tick on."""
    values = []
    for change in (_NUDGE, -_NUDGE):
        layer = make()
        with torch.no_grad():
            dict(layer.named_parameters())[_TRACE_DECAY][index] += change
        _run_inputs(layer)
        values.append(float((layer.mean_output() * signal).sum()))
    return (values[0] - values[1]) / (2.0 * _NUDGE)


def _run_inputs(layer: Layer) -> None:
    for input in _inputs(40):
        layer(input)


def _difference(layer: Layer, parameter: Tensor, index: tuple[int, ...], signal: Tensor) -> float:
    values = []
    for change in (_NUDGE, -2.0 * _NUDGE):
        with torch.no_grad():
            parameter[index] += change
        values.append(float((layer.mean_output() * signal).sum()))
    with torch.no_grad():
        parameter[index] += _NUDGE
    return (values[0] - values[1]) / (2.0 * _NUDGE)


def _indices_to_check(parameter: Tensor) -> Iterator[tuple[int, ...]]:
    for flat in range(0, parameter.numel(), max(1, parameter.numel() // 6)):
        yield tuple(int(k) for k in torch.unravel_index(torch.tensor(flat), parameter.shape))


def _check_finite(make: Callable[..., Layer]) -> None:
    for strength in (0.0, 1e6):
        layer = make()
        for _ in range(50):
            output = layer(torch.full((_INPUTS,), strength, dtype=torch.float64))
        signal_below = layer.backward(torch.ones(_SIZE, dtype=torch.float64))
        finite = output.isfinite().all() and signal_below.isfinite().all()
        assert finite, f"{_layer_name(layer)} is not finite under inputs of {strength:g}"


def _inputs(ticks: int, *rows: int, seed: int = 1) -> Tensor:
    return torch.rand(ticks, *rows, _INPUTS, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _layer_name(layer: Layer) -> str:
    return type(layer).__name__
