"""Does a layer keep its contract? The checks that the layers of this house pass, for anybody's."""

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

    It must build for any rows, with and without options; keep rows apart; keep no graph; forget by `zero_states`;
    go on from a `state_dict` to the bit; put out, on average, what its `mean` says; give everything in `learn` the
    gradient that its `mean` has by finite differences, the trace decay too; and stay finite when silent or flooded.

    The mean m is held against the average output y of 4,000 ticks under steady inputs, from silent to strong: all
    inputs at 0, 0.05 s ... s, where s is the threshold, or 1 where there is none. With R the widest range of any y:

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

    for check in (_builds, _rows_apart, _no_graph, _forgets, _goes_on, _mean_is_right, _gradient_is_right, _finite):
        check(make) if check is not _mean_is_right else check(make, mean_error)  # type: ignore[call-arg]


def _builds(make: Callable[..., Layer]) -> None:
    for options in ({}, {"rows": (3,)}, {"rows": (2, 3)}, {"rows": (0,)}, {"connections": 0.5}, {"delay": 2}):
        layer = make(**options)
        output = layer(torch.ones(*layer.rows, _INPUTS, dtype=torch.float64))
        name, shape = type(layer).__name__, (*layer.rows, layer.size)
        assert output.shape == shape, f"{name} put out a shape of {tuple(output.shape)} with {options}, not {shape}"
        for what in ("membrane", "output"):
            seen = getattr(layer.tick, what).shape
            assert seen == shape, f"tick.{what} of {name} has the shape {tuple(seen)} with {options}, not {shape}"


def _rows_apart(make: Callable[..., Layer]) -> None:
    many, alone = make(rows=(3,)), make()
    one = {name: value[1] if value.shape[:1] == (3,) else value for name, value in many.state_dict().items()}
    alone.load_state_dict(one)
    for input in _inputs(30, 3):
        together, apart = many(input), alone(input[1])
        assert torch.allclose(together[1], apart), f"a row of {_name(many)} differs from the same neurons alone"
    signal = _random(3, _SIZE, seed=5)
    down, down_alone = many.backward(signal), alone.backward(signal[1])
    assert torch.allclose(down[1], down_alone), f"a row of {_name(many)} sends down another signal than alone"
    assert many.weight.grad is not None, f"the weights of {_name(many)} do not learn"
    assert alone.weight.grad is not None
    assert torch.allclose(many.weight.grad[1], alone.weight.grad), f"a row of {_name(many)} learns otherwise than alone"


def _no_graph(make: Callable[..., Layer]) -> None:
    layer = make()
    layer(_inputs(1)[0].requires_grad_())
    layer.backward(_random(_SIZE))
    left = {**dict(layer.named_buffers()), "tick.membrane": layer.tick.membrane, "tick.output": layer.tick.output}
    for name, tensor in left.items():
        assert tensor.grad_fn is None, f"{name} of {_name(layer)} keeps a graph after a tick; forward must keep none"


def _forgets(make: Callable[..., Layer]) -> None:
    used, fresh = make(rows=(2,)), make(rows=(2,))
    for input in _inputs(20, 2):
        used(input)
    used.zero_states(torch.tensor([0]))
    input = _inputs(1, 2, seed=7)[0]
    output, expected = used(input), fresh(input)
    same = torch.allclose(output[0], expected[0]) and torch.allclose(used.tick.membrane[0], fresh.tick.membrane[0])
    assert same, f"{_name(used)} remembers something that zero_states does not clear; add_state registers a state"


def _goes_on(make: Callable[..., Layer]) -> None:
    first, second = make(), make()
    for input in _inputs(20):
        first(input)
    second.load_state_dict(first.state_dict())
    for input in _inputs(20, seed=3):
        same = torch.equal(first(input), second(input))
        assert same, f"{_name(first)} goes on otherwise from its state_dict; add_state registers a state"


def _mean_is_right(make: Callable[..., Layer], mean_error: float) -> None:
    layer = _alike(make(rows=(_STRENGTHS,), trace_decay=0.999))
    said, seen = _said_and_seen(layer)  # (strengths, size)
    ranges = seen.amax(0) - seen.amin(0)
    widest = ranges.max().clamp_min(_NO_RANGE)
    error = float(((said - seen).abs().mean(0) / widest).max())
    assert error <= mean_error, (
        f"the mean of {_name(layer)} is {error:.3f} of its range from its average output, over {mean_error}"
    )
    rise, expected = said - said[0], seen - seen[0]
    gains = ((rise * expected).sum(0) / expected.square().sum(0))[ranges >= widest / 5.0]
    for gain in gains.tolist():
        assert abs(gain - 1.0) <= mean_error, (
            f"the mean of {_name(layer)} moves {gain:.3f} times as far with the input as its average output does, "
            f"not 1 to {mean_error}"
        )


