"""The contract that every layer keeps, with every option."""

import copy
import gc
import re
from typing import Any

import pytest
import torch
from torch import Tensor

from alife.nn import ALIF, LIF, LIG, LIS, SLIF, Layer
from tests.errors import naming
from tests.nn.cases import INPUTS, KINDS, SIZE, every_case, every_kind, gradients, make, parameter_of, random, run

_SHARED = ("mask", "signs", "delays")
"""What all rows have in common."""


def _row(state: dict[str, Tensor], index: tuple[int, ...]) -> dict[str, Tensor]:
    return {name: value if name in _SHARED else value[index] for name, value in state.items()}


@pytest.mark.slow
@every_case(rows=[(5,), (2, 3)])
def test_each_row_is_a_brain_of_its_own(kind: str, options: dict[str, Any], rows: tuple[int, ...]) -> None:
    """Rows side by side do, learn and pass down what single brains with the same weights do."""
    learn = KINDS[kind].learnable
    many = make(kind, rows=rows, learn=learn, **options).double()
    inputs, signal = random(8, *rows, INPUTS, dtype=torch.float64), random(*rows, SIZE, seed=3, dtype=torch.float64)
    start = copy.deepcopy(many.state_dict())
    outputs, signal_below = run(many, inputs), many.backward(signal)

    for index in torch.cartesian_prod(*(torch.arange(n) for n in rows)).reshape(-1, len(rows)).tolist():
        index_of_row = tuple(index)
        alone = make(kind, learn=learn, **options).double()
        alone.load_state_dict(_row(start, index_of_row))

        torch.testing.assert_close(outputs[:, *index_of_row], run(alone, inputs[:, *index_of_row]))
        torch.testing.assert_close(signal_below[index_of_row], alone.backward(signal[index_of_row]))
        for name, gradient in gradients(alone).items():
            torch.testing.assert_close(gradients(many)[name][index_of_row], gradient)


@pytest.mark.slow
@every_case()
def test_no_rows_are_allowed(kind: str, options: dict[str, Any]) -> None:
    """A species without a living creature passes its ticks and learns like any other, in any number type."""
    layer = make(kind, rows=(0,), learn=KINDS[kind].learnable, **options)

    assert layer(torch.zeros(0, INPUTS)).shape == (0, SIZE)
    layer.double()
    assert layer(torch.zeros(0, INPUTS, dtype=torch.float64)).shape == (0, SIZE)
    assert all(decay.dtype == torch.float64 for decay in layer.decays)
    assert layer.backward(torch.zeros(0, SIZE, dtype=torch.float64)).shape == (0, INPUTS)


@every_case()
def test_zero_states_forgets_everything(kind: str, options: dict[str, Any]) -> None:
    """After it a layer is as it was made: membranes, traces and inputs under way."""
    layer = make(kind, rows=(3,), learn=KINDS[kind].learnable, **options)
    start = copy.deepcopy(layer.state_dict())
    run(layer, random(7, 3, INPUTS))
    changed = {name for name, value in layer.state_dict().items() if not torch.equal(value, start[name])}
    layer.zero_states()

    assert {"membrane", "trace.total", "trace.weight", "trace.total_slope"} <= changed
    assert all(torch.equal(value, start[name]) for name, value in layer.state_dict().items())


@pytest.mark.slow
@every_case(rows=[[0, 2], torch.tensor([0, 2]), torch.tensor([True, False, True, False])])
def test_zero_states_of_some_rows_spares_the_others(kind: str, options: dict[str, Any], rows: Any) -> None:
    """Only the rows that are given are cleared, by number or by mask."""
    layer = make(kind, rows=(4, 2), **options)
    start = copy.deepcopy(layer.state_dict())
    run(layer, random(7, 4, 2, INPUTS))
    before = copy.deepcopy(layer.state_dict())
    layer.zero_states(rows)

    for name, value in layer.state_dict().items():
        if name not in _SHARED:
            torch.testing.assert_close(value[[0, 2]], start[name][[0, 2]], rtol=0.0, atol=0.0)
            torch.testing.assert_close(value[[1, 3]], before[name][[1, 3]], rtol=0.0, atol=0.0)
    assert before["membrane"].all()


