"""Reflect against REINFORCE, against its equations written down again, and as a thing that is kept."""

import copy
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from alife.loss import TINIEST, Loss, Reflect, ReflectMTF
from alife.loss._reflection import Reflection
from tests.pairwise import pairwise


class SoftmaxLinear:
    """A policy p = softmax(W x) on one steady input, with the backward pass a readout has."""

    def __init__(self, seed: int, inputs: int = 5, outputs: int = 4) -> None:
        self.random = torch.Generator().manual_seed(seed)
        self.weight = torch.randn(outputs, inputs, generator=self.random, dtype=torch.float64)
        self.input = torch.rand(inputs, generator=self.random, dtype=torch.float64)

    def probabilities(self) -> Tensor:
        return torch.softmax(self.weight @ self.input, -1)

    def draw_action(self) -> Tensor:
        return torch.multinomial(self.probabilities(), 1, generator=self.random)[0]

    def at_logits(self, signal: Tensor) -> Tensor:
        """Take a signal at the probabilities back through the softmax, by autograd."""
        logits = (self.weight @ self.input).requires_grad_()
        torch.softmax(logits, -1).backward(signal)
        assert logits.grad is not None
        return logits.grad

    def step(self, signal: Tensor) -> None:
        self.weight -= 0.1 * torch.outer(self.at_logits(signal), self.input)


def _both(outputs: int = 4) -> list[Reflection]:
    return [Reflect(outputs).double(), ReflectMTF(outputs).double()]


def _decide(reflect: Reflection, seed: int, decisions: int) -> tuple[Tensor, Tensor]:
    """Observe random decisions and return them: probabilities (decisions, *rows, outputs), actions."""
    random = torch.Generator().manual_seed(seed)
    shape = (decisions, *reflect.rows, reflect.outputs)
    probabilities = torch.randn(shape, generator=random, dtype=torch.float64).softmax(-1)
    actions = torch.randint(reflect.outputs, shape[:-1], generator=random)
    for p, action in zip(probabilities, actions, strict=True):
        reflect.observe(p, action)
    return probabilities, actions


@pytest.mark.slow
@pytest.mark.parametrize(("reward", "give_output", "kind"), pairwise([1.0, -1.0], [False, True], [0, 1]))
def test_a_rewarded_action_becomes_more_likely(reward: float, give_output: bool, kind: int) -> None:
    """In 100 of 100 seeds one step after a reward makes the action more likely, one after a punishment less."""
    raised = 0
    for seed in range(100):
        policy, reflect = SoftmaxLinear(seed), _both()[kind]
        before, action = policy.probabilities(), policy.draw_action()
        reflect.observe(before, action)
        policy.step(reflect(reward, before if give_output else None).signal)
        raised += int(policy.probabilities()[action] > before[action])

    assert raised == (100 if reward > 0.0 else 0)


@pytest.mark.parametrize("kind", [0, 1])
def test_with_one_decision_per_reward_it_is_reinforce(kind: int) -> None:
    """At the logits the signal is -(r - b) (onehot - p) for 30 rewards in a row, each for one decision."""
    policy, reflect = SoftmaxLinear(0), _both()[kind]
    rewards = torch.randn(30, generator=policy.random, dtype=torch.float64).tolist()
    for k, reward in enumerate(rewards):
        p, action = policy.probabilities(), policy.draw_action()
        reflect.zero_states()
        reflect.observe(p, action)
        baseline = (reflect.mixture() * reflect.rewards.means().squeeze(-1)).sum().item()
        signal = reflect(reward, p if k % 2 else None).signal
        expected = -(reward - baseline) * (torch.eye(4, dtype=torch.float64)[action] - p)

        torch.testing.assert_close(policy.at_logits(signal), expected, rtol=1e-9, atol=1e-13)
        policy.step(signal)


def test_after_several_decisions_it_is_what_was_chosen_more_than_expected() -> None:
    """At the logits the signal is -(r - b) (mean OUT - q), whatever was observed."""
    policy, reflect = SoftmaxLinear(0), Reflect(4).double()
    _decide(reflect, 1, 20)
    q = policy.probabilities()

    expected = -2.0 * (reflect.chosen.means()[0] - q)
    torch.testing.assert_close(policy.at_logits(reflect(2.0, q).signal), expected, rtol=1e-9, atol=1e-13)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(st.integers(1, 5), st.integers(1, 12), st.floats(1e-9, 1.0 - 1e-9), st.integers(0, 2**31), st.booleans())
