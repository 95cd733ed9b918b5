"""Stream AC(lambda): an actor and a critic of dense networks that learn from every step, one by one, and keep none.

Source: Elsayed, Vasan and Mahmood, Streaming deep reinforcement learning finally works (2024), written from its
equations. As there: two networks of two hidden layers, LayerNorm without weights before each LeakyReLU, sparse first
weights, observations in units of their deviations so far, rewards in units of the deviation of their discounted sums,
eligibility traces, and a step that is bounded by the traces (ObGD). Otherwise than there: where an episode is cut off,
its last state is still worth something; observations have no number for the time; there are 64 units in each hidden
layer, as creatures have in theirs.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from alife.core.kernel import kernel
from benchmarks.baselines.tasks import Life, Task

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

LEAK, SMALL = 0.01, 1e-5  # slope of the LeakyReLU below 0; what LayerNorm adds to a variance, both torch's


@dataclass(frozen=True, kw_only=True)
class StreamAC:
    """What an agent learns with.

    Args:
        hidden: units of the hidden layers, from below.
        discount: g.
        trace_decay: lambda.
        entropy: how much a choice at random is worth.
        learning_rate: of ObGD, before it is bounded.
        actor_kappa: how much shorter than its bound a step of the actor stays.
        critic_kappa: the same of the critic.
        sparsity: the share of the weights into a unit that are 0 at first.
    """

    hidden: tuple[int, ...] = (64, 64)
    discount: float = 0.99
    trace_decay: float = 0.8
    entropy: float = 0.01
    learning_rate: float = 1.0
    actor_kappa: float = 3.0
    critic_kappa: float = 2.0
    sparsity: float = 0.9


DEFAULTS = StreamAC()


class Networks:
    """Dense networks side by side, a row for each agent, their eligibility traces, and what they heard last.

    The hidden layers have LayerNorm and LeakyReLU. The weights of a row are one after another: for each layer those of
    each input, (inputs, outputs), and then the biases.

    Args:
        sizes: of the inputs, of each hidden layer, and of the outputs.
        sparsity: see StreamAC.
        randoms: of each row, draws the first weights, uniform within 1/sqrt(inputs); biases begin at 0.
    """

    def __init__(self, sizes: Sequence[int], sparsity: float, randoms: Sequence[np.random.Generator]) -> None:
        self.sizes = np.array(sizes)
        self.weights = np.stack([_first_weights(sizes, sparsity, random) for random in randoms])
        self.traces = np.zeros_like(self.weights)
        rows = len(randoms)
        self.heard = np.zeros((rows, sum(sizes)), np.float32)  # inputs, what each layer made of them, outputs
        self.normal = np.zeros_like(self.heard)  # what LayerNorm made of each hidden layer
        self.deviations = np.zeros((rows, len(sizes)), np.float32)
        self.signals = np.zeros_like(self.heard)  # what comes down to each layer
        self.sums = np.zeros(rows)  # |z|_1

    def layers(self, row: int) -> list[Floats]:
        """Return the weights of each layer of a row, (inputs + 1, outputs), the last of which are the biases."""
        return _layers(self.sizes, self.weights[row])

    def forward(self, inputs: Floats) -> Floats:
        """Return the outputs, (rows, outputs), for inputs, (rows, inputs)."""
        self.heard[:, : self.sizes[0]] = inputs
        _forward(self.weights, self.sizes, self.heard, self.normal, self.deviations)
        return self.heard[:, -self.sizes[-1] :]

    def trace(self, rows: Rows, signals: Floats, keep: float) -> None:
        """Let the traces z of these rows decay and add the gradients whose signals at the outputs are given.

        z <- g l z + gradient, at the weights and the inputs of the last `forward`; `sums` becomes |z|_1.
        """
        self.signals[:, -self.sizes[-1] :] = signals
        _trace(
            rows,
            self.weights,
            self.sizes,
            self.heard,
            self.normal,
            self.deviations,
            self.signals,
            np.float32(keep),
            self.traces,
            self.sums,
        )

    def step(self, rows: Rows, errors: NDArray[np.float64], learning_rate: float, kappa: float) -> None:
        """Change the weights of these rows along their traces by steps of ObGD."""
        _step(rows, errors, learning_rate, kappa, self.sums, self.traces, self.weights)


def _first_weights(sizes: Sequence[int], sparsity: float, random: np.random.Generator) -> Floats:
    weights = np.zeros(sum((n + 1) * m for n, m in pairwise(sizes)), np.float32)
    for weight in _layers(sizes, weights):
        inputs, outputs = len(weight) - 1, weight.shape[1]
        drawn = random.uniform(-1.0, 1.0, (inputs, outputs)) / math.sqrt(inputs)
        drawn[random.random((inputs, outputs)).argsort(axis=0) < math.ceil(sparsity * inputs)] = 0.0
        weight[:-1] = drawn
    return weights


def _layers(sizes: Any, weights: Floats) -> list[Floats]:
    """Return the part of each layer, (inputs + 1, outputs), in the same memory."""
    ends = np.cumsum([(n + 1) * m for n, m in pairwise(sizes)])
    return [part.reshape(-1, m) for part, m in zip(np.split(weights, ends[:-1]), sizes[1:], strict=True)]


class Normaliser:
    """Numbers in units of their standard deviation so far, by Welford's means; as they are until there are two.

    Args:
        rows: how many agents.
        size: how many numbers each has.
        centred: whether their mean is taken away, too.
    """

    def __init__(self, rows: int, size: int, centred: bool) -> None:
        self._centred = centred
        self._seen = np.zeros((rows, 1))
        self._means, self._squares = np.zeros((rows, size)), np.zeros((rows, size))

    def update(self, numbers: NDArray[Any], taken: Any = True) -> None:
        """Take numbers in, (rows, size), of the rows that are taken, (rows, 1)."""
        self._seen += taken
        off = np.where(taken, numbers - self._means, 0.0)
        self._means += off / np.maximum(self._seen, 1.0)
        self._squares += off * (numbers - self._means)

    def scale(self, numbers: NDArray[Any]) -> NDArray[Any]:
        """Return numbers in these units."""
        variances = np.where(self._seen > 1.0, self._squares / np.maximum(self._seen - 1.0, 1.0), 1.0)
        scaled: NDArray[Any] = (numbers - self._means if self._centred else numbers) / np.sqrt(variances + 1e-8)
        return scaled


class Agents:
    """Agents that learn side by side, each by itself.

    Args:
        how: what they learn with.
        inputs: numbers of an observation.
        actions: how many there are to choose from.
        seeds: of each one's first weights and choices.
    """

    def __init__(self, how: StreamAC, inputs: int, actions: int, seeds: Sequence[int]) -> None:
        self._how, self._randoms = how, [np.random.default_rng(seed) for seed in seeds]
        self.actor, self.critic = (
            Networks((inputs, *how.hidden, outputs), how.sparsity, self._randoms) for outputs in (actions, 1)
        )
        rows = len(seeds)
        self._observed, self._earned = Normaliser(rows, inputs, centred=True), Normaliser(rows, 1, centred=False)
        self._sums = np.zeros((rows, 1))  # discounted, of rewards
        self._senses = np.zeros((rows, inputs), np.float32)
        self._probabilities, self._draws = np.zeros((rows, actions)), np.zeros((rows, 0))
        self._actions = np.zeros(rows, np.int64)
        self._fresh = np.ones(rows, bool)  # where the last observation was the first of an episode

    def act(
        self, observations: NDArray[Any], rewards: NDArray[Any], terminated: NDArray[Any], over: NDArray[Any]
    ) -> NDArray[np.int64]:
        """Learn from what came of the last actions, and return the next.

        Where an episode was over at the last call, the observation is the first of the next, and nothing came of
        the action before.

        Args:
            observations: (rows, inputs).
            rewards: (rows,), of the last actions.
            terminated: (rows,), where nothing comes after this observation.
            over: (rows,), the same or truncated; the action is to be ignored there.
        """
        self._observed.update(observations)
        senses = self._observed.scale(observations).astype(np.float32)
        rows = np.flatnonzero(~self._fresh)
        if len(rows):
            self._learn(rows, senses, rewards, terminated)
        self._sums[over] = 0.0
        self.actor.traces[over] = self.critic.traces[over] = 0.0
        self._fresh, self._senses = over.copy(), senses
        return self._choose()

    def _learn(self, rows: Rows, senses: Floats, rewards: NDArray[Any], terminated: NDArray[Any]) -> None:
        how = self._how
        expected = np.where(terminated, 0.0, how.discount * self.critic.forward(senses)[:, 0])
        errors = self._scaled(rows, rewards) + expected - self.critic.forward(self._senses)[:, 0]
        keep = how.discount * how.trace_decay
        self.critic.trace(rows, np.ones((len(errors), 1), np.float32), keep)
        self.critic.step(rows, errors, how.learning_rate, how.critic_kappa)
        self.actor.trace(rows, self._push(np.sign(errors)), keep)
        self.actor.step(rows, errors, how.learning_rate, how.actor_kappa)

    def _push(self, signs: NDArray[Any]) -> Floats:
        """Return d (log pi(a) + entropy sign(delta) H) / d logits, (rows, actions)."""
        p = self._probabilities
        logs = np.log(np.maximum(p, 1e-30))
        push = -p - self._how.entropy * signs[:, None] * p * (logs - (p * logs).sum(1, keepdims=True))
        push[np.arange(len(p)), self._actions] += 1.0
        made: Floats = push.astype(np.float32)
        return made

    def _choose(self) -> NDArray[np.int64]:
        if not self._draws.size:
            self._draws = np.stack([random.random(1000) for random in self._randoms])
        drawn, self._draws = self._draws[:, :1], self._draws[:, 1:]
        logits = self.actor.forward(self._senses).astype(np.float64)
        p = np.exp(logits - logits.max(1, keepdims=True))
        self._probabilities = p / p.sum(1, keepdims=True)
        self._actions = (self._probabilities.cumsum(1)[:, :-1] < drawn).sum(1)
        return self._actions

    def _scaled(self, rows: Rows, rewards: NDArray[Any]) -> NDArray[np.float64]:
        """Return rewards in units of the deviation of their discounted sums."""
        self._sums[rows] = self._how.discount * self._sums[rows] + rewards[rows, None]
        self._earned.update(self._sums, ~self._fresh[:, None])
        scaled: NDArray[np.float64] = self._earned.scale(rewards[:, None])[:, 0]
        return scaled

    def learning_bytes(self) -> int:
        """Return the bytes of the traces and means of one agent, its weights apart."""
        traces: int = self.actor.traces[0].nbytes + self.critic.traces[0].nbytes
        return traces + 2 * 8 * (self._senses.shape[1] + 1)


def live(task: Task, seeds: Sequence[int], steps: int, how: StreamAC = DEFAULTS) -> tuple[list[Life], int]:
    """Return the life of an agent for each seed, and the bytes of what one learns with, its weights apart.

    As with creatures, the step after the end of an episode only begins the next, and its action is ignored.
    """
    envs = [task.make() for _ in seeds]
    rows, actions = len(envs), envs[0].action_space
    assert isinstance(actions, gymnasium.spaces.Discrete)
    sensed = np.stack([np.ravel(env.reset(seed=seed)[0]) for env, seed in zip(envs, seeds, strict=True)]).astype(
        np.float32
    )
    agents = Agents(how, sensed.shape[1], int(actions.n), seeds)
    rewards, over = np.zeros((steps, rows)), np.zeros((steps, rows), bool)
    terminated, none = np.zeros(rows, bool), np.zeros(rows, bool)
    chosen = agents.act(sensed, np.zeros(rows), none, none)
    for step in range(steps):
        for row, env in enumerate(envs):
            if step and over[step - 1, row]:
                observation, _ = env.reset()
                terminated[row] = False
            else:
                observation, reward, terminated[row], truncated, _ = env.step(int(chosen[row]))
                rewards[step, row], over[step, row] = reward, terminated[row] or truncated
            sensed[row] = np.ravel(observation)
        chosen = agents.act(sensed, rewards[step], terminated, over[step])
    for env in envs:
        env.close()
    return [Life(rewards[:, row], over[:, row]) for row in range(rows)], agents.learning_bytes()


@kernel
def bounded_step(error: float, size: float, learning_rate: float, kappa: float) -> float:
    """Return the step of ObGD: no longer than 1/kappa of what would turn the error over.

        M = rate kappa max(|delta|, 1) |z|_1;   step = rate / max(M, 1)

    Args:
        error: delta.
        size: |z|_1 of all traces.
        learning_rate: see StreamAC.
        kappa: see StreamAC.
    """
    return learning_rate / max(learning_rate * kappa * max(abs(error), 1.0) * size, 1.0)


@kernel
def _forward(weights: Any, sizes: Any, heard: Any, normal: Any, deviations: Any) -> None:
    """made = w x + b; in hidden layers normal = (made - mean) / sd, and LeakyReLU(normal) is heard above."""
    last = sizes.size - 2
    for r in range(weights.shape[0]):
        at, below = 0, 0  # of the layer's weights, of its inputs
        for k in range(last + 1):
            n, m = sizes[k], sizes[k + 1]
            above = below + n
            made = heard[r, above : above + m]
            made[:] = weights[r, at + n * m : at + n * m + m]
            for i in range(n):
                x = heard[r, below + i]
                if x != 0.0:
                    weight = weights[r, at + i * m : at + i * m + m]
                    for j in range(m):
                        made[j] += x * weight[j]
            if k < last:
                deviations[r, k + 1] = _normalise(made, normal[r, above : above + m])
            at, below = at + (n + 1) * m, above


@kernel
def _normalise(made: Any, normal: Any) -> float:
    """Write LayerNorm's numbers, and LeakyReLU of them in place; return the deviation."""
    mean = square = 0.0
    for j in range(made.size):
        mean += made[j]
    mean /= made.size
    for j in range(made.size):
        square += (made[j] - mean) ** 2
    deviation = math.sqrt(square / made.size + SMALL)
    for j in range(made.size):
        normal[j] = (made[j] - mean) / deviation
        made[j] = normal[j] if normal[j] > 0.0 else LEAK * normal[j]
    return deviation