def test_zero_states_of_nobody_changes_nothing() -> None:
    """An empty list of rows is no mistake."""
    layer = make("lif", rows=(2,))
    run(layer, random(3, 2, INPUTS))
    before = layer.membrane.clone()
    layer.zero_states([])

    assert torch.equal(before, layer.membrane)


def test_a_single_network_has_no_rows_to_pick() -> None:
    """Without rows an index would mean neurons, so it is refused."""
    with pytest.raises(ValueError, match=r"LIF.*no rows"):
        make("lif").zero_states([0])


@pytest.mark.slow
@every_case()
def test_nothing_that_is_left_wants_a_gradient(kind: str, options: dict[str, Any]) -> None:
    """Outputs, states, ticks, signals and gradients are plain numbers, though the weights want gradients."""
    layer = make(kind, rows=(2,), learn=KINDS[kind].learnable, **options)
    output = layer(random(2, INPUTS).requires_grad_())
    left = [output, *layer.tick, layer.backward(random(2, SIZE)), layer.mean_output(), *gradients(layer).values()]

    assert layer.weight.requires_grad
    assert not any(tensor.requires_grad for tensor in (*left, *layer.buffers(), *layer.decays))


@pytest.mark.slow
def test_no_graph_is_kept() -> None:
    """No tensor with a graph outlives a tick or a backward pass, not even one that came in with the input."""
    layers = [make(kind, rows=(2,), learn=KINDS[kind].learnable) for kind in KINDS]
    gc.collect()
    before = _graphs()
    for layer in layers:
        layer(random(2, INPUTS).requires_grad_() * 2.0)
    after_tick = _graphs()
    for layer in layers:
        layer.backward(random(2, SIZE).requires_grad_() * 2.0)

    assert (after_tick, _graphs()) == (before, before)


def _graphs() -> int:
    return sum(issubclass(type(thing), Tensor) and thing.grad_fn is not None for thing in gc.get_objects())


@every_kind
def test_an_output_is_a_tensor_of_its_own(kind: str) -> None:
    """What a tick returned does not change in later ticks, nor does the input."""
    layer, inputs = make(kind), random(8, INPUTS)
    given = inputs.clone()
    outputs = [layer(x) for x in inputs]
    layer.zero_states()

    assert torch.equal(torch.stack(outputs), run(layer, given))
    assert torch.equal(given, inputs)


@every_kind
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 5), (2, 2, 4)])
def test_a_wrong_input_is_refused(kind: str, shape: tuple[int, ...]) -> None:
    """An input of the wrong shape is an error that names both shapes."""
    layer = make(kind, rows=(2,))

    with pytest.raises(ValueError, match=re.escape(f"got an input of shape {shape}, it takes (2, 4)")):
        layer(torch.zeros(shape))


@every_kind
@pytest.mark.parametrize("shape", [(6,), (3, 6), (2, 4)])
def test_a_wrong_signal_is_refused(kind: str, shape: tuple[int, ...]) -> None:
    """A learning signal of the wrong shape is an error that names both shapes."""
    layer = make(kind, rows=(2,))

    with pytest.raises(ValueError, match=re.escape(f"got a learning signal of shape {shape}, it takes (2, 6)")):
        layer.backward(torch.zeros(shape))


@every_case(assign=[False, True])
def test_a_state_dict_holds_the_whole_layer(kind: str, options: dict[str, Any], assign: bool) -> None:
    """A layer that takes on another's state goes on and learns exactly as that one."""
    learn = KINDS[kind].learnable
    first, second = (make(kind, seed, rows=(3,), learn=learn, **options) for seed in (1, 5))
    inputs, signal = random(20, 3, INPUTS), random(3, SIZE, seed=4)
    run(first, inputs[:10])
    run(second, random(4, 3, INPUTS, seed=9))
    with torch.no_grad():
        for name in learn:
            parameter_of(first, name).add_(0.1)
    second.load_state_dict(copy.deepcopy(first.state_dict()), assign=assign)

    assert torch.equal(run(first, inputs[10:]), run(second, inputs[10:]))
    assert torch.equal(first.backward(signal), second.backward(signal))
    for name, gradient in gradients(first).items():
        assert torch.equal(gradient, gradients(second)[name])


