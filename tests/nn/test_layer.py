"""The contract of a layer, which LIF and LIS keep alike."""

import re
from functools import partial

import pytest
import torch

from alife.nn import LIF, LIS, Layer

LAYERS = [partial(LIF, 4, 6, decay=0.7), partial(LIS, 4, 6, decay=0.7)]
both = pytest.mark.parametrize("make", LAYERS, ids=["lif", "lis"])


def _random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _with_weights(layer: Layer, seed: int = 1) -> Layer:
    layer.weight.copy_(_random(*layer.weight.shape, seed=seed))
    return layer


@both
@pytest.mark.parametrize("rows", [(5,), (2, 3)])
def test_each_row_is_a_brain_of_its_own(make: partial[Layer], rows: tuple[int, ...]) -> None:
    """Rows side by side do what single brains with the same weights do."""
    many = _with_weights(make(rows=rows))
    alone = [make() for _ in range(many.weight[..., 0, 0].numel())]
    for layer, weight in zip(alone, many.weight.reshape(-1, 6, 4), strict=True):
        layer.weight.copy_(weight)
    inputs = _random(50, *rows, 4)
    together = torch.stack([many(x) for x in inputs]).reshape(50, -1, 6)
    apart = [[layer(x) for layer, x in zip(alone, xs.reshape(-1, 4), strict=True)] for xs in inputs]

    torch.testing.assert_close(together, torch.stack([torch.stack(outputs) for outputs in apart]))
    torch.testing.assert_close(many.membrane.reshape(-1, 6), torch.stack([layer.membrane for layer in alone]))


@both
def test_zero_states_silences_every_row(make: partial[Layer]) -> None:
    """Without rows it clears all membranes."""
    layer = _with_weights(make(rows=(3,)))
    layer(_random(3, 4))
    layer.zero_states()

    assert torch.equal(torch.zeros(3, 6), layer.membrane)


@both
def test_zero_states_of_some_rows_spares_the_others(make: partial[Layer]) -> None:
    """Only the rows given by index are cleared."""
    layer = _with_weights(make(rows=(4,)))
    layer(_random(4, 4))
    before = layer.membrane.clone()
    layer.zero_states(torch.tensor([0, 2]))

    assert torch.equal(torch.zeros(2, 6), layer.membrane[[0, 2]])
    assert torch.equal(before[[1, 3]], layer.membrane[[1, 3]])
    assert before.all()


@both
def test_no_graph_is_kept(make: partial[Layer]) -> None:
    """Nothing that a tick leaves behind has a graph, even when the weights want gradients."""
    layer = _with_weights(make(rows=(2,)))
    for parameter in layer.parameters():
        parameter.requires_grad_()
    outputs = [layer(_random(2, 4).requires_grad_()) for _ in range(3)]
    left = [*outputs, *layer.buffers(), layer.tick.membrane, layer.tick.output, layer.decay]

    assert [None] * len(left) == [tensor.grad_fn for tensor in left]
    assert not any(tensor.requires_grad for tensor in left)


@both
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 5), (2, 2, 4)])
def test_a_wrong_input_is_refused(make: partial[Layer], shape: tuple[int, ...]) -> None:
    """An input of the wrong shape is an error that names both shapes."""
    layer = make(rows=(2,))

    with pytest.raises(ValueError, match=re.escape(f"shape {shape}, it takes (2, 4)")):
        layer(torch.zeros(shape))


@both
def test_a_state_dict_holds_the_whole_layer(make: partial[Layer]) -> None:
    """A layer that takes on another's state goes on exactly as that one, membranes included."""
    first, second = _with_weights(make(rows=(3,))), make(rows=(3,))
    for x in _random(10, 3, 4):
        first(x)
    second.load_state_dict(first.state_dict())
    inputs = _random(20, 3, 4, seed=2)

    assert torch.equal(torch.stack([first(x) for x in inputs]), torch.stack([second(x) for x in inputs]))
    assert torch.equal(first.membrane, second.membrane)


@both
def test_a_changed_decay_is_seen_at_the_next_tick(make: partial[Layer]) -> None:
    """Writing to the free parameter in place changes the very next tick."""
    layer = make(rows=(1,))
    layer.membrane.fill_(0.1)
    layer(torch.zeros(1, 4))
    with torch.no_grad():
        layer.free_decay.zero_()  # sigmoid(0) = 0.5
    layer(torch.zeros(1, 4))

    torch.testing.assert_close(layer.membrane, torch.full((1, 6), 0.1 * 0.7 * 0.5))


@both
def test_a_loaded_decay_is_seen_at_the_next_tick(make: partial[Layer]) -> None:
    """After load_state_dict the layer leaks as the state says."""
    layer, other = make(rows=(1,)), make(rows=(1,), decay=0.2)
    layer(torch.zeros(1, 4))
    layer.load_state_dict(other.state_dict())
    layer.membrane.fill_(0.1)
    layer(torch.zeros(1, 4))

    torch.testing.assert_close(layer.membrane, torch.full((1, 6), 0.1 * 0.2))


@both
def test_a_tick_shows_its_input(make: partial[Layer]) -> None:
    """`tick` holds what came in and what went out."""
    layer = make(rows=(2,))
    x = _random(2, 4)
    output = layer(x)

    assert torch.equal(x, layer.tick.input)
    assert torch.equal(output, layer.tick.output)


@both
def test_no_rows_are_allowed(make: partial[Layer]) -> None:
    """A species of which nobody lives passes its ticks like any other."""
    layer = make(rows=(0,))

    assert layer(torch.zeros(0, 4)).shape == (0, 6)


@pytest.mark.parametrize("kind", [LIF, LIS])
def test_one_neuron_with_one_input_is_enough(kind: type[Layer]) -> None:
    """The smallest layer works."""
    layer = kind(1, 1)

    assert torch.isfinite(layer(torch.ones(1))).all()