def test_it_is_its_equations(outputs: int, decisions: int, decay: float, seed: int, give_output: bool) -> None:
    """Value, signal and baseline are those of loops over plain numbers and autograd, over three rewards."""
    reflect = Reflect(outputs, decay).double()
    probabilities, actions = _decide(reflect, seed, decisions)
    ages = [decay**age for age in reversed(range(decisions))]
    chosen = torch.zeros(outputs, dtype=torch.float64)
    logs = torch.zeros(outputs, dtype=torch.float64)
    for age, p, action in zip(ages, probabilities, actions, strict=True):
        chosen[action] += age / sum(ages)
        logs += p.log() * age / sum(ages)
    earlier: list[float] = []
    for reward in (0.7, -2.0, 5.0):
        weights = [decay**age for age in reversed(range(len(earlier)))]
        baseline = sum(w * r for w, r in zip(weights, earlier, strict=True)) / sum(weights) if earlier else 0.0
        output = (probabilities.mean(0) if give_output else logs.softmax(-1)).clone().requires_grad_()
        expected = -(reward - baseline) * (chosen * output.log()).sum()
        expected.backward()
        value, signal = reflect(reward, output if give_output else None)

        torch.testing.assert_close(value, expected.detach(), rtol=1e-9, atol=1e-12)
        torch.testing.assert_close(signal, output.grad, rtol=1e-9, atol=1e-9)
        earlier.append(reward)


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(st.integers(1, 6), st.integers(1, 30), st.floats(1e-9, 1.0 - 1e-9), st.integers(0, 2**31))
def test_the_mean_of_what_was_chosen_adds_up_to_one(outputs: int, decisions: int, decay: float, seed: int) -> None:
    """From the first decision on, at every decay."""
    reflect = Reflect(outputs, decay).double()
    for k in range(decisions):
        _decide(reflect, seed + k, 1)

        assert reflect.chosen.means().sum().item() == pytest.approx(1.0, rel=1e-12)


@pytest.mark.slow
@settings(deadline=None, max_examples=20)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**31), st.booleans())
def test_a_row_is_the_row_alone(rows: int, outputs: int, seed: int, mtf: bool) -> None:
    """Rows with decisions and rewards of their own learn what each would learn alone."""
    kind = ReflectMTF if mtf else Reflect
    together = kind(outputs, rows=(rows,)).double()
    alone = [kind(outputs).double() for _ in range(rows)]
    probabilities, actions = _decide(together, seed, 5)
    for row, one in enumerate(alone):
        for p, action in zip(probabilities[:, row], actions[:, row], strict=True):
            one.observe(p, action)
    for rewards in torch.randn(3, rows, generator=torch.Generator().manual_seed(seed), dtype=torch.float64):
        value, signal = together(rewards)
        for row, one in enumerate(alone):
            torch.testing.assert_close(Loss(value[row], signal[row]), one(rewards[row]), rtol=1e-9, atol=1e-12)
            if mtf:
                torch.testing.assert_close(together.mix.grad[row], one.mix.grad, rtol=1e-9, atol=1e-12)


def test_many_row_axes() -> None:
    """Rows may have several axes."""
    reflect = ReflectMTF(3, rows=(2, 5))
    reflect.observe(torch.full((2, 5, 3), 1 / 3), torch.ones(2, 5, dtype=torch.int64))
    value, signal = reflect(torch.ones(2, 5))

    assert value.shape == (2, 5)
    assert signal.shape == (2, 5, 3)
    assert reflect.mix.grad is not None
    assert reflect.mix.grad.shape == (2, 5, 4)


@pytest.mark.parametrize("kind", [0, 1])
def test_the_baseline_is_the_mean_of_the_rewards_before(kind: int) -> None:
    """The first reward meets a baseline of 0; equal rewards after it are no surprise, and a bigger one is."""
    reflect = _both()[kind]
    _decide(reflect, 0, 3)
    first = reflect(2.0)

    assert first.value.item() > 0.0
    for _ in range(20):
        again = reflect(2.0)

        assert again.value.item() == pytest.approx(0.0, abs=1e-12)
        assert again.signal.abs().max().item() == pytest.approx(0.0, abs=1e-12)
    torch.testing.assert_close(reflect(4.0), first)


