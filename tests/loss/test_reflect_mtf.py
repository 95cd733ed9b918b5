"""ReflectMTF: the mixture against autograd, and what an optimiser makes of it."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from alife.loss import Reflect, ReflectMTF

DECAYS = (0.5, 0.9, 0.99, 0.999)


def _decide(reflect: Reflect | ReflectMTF, seed: int, decisions: int) -> None:
    random = torch.Generator().manual_seed(seed)
    for _ in range(decisions):
        shape = (*reflect.rows, reflect.outputs)
        p = torch.randn(shape, generator=random, dtype=torch.float64).softmax(-1)
        reflect.observe(p, torch.randint(reflect.outputs, shape[:-1], generator=random))


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(st.sampled_from([(), (3,), (2, 2)]), st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**31), st.booleans())
def test_value_signal_and_the_gradient_of_the_mixture(
    rows: tuple[int, ...], outputs: int, count: int, seed: int, give_output: bool
) -> None:
    """All three are what autograd makes of the equations, baseline and output being functions of the weights."""
    random = torch.Generator().manual_seed(seed)
    reflect = ReflectMTF(outputs, torch.rand(count, generator=random).clamp(0.01, 0.99).tolist(), rows).double()
    _decide(reflect, seed, 6)
    for reward in torch.randn(3, *rows, generator=random, dtype=torch.float64):
        with torch.no_grad():
            reflect.mix.normal_(generator=random)
        mix = reflect.mix.detach().clone().requires_grad_()
        weights = mix.softmax(-1).unsqueeze(-1)
        chosen, logs, past = (
            (weights * mean.means()).sum(-2) for mean in (reflect.chosen, reflect.logs, reflect.rewards)
        )
        given_output = torch.randn(*rows, outputs, generator=random, dtype=torch.float64).softmax(-1)
        output = given_output.requires_grad_() if give_output else logs.softmax(-1)
        expected = -(reward - past.squeeze(-1)) * (chosen * output.log()).sum(-1)
        slope = torch.autograd.grad(expected.sum(), output, retain_graph=True)[0]
        reflect.mix.grad = None
        value, signal = reflect(reward, given_output if give_output else None)

        torch.testing.assert_close(value, expected.detach(), rtol=1e-9, atol=1e-12)
        torch.testing.assert_close(signal, slope, rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(reflect.mix.grad, torch.autograd.grad(expected.sum(), mix)[0], rtol=1e-9, atol=1e-11)


def test_the_decays_start_equal() -> None:
    """Each counts a quarter."""
    assert torch.equal(ReflectMTF(3, rows=(2,)).mixture(), torch.full((2, 4), 0.25))


@pytest.mark.parametrize("give_output", [False, True])
def test_with_one_decay_it_is_reflect(give_output: bool) -> None:
    """There is nothing to mix: the same losses, and no gradient."""
    one, plain = ReflectMTF(3, (0.8,)).double(), Reflect(3, 0.8).double()
    output = torch.tensor([0.2, 0.5, 0.3], dtype=torch.float64) if give_output else None
    for seed in range(4):
        _decide(one, seed, 3)
        _decide(plain, seed, 3)

        assert all(map(torch.equal, one(float(seed), output), plain(float(seed), output)))
    assert one.mix.grad is not None
    assert one.mix.grad.item() == pytest.approx(0.0, abs=1e-12)


def test_with_all_weight_on_one_decay_it_is_reflect_at_that_decay() -> None:
    """The decays do not get into each other's way."""
    mixed, plain = ReflectMTF(3, DECAYS).double(), Reflect(3, DECAYS[2]).double()
    with torch.no_grad():
        mixed.mix.copy_(torch.tensor([0.0, 0.0, 1e4, 0.0]))
    for seed in range(4):
        _decide(mixed, seed, 3)
        _decide(plain, seed, 3)

        torch.testing.assert_close(mixed(float(seed)), plain(float(seed)), rtol=1e-9, atol=1e-12)


def test_gradients_add_up() -> None:
    """Two calls leave the sum of what each would have left."""
    reflect = ReflectMTF(3).double()
    _decide(reflect, 0, 5)
    reflect(1.0)
    assert reflect.mix.grad is not None
    first = reflect.mix.grad.clone()
    reflect.mix.grad = None
    reflect(-2.0)
    second = reflect.mix.grad.clone()
    again = ReflectMTF(3).double()
    _decide(again, 0, 5)
    again(1.0)
    again(-2.0)

    torch.testing.assert_close(again.mix.grad, first + second)


@pytest.mark.slow
@pytest.mark.parametrize("optimiser", [torch.optim.SGD, torch.optim.AdamW])
def test_an_optimiser_of_torch_takes_the_value_downhill(optimiser: type[torch.optim.Optimizer]) -> None:
    """A small step along the gradient makes the value of the same reward smaller."""
    reflect = ReflectMTF(3).double()
    _decide(reflect, 0, 20)
    reflect(1.0)
    reflect.mix.grad = None
    state = {name: tensor.clone() for name, tensor in reflect.state_dict().items() if name != "mix"}
    before = reflect(3.0).value
    optimiser(reflect.parameters(), lr=1e-3).step()  # type: ignore[call-arg]
    reflect.load_state_dict(state, strict=False)

    assert reflect(3.0).value < before


def test_without_learning_there_is_no_gradient() -> None:
    """The weights stay equal, and it may be switched on later."""
    reflect = ReflectMTF(3, learn=False).double()
    _decide(reflect, 0, 5)
    reflect(1.0)

    assert reflect.mix.grad is None
    assert not reflect.mix.requires_grad
    reflect.mix.requires_grad_()
    reflect(1.0)
    assert reflect.mix.grad is not None


def test_zero_states_keeps_what_was_learned() -> None:
    """The weights and the baseline stay; the decisions go."""
    reflect = ReflectMTF(3).double()
    _decide(reflect, 0, 5)
    reflect(1.0)
    with torch.no_grad():
        reflect.mix.copy_(torch.arange(4.0))
    reflect.zero_states()

    assert reflect.mix.tolist() == [0.0, 1.0, 2.0, 3.0]
    assert reflect.rewards.means().flatten().tolist() == [1.0] * 4
    assert reflect.chosen.empty_rows()


def test_there_must_be_a_decay() -> None:
    """None is none to mix, and one out of range is named."""
    with pytest.raises(ValueError, match=r"^ReflectMTF.*\(\)"):
        ReflectMTF(3, ())
    with pytest.raises(ValueError, match=r"^ReflectMTF.*\(0\.5, 1\.0\).*above 0 and below 1"):
        ReflectMTF(3, (0.5, 1.0))


def test_a_module_becomes_another_number_type() -> None:
    """Buffers, weights and losses follow, and the decays are not left rounded."""
    reflect = ReflectMTF(2).float().double()
    for k in range(3):
        reflect.observe(torch.tensor([0.25, 0.75], dtype=torch.float64), k % 2)

    assert {tensor.dtype for tensor in reflect.state_dict().values()} == {torch.float64}
    expected = [1.0 / (1.0 + d + d * d) * (1.0 + d * d) for d in DECAYS]
    assert reflect.chosen.means()[:, 0].tolist() == pytest.approx(expected, rel=1e-12)
    reflect.float()(1.0)
    assert reflect(1.0).signal.dtype == torch.float32
