"""Learner: the parts of actor-critic learning that every rule shares; one reward's way to a weight."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from agents.actor_critic import ActorCritic
from agents.critic import Critic
from agents.filters import learning_decays
from agents.kernels import are_within, in_threes, note_beyond
from agents.layer import Layer
from agents.recall import Recall
from agents.refusals import (
    LARGEST,
    SQUARABLE,
    error_faults,
    gradient_faults,
    reward_faults,
    take_marked,
    weight_faults,
)
from agents.return_scale import ReturnScale
from agents.schedule import Schedule
from alife.core.brain import Floats, ReadoutNeurons, Rows, Traces
from alife.core.errors import ConfigError, WorldError
from alife.core.fault import RowFaults
from alife.core.kernel import kernel
from alife.core.random import Stream
from alife.core.row_state import RowState
from alife.core.sentences import shown

_OURS = "agents."  # what these give is tested, what others give is checked at every tick
_FINITE = 1e150  # the square of which is a number of 64 bits


class Learner(RowState):
    """Traces, critic and optimizers of all creatures of a species.

    In each tick `learn` comes after the forward pass and `record` once the action is drawn.

    Args:
        rule: the hyper-parameters.
        layers: from the senses up; the last is the readout.
        random: for rules that draw; without it they draw the same in every learner.

    Raises:
        ConfigError: the rule does not fit the layers, or there is no such critic.
    """

    def __init__(self, rule: ActorCritic, layers: Sequence[Layer], random: Stream | None = None) -> None:
        self._rule = rule
        self._layers = tuple(layers[-1:] if rule.readout_only else layers)
        readout = layers[-1].neurons
        assert isinstance(readout, ReadoutNeurons)
        self._readout = readout
        _check(rule, self._layers)
        rows, dtype = layers[-1].rows, layers[-1].weight.dtype
        # One number for each creature, so that what is inherited may differ between them.
        self._discount, self._keep, self._critic_rate = (
            np.full(rows, value, dtype) for value in (rule.discount, rule.keep, rule.critic_learning_rate)
        )
        self.schedule = Schedule(rows, rule.learning_rate, rule.entropy, rule.settle, rule.restless, rule.forget, dtype)
        self.traces = rule.traces(self._layers)
        if not isinstance(self.traces, Traces):
            raise WorldError(f"{type(rule).__name__}.traces must return Traces, it gave {shown(self.traces)}")
        if rule.accumulate and not self.traces.accumulates:
            raise ConfigError("this rule keeps means and cannot accumulate credit; set accumulate: false")
        if random is not None:
            self.traces.draw_from(random)
        self._senses = layers[0] if rule.critic == "senses" else None
        heard = {"state": layers[-1].inputs, "senses": layers[0].inputs, "mean": 0}[rule.critic]
        decay = np.zeros(rows, dtype)
        if self._senses is None:
            _copy_decay(layers[-1], decay)
        self.critic = Critic(heard, decay, self._discount, self._keep, self._critic_rate)
        self.return_scale = ReturnScale(self._discount) if rule.scale_rewards else None
        ours = (rule, rule.trigger, self.traces)
        self._checks = not all(type(part).__module__.startswith(_OURS) for part in ours)
        self._parameters = tuple(parameter for layer in self._layers for parameter in layer.parameters)
        self._learned = (*(layer.weight for layer in self._layers), *(each.free for each in self._parameters))
        self.optimizers = tuple(rule.optimizer.start(array) for array in self._learned)
        self.recall = Recall((*self._learned, self.critic.weight)) if rule.recall else None
        self.fresh = np.ones(rows, bool)  # has decided nothing yet, so nothing can have come of it
        sums = rows if rule.accumulate else 0
        self.squares = np.zeros(sums, dtype)  # sum of the squared TD errors since the last event
        self.entropy_push = np.zeros((sums, layers[-1].size, layers[-1].inputs), dtype)  # since the last event
        self.errors = np.zeros(rows, dtype)  # of this tick
        self.learned = np.zeros(rows, bool)  # at this tick
        self.quiet = np.zeros(rows, np.int64)  # ticks since, see Trigger
        self.faults: list[RowFaults] = []  # what was refused, until somebody has taken note of it
        self._beyond = np.zeros(rows, bool)  # rows in which something is refused, all false between two steps
        self._places = np.arange(rows)
        self._weights = in_threes(_flat(self._learned))
        unsure = [each for each in self.optimizers if not each.stays_finite]
        self._remembered = in_threes(_flat([array for each in unsure for array in each.arrays() if array.size]))

    @property
    def rule(self) -> ActorCritic:
        """The hyper-parameters."""
        return self._rule

    def set_numbers(
        self,
        rows: Rows,
        learning_rate: Any,
        entropy: Any,
        discount: Any,
        trace_decay: Any,
        critic_learning_rate: Any,
    ) -> None:
        """Let those learn by numbers of their own who are born next into these rows; each (len(rows),), or one for all.

        A rule whose traces have no `keep_by_row` goes on with its own discount and trace_decay.
        """
        self.schedule.set_birth(rows, learning_rate, entropy)
        self._discount[rows], self._critic_rate[rows] = discount, critic_learning_rate
        self._keep[rows] = discount * trace_decay
        if self.traces.keep_by_row is not None:
            self.traces.keep_by_row[rows] = self._keep[rows]

    def learn(self, rows: Rows, rewards: Floats, terminated: Any, rewarded: Any, ended: Any) -> None:
        """Judge the decision before by what came of it, and learn in the rows whose trigger fires, or that end.

        Where an episode ends, what has accumulated is learned whatever the trigger says, for it is forgotten then.

        Args:
            rows: who is there.
            rewards: (all rows,) since the decision before, scaled in place.
            terminated: (all rows,) nothing comes after this state.
            rewarded: (all rows,) a world event with a value, or the end of an episode.
            ended: (all rows,) the end of an episode.

        In a row whose error, gradient or change of weights is not finite, or too large, nothing is learned; `faults`
        says so.
        """
        rule, errors = self._rule, self.errors
        self.traces.perceive(rows)
        given = rewards
        if self.return_scale is not None:
            given = rewards.copy()  # by which a creature knows its past: in a unit that moves, that would move, too
            self.return_scale.scale(rows, rewards, self.fresh)
        heard = self.traces.features if self._senses is None else self._senses.input
        if self.critic.judge(rows, heard, rewards, terminated, self.fresh, errors, self._beyond):
            self._refuse_errors(rows, rewards)
        if rule.accumulate:
            self.traces.accumulate(rows, errors)
            self._accumulate_entropy(rows)
        everybody = len(rows) == len(errors)  # spares copies
        told = rewarded, errors, self.quiet
        fires = rule.trigger.fires(*(told if everybody else (each[rows] for each in told)))
        if self._checks:
            _check_fires(fires, len(rows))
        if _note_who_learns(rows, fires, ended, self.fresh, self.learned, self.quiet):
            self._step(rows[self.learned[rows]], rewards)
        self.critic.update(rows, errors)
        behind = self.schedule.update(rows, given, self.learned)
        if self.recall is not None and len(turned := self.recall.update(rows, behind, self.fresh)):
            for layer in self._layers:
                layer.rewire(turned)
            self.reset(turned)

    def weight_gradients(self, row: int) -> list[Floats]:
        """Return what the weights of each layer that learns would be credited now, (1, inputs, size), from below."""
        return list(self.traces.gradients(np.array([row]), False))[: len(self._layers)]

    def _accumulate_entropy(self, rows: Rows) -> None:
        _accumulate_entropy(
            rows,
            self.errors,
            self.fresh,
            self.schedule.entropy,
            self._readout.entropy_gradient(rows),
            self.traces.features,
            self.squares,
            self.entropy_push,
        )

    def _step(self, rows: Rows, rewards: Floats) -> None:
        """Make one local backward pass in each layer of these rows, and change what is learned."""
        readout = len(self._layers) - 1
        gradients = self.traces.gradients(rows, self._rule.accumulate)
        if self._checks:
            _check_gradients(gradients, self._learned, len(rows))
        if self._rule.accumulate:
            errors = np.empty(len(rows), self.errors.dtype)
            _take_accumulated(rows, self.squares, self.entropy_push, errors, gradients[readout])
            self.traces.clear(rows)
        else:
            errors = self.traces.advantages(rows, self.errors, rewards)
            for gradient in gradients:
                gradient *= errors[:, None, None]
            push = self.schedule.entropy[rows, None] * self._readout.entropy_gradient(rows)[rows]  # (n, actions)
            gradients[readout] += self.traces.features[rows][:, :, None] * push[:, None]
        for layer, gradient in zip(self._layers, gradients, strict=False):
            layer.gradient_at_weights(rows, gradient)
        for parameter, gradient in zip(self._parameters, gradients[readout + 1 :], strict=True):
            gradient *= parameter.slope(rows)
        if not are_within(self._places[: len(rows)], in_threes(_flat(gradients)), SQUARABLE):
            rows, gradients, errors = self._refuse_gradients(rows, gradients, errors)
        self._change_weights(rows, gradients, errors)

    def _refuse_gradients(
        self, rows: Rows, gradients: list[Floats], errors: Floats
    ) -> tuple[Rows, list[Floats], Floats]:
        """Let the rows forget in which a gradient is beyond its limit, and return the others with what is theirs."""
        for k in range(len(gradients)):
            beyond, gradient = np.zeros(len(rows), bool), gradients[k]
            note_beyond(self._places[: len(rows)], _flat([gradient])[0], SQUARABLE, beyond)
            if beyond.any():
                first = int(beyond.argmax())
                self._forget(gradient_faults(rows[beyond], k, gradient[first], float(errors[first])))
                rows, errors = rows[~beyond], errors[~beyond]
                gradients = [each[~beyond] for each in gradients]
        return rows, gradients, errors

    def _change_weights(self, rows: Rows, gradients: Sequence[Floats], errors: Floats) -> None:
        """Change the weights of these rows; take those of a row back if anything is beyond its limit then."""
        before = [weight[rows] for weight in self._weights]
        rate = self.schedule.learning_rate
        rates = [rate] * len(self._layers) + [parameter.pace * rate for parameter in self._parameters]
        for array, optimizer, gradient, own in zip(self._learned, self.optimizers, gradients, rates, strict=True):
            optimizer.update(rows, array, gradient, errors, own)
        if not (are_within(rows, self._weights, LARGEST) and are_within(rows, self._remembered, _FINITE)):
            self._take_back(rows, gradients, before)
        for layer in self._layers:
            layer.rewire(rows)

    def _take_back(self, rows: Rows, gradients: Sequence[Floats], before: Sequence[Floats]) -> None:
        """Give rows in which a step left anything beyond its limit their weights back; optimizers begin anew there."""
        for arrays, limit in ((self._weights, LARGEST), (self._remembered, _FINITE)):
            for array in arrays:
                note_beyond(rows, array, limit, self._beyond)
        beyond = self._beyond[rows]
        refused, first = take_marked(rows, self._beyond), int(beyond.argmax())
        weights = [array[refused[0]] for array in self._learned]
        rate = float(self.schedule.learning_rate[refused[0]])
        self._forget(weight_faults(refused, weights, [each[first] for each in gradients], rate))
        for weight, old in zip(self._weights, before, strict=True):
            weight[refused] = old[beyond]
        for optimizer in self.optimizers:
            optimizer.begin_lives(refused)

    def _refuse_errors(self, rows: Rows, rewards: Floats) -> None:
        """Let the rows that the critic has marked forget what they were about to learn from."""
        refused = take_marked(rows, self._beyond)
        self._forget(error_faults(refused, rewards, self.critic.weight))
        self.critic.features[refused, :-1] = 0.0  # they are to be added to the traces yet, and may be what was wrong

    def refuse_rewards(self, rows: Rows, rewards: Floats) -> None:
        """Take rewards, (all rows,), that are too large to be learned from away from these rows."""
        if len(refused := rows[~(np.abs(rewards[rows]) <= LARGEST)]):
            self.faults.append(reward_faults(refused, rewards))
            rewards[refused] = 0.0
            self.fresh[refused] = True

    def _forget(self, faults: RowFaults) -> None:
        """Note faults, and let their rows begin anew, with nothing learned at this tick."""
        self.faults.append(faults)
        self.reset(faults.rows)
        self.learned[faults.rows] = False

    def record(self, rows: Rows) -> None:
        """Take in the decision of this tick, as the readout has drawn it."""
        self.traces.record(rows, self._readout.grad_log_prob(rows))
        self.fresh[rows] = False

    def reset(self, rows: Rows) -> None:
        """Begin a new episode in these rows: forget what was decided, keep what was learned."""
        self.traces.reset(rows)
        if len(self.squares):
            self.squares[rows] = 0.0
            self.entropy_push[rows] = 0.0
        self.critic.reset(rows)
        if self.return_scale is not None:
            self.return_scale.reset(rows)
        self.fresh[rows] = True

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows: nothing was decided, expected, or remembered of steps."""
        self.reset(rows)
        self.traces.begin_lives(rows)
        self.critic.begin_lives(rows)
        self.schedule.begin_lives(rows)
        if self.recall is not None:
            self.recall.begin_lives(rows)
        if self.return_scale is not None:
            self.return_scale.begin_lives(rows)
        for optimizer in self.optimizers:
            optimizer.begin_lives(rows)

    def state_bytes(self) -> int:
        """Return the bytes of learning state per creature: all traces and step sizes, weights apart."""
        arrays = list(self.arrays())
        whole = {id(array) for array in arrays}
        own = [array for array in arrays if id(array.base) not in whole]  # what is a view of another is there once
        own += [array for layer in self._layers for array in layer.trace_arrays()]
        return (sum(array.nbytes for array in own) - self.critic.weight.nbytes) // max(len(self.fresh), 1)