def test_zero_states_forgets_decisions_and_keeps_the_baseline() -> None:
    """After it only new decisions count, and the reward still meets the mean of those before."""
    reflect, fresh = Reflect(3).double(), Reflect(3).double()
    _decide(reflect, 0, 9)
    reflect(2.0)
    reflect.zero_states()
    _decide(reflect, 1, 4)
    _decide(fresh, 1, 4)

    torch.testing.assert_close(reflect(3.0), fresh(1.0))


def test_zero_states_of_some_rows_leaves_the_others() -> None:
    """Row 1 starts anew, rows 0 and 2 go on."""
    reflect = Reflect(3, rows=(3,)).double()
    _decide(reflect, 0, 9)
    continued = copy.deepcopy(reflect)
    reflect.zero_states([1])
    p, action = torch.full((3, 3), 1 / 3, dtype=torch.float64), torch.tensor([0, 1, 2])
    reflect.observe(p, action)
    continued.observe(p, action)
    seen, kept = reflect.chosen.means()[:, 0], continued.chosen.means()[:, 0]

    assert torch.equal(seen[[0, 2]], kept[[0, 2]])
    assert seen[1].tolist() == [0.0, 1.0, 0.0]
    reflect.zero_states([])
    assert torch.equal(reflect.chosen.means()[:, 0], seen)
    reflect.zero_states(torch.tensor([True, False, True]))
    assert reflect.chosen.empty_rows().tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("dtype", "give_output", "kind"), pairwise([torch.float32, torch.float64], [False, True], [Reflect, ReflectMTF])
)
def test_a_probability_of_zero_stays_finite(dtype: torch.dtype, give_output: bool, kind: type[Reflection]) -> None:
    """An action that could not have been drawn gives a huge signal, but a number, and poisons no trace."""
    reflect = kind(3).to(dtype)
    p = torch.tensor([1.0, 0.0, 0.0], dtype=dtype)
    reflect.observe(p, 1)
    value, signal = reflect(1.0, p if give_output else None)

    assert value.item() == pytest.approx(-math.log(TINIEST), rel=1e-3)
    assert torch.isfinite(signal).all()
    assert all(torch.isfinite(tensor).all() for tensor in reflect.state_dict().values())
    assert signal.dtype == dtype


def test_one_output_has_nothing_to_learn() -> None:
    """A probability of 1 that was chosen gives no value, and no signal is left behind the softmax."""
    reflect = Reflect(1)
    reflect.observe(torch.ones(1), 0)
    value, signal = reflect(3.0)
    logit = torch.zeros(1, requires_grad=True)
    logit.softmax(-1).backward(signal)

    assert value.item() == 0.0
    assert logit.grad is not None
    assert logit.grad.item() == 0.0


@pytest.mark.parametrize("kind", [0, 1])
def test_it_goes_on_from_a_saved_state(kind: int) -> None:
    """A state_dict put into a new one of its kind gives the same losses for ever."""
    reflect, resumed = _both()[kind], _both()[kind]
    _decide(reflect, 0, 5)
    reflect(1.5)
    resumed.load_state_dict(reflect.state_dict())
    for seed, reward in enumerate((1.0, -2.0)):
        _decide(reflect, seed, 3)
        _decide(resumed, seed, 3)

        assert all(map(torch.equal, reflect(reward), resumed(reward)))


@pytest.mark.parametrize("kind", [0, 1])
def test_no_graph_is_kept(kind: int) -> None:
    """Inputs that want gradients are fine; nothing that is returned or kept has a graph."""
    reflect = _both(3)[kind]
    logits = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    reflect.observe(logits.softmax(-1), 2)
    loss = reflect(torch.tensor(1.0, requires_grad=True), logits.softmax(-1))
    grads = [p.grad for p in reflect.parameters() if p.grad is not None]

    assert len(grads) == kind
    for tensor in (*loss, *reflect.buffers(), *reflect.parameters(), *grads):
        assert tensor.grad_fn is None


@pytest.mark.slow
def test_what_it_keeps_does_not_grow() -> None:
    """The state has the same shapes after 1 and after 1,000 decisions."""
    reflect = ReflectMTF(3)
    shapes = {name: tensor.shape for name, tensor in reflect.state_dict().items()}
    for _ in range(1000):
        reflect.observe(torch.full((3,), 1 / 3), 0)

    assert {name: tensor.shape for name, tensor in reflect.state_dict().items()} == shapes


