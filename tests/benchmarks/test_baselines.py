"""Baselines: stream AC against torch's autograd and its own promises, what counts of a life, and the rows."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from benchmarks.baselines.__main__ import main
from benchmarks.baselines.stream_ac import DEFAULTS, Agents, Networks, Normaliser, StreamAC, bounded_step
from benchmarks.baselines.tasks import Life, Task


def _outputs(weights: list[torch.Tensor], inputs: torch.Tensor) -> torch.Tensor:
    """Return what the network of the source computes."""
    heard = inputs
    for k, weight in enumerate(weights):
        made = heard @ weight[:-1] + weight[-1]
        if k == len(weights) - 1:
            return made
        heard = torch.nn.functional.leaky_relu(torch.nn.functional.layer_norm(made, made.shape), 0.01)
    raise AssertionError


def _leaves(network: Networks) -> list[torch.Tensor]:
    return [torch.tensor(weight, dtype=torch.float64, requires_grad=True) for weight in network.layers(0)]


def _random(rows: int) -> list[np.random.Generator]:
    return [np.random.default_rng(row) for row in range(rows)]


@pytest.mark.parametrize("hidden", [(), (7,), (7, 5)])
def test_a_trace_is_the_gradient_of_autograd(hidden: tuple[int, ...]) -> None:
    """Two steps: the second gradient, and what g l leaves of the first; |z|_1 is the size of all. Others stay."""
    random = np.random.default_rng(3)
    networks = Networks((4, *hidden, 3), 0.3, _random(2))
    expected: list[Any] = [0.0] * (len(hidden) + 1)
    for _ in range(2):
        inputs, signals = random.normal(size=(2, 4)).astype(np.float32), random.normal(size=(2, 3)).astype(np.float32)
        leaves = _leaves(networks)
        outputs = _outputs(leaves, torch.tensor(inputs[0], dtype=torch.float64))
        np.testing.assert_allclose(networks.forward(inputs)[0], outputs.detach().numpy(), atol=1e-5)
        outputs.backward(torch.tensor(signals[0], dtype=torch.float64))
        expected = [0.7 * old + leaf.grad.numpy() for old, leaf in zip(expected, leaves, strict=True)]  # type: ignore[union-attr]
        networks.trace(np.array([0]), signals, 0.7)
    found = np.concatenate([right.ravel() for right in expected])
    np.testing.assert_allclose(networks.traces[0], found, atol=2e-5)
    assert networks.sums[0] == pytest.approx(np.abs(found).sum(), rel=1e-4)
    assert not networks.traces[1].any()


def test_one_step_of_learning_is_that_of_the_equations() -> None:
    """Actor and critic after a first step, from autograd, the TD error and the bound of ObGD, written again."""
    agents = Agents(StreamAC(hidden=(6, 6), sparsity=0.2), 4, 3, [5])
    random = np.random.default_rng(1)
    before, after = random.normal(size=(2, 4))
    for networks in (agents.critic, agents.actor):
        networks.weights += random.normal(size=networks.weights.shape).astype(np.float32) * np.float32(0.2)
    critic, actor = _leaves(agents.critic), _leaves(agents.actor)
    no = np.zeros(1, bool)
    action = int(agents.act(before[None], np.zeros(1), no, no)[0])
    agents.act(after[None], np.array([1.5]), no, no)

    first = np.zeros(4)  # a first observation is its own mean
    second = (after - before) / 2.0 / np.sqrt((after - before) ** 2 / 2.0 + 1e-8)
    value = _outputs(critic, torch.tensor(first))[0]
    error = 1.5 + 0.99 * float(_outputs(critic, torch.tensor(second))[0].detach()) - float(value.detach())
    logs = torch.log_softmax(_outputs(actor, torch.tensor(first)), 0)
    value.backward()
    (logs[action] - 0.01 * np.sign(error) * (logs.exp() * logs).sum()).backward()
    for leaves, networks, kappa in ((critic, agents.critic, 2.0), (actor, agents.actor, 3.0)):
        size = sum(float(leaf.grad.abs().sum()) for leaf in leaves)  # type: ignore[union-attr]
        step = 1.0 / max(kappa * max(abs(error), 1.0) * size, 1.0)
        for leaf, weight in zip(leaves, networks.layers(0), strict=True):
            np.testing.assert_allclose(weight, (leaf + step * error * leaf.grad).detach().numpy(), atol=1e-5)  # type: ignore[operator]


def test_what_an_end_changes() -> None:
    """Nothing is expected after a terminated episode, traces are gone, and from the first observation of the next
    nothing is learned.
    """
    agents = Agents(DEFAULTS, 4, 2, [1, 2, 3])
    draw = np.random.default_rng(0)
    no, ended = np.zeros(3, bool), np.array([True, True, False])
    for _ in range(20):
        agents.act(draw.normal(size=(3, 4)), draw.normal(size=3), no, no)
    agents.act(draw.normal(size=(3, 4)), np.ones(3), np.array([True, False, False]), ended)
    assert not agents.actor.traces[ended].any()
    assert not agents.critic.traces[ended].any()
    assert agents.actor.traces[2].any()
    before = agents.actor.weights.copy()
    agents.act(draw.normal(size=(3, 4)), np.ones(3), no, no)
    np.testing.assert_array_equal(agents.actor.weights[ended], before[ended])
    assert (agents.actor.weights[2] != before[2]).any()


@pytest.mark.parametrize("error", [-30.0, -0.2, 1e-9, 3.0])
@pytest.mark.parametrize("inputs", [1, 5, 500])
def test_a_step_does_not_overshoot(error: float, inputs: int) -> None:
    """Where inputs are within 1, the value moves towards its target, and no farther than |delta| / kappa."""
    networks, row = Networks((inputs, 1), 0.0, _random(1)), np.array([0])
    heard = np.random.default_rng(1).uniform(-1.0, 1.0, (1, inputs)).astype(np.float32)
    before = float(networks.forward(heard)[0, 0])
    networks.trace(row, np.ones((1, 1), np.float32), 0.9)
    networks.step(row, np.array([error]), 1.0, 2.0)
    moved = (float(networks.forward(heard)[0, 0]) - before) / error
    assert 0.0 < moved + 1e-6 <= 0.5 + 2e-6 / abs(error)


def test_a_short_step_is_not_bounded() -> None:
    """M is 1 where the traces are as small as that."""
    assert bounded_step(0.5, 0.5, 1.0, 2.0) == 1.0
    assert bounded_step(4.0, 0.5, 1.0, 2.0) == 0.25


def test_numbers_are_in_units_of_their_deviation() -> None:
    """As numpy counts it, with one less than there are; a first number is its own mean."""
    numbers = np.random.default_rng(0).normal(3.0, 5.0, (50, 2))
    normaliser = Normaliser(1, 2, centred=True)
    normaliser.update(numbers[:1])
    assert normaliser.scale(numbers[:1]).tolist() == [[0.0, 0.0]]
    for each in numbers[1:]:
        normaliser.update(each[None])
    normaliser.update(np.ones((1, 2)), np.array([[False]]))
    np.testing.assert_allclose(
        normaliser.scale(numbers[7:8])[0], (numbers[7] - numbers.mean(0)) / numbers.std(0, ddof=1)
    )


def test_first_weights_are_sparse() -> None:
    """Nine of ten inputs of each unit are silent, the others within 1/sqrt(inputs), and biases are 0."""
    for weight in Networks((40, 8, 2), 0.9, _random(1)).layers(0):
        inputs = len(weight) - 1
        assert ((weight[:-1] != 0).sum(0) == inputs - np.ceil(0.9 * inputs)).all()
        assert np.abs(weight).max() <= inputs**-0.5
        assert not weight[-1].any()


def test_what_counts_of_a_life() -> None:
    """Whole episodes of the last eighth; reward per 100 steps of the last tenth; curves of what ends in each part."""
    rewards, over = np.ones(80), np.zeros(80, bool)
    over[[9, 60, 74, 78]] = True  # 10, 51, 14 and 4 steps long
    life = Life(rewards, over)
    assert Task("", 80, episodic=True).score(life) == 4.0
    assert np.isnan(Task("", 80, episodic=True).score_after(life, 40))
    np.testing.assert_array_equal(Task("", 80, episodic=True, points=4).curve(life), [10.0, np.nan, np.nan, 69.0 / 3.0])
    assert Task("", 80).score(life) == 100.0
    assert Task("", 80, points=2).curve(life).tolist() == [100.0, 100.0]


def _row(folder: Path, arm: str, seeds: str, share: str) -> Any:
    main(["--task", "forage", "--arm", arm, "--seeds", seeds, "--share", share, "--out", str(folder)])
    return json.loads((folder / "rows" / f"forage-{arm}.json").read_text())


@pytest.mark.slow
def test_a_row_says_its_seeds_and_a_seed_lives_the_same_life_again(tmp_path: Path) -> None:
    """Alone or beside others."""
    both, one = _row(tmp_path, "stream_ac", "3-4", ".02"), _row(tmp_path, "stream_ac", "4", ".02")
    assert both["seed_range"] == "3-4"
    assert both["seeds"][1:] == one["seeds"]
    assert one["command"] == "python -m benchmarks.baselines --task forage --arm stream_ac --seeds 4 --share 0.02"
    assert one["ticks"] == 2000


@pytest.mark.slow
def test_ppo_lives_as_many_steps_as_were_asked_for(tmp_path: Path) -> None:
    """It collects whole rollouts; what is more does not count."""
    pytest.importorskip("stable_baselines3")
    row = _row(tmp_path, "ppo", "0", ".02")
    assert row["ticks"] == row["curve"][-1][0] == 2000
    assert row["learning_state_bytes"] > 2048
