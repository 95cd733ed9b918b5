"""What the losses take for an output and a target, and what they say of the rest."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from alife import nn
from alife.loss import Loss, Reflect, ReflectMTF, binary_cross_entropy, cross_entropy, gaussian_nll, mse, nll

LOSSES: list[Callable[[Any, Any], Loss]] = [mse, cross_entropy, nll, binary_cross_entropy, gaussian_nll]
MEMBRANES = [[-0.1, 0.5], [0.2, 1.5], [3.0, 1.0], [math.nan, 0.5], [math.inf, 0.0]]
REFUSED = r"^{} .*probabilities.*cross_entropy"


@pytest.mark.parametrize("numbers", MEMBRANES)
@pytest.mark.parametrize("loss", [nll, binary_cross_entropy])
def test_a_membrane_is_no_probability(loss: Callable[[Tensor, Any], Loss], numbers: list[float]) -> None:
    """Numbers below 0 or above 1 are refused, with the loss that takes them."""
    with pytest.raises(ValueError, match=REFUSED.format(loss.__name__)):
        loss(torch.tensor(numbers), torch.tensor([0.0, 1.0]))


@pytest.mark.parametrize("numbers", MEMBRANES)
@pytest.mark.parametrize("kind", [Reflect, ReflectMTF])
def test_a_membrane_is_no_decision(kind: type[Reflect], numbers: list[float]) -> None:
    """Neither what is observed nor the mean output of a reward, and nothing of it is remembered."""
    reflect = kind(2)
    with pytest.raises(ValueError, match=REFUSED.format(kind.__name__)):
        reflect.observe(torch.tensor(numbers), 0)
    assert bool(reflect.chosen.empty_rows().all())
    reflect.observe(torch.tensor([0.5, 0.5]), 0)
    with pytest.raises(ValueError, match=REFUSED.format(kind.__name__)):
        reflect(1.0, torch.tensor(numbers))
    assert bool(reflect.rewards.empty_rows().all())


def test_a_rounding_beside_one_is_a_probability() -> None:
    """What a softmax or a mean of it rounds to is taken."""
    assert nll(torch.tensor([1.0 + 1e-6, 0.0]), 0).value.item() == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output", [np.full(2, 0.5), [0.5, 0.5], 0.5, None])
def test_an_output_is_a_tensor(loss: Callable[[Any, Any], Loss], output: object) -> None:
    """An array, a list and a number are none, and the sentence says what they are."""
    sentence = rf"^{loss.__name__} .*an output.*{type(output).__name__}.*torch\.Tensor"
    with pytest.raises(TypeError, match=sentence):
        loss(output, torch.ones(2))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("target", ["one", None, [[1.0], [1.0, 2.0]], {"a": 1}])
def test_a_target_is_numbers(loss: Callable[[Any, Any], Loss], target: object) -> None:
    """What torch makes no tensor of is refused."""
    with pytest.raises(TypeError, match=rf"^{loss.__name__}.*a target.*{type(target).__name__}"):
        loss(torch.full((2,), 0.5), target)


@pytest.mark.slow
@pytest.mark.parametrize("loss", [nll, cross_entropy])
def test_a_choice_may_be_a_plain_number(loss: Callable[[Tensor, Any], Loss]) -> None:
    """An index, or what is likely, as numbers, lists or arrays; floats are not rounded on their way."""
    output, rows = torch.tensor([0.25, 0.75], dtype=torch.float64), torch.full((3, 2), 0.5)

    torch.testing.assert_close(loss(output, 1), loss(output, torch.tensor(1)))
    for likely in ([0.1, 0.9], np.array([0.1, 0.9])):
        assert torch.equal(loss(output, likely).value, loss(output, torch.tensor([0.1, 0.9], dtype=output.dtype)).value)
    for index in ([0, 1, 1], np.array([0, 1, 1])):
        torch.testing.assert_close(loss(rows, index), loss(rows, torch.tensor([0, 1, 1])))
    with pytest.raises(ValueError, match=r"torch\.float64.*whole numbers"):
        loss(output, 1.0)


@pytest.mark.slow
@pytest.mark.parametrize("target", [1, 1.0, [[1, 1]] * 3, np.ones((3, 2))])
def test_a_number_may_be_the_target_of_all(target: object) -> None:
    """For mse a plain number stands for every output; a tensor is not broadcast."""
    output = torch.rand(3, 2)

    torch.testing.assert_close(mse(output, target), mse(output, torch.ones(3, 2)))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^mse.*\(\).*\(3, 2\)"):
        mse(output, torch.tensor(1.0))


def test_actions_and_rewards_may_be_lists() -> None:
    """Reflect takes what torch makes tensors of, and says what it does not take."""
    listed, plain = Reflect(2, rows=(3,)), Reflect(2, rows=(3,))
    listed.observe(torch.full((3, 2), 0.5), [0, 1, 1])
    plain.observe(torch.full((3, 2), 0.5), torch.tensor([0, 1, 1]))

    torch.testing.assert_close(listed(np.arange(3)), plain(torch.arange(3.0)))
    with pytest.raises(TypeError, match=r"^Reflect.*an action.*str.*torch\.Tensor"):
        listed.observe(torch.full((3, 2), 0.5), "left")
    with pytest.raises(TypeError, match=r"^Reflect.*a reward.*str.*torch\.Tensor"):
        listed("much")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("readout", "loss", "target"),
    [
        (nn.LIB, binary_cross_entropy, [1.0, 0.0, 1.0, 0.0]),
        (nn.LIG, gaussian_nll, [2.5, -1.5]),
    ],
)
def test_a_readout_learns_from_its_loss(
    readout: type[nn.Layer], loss: Callable[[Tensor, Any], Loss], target: list[float]
) -> None:
    """Fifty steps along the gradients of a readout take the value down."""
    layer, input = readout(3, 4), torch.tensor([0.2, 0.5, 0.9])
    optimiser, values = torch.optim.SGD(layer.parameters(), 0.02), []
    for _ in range(50):
        layer(input)
        value, signal = loss(layer.mean_output(), target)
        optimiser.zero_grad()
        layer.backward(signal)
        optimiser.step()
        values.append(value.item())

    assert values[-1] < values[0] - 0.5