@every_case()
def test_it_runs_in_double_and_back(kind: str, options: dict[str, Any]) -> None:
    """`.double()` and `.float()` convert everything, in the midst of things."""
    layer = make(kind, learn=KINDS[kind].learnable, **options)
    layer(random(INPUTS))
    for dtype in (torch.float64, torch.float32):
        layer.to(dtype)

        assert layer(random(INPUTS, dtype=dtype)).dtype == dtype
        assert layer.backward(random(SIZE, dtype=dtype)).dtype == dtype
        assert {gradient.dtype for gradient in gradients(layer).values()} == {dtype}
        layer.zero_grad()


@pytest.mark.slow
@every_case()
def test_double_says_what_float_says(kind: str, options: dict[str, Any]) -> None:
    """The number type changes roundings only."""
    single, double = make(kind, **options), make(kind, **options).double()
    inputs = random(10, INPUTS)

    torch.testing.assert_close(run(single, inputs).double(), run(double, inputs.double()), rtol=1e-4, atol=1e-5)


@pytest.mark.environment
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
@every_case()
def test_it_runs_on_a_gpu(kind: str, options: dict[str, Any]) -> None:
    """`.to("cuda")` moves everything, and the GPU says what the CPU says."""
    here, there = make(kind, rows=(2,), **options).double(), make(kind, rows=(2,), **options).double()
    here(torch.zeros(2, INPUTS, dtype=torch.float64))
    there(torch.zeros(2, INPUTS, dtype=torch.float64))
    there.to("cuda")
    inputs, signal = random(10, 2, INPUTS, dtype=torch.float64), random(2, SIZE, dtype=torch.float64)

    torch.testing.assert_close(run(here, inputs), run(there, inputs.cuda()).cpu())
    torch.testing.assert_close(here.backward(signal), there.backward(signal.cuda()).cpu())


@pytest.mark.slow
@every_case()
def test_a_deep_copy_goes_its_own_way(kind: str, options: dict[str, Any]) -> None:
    """A copy continues exactly, and nothing that happens to it is felt by the original."""
    first = make(kind, learn=KINDS[kind].learnable, **options)
    inputs = random(30, INPUTS)
    run(first, inputs[:10])
    second, third = copy.deepcopy(first), copy.deepcopy(first)
    with torch.no_grad():
        for parameter in third.parameters():
            parameter.add_(1.0)
    run(third, inputs[10:])

    assert torch.equal(run(first, inputs[10:]), run(second, inputs[10:]))
    assert torch.equal(first.decays[-1], second.decays[-1])
    assert not torch.equal(first.decays[-1], third.decays[-1])


NUMBERS = {"decay": 0.87, "threshold": 1.3, "adaptation_decay": 0.981, "adaptation": 0.07, "synaptic_decay": 0.63}


def _numbers(kind: str) -> dict[str, float]:
    return {name: value for name, value in NUMBERS.items() if name in KINDS[kind].learnable}


def _read(layer: Layer, name: str) -> list[float]:
    value: Tensor = layer.trace.decay if name == "trace_decay" and layer.trace else getattr(layer, name)
    return value.flatten().tolist()


@every_kind
def test_what_the_constructor_gets_can_be_read(kind: str) -> None:
    """Every number reads back to 1e-6, a trace decay of .9 among them, and after load_state_dict too."""
    numbers = {**_numbers(kind), "trace_decay": 0.9}
    first, second = make(kind, rows=(2,), **numbers), make(kind, rows=(2,))
    read = {name: _read(first, name) for name in numbers}
    before = {name: _read(second, name) for name in _numbers(kind)}
    second.load_state_dict(first.state_dict())

    for name, value in numbers.items():
        assert read[name] == pytest.approx([value] * len(read[name]), abs=1e-6)
        assert _read(second, name) == read[name]
    assert all(read[name] != before[name] for name in _numbers(kind))