@torch.no_grad()
def _alike(layer: Layer) -> Layer:
    """Give every row the parameters of the first, so that rows differ by their input alone."""
    for parameter in layer.parameters():
        if parameter.shape[:1] == layer.rows:
            parameter.copy_(parameter[:1].expand_as(parameter).clone())
    return layer


def _said_and_seen(layer: Layer) -> tuple[Tensor, Tensor]:
    """Return what a layer says and does on average, each row under a steady input of its own: (rows, size) both."""
    strongest = 1.0 if layer.threshold is None else float(layer.threshold.max())
    input = torch.linspace(0.0, strongest, _STRENGTHS, dtype=torch.float64).unsqueeze(-1).expand(-1, _INPUTS)
    for _ in range(1000):
        layer(input)  # until it has settled
    seen = layer(input).clone()
    for _ in range(3999):
        seen += layer(input)
    return layer.mean_output(), seen / 4000.0


def _gradient_is_right(make: Callable[..., Layer]) -> None:
    layer, signal = make(), _random(_SIZE, seed=2)
    _feed(layer)
    down = layer.backward(signal)
    assert down.shape == (_INPUTS,), f"{_name(layer)} sends down a shape of {tuple(down.shape)}, not {(_INPUTS,)}"
    _all_learn(layer)
    for name, parameter in layer.named_parameters():
        for place in _places(parameter) if parameter.grad is not None else ():
            if name == _TRACE_DECAY:
                slope = _difference_of_trace(make, place, signal)
            else:
                slope = _difference(layer, parameter, place, signal)
            assert parameter.grad is not None
            found = float(parameter.grad[place])
            close = abs(found - slope) <= 1e-4 * (1.0 + abs(slope))
            assert close, f"the gradient of {name} in {_name(layer)} is {found:.6f}, its mean has {slope:.6f}"


def _all_learn(layer: Layer) -> None:
    """After a backward pass, whatever is to be learned has a gradient."""
    parameters = dict(layer.named_parameters())
    for name, parameter in parameters.items():
        got = parameter.grad is not None or not parameter.requires_grad
        assert got, f"{name} of {_name(layer)} is to be learned and gets no gradient; mean takes value(), not read()"
    for name in layer.learn:
        places = (_TRACE_DECAY,) if name == "trace_decay" else (name, f"free_{name}")
        learned = any(place in parameters and parameters[place].grad is not None for place in places)
        assert learned, f"{_name(layer)} is to learn {name}, and no parameter of that name gets a gradient"


def _difference_of_trace(make: Callable[..., Layer], place: tuple[int, ...], signal: Tensor) -> float:
    """Return the slope by the trace decay, which has to be another one from the first tick on."""
    values = []
    for change in (_NUDGE, -_NUDGE):
        layer = make()
        with torch.no_grad():
            dict(layer.named_parameters())[_TRACE_DECAY][place] += change
        _feed(layer)
        values.append(float((layer.mean_output() * signal).sum()))
    return (values[0] - values[1]) / (2.0 * _NUDGE)


def _feed(layer: Layer) -> None:
    for input in _inputs(40):
        layer(input)


def _difference(layer: Layer, parameter: Tensor, place: tuple[int, ...], signal: Tensor) -> float:
    values = []
    for change in (_NUDGE, -2.0 * _NUDGE):
        with torch.no_grad():
            parameter[place] += change
        values.append(float((layer.mean_output() * signal).sum()))
    with torch.no_grad():
        parameter[place] += _NUDGE
    return (values[0] - values[1]) / (2.0 * _NUDGE)


def _places(parameter: Tensor) -> Iterator[tuple[int, ...]]:
    for flat in range(0, parameter.numel(), max(1, parameter.numel() // 6)):
        yield tuple(int(k) for k in torch.unravel_index(torch.tensor(flat), parameter.shape))


def _finite(make: Callable[..., Layer]) -> None:
    for strength in (0.0, 1e6):
        layer = make()
        for _ in range(50):
            output = layer(torch.full((_INPUTS,), strength, dtype=torch.float64))
        down = layer.backward(torch.ones(_SIZE, dtype=torch.float64))
        finite = output.isfinite().all() and down.isfinite().all()
        assert finite, f"{_name(layer)} is not finite under inputs of {strength:g}"


def _inputs(ticks: int, *rows: int, seed: int = 1) -> Tensor:
    return torch.rand(ticks, *rows, _INPUTS, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def _name(layer: Layer) -> str:
    return type(layer).__name__