def _check(rule: ActorCritic, layers: Sequence[Layer]) -> None:
    if rule.critic not in ("state", "senses", "mean"):
        raise ConfigError(f"critic must be 'state', 'senses' or 'mean', got {rule.critic!r}")
    for k, layer in enumerate(layers):
        if layer.recurrent is not None:
            raise ConfigError(f"rules do not learn recurrent synapses; layer {k} has them, take lif instead")
    if any((decay != decay[:, :1]).any() for decay in layers[-1].neurons.decays):
        raise ConfigError("the critic judges by one decay of the readout; it has several")


def _check_fires(fires: Any, n: int) -> None:
    """Raise unless a trigger gave what kernels may take."""
    if type(fires) is not np.ndarray or fires.shape != (n,) or fires.dtype != np.bool_ or not fires.flags.c_contiguous:
        raise WorldError(f"the trigger must tell of each of {n} creatures whether it fires, an array of bool")


def _copy_decay(readout: Layer, into: Floats) -> None:
    """Write the one decay of a readout, as learning takes it to be, into (rows,), now and whenever it changes."""

    def take_decay(rows: Rows) -> None:
        into[rows] = learning_decays(readout)[-1][rows, 0]

    take_decay(np.arange(readout.rows))
    readout.follow_parameters(take_decay)