@every_kind
def test_several_decays_are_shared_out_evenly(kind: str) -> None:
    """Each decay serves neighbouring neurons, as many as any other decay, in every row."""
    layer = make(kind, rows=(2,), decay=[0.5, 0.8, 0.95])

    assert _read(layer, "decay") == pytest.approx([0.5, 0.5, 0.8, 0.8, 0.95, 0.95] * 2, abs=1e-6)
    assert layer.get_parameter("free_decay").shape == (2, 3)


@every_kind
def test_a_changed_number_is_seen_at_the_next_tick(kind: str) -> None:
    """A layer whose parameters were stepped goes on as one that was made with these values."""
    layer = make(kind, **_numbers(kind))
    other = make(kind, **{name: value * 0.7 for name, value in _numbers(kind).items()})
    layer(torch.zeros(INPUTS))
    with torch.no_grad():
        for name in _numbers(kind):
            parameter_of(layer, name).copy_(parameter_of(other, name))
        other.weight.copy_(layer.weight)

    assert torch.equal(run(layer, random(20, INPUTS)), run(other, random(20, INPUTS)))


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in KINDS for name in KINDS[kind].learnable])
def test_what_is_named_is_learned_and_nothing_else(kind: str, name: str) -> None:
    """`learn` decides which parameters want a gradient and get one."""
    layer = make(kind, learn=name)
    run(layer, random(5, INPUTS))
    layer.backward(random(SIZE))
    (only,) = (each for each in layer.parameters() if each.requires_grad)

    assert only is parameter_of(layer, name)
    assert list(map(id, layer.parameters())).count(id(only)) == 1
    assert [id(each) for each in layer.parameters() if each.grad is not None] == [id(only)]
    assert only.grad is not None
    assert only.grad.abs().sum() > 0.0


@every_kind
def test_the_weight_alone_is_learned_unless_said_otherwise(kind: str) -> None:
    """By default there is one thing to learn; an empty list leaves none, and signals still pass."""
    fixed = make(kind, learn=())
    fixed(random(INPUTS))

    assert [name for name, each in make(kind).named_parameters() if each.requires_grad] == ["weight"]
    assert fixed.backward(random(SIZE)).abs().sum() > 0.0
    assert gradients(fixed) == {}


@every_kind
def test_gradients_add_up(kind: str) -> None:
    """Two backward passes at one tick leave twice the gradient of one, and the state as it was."""
    layer = make(kind, learn=KINDS[kind].learnable)
    run(layer, random(5, INPUTS))
    before = copy.deepcopy(layer.state_dict())
    first = layer.backward(random(SIZE))
    once = {name: gradient.clone() for name, gradient in gradients(layer).items()}
    second = layer.backward(random(SIZE))

    assert torch.equal(first, second)
    assert all(torch.equal(gradients(layer)[name], 2.0 * gradient) for name, gradient in once.items())
    assert all(torch.equal(value, before[name]) for name, value in layer.state_dict().items())


@every_kind
def test_without_a_trace_there_is_no_backward_pass(kind: str) -> None:
    """A layer that keeps no trace says so when it is asked to learn."""
    layer = make(kind, trace_decay=None)
    layer(random(INPUTS))

    for attempt in (lambda: layer.backward(random(SIZE)), layer.mean_output):
        with pytest.raises(ValueError, match="trace_decay"):
            attempt()


@every_case()
def test_ticks_in_inference_mode_leave_a_usable_layer(kind: str, options: dict[str, Any]) -> None:
    """After torch.inference_mode the layer can be cleared, loaded and ticked outside of it."""
    layer = make(kind, **options)
    state = copy.deepcopy(layer.state_dict())
    with torch.inference_mode():
        run(layer, random(3, INPUTS))
    layer.zero_states()
    layer.load_state_dict(state)

    assert torch.equal(run(layer, random(5, INPUTS)), run(make(kind, **options), random(5, INPUTS)))
    assert layer.backward(random(SIZE)).isfinite().all()


