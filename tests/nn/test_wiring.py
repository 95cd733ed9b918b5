"""Which inputs a neuron sees, with which sign, and how late."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from alife.nn import LIF


@pytest.mark.slow
@given(st.floats(0.0, 1.0), st.integers(1, 12))
def test_each_neuron_sees_the_same_share(connections: float, inputs: int) -> None:
    """A share is a number of inputs, the same for each neuron and at least one; the rest has no effect."""
    layer = LIF(inputs, 5, connections=connections, learn=())
    layer.weight.fill_(1.0)

    assert layer.synapses.sum(-1).tolist() == [max(1, round(connections * inputs))] * 5


def test_each_neuron_draws_its_own_inputs() -> None:
    """Masks differ between neurons, and the generator decides them."""
    first, same, other = (
        LIF(20, 5, connections=0.5, generator=torch.Generator().manual_seed(seed)).mask for seed in (0, 0, 1)
    )
    assert first is not None
    assert same is not None
    assert other is not None

    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert len({tuple(row) for row in first.tolist()}) == 5


def test_a_mask_may_be_given() -> None:
    """True is where there is a synapse; a missing one gets no gradient either."""
    mask = torch.tensor([[True, False, True], [False, False, True]])
    layer = LIF(3, 2, connections=mask)
    layer(torch.ones(3))
    layer.backward(torch.ones(2))

    assert layer.weight.grad is not None
    assert torch.equal(layer.synapses != 0.0, mask)
    assert torch.equal(layer.weight.grad != 0.0, mask)


@pytest.mark.parametrize("rows", [(), (2,)])
def test_a_share_of_the_inputs_excites(rows: tuple[int, ...]) -> None:
    """The first ones excite, the others inhibit, at first as strongly in sum."""
    layer = LIF(1000, 50, dale=0.8, rows=rows, learn=(), generator=torch.Generator().manual_seed(0))
    exciting, inhibiting = layer.synapses[..., :800], layer.synapses[..., 800:]

    assert (exciting >= 0.0).all()
    assert (inhibiting <= 0.0).all()
    assert exciting.sum().item() == pytest.approx(-inhibiting.sum().item(), rel=0.05)


def test_signs_may_be_given() -> None:
    """One 1 or -1 for each input."""
    signs = torch.tensor([1.0, -1.0, 1.0])

    assert torch.equal(LIF(3, 4, dale=signs, learn=()).synapses.sign(), signs.expand(4, 3))


@pytest.mark.parametrize("rows", [slice(None), torch.tensor([2, 0])])
def test_a_gradient_at_the_synapses_becomes_one_at_the_weights(rows: torch.Tensor | slice) -> None:
    """Signs and mask are passed through as autograd would, for all rows or some."""
    layer = LIF(4, 3, dale=0.5, connections=0.5, rows=(3,))
    at_synapses = torch.randn(3, 3, 4, generator=torch.Generator().manual_seed(0))
    (wanted,) = torch.autograd.grad(layer.synapses, layer.weight, at_synapses)

    assert torch.equal(layer.weight_gradient(at_synapses[rows], rows), wanted[rows])
    assert wanted.any()
