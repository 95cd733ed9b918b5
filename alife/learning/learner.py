"""Learner: the parts of actor-critic learning that every rule shares."""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from alife.errors import NumericError
from alife.learning.critic import Critic
from alife.learning.rule import ActorCritic
from alife.nn import Layer, Tick


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
    """

    fresh: Tensor

    def __init__(self, rule: ActorCritic, layers: Sequence[Layer]) -> None:
        super().__init__()
        readout = layers[-1]
        (rows,) = readout.rows
        self._rule, self._layers = rule, tuple(layers)
        self.traces = rule.traces(layers)
        self.critic = Critic(readout, rule.discount, rule.trace_decay)
        self._steps = tuple(rule.step.start(layer.weight) for layer in layers)
        self.steps = nn.ModuleList(self._steps)
        # A fresh row has decided nothing yet, so nothing can have come of it.
        self.register_buffer("fresh", torch.ones(rows, dtype=torch.bool))

    def learn(self, ticks: Sequence[Tick], rewards: Tensor, going_on: Tensor, rewarded: NDArray[np.bool_]) -> Learned:
        """Judge the decision before by what came of it, and learn in the rows whose trigger fires.

        Args:
            ticks: of this tick's forward pass, layer by layer.
            rewards: (rows,) since the decision before.
            going_on: (rows,) 0 where nothing comes after this state, else 1.
            rewarded: (rows,) a world event with a value, or the end of an episode.

        Raises:
            NumericError: an error or a gradient is not finite, or too large to square; no weight has been touched.
        """
        self.traces.perceive(ticks)
        errors = self.critic.errors(self.traces.features, rewards, going_on)
        seen, fresh = errors.numpy(), self.fresh.numpy()
        seen[fresh] = 0.0
        _check_size(errors.unsqueeze(1), "TD error")
        learned = self._rule.trigger.fires(rewarded, seen) & ~fresh
        if learned.any():
            self._step(_index(learned), errors, ticks[-1].output)
        self.critic.learn(errors)
        return Learned(seen, learned)

    def _step(self, rows: Tensor | slice, errors: Tensor, probabilities: Tensor) -> None:
        gradients = self.traces.gradients(rows)
        advantages = errors[rows].view(-1, 1, 1)
        for gradient in gradients:
            gradient *= advantages
        self._add_entropy(gradients[-1], rows, probabilities[rows])
        for gradient in gradients:
            _check_size(gradient, "gradient", rows)
        for layer, step, gradient in zip(self._layers, self._steps, gradients, strict=True):
            step.apply_to(layer.weight, rows, gradient, self._rule.learning_rate)

    def _add_entropy(self, gradient: Tensor, rows: Tensor | slice, probabilities: Tensor) -> None:
        """Add entropy * (-p (log p + H)) (x) features, the way towards less certainty at this tick."""
        logarithms = probabilities.clamp_min(1e-12).log_()
        surplus = logarithms - (probabilities * logarithms).sum(-1, keepdim=True)  # log p + H
        push = surplus.mul_(probabilities).unsqueeze(-1)
        gradient.addcmul_(push, self.traces.features[rows].unsqueeze(1), value=-self._rule.entropy)

    def write(self, gate: Tensor) -> None:
        """Take in the decision of this tick by its score, (rows, actions)."""
        self.traces.write(gate)
        self.critic.write()
        self.fresh.zero_()

    def zero_states(self, rows: Tensor) -> None:
        """Begin a new episode in these rows: forget what was decided, keep what was learned."""
        self.traces.zero_states(rows)
        self.critic.zero_states(rows)
        self.fresh[rows] = True

    def state_bytes(self) -> int:
        """Return the bytes of learning state per creature: traces and step sizes, weights apart."""
        total = sum(buffer.numel() * buffer.element_size() for buffer in self.buffers())
        return total // max(len(self.fresh), 1)


def _index(chosen: NDArray[np.bool_]) -> Tensor | slice:
    """Return the chosen rows as an index: a slice where it is everybody, which spares copies."""
    return slice(None) if chosen.all() else torch.from_numpy(np.flatnonzero(chosen))


def _check_size(values: Tensor, what: str, rows: Tensor | slice = slice(None)) -> None:
    """Raise unless the squares of all values (n, ...) add up to a finite number, so that no step can overflow."""
    if isfinite(values.square().sum()):
        return
    bad = ~values.flatten(1).square().sum(1).isfinite()
    if bad.any():
        first = int(bad.nonzero()[0])
        row = first if isinstance(rows, slice) else int(rows[first])
        raise NumericError(
            f"the {what} of row {row} is no finite number or too large; a smaller learning_rate may help"
        )