@every_kind
def test_a_tick_shows_its_input_and_output(kind: str) -> None:
    """`tick` holds what came in and what went out."""
    layer = make(kind, rows=(2,))
    x = random(2, INPUTS)
    output = layer(x)

    assert torch.equal(x, layer.tick.input)
    assert torch.equal(output, layer.tick.output)
    assert layer.tick.membrane.shape == (2, SIZE)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "lig"])
def test_one_neuron_with_one_input_is_enough(kind: str) -> None:
    """The smallest layer works."""
    layer = KINDS[kind](1, 1)

    assert torch.isfinite(layer(torch.ones(1))).all()
    assert torch.isfinite(layer.backward(torch.ones(1))).all()


WRONG: list[tuple[type[Any], dict[str, Any], str]] = [
    (LIF, {"inputs": 0}, "inputs ... 1 or more ... 0"),
    (LIF, {"size": 0}, "size ... 1 or more ... 0"),
    (LIF, {"rows": (2, -1)}, "rows ... 0 or more ... -1"),
    (LIF, {"decay": 1.0}, "decay ... greater than 0 and less than 1 ... 1"),
    (LIS, {"decay": 0.0}, "decay ... greater than 0 and less than 1 ... 0"),
    (LIF, {"decay": float("nan")}, "decay ... greater than 0 and less than 1 ... nan"),
    (LIF, {"decay": [0.5, 1.5]}, "decay ... greater than 0 and less than 1 ... 1.5"),
    (LIF, {"decay": [0.5] * 7}, "decay ... 1 to 6 values for 6 neurons ... 7"),
    (LIF, {"decay": []}, "decay ... 1 to 6 values for 6 neurons ... 0"),
    (LIF, {"threshold": 0.0}, "threshold ... a finite number greater than 0 ... 0"),
    (LIF, {"threshold": float("inf")}, "threshold ... a finite number greater than 0 ... inf"),
    (LIF, {"trace_decay": 1.0}, "trace_decay ... greater than 0 and less than 1 ... 1"),
    (LIF, {"refractory": -1}, "refractory ... 0 ticks or more ... -1"),
    (LIF, {"mean_spikes": "exact"}, "mean_spikes ... sigmoid, clipped, smoothed ... 'exact'"),
    (LIF, {"connections": 1.5}, "connections ... a share from 0 to 1 or a mask ... 1.5"),
    (LIF, {"connections": torch.ones(4, 6)}, "connections ... the shape (6, 4) ... (4, 6)"),
    (LIF, {"dale": -0.1}, "dale ... a share from 0 to 1 or signs ... -0.1"),
    (LIF, {"dale": torch.zeros(4)}, "dale ... a share or 4 signs of 1 or -1 ... a tensor (4,)"),
    (LIF, {"delay": -1}, "delay ... 0 ticks or more ... -1"),
    (LIF, {"delay": [1, 2]}, "delay ... one number of ticks or 4 of them ... 2"),
    (ALIF, {"adaptation": 0.0}, "adaptation ... a finite number greater than 0 ... 0"),
    (ALIF, {"adaptation_decay": 1.0}, "adaptation_decay ... greater than 0 and less than 1 ... 1"),
    (SLIF, {"synaptic_decay": 1.0}, "synaptic_decay ... greater than 0 and less than 1 ... 1"),
    (LIG, {"size": 5}, "size ... even, a mean and a spread for each action ... 5"),
    (LIG, {"spread": 0.0}, "spread ... a finite number greater than 0 ... 0"),
    (LIF, {"learn": "weights"}, "learn: LIF ... 'weights' to learn ... weight, trace_decay, decay, threshold"),
    (LIS, {"learn": ["weight", "threshold"]}, "learn: LIS ... 'threshold' to learn ... weight, trace_decay, d"),
]


@pytest.mark.parametrize(("kind", "given", "words"), WRONG)
def test_a_bad_value_is_refused_by_its_name(kind: type[Any], given: dict[str, Any], words: str) -> None:
    """One error says which parameter is wrong, what it must be and what it got."""
    with pytest.raises(ValueError, match=naming(words)):
        kind(**{"inputs": 4, "size": 6, **given})
