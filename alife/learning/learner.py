"""Learner: the parts of actor-critic learning that every rule shares."""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.core.errors import ConfigError, NumericError
from alife.core.random import Stream
from alife.learning.critic import Critic
from alife.learning.return_scale import ReturnScale
from alife.learning.rule import ActorCritic
from alife.nn import Layer, Readout, Tick

_Rows = slice | NDArray[np.int64]
_Numbers = NDArray[np.float32]


class Learned(NamedTuple):
    """What one tick meant to each row."""

    errors: NDArray[np.float32]  # (rows,) the TD error of the decision before; 0 where there was none
    rows: NDArray[np.bool_]  # (rows,) this row made a backward pass


class Learner(nn.Module):
    """Traces, critic and steps of all creatures of a species.

    In each tick `learn` comes after the forward pass and `write` once the action is chosen.

    Args:
        rule: the hyper-parameters.
        layers: from the senses up; the last is the readout.
        random: for rules that draw; without it they draw the same in every learner.

    Raises:
        ConfigError: a layer wants more learned than its weights, or has synapses with itself; or the last is no
            readout, or one with several decays; or there is no such critic.
    """

    fresh: Tensor
    squares: Tensor | None  # (rows,), the sum of the squared TD errors since the last event, where credit is carried
    push: Tensor | None  # (rows, actions, inputs), of the entropy since the last event, where credit is carried

    def __init__(self, rule: ActorCritic, layers: Sequence[Layer], random: Stream | None = None) -> None:
        super().__init__()
        _check_learnable(layers)
        if rule.readout_only:
            layers = layers[-1:]
        readout = _readout(layers)
        (rows,) = readout.rows
        self._rule, self._layers = rule, tuple(layers)
        self._entropy_gradient = readout.entropy_gradient  # of the layer, which is no submodule
        self.traces = rule.traces(layers)
        if random is not None:
            self.traces.draw_from(random)
        self.critic = _critic(rule, readout)
        self.return_scale = ReturnScale(rows, rule.discount) if rule.scale_rewards else None
        self.register_buffer("squares", torch.zeros(rows) if rule.accumulate else None)
        self.register_buffer("push", torch.zeros_like(readout.weight, requires_grad=False) if rule.accumulate else None)
        if rule.accumulate:
            self.traces.start_carrying()
        self._steps = tuple(rule.optimizer.start(layer.weight) for layer in layers)
        self.steps = nn.ModuleList(self._steps)
        # A fresh row has decided nothing yet, so nothing can have come of it.
        self.register_buffer("fresh", torch.ones(rows, dtype=torch.bool))
        self._first_steps = {name: buffer[:1].clone() for name, buffer in self.steps.named_buffers()}

    @np.errstate(over="ignore", invalid="ignore")  # what overflows is found by _check_size
    def learn(
        self,
        ticks: Sequence[Tick],
        rewards: NDArray[np.float32],
        not_terminated: NDArray[np.float32],
        rewarded: NDArray[np.bool_],
        ended: NDArray[np.bool_] | None = None,
    ) -> Learned:
        """Judge the decision before by what came of it, and learn in the rows whose trigger fires, or that end.

        Args:
            ticks: of this tick's forward pass, layer by layer.
            rewards: (rows,) since the decision before.
            not_terminated: (rows,) 0 where nothing comes after this state, else 1.
            rewarded: (rows,) a world event with a value, or the end of an episode.
            ended: (rows,) the end of an episode, where what is due is learned whatever the trigger says, for it is
                forgotten then; nowhere when omitted.

        Raises:
            NumericError: an error or a gradient is not finite, or too large to square; no weight has been touched.
        """
        ticks = ticks[-len(self._layers) :]
        self.traces.perceive(ticks)
        features, fresh = self.traces.features.numpy(), self.fresh.numpy()
        if self.return_scale is not None:
            rewards = self.return_scale.scale(rewards, fresh)
        errors = self.critic.errors(features, rewards, not_terminated)
        errors[fresh] = 0.0
        _check_size(errors, "TD error")
        output = ticks[-1].output.numpy()
        if self._rule.accumulate:
            self._carry(errors, output, features)
        fires = self._rule.trigger.fires(rewarded, errors)
        learned = (fires if ended is None else fires | ended) & ~fresh
        if np.count_nonzero(learned):
            chosen = _index(learned)
            if self._rule.accumulate:
                self._step_along_what_is_due(chosen)
            else:
                advantages = self.traces.advantages(errors, rewards, learned)
                self._step_along_what_is_eligible(chosen, advantages, output, features)
        self.critic.learn(errors)
        return Learned(errors, learned)

    def _carry(self, errors: _Numbers, output: _Numbers, features: _Numbers) -> None:
        assert self.push is not None
        assert self.squares is not None
        self.traces.carry(errors)
        push, squares = self.push.numpy(), self.squares.numpy()
        push += self._entropy_push(output, features * ~self.fresh.numpy()[:, None])
        squares += errors * errors

    def _step_along_what_is_due(self, chosen: _Rows) -> None:
        assert self.push is not None
        assert self.squares is not None
        rows, push, squares = _rows(chosen), self.push.numpy(), self.squares.numpy()
        self._step(chosen, self.traces.gradients(rows, due=True), push[chosen], np.sqrt(squares[chosen]))
        self.traces.settle(rows)
        push[chosen] = 0.0
        squares[chosen] = 0.0

    def _step_along_what_is_eligible(
        self, chosen: _Rows, advantages: _Numbers, output: _Numbers, features: _Numbers
    ) -> None:
        errors = advantages[chosen]
        gradients = self.traces.gradients(_rows(chosen))
        for gradient in gradients:
            gradient *= torch.from_numpy(errors)[:, None, None]
        self._step(chosen, gradients, self._entropy_push(output[chosen], features[chosen]), errors)

    def _step(self, chosen: _Rows, gradients: Sequence[Tensor], push: _Numbers, errors: _Numbers) -> None:
        """Go along these gradients and the push of the entropy."""
        rows = _rows(chosen)
        gradients[-1].add_(torch.from_numpy(push))
        at_weights = [
            layer.weight_gradient(gradient, rows) for layer, gradient in zip(self._layers, gradients, strict=True)
        ]
        for gradient in at_weights:
            _check_size(gradient.detach().numpy(), "gradient", chosen)
        for layer, step, gradient in zip(self._layers, self._steps, at_weights, strict=True):
            step.apply_to(layer.weight, rows, gradient, errors, self._rule.learning_rate)

    def _entropy_push(self, output: _Numbers, features: _Numbers) -> _Numbers:
        """Return entropy * dH / d membranes of the readout (x) features, the way towards less certainty."""
        push = self._entropy_gradient(output) * self._rule.entropy
        return push[:, :, None] * features[:, None]

    def write(self, gate: Tensor) -> None:
        """Take in the decision of this tick by its score, (rows, size of the readout)."""
        self.traces.write(gate)
        self.critic.write()
        self.fresh.zero_()

    def zero_states(self, rows: Tensor) -> None:
        """Begin a new episode in these rows: forget what was decided, keep what was learned."""
        self.traces.zero_states(rows)
        for due in (self.push, self.squares):
            if due is not None:
                due[rows] = 0.0
        self.critic.zero_states(rows)
        if self.return_scale is not None:
            self.return_scale.zero_states(rows)
        self.fresh[rows] = True

    def begin_lives(self, rows: Tensor) -> None:
        """Let other creatures begin in these rows: nothing was decided there, expected, or remembered of steps."""
        self.zero_states(rows)
        self.traces.begin_lives(rows)
        self.critic.weight[rows] = 0.0
        if self.return_scale is not None:
            self.return_scale.begin_lives(rows)
        for name, buffer in self.steps.named_buffers():
            buffer[rows] = self._first_steps[name]

    def state_bytes(self) -> int:
        """Return the bytes of learning state per creature: traces and step sizes, weights apart."""
        total = sum(buffer.numel() * buffer.element_size() for buffer in self.buffers())
        return total // max(len(self.fresh), 1)


