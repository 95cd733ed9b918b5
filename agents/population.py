"""Population: the brains of all creatures of a species, and their learning."""

from collections.abc import Callable, Sequence
from functools import partial
from math import isfinite
from typing import Any, Literal

import gymnasium
import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from agents.acting import Acting, acting
from agents.clamps import Clamps
from agents.coding import Inputs
from agents.encoders.encoder import Coding, Encoder
from agents.encoders.fitting import Fitting
from agents.newborns import Newborns
from alife.body.metabolism import Newborn
from alife.core.brains import Report
from alife.core.channel import Channel
from alife.core.errors import ConfigError, NumericError, WorldError
from alife.core.frame import BrainProbe, LayerProbe, WeightsSnapshot
from alife.core.intervention import Clamp, Heal, Lesion, LetLearn
from alife.core.random import Stream, derive_seed
from alife.core.world import Lives, Outcome, State
from alife.learning import ActorCritic, Learner, NoLearning, Rule
from alife.nn import Layer, Readout

LayerPlan = Callable[..., Layer]
"""Makes a layer from `inputs`, `rows`, `generator` and, for a readout, `size`."""


class Population:
    """All creatures of a species: one brain for each row, run together.

    Args:
        name: of the species; its random numbers are keyed by it.
        rows: how many creatures in all copies.
        observation_space: of one creature.
        action_space: of one creature.
        layers: plans of the hidden layers, from the senses up; none gives a linear brain.
        readout: plan of the layer that acts: LIS where actions are choices, LIG where they are numbers.
        rule: how they learn.
        seed: of the run.
        action_names: what people call the actions; numbered when omitted.
        rewards: "own", or "shuffled" to give each creature what another one earned at this tick: the one that
            stands so many rows before it as is drawn for the tick.
        encoder: how what is sensed becomes the input of a brain.
        newborn: whose brain newborns have, see Metabolism; None for bodies without a metabolism.

    Raises:
        ConfigError: the spaces do not fit the brain, or rewards are shuffled among fewer than two creatures.
    """

    def __init__(
        self,
        name: str,
        rows: int,
        observation_space: gymnasium.spaces.Box,
        action_space: gymnasium.Space[Any],
        layers: Sequence[LayerPlan],
        readout: LayerPlan,
        rule: Rule,
        seed: int,
        action_names: Sequence[str] = (),
        rewards: Literal["own", "shuffled"] = "own",
        encoder: Encoder = Fitting(),
        newborn: Newborn | None = None,
    ) -> None:
        if rewards == "shuffled" and rows < 2:
            raise ConfigError(f"creatures.{name}.rewards: shuffled needs two creatures or more, there is one")
        self.name, self.rows, self.tick = name, rows, 0
        self._coding = Inputs(rows, self._build_coding(encoder, observation_space, seed))
        self._acting = self._build_acting(action_space)
        self._action_names = tuple(action_names) or tuple(f"action {k}" for k in range(self._acting.count))
        self.layers = self._build_layers(layers, readout, action_space, seed)
        self._readout = self.layers[-1]
        self.learner = self._build_learner(rule, seed)
        self.learns = self.learner is not None
        self._clamps = Clamps(name, self.layers, self.learner)
        self._is_event = isinstance(rule, ActorCritic) and rule.trigger.is_event
        self._rewards_teach = isinstance(rule, ActorCritic) and getattr(rule.trigger, "rewards", True)
        self._action_stream = Stream(seed, f"actions of {name}")
        self._shuffle_stream = Stream(seed, f"shuffled rewards of {name}") if rewards == "shuffled" else None
        self._brain = nn.ModuleDict({"layers": nn.ModuleList(self.layers), "coding": self._coding.coding})
        if self.learner is not None:
            self._brain["learner"] = self.learner
        self._spiking = tuple(layer for layer in self.layers if layer.threshold is not None)
        self._spikes = [np.zeros((rows, layer.size)) for layer in self._spiking]
        self._lived = 0  # ticks of all creatures together
        self._newborns: Newborns | None = None
        if newborn is not None:
            build_brain = partial(self._build_layers, layers, readout, action_space, seed, 1)
            self._newborns = Newborns(newborn, self.layers, self.learner, build_brain)
        self._ended = np.zeros(rows, bool)
        self._drawn: NDArray[Any] = np.zeros(rows, np.int64)
        self.report = Report(np.zeros(rows, np.float32), np.zeros(rows, bool), np.zeros(rows, bool))

    def _build_coding(self, encoder: Encoder, space: gymnasium.spaces.Box, seed: int) -> Coding:
        try:
            return encoder.start_coding(space, self.rows, Stream(seed, f"senses of {self.name}"))
        except ConfigError as error:
            raise ConfigError(f"creatures.{self.name}.{error}") from None

    def _build_acting(self, space: gymnasium.Space[Any]) -> Acting:
        try:
            return acting(space)
        except ConfigError as error:
            raise ConfigError(f"creatures.{self.name}: {error}") from None

    def _build_layers(
        self,
        plans: Sequence[LayerPlan],
        readout: LayerPlan,
        space: gymnasium.Space[Any],
        seed: int,
        rows: int | None = None,
        whose: str = "",
    ) -> tuple[*tuple[Layer, ...], Readout]:
        """Return the layers of all brains, or of so many others with random numbers of their own (`whose`)."""
        rows = self.rows if rows is None else rows
        layers: list[Layer] = []
        inputs = self._coding.width
        for k, plan in enumerate(plans):
            purpose = f"weights of {self.name}, layer {k}" + (f", {whose}" if whose else "")
            generator = torch.Generator().manual_seed(derive_seed(seed, purpose))
            layer = plan(inputs=inputs, rows=(rows,), generator=generator, trace_decay=None, learn=())
            if isinstance(layer, Readout):
                kind = type(layer).__name__.lower()
                raise ConfigError(f"creatures.{self.name}.brain.layers.{k}: {kind} is a readout, which comes last")
            layers.append(layer)
            inputs = layers[-1].size
        return (*layers, self._build_readout(readout, inputs, space, rows))

    def _build_readout(self, plan: LayerPlan, inputs: int, space: gymnasium.Space[Any], rows: int) -> Readout:
        """Return the readout, as wide as it must be to act in the space."""
        size, bare = self._acting.membranes, {"inputs": inputs, "trace_decay": None, "learn": ()}
        try:
            layer = plan(size=size, rows=(rows,), **bare)
        except (ConfigError, ValueError):
            self._check_readout(plan(size=2 * size, rows=(0,), **bare), space)  # wrong kinds may not like the size
            raise
        return self._check_readout(layer, space)

    def _check_readout(self, layer: Layer, space: gymnasium.Space[Any]) -> Readout:
        if isinstance(layer, Readout) and self._acting.fits_layer(layer):
            return layer
        where, kind = f"creatures.{self.name}.brain.readout", type(layer).__name__.lower()
        raise ConfigError(
            f"{where}: {kind} does not fit the action space {space}, {{kind: {self._acting.readout}}} does"
        )

    def _build_learner(self, rule: Rule, seed: int) -> Learner | None:
        if isinstance(rule, ActorCritic):
            try:
                return Learner(rule, self.layers, Stream(seed, f"learning of {self.name}"))
            except ConfigError as error:
                raise ConfigError(f"creatures.{self.name}.learning: {error}") from None
        if isinstance(rule, NoLearning):
            return None
        kind = type(rule).__qualname__
        raise ConfigError(f"creatures.{self.name}.learning: {kind} must derive from alife.learning.ActorCritic")

    @torch.inference_mode()
    def act(self, outcome: Outcome) -> NDArray[Any]:
        """Encode the observations, learn from the outcome of the last decision, and return the next actions by row."""
        self._begin_episodes()
        self._begin_lives(outcome.lives)
        output = self._forward(outcome)
        self._learn(outcome)
        self._drawn = self._readout.draw_action(output, self._action_stream.at(self.tick))
        if self.learner is not None:
            self.learner.write(torch.from_numpy(self._readout.grad_log_prob(output, self._drawn)))
        self._ended = outcome.terminated | outcome.truncated
        self.tick += 1
        return self._acting.enact(self._drawn)

    def _begin_episodes(self) -> None:
        if not np.count_nonzero(self._ended):
            return
        rows = torch.from_numpy(np.flatnonzero(self._ended))
        for layer in self.layers:
            layer.zero_states(rows)
        if self.learner is not None:
            self.learner.zero_states(rows)

    def _begin_lives(self, lives: Lives | None) -> None:
        if lives is None or len(lives.born) == 0:
            return
        if self._newborns is None:
            raise WorldError(f"creatures.{self.name}: a creature is born, but the bodies have no metabolism")
        self._newborns.create_brains(lives)
        self._clamps.remove_rows(lives.born.tolist())

    def _forward(self, outcome: Outcome) -> NDArray[np.float32]:
        signal = self._coding.encode_inputs(outcome.observations, self.tick)
        for k, layer in enumerate(self.layers):
            signal = layer(signal)
            self._clamps.force_outputs(k)
        alive = None if outcome.lives is None else outcome.lives.alive
        self._lived += self.rows if alive is None else int(np.count_nonzero(alive))
        for spikes, layer in zip(self._spikes, self._spiking, strict=True):
            fired = layer.tick.output.numpy()
            spikes += fired if alive is None else fired * alive[:, None]
        output: NDArray[np.float32] = signal.numpy()
        if not isfinite(np.vdot(output, output)):  # vdot is quick and never warns
            _raise_not_finite(output)
        return output

    def _learn(self, outcome: Outcome) -> None:
        if self.learner is None:
            return
        rewards, rewarded = self._felt_rewards(outcome)
        ended = outcome.terminated | outcome.truncated
        self._clamps.block_learning()
        if outcome.lives is not None:
            self.learner.fresh.numpy()[~outcome.lives.alive] = True  # an empty row has decided nothing
        learned = self.learner.learn(
            [layer.tick for layer in self.layers],
            rewards.astype(np.float32),
            (~outcome.terminated).astype(np.float32),
            rewarded,
            ended,
        )
        event_rows = rewarded if self._rewards_teach else ended  # rows that learn without a surprise
        surprised = learned.rows & ~event_rows if self._is_event else np.zeros(self.rows, bool)
        self.report = Report(learned.errors, learned.rows, surprised)

    def _felt_rewards(self, outcome: Outcome) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return the reward of each row, and which rows were rewarded or ended."""
        rewarded = np.zeros(self.rows, bool)
        rewarded[outcome.events.rows[outcome.events.values != 0.0]] = True
        rewards = outcome.rewards
        if self._shuffle_stream is not None:
            shift = int(self._shuffle_stream.at(self.tick).integers(1, self.rows))
            rewards, rewarded = np.roll(rewards, shift), np.roll(rewarded, shift)
        return rewards, rewarded | outcome.terminated | outcome.truncated

    def firing_rates(self) -> list[float]:
        """Return, for each spiking layer, spikes per neuron per tick since birth, mean over all creatures."""
        return [float(spikes.mean()) * self.rows / max(self._lived, 1) for spikes in self._spikes]

    def learning_state_bytes(self) -> int:
        """Return the bytes of learning state per creature: traces and step sizes, weights apart."""
        return 0 if self.learner is None else self.learner.state_bytes()

    def probe(self, row: int) -> BrainProbe:
        """Return a probe of the brain of one creature, as it was when it last acted."""
        output: NDArray[np.float32] = self._readout.tick.output[row].numpy()
        return BrainProbe(
            tick=self.tick - 1,
            species=self.name,
            row=row,
            senses=self.layers[0].tick.input[row].numpy().copy(),
            layers=tuple(_layer_probe(layer, k, row) for k, layer in enumerate(self.layers, 1)),
            decision=self._acting.describe_decision(output, self._drawn[row]),
            action_names=self._action_names,
            value=None if self.learner is None else float(self.learner.critic.values[row]),
            error=None if self.learner is None else float(self.report.errors[row]),
            learned=bool(self.report.learned[row]),
        )

    def channels(self, sensed: Sequence[Channel]) -> tuple[Channel, ...]:
        """Return what each input of a brain means but the constant one, given what each number means that is sensed."""
        return self._coding.input_channels(sensed)

    @torch.inference_mode()
    def snapshot(self, row: int) -> WeightsSnapshot:
        """Return copies of the weights of one brain, and of what it would credit now."""
        traces = [] if self.learner is None else self.learner.traces.gradients(slice(row, row + 1))
        silent: list[Any] = [None] * (len(self.layers) - len(traces))  # layers that never learn
        return WeightsSnapshot(
            weights=tuple(layer.weight[row].detach().numpy().copy() for layer in self.layers),
            traces=(*silent, *(trace[0].numpy().copy() for trace in traces)),
            clamped=self._clamps.clamped_neurons(row),
            may_learn=self._clamps.may_learn(row),
        )

    @torch.inference_mode()
    def apply(self, intervention: Lesion | Clamp | Heal | LetLearn) -> None:
        """Apply an intervention, all of it or nothing.

        Raises:
            InterventionError: there is nothing to apply it to.
        """
        self._clamps.apply_intervention(intervention)

    def state_dict(self) -> State:
        """Return copies of the state of all these creatures."""
        return {
            "tick": self.tick,
            "brain": {name: tensor.clone() for name, tensor in self._brain.state_dict().items()},
            "spikes": {str(k): spikes.copy() for k, spikes in enumerate(self._spikes)},
            "lived": self._lived,
            **({"newborns": self._newborns.state_dict()} if self._newborns is not None else {}),
            "ended": self._ended.copy(),
            "interventions": self._clamps.state_dict(),
        }

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned."""
        self.tick = int(state["tick"])
        self._brain.load_state_dict({name: torch.as_tensor(value) for name, value in state["brain"].items()})
        for k, spikes in enumerate(self._spikes):
            spikes[:] = state["spikes"][str(k)]
        self._lived = int(state["lived"])
        if self._newborns is not None:
            self._newborns.load_state_dict(state["newborns"])
        self._ended = np.array(state["ended"])
        self._clamps.load_state_dict(state["interventions"])


def _raise_not_finite(output: NDArray[np.float32]) -> None:
    """Raise if a row of what a readout put out is not finite, or has squares that add up to more than 32 bits hold."""
    for row, numbers in enumerate(output):
        if not isfinite(np.vdot(numbers, numbers)):
            raise NumericError(f"the output of row {row} is no finite number or too large; the weights are too large")


def _layer_probe(layer: Layer, number: int, row: int) -> LayerProbe:
    threshold = layer.threshold_now
    return LayerProbe(
        name=f"{type(layer).__name__.lower()} {number}",
        membranes=layer.tick.membrane[row].numpy().copy(),
        outputs=layer.tick.output[row].numpy().copy(),
        threshold=None if threshold is None else float(threshold[row].mean()),
    )