def _check_gradients(gradients: Sequence[Floats], learned: Sequence[Floats], n: int) -> None:
    """Raise unless a rule gave for each layer, and for what else is learned, what kernels may take."""
    if len(gradients) != len(learned):
        raise WorldError(f"the rule must give {len(learned)} gradients, one for each layer, it gave {len(gradients)}")
    for k, (gradient, array) in enumerate(zip(gradients, learned, strict=True)):
        shape = (n, *array.shape[1:])
        if not isinstance(gradient, np.ndarray) or gradient.shape != shape or gradient.dtype != array.dtype:
            found = (
                f"{gradient.dtype} of shape {gradient.shape}"
                if isinstance(gradient, np.ndarray)
                else f"{type(gradient)}"
            )
            raise WorldError(
                f"the gradient of layer {k} must be an array of {array.dtype} of shape {shape}, it is {found}"
            )
        if not gradient.flags.c_contiguous:
            raise WorldError(f"the gradient of layer {k} must be in C order; np.ascontiguousarray puts it so")


def _flat(arrays: Sequence[Floats]) -> list[Floats]:
    """Return arrays as (rows, n), in the same memory; there may be no rows."""
    return [array.reshape(len(array), math.prod(array.shape[1:])) for array in arrays]


@kernel
def _note_who_learns(rows: Rows, fires: Any, ended: Any, fresh: Any, learned: Any, quiet: Any) -> int:
    """learned = (fires or ended) and not fresh, and quiet the ticks since; return in how many of these rows."""
    count = 0
    for n in range(rows.size):
        r = rows[n]
        learned[r] = (fires[n] or ended[r]) and not fresh[r]
        quiet[r] += 1
        if learned[r] or fresh[r]:
            quiet[r] = 0
        if learned[r]:
            count += 1
    return count


@kernel
def _accumulate_entropy(
    rows: Rows,
    errors: Floats,
    fresh: Any,
    entropy: Floats,
    gradient: Floats,
    features: Floats,
    squares: Floats,
    push: Floats,
) -> None:
    """squares += delta^2, push_ai += entropy (dH / dv)_a F_i."""
    for r in rows:
        squares[r] += errors[r] * errors[r]
        if not fresh[r]:
            for a in range(gradient.shape[1]):
                uncertain = entropy[r] * gradient[r, a]
                if uncertain != 0.0:
                    for i in range(features.shape[1]):
                        push[r, a, i] += uncertain * features[r, i]


@kernel
def _take_accumulated(rows: Rows, squares: Floats, push: Floats, errors: Floats, gradient: Floats) -> None:
    """Add the push of the entropy to the gradient, and take the root of the squared errors; both are spent."""
    for n in range(rows.size):
        r = rows[n]
        errors[n] = math.sqrt(squares[r])
        squares[r] = 0.0
        for a in range(push.shape[1]):
            for i in range(push.shape[2]):
                gradient[n, i, a] += push[r, a, i]
                push[r, a, i] = 0.0