def _check_learnable(layers: Sequence[Layer]) -> None:
    for k, layer in enumerate(layers):
        if more := [name for name in layer.learn if name != "weight"]:
            raise ConfigError(f"rules learn weights only; layer {k} is to learn its {more[0]} as well")
        if layer.recurrent:
            raise ConfigError(f"rules do not learn recurrent synapses; layer {k} has them, take lif instead")
    if any(decay.shape[-1] > 1 for decay in layers[-1].decays):
        raise ConfigError("the critic judges by one decay of the readout; it has several")


def _readout(layers: Sequence[Layer]) -> Readout:
    if not isinstance(layers[-1], Readout):
        raise ConfigError(f"rules learn to act, and the last layer is no readout but a {type(layers[-1]).__name__}")
    return layers[-1]


def _critic(rule: ActorCritic, readout: Readout) -> Critic:
    if rule.critic not in ("state", "mean"):
        raise ConfigError(f"critic must be 'state' or 'mean', got {rule.critic!r}")
    return Critic(readout, rule.discount, rule.trace_decay, rule.critic_learning_rate, sees=rule.critic == "state")


def _index(chosen: NDArray[np.bool_]) -> _Rows:
    """Return the chosen rows as an index: a slice where it is everybody, which spares copies."""
    return slice(None) if chosen.all() else np.flatnonzero(chosen)


def _rows(chosen: _Rows) -> slice | Tensor:
    return chosen if isinstance(chosen, slice) else torch.from_numpy(chosen)


def _check_size(values: _Numbers, what: str, rows: _Rows = slice(None)) -> None:
    """Raise unless the squares of all values (n, ...) add up to a finite number, so that no step can overflow."""
    if isfinite(np.vdot(values, values)):  # vdot is quick and never warns
        return
    bad = ~np.isfinite([np.vdot(row, row) for row in values])
    if bad.any():
        first = int(np.argmax(bad))
        row = first if isinstance(rows, slice) else int(rows[first])
        raise NumericError(
            f"the {what} of row {row} is no finite number or too large; a smaller learning_rate may help"
        )
