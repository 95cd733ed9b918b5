"""Population: the brains of all creatures of a species, and their learning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import gymnasium
import numpy as np
from numpy.typing import NDArray

from agents.acting import Acting, acting
from agents.actor_critic import ActorCritic
from agents.brain import Brain
from agents.clamps import Clamps
from agents.coding import Inputs
from agents.encoders.encoder import Coding, Encoder
from agents.encoders.fitting import Fitting
from agents.heredity.newborns import Newborns
from agents.kernels import count_spikes, note_surprises, take_rewards
from agents.layer import Layer
from agents.refusals import LARGEST
from agents.rules.none import NoLearning
from alife.core.brain import Neuron, Neurons, Readout, Rows, Rule
from alife.core.brains import Report
from alife.core.channel import Channel
from alife.core.errors import ConfigError, InterventionError, WorldError
from alife.core.frame import BrainProbe, LayerProbe, WeightsSnapshot
from alife.core.heredity import Heredity
from alife.core.intervention import Clamp, Heal, Lesion, LetLearn, Set
from alife.core.random import Stream
from alife.core.threads import Threads
from alife.core.world import Lives, Outcome, State

_MOST_TICKS_DRAWN, _NUMBERS_DRAWN = 64, 1 << 16  # at once, for the actions of a species


class Population:
    """All creatures of a species: one brain for each row, run together.

    Args:
        name: of the species; its random numbers are keyed by it.
        rows: how many creatures in all copies.
        observation_space: of one creature.
        action_space: of one creature.
        layers: the hidden layers, from the senses up; none gives a linear brain.
        readout: the neurons that act, LIS where actions are choices, LIG where they are numbers, which None stands for;
            the size is set here.
        rule: how they learn.
        seed: of the run.
        action_names: what people call the actions; numbered when omitted.
        rewards: "own", or "shuffled" to give each creature what another one earned at this tick: the one that
            stands so many rows before it as is drawn for the tick.
        encoder: how what is sensed becomes the input of a brain.
        heredity: what those have from their parents who are born, and which genes creatures have; None where nobody is
            born, and all are alike.
        causes: what may happen in the world; events refer to them by place.
        threads: how many slices of rows are run at once; what comes of it is the same.
        dtype: of all numbers in the brains.

    Raises:
        ConfigError: the spaces do not fit the brain, or there is no other creature to shuffle rewards with.
    """

    def __init__(
        self,
        name: str,
        rows: int,
        observation_space: gymnasium.spaces.Box,
        action_space: gymnasium.Space[Any],
        layers: Sequence[Neuron],
        readout: Neuron | None,
        rule: Rule,
        seed: int,
        action_names: Sequence[str] = (),
        rewards: Literal["own", "shuffled"] = "own",
        encoder: Encoder = Fitting(),
        heredity: Heredity | None = None,
        causes: Sequence[str] = ("reward",),
        threads: int = 1,
        dtype: Any = np.float32,
    ) -> None:
        if rewards == "shuffled" and rows < 2:
            raise ConfigError(f"creatures.{name}.rewards: shuffled needs two creatures or more, there is one")
        self.name, self.rows, self.tick = name, rows, 0
        self._coding = Inputs(rows, self._code(encoder, observation_space, seed))
        self._acting = self._act_in(action_space)
        self._action_names = tuple(action_names) or tuple(f"action {k}" for k in range(self._acting.count))
        grown = self._grow(layers, self._fit_readout(readout, action_space), rule, seed, dtype)
        self.brain = self._teach(grown, rule, seed)
        self._readout = self.brain.readout
        self.learns = self.brain.learner is not None
        self._clamps = Clamps(name, self.brain)
        trigger = rule.trigger if isinstance(rule, ActorCritic) else None
        self._surprises = trigger is not None and trigger.is_event
        self._rewards_teach = getattr(trigger, "rewards", True)
        self._choosing = Stream(seed, f"actions of {name}")
        self._ticks_drawn = min(_MOST_TICKS_DRAWN, max(1, _NUMBERS_DRAWN // max(rows, 1)))
        self._random: tuple[int, Any] = (-1, None)  # the last block of ticks for which numbers were drawn, and these
        self._shuffling = Stream(seed, f"shuffled rewards of {name}") if rewards == "shuffled" else None
        self._spiking = [layer.neurons for layer in grown if layer.neurons.threshold is not None]
        self._spikes = [np.zeros(rows) for _ in self._spiking]  # of all neurons of a layer together
        self._lived = 0  # ticks of all creatures together
        self._newborns = None if heredity is None else self._inherit(heredity, causes, seed)
        self._ended, self._any_ended = np.zeros(rows, bool), False
        self._rewards, self._rewarded = np.zeros(rows, dtype), np.zeros(rows, bool)
        self._threads = Threads(threads if all(layer.by_slices for layer in grown) else 1)
        self._let_live(np.arange(rows))
        nothing = np.zeros(rows, bool)
        learner = self.brain.learner
        if learner is None:
            self.report = Report(np.zeros(rows, np.float32), nothing, nothing, self.brain.faults)
        else:
            self.report = Report(learner.errors, learner.learned, nothing, self.brain.faults)

    def _code(self, encoder: Encoder, space: gymnasium.spaces.Box, seed: int) -> Coding:
        try:
            return encoder.start_coding(space, self.rows, Stream(seed, f"senses of {self.name}"))
        except ConfigError as error:
            raise ConfigError(f"creatures.{self.name}.{error}") from None

    def _act_in(self, space: gymnasium.Space[Any]) -> Acting:
        try:
            return acting(space)
        except ConfigError as error:
            raise ConfigError(f"creatures.{self.name}: {error}") from None

    def _fit_readout(self, readout: Neuron | None, space: gymnasium.Space[Any]) -> Readout:
        """Return the readout as wide as it must be to act in the space."""
        if readout is None:
            return self._acting.readout(size=self._acting.membranes)
        if isinstance(readout, Readout) and self._acting.fits_neuron(readout):
            return replace(readout, size=self._acting.membranes)
        where, kind = f"creatures.{self.name}.brain.readout", type(readout).__name__.lower()
        fits = self._acting.readout.__name__.lower()
        raise ConfigError(f"{where}: {kind} does not fit the action space {space}, {{kind: {fits}}} does")

    def _grow(self, layers: Sequence[Neuron], readout: Readout, rule: Rule, seed: int, dtype: Any) -> list[Layer]:
        """Return the layers of all brains, each drawn for a purpose of its own."""
        grown: list[Layer] = []
        build_layer = rule.build_layer if isinstance(rule, ActorCritic | NoLearning) else Layer
        inputs = self._coding.width
        for k, neuron in enumerate((*layers, readout)):
            where = f"creatures.{self.name}.brain." + ("readout" if neuron is readout else f"layers.{k}")
            if isinstance(neuron, Readout) and neuron is not readout:
                raise ConfigError(f"{where}: {type(neuron).__name__.lower()} is a readout, which comes last")
            random = Stream(seed, f"weights of {self.name}, layer {k}").at(0)
            try:
                grown.append(build_layer(neuron, inputs, self.rows, random, dtype))
            except ConfigError as error:
                raise ConfigError(f"{where}: {error}") from None
            inputs = neuron.size
        return grown

    def _teach(self, layers: Sequence[Layer], rule: Rule, seed: int) -> Brain:
        if isinstance(rule, NoLearning):
            return Brain(layers, None)
        if not isinstance(rule, ActorCritic):
            raise ConfigError(
                f"creatures.{self.name}.learning: {type(rule).__qualname__} must derive from "
                "agents.actor_critic.ActorCritic"
            )
        try:
            return Brain(layers, rule, Stream(seed, f"learning of {self.name}"))
        except ConfigError as error:
            raise ConfigError(f"creatures.{self.name}.learning: {error}") from None

    def _inherit(self, heredity: Heredity, causes: Sequence[str], seed: int) -> Newborns:
        try:
            return Newborns(heredity, self.name, self.brain, causes, seed)
        except ConfigError as error:
            raise ConfigError([f"creatures.{self.name}.{fault}" for fault in error.faults]) from None

    @property
    def genes(self) -> Mapping[str, NDArray[np.float64]]:
        """The genes by name, (rows,) each; the same arrays at every tick."""
        return {} if self._newborns is None else self._newborns.genes

    def update_causes(self, causes: Sequence[str]) -> None:
        """Take the causes of a world that takes the place of another."""
        if self._newborns is not None:
            self._newborns.update_causes(causes)

    def act(self, outcome: Outcome) -> NDArray[Any]:
        """Sense, learn from what came of the last decision, and decide again; return an action for each row."""
        if self._any_ended:
            self.brain.reset(np.flatnonzero(self._ended))
        if outcome.lives is not None:
            self._begin_lives(outcome.lives)
        signal = self._coding.encode_inputs(outcome.observations, self.tick)
        self._take_rewards(outcome)
        random = self._random_numbers()
        self._run(signal, outcome.terminated, random)
        if self.brain.faults:
            self._coding.mend()
        self.brain.count_tick()
        self._lived += len(self._living)
        if self._surprises:
            self._note_surprises()
        self.tick += 1
        return self._acting.enact(self._readout.action)

    def _random_numbers(self) -> NDArray[Any]:
        """Return the random numbers by which actions are drawn at this tick; they are drawn for some ticks at once."""
        block, place = divmod(self.tick, self._ticks_drawn)
        if block != self._random[0]:
            self._random = block, self._readout.random_numbers(self._choosing.at(block), self._ticks_drawn)
        numbers: NDArray[Any] = self._random[1][place]
        return numbers

    def _begin_lives(self, lives: Lives) -> None:
        if len(lives.born):
            if self._newborns is None:
                raise WorldError(f"creatures.{self.name}: there is a birth, but their bodies have no metabolism")
            self._newborns.begin(lives)
            self._coding.coding.begin_lives(lives.born)
            self._clamps.clear_rows(lives.born.tolist())
        if np.count_nonzero(lives.alive) != len(self._living) or len(lives.born):
            self._let_live(np.flatnonzero(lives.alive))
            self.report.errors[~lives.alive] = 0.0
            self.report.learned[~lives.alive] = False

    def _let_live(self, rows: Rows) -> None:
        """Let there be creatures in these rows, and in no others."""
        self._living = rows
        self._slices = [rows[part] for part in self._threads.split(len(rows))]

    def _take_rewards(self, outcome: Outcome) -> None:
        """Note what each row was given, and which rows were given something or ended."""
        if self._newborns is not None:
            outcome = self._newborns.weigh_rewards(outcome)
        rewards, rewarded, events = self._rewards, self._rewarded, outcome.events
        given = outcome.rewards, events.rows, events.values, outcome.terminated, outcome.truncated
        self._any_ended, too_much = take_rewards(*given, rewards, rewarded, self._ended, LARGEST)
        if self._shuffling is not None:
            shift = int(self._shuffling.at(self.tick).integers(1, self.rows))
            rewarded[:] = False
            rewarded[events.rows[events.values != 0.0]] = True
            rewards[:], rewarded[:] = np.roll(rewards, shift), np.roll(rewarded, shift) | self._ended
        if too_much and self.brain.learner is not None:
            self.brain.learner.refuse_rewards(self._living, rewards)
        self._clamps.keep_from_learning()

    def skip_learning(self, rows: Rows) -> None:
        """Let these rows learn nothing from the next outcome, as if they had decided nothing yet."""
        if self.brain.learner is not None:
            self.brain.learner.fresh[rows] = True

    def _run(self, signal: NDArray[Any], terminated: NDArray[np.bool_], random: NDArray[Any]) -> None:
        """Run the brains of all living creatures: what they think, learn and decide."""

        def run_slice(rows: Rows) -> None:
            self.brain.think(rows, signal)
            for neurons, spikes in zip(self._spiking, self._spikes, strict=True):
                count_spikes(rows, neurons.output, spikes)
            self.brain.learn(rows, self._rewards, terminated, self._rewarded, self._ended)
            self.brain.decide(rows, random)

        self._threads.run(run_slice, self._slices)

    def _note_surprises(self) -> None:
        """Mark the rows that learned though the world told them nothing."""
        told = self._rewarded if self._rewards_teach else self._ended
        note_surprises(self.report.learned, told, self.report.surprised)

    def spikes_per_neuron(self) -> list[NDArray[np.float64]]:
        """Return, for each spiking layer, how often a neuron has spiked since the first tick, (rows,), their mean."""
        return [spikes / neurons.output.shape[1] for spikes, neurons in zip(self._spikes, self._spiking, strict=True)]

    def firing_rates(self) -> list[float]:
        """Return, for each spiking layer, spikes per neuron per tick since birth, mean over all creatures."""
        neuron_ticks = [neurons.output.shape[1] * max(self._lived, 1) for neurons in self._spiking]
        return [float(spikes.sum()) / n for spikes, n in zip(self._spikes, neuron_ticks, strict=True)]

    def learning_state_bytes(self) -> int:
        """Return the bytes of learning state per creature: traces and step sizes, weights apart."""
        return 0 if self.brain.learner is None else self.brain.learner.state_bytes()

    def probe(self, row: int) -> BrainProbe:
        """Return what goes on in the brain of one creature, as it was when it last acted."""
        return self.probes(slice(row, row + 1))(row)

    def probes(self, rows: slice) -> Callable[[int], BrainProbe]:
        """Return what gives the probe of each of some rows, as they were when they last acted, whatever comes then."""
        learner, tick, learned = self.brain.learner, self.tick - 1, self.report.learned[rows].copy()
        senses = self.brain.layers[0].input[rows].copy()
        layers = [_copy_layer(layer.neurons, rows) for layer in self.brain.layers]
        names = [f"{layer.kind} {k}" for k, layer in enumerate(self.brain.layers, 1)]
        output, action = self._readout.output[rows].copy(), self._readout.action[rows].copy()
        judged = None
        if learner is not None:
            judged = [each[rows].copy() for each in (learner.critic.values, learner.errors, self._rewards)]

        def probe(row: int) -> BrainProbe:
            k = row - rows.start
            return BrainProbe(
                tick=tick,
                species=self.name,
                row=row,
                senses=senses[k].copy(),
                layers=tuple(_probe(name, layer, k) for name, layer in zip(names, layers, strict=True)),
                decision=self._acting.describe_decision(output[k], action[k]),
                action_names=self._action_names,
                value=None if judged is None else float(judged[0][k]),
                error=None if judged is None else float(judged[1][k]),
                learned=bool(learned[k]),
                reward=None if judged is None else float(judged[2][k]),
            )

        return probe

    def channels(self, sensed: Sequence[Channel]) -> tuple[Channel, ...]:
        """Return what each input of a brain means but the constant one, given what each number means that is sensed."""
        return self._coding.input_channels(sensed)

    def snapshot(self, row: int) -> WeightsSnapshot:
        """Return copies of what one brain has learned, and of what it would credit now."""
        layers, learner = self.brain.layers, self.brain.learner
        traces = [] if learner is None else learner.weight_gradients(row)
        silent: list[Any] = [None] * (len(layers) - len(traces))  # layers that never learn
        return WeightsSnapshot(
            weights=tuple(layer.weight[row].T.copy() for layer in layers),
            traces=(*silent, *(trace[0].T.copy() for trace in traces)),
            clamped=self._clamps.neurons(row),
            may_learn=self._clamps.may_learn(row),
        )

    def apply(self, intervention: Lesion | Clamp | Heal | LetLearn | Set) -> None:
        """Apply an intervention, all of it or nothing.

        Raises:
            InterventionError: there is nothing to apply it to.
        """
        if not isinstance(intervention, Set):
            self._clamps.apply(intervention)
        elif self._newborns is None:
            raise InterventionError(f"{intervention.path}: nobody inherits anything here")
        else:
            self._newborns.change_mutation(intervention.value)

    def state_dict(self) -> State:
        """Return copies of all that these creatures must remember."""
        return {
            "tick": self.tick,
            "brain": self.brain.state_dict(),
            "coding": self._coding.coding.state_dict(),
            "spikes": {str(k): spikes.copy() for k, spikes in enumerate(self._spikes)},
            "lived": self._lived,
            **({"newborns": self._newborns.state_dict()} if self._newborns is not None else {}),
            "ended": self._ended.copy(),
            "alive": np.isin(np.arange(self.rows), self._living),
            "interventions": self._clamps.state_dict(),
        }

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned."""
        self.tick = int(state["tick"])
        self.brain.load_state_dict(state["brain"])
        self._coding.coding.load_state_dict(state["coding"])
        for k, spikes in enumerate(self._spikes):
            spikes[:] = state["spikes"][str(k)]
        self._lived = int(state["lived"])
        if self._newborns is not None:
            self._newborns.load_state_dict(state["newborns"])
        self._ended[:] = state["ended"]
        self._any_ended = bool(self._ended.any())
        self._let_live(np.flatnonzero(state["alive"]))
        self._clamps.load_state_dict(state["interventions"])


_Layer = tuple[NDArray[Any], NDArray[Any], NDArray[Any] | None]
"""Membranes before the reset, outputs and thresholds of some rows."""


def _copy_layer(neurons: Neurons, rows: slice) -> _Layer:
    threshold = None if neurons.threshold is None else neurons.threshold[rows].copy()
    return neurons.before[rows].copy(), neurons.output[rows].copy(), threshold


def _probe(name: str, layer: _Layer, k: int) -> LayerProbe:
    membranes, outputs, threshold = layer
    return LayerProbe(
        name=name,
        membranes=membranes[k].copy(),
        outputs=outputs[k].copy(),
        threshold=None if threshold is None else float(threshold[k].mean()),
    )