@kernel
def _trace(
    rows: Rows,
    weights: Any,
    sizes: Any,
    heard: Any,
    normal: Any,
    deviations: Any,
    signals: Any,
    keep: Any,
    traces: Any,
    sums: Any,
) -> None:
    """Z <- keep z + x (x) signal, layer by layer from above, and the signals on the way down."""
    for r in rows:
        total: Any = 0.0
        at, above = weights.shape[1], heard.shape[1]
        for k in range(sizes.size - 2, -1, -1):
            n, m = sizes[k], sizes[k + 1]
            at, above = at - (n + 1) * m, above - m
            below = above - n
            signal = signals[r, above : above + m]
            for i in range(n + 1):
                x = heard[r, below + i] if i < n else np.float32(1.0)
                z = traces[r, at + i * m : at + i * m + m]
                size = np.float32(0.0)
                for j in range(m):
                    z[j] = keep * z[j] + x * signal[j]
                    size += abs(z[j])
                total += size
            if k:
                for i in range(n):
                    weight = weights[r, at + i * m : at + i * m + m]
                    down = np.float32(0.0)
                    for j in range(m):
                        down += weight[j] * signal[j]
                    signals[r, below + i] = down
                _bend(signals[r, below:above], normal[r, below:above], deviations[r, k])
        sums[r] = total


@kernel
def _bend(signal: Any, normal: Any, deviation: float) -> None:
    """Take a signal, in place, down through LeakyReLU and LayerNorm: (s - mean s - n mean(s n)) / sd."""
    mean = along = 0.0
    for j in range(signal.size):
        if normal[j] <= 0.0:
            signal[j] *= LEAK
        mean += signal[j]
        along += signal[j] * normal[j]
    mean /= signal.size
    along /= signal.size
    for j in range(signal.size):
        signal[j] = (signal[j] - mean - normal[j] * along) / deviation


@kernel
def _step(rows: Rows, errors: Any, learning_rate: float, kappa: float, sums: Any, traces: Any, weights: Any) -> None:
    """W <- w + step delta z, see bounded_step."""
    for r in rows:
        by = np.float32(bounded_step(errors[r], sums[r], learning_rate, kappa) * errors[r])
        for i in range(weights.shape[1]):
            weights[r, i] += by * traces[r, i]