@pytest.mark.parametrize("kind", [0, 1])
def test_it_works_in_inference_mode(kind: int) -> None:
    """Calls inside and outside inference mode may alternate."""
    reflect = _both(3)[kind]
    for k in range(4):
        with torch.inference_mode(k % 2 == 0):
            reflect.observe(torch.full((3,), 1 / 3, dtype=torch.float64), 0)

            assert torch.isfinite(reflect(float(k)).signal).all()


@pytest.mark.parametrize("kind", [0, 1])
def test_a_reward_needs_a_decision(kind: int) -> None:
    """Before any decision the error says what to do, and no reward enters the baseline."""
    reflect = _both()[kind]
    with pytest.raises(RuntimeError, match=r"^Reflect(MTF)? .*observe"):
        reflect(1.0)

    assert reflect.rewards.empty_rows()


def test_every_row_needs_a_decision() -> None:
    """A row that forgot its decisions and made no other is not taken for one that has any."""
    reflect = Reflect(3, rows=(2,)).double()
    _decide(reflect, 0, 1)
    reflect.zero_states([1])
    with pytest.raises(RuntimeError, match="in every row"):
        reflect(1.0)


@pytest.mark.parametrize(
    ("probabilities", "action", "message"),
    [
        (torch.ones(3), torch.zeros(2).long(), r"Reflect.*probabilities of shape \(3,\).*\(2, 3\)"),
        (torch.ones(2, 3), 0, r"Reflect.*an action of shape \(\).*\(2,\)"),
        (torch.ones(2, 3), torch.zeros(2, 3).long(), r"Reflect.*an action of shape \(2, 3\).*\(2,\)"),
        (torch.ones(2, 3), torch.zeros(2), r"Reflect.*an action of type torch.float32.*whole numbers"),
        (torch.ones(2, 3), torch.tensor([0, 3]), r"Reflect.*indices from 0 to 3.*0 to 2"),
        (torch.ones(2, 3).half(), torch.tensor([0, 1]), r"Reflect.*an output of type torch.float16.*.*"),
    ],
)
def test_a_decision_has_a_shape(probabilities: Tensor, action: Tensor | int, message: str) -> None:
    """What is no decision is refused in one sentence, and nothing of it is remembered."""
    reflect = Reflect(3, rows=(2,))
    with pytest.raises(ValueError, match=f"^{message}"):
        reflect.observe(probabilities, action)

    assert not any(tensor.any() for tensor in reflect.state_dict().values())


@pytest.mark.parametrize(
    ("reward", "output", "message"),
    [
        (torch.tensor(1.0), None, r"Reflect.*a reward of shape \(\).*\(2,\)"),
        (torch.ones(2, 1), None, r"Reflect.*a reward of shape \(2, 1\).*\(2,\)"),
        (torch.tensor([1.0, math.nan]), None, r"Reflect.*a reward that is not a finite number"),
        (math.inf, None, r"Reflect.*a reward that is not a finite number"),
        (1.0, torch.ones(3), r"Reflect.*an output of shape \(3,\).*\(2, 3\)"),
        (1.0, torch.ones(2, 3).long(), r"Reflect.*an output of type torch.int64.*.*"),
    ],
)
def test_a_reward_has_a_shape(reward: Tensor | float, output: Tensor | None, message: str) -> None:
    """What is no reward is refused in one sentence and does not enter the baseline."""
    reflect = Reflect(3, rows=(2,)).double()
    _decide(reflect, 0, 1)
    with pytest.raises(ValueError, match=f"^{message}"):
        reflect(reward, output)

    assert reflect.rewards.empty_rows().all()


def test_without_rows_there_are_no_rows_to_forget() -> None:
    """An index would otherwise reach an output."""
    with pytest.raises(ValueError, match=r"^Reflect.*no row axis"):
        Reflect(3).zero_states([0])


@pytest.mark.parametrize("decay", [0.0, 1.0, -0.5, math.nan])
def test_a_decay_is_between_zero_and_one(decay: float) -> None:
    """Both ends excluded."""
    with pytest.raises(ValueError, match="above 0 and below 1"):
        Reflect(3, decay)


def test_there_must_be_an_output() -> None:
    """A readout without outputs decides nothing."""
    with pytest.raises(ValueError, match=r"^Reflect.*0 outputs.*at least 1"):
        Reflect(0)
