"""What is compared on every task: rules, and the controls that would expose them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from agents.actor_critic import ActorCritic
from agents.optimizers.factored_rms import FactoredRMS
from alife.config.simulation_config import parse_config
from alife.core.brain import Floats, Optimizer, OptimizerState, Rows

RATES = (0.001, 0.002, 0.004, 0.01, 0.03)
"""The learning rates that every arm may choose from."""

SCALES = (1.0, 3.0)
"""Scales of the weights at birth that tanh units may choose from."""


def rule_of(kind: str, options: Mapping[str, Any]) -> ActorCritic:
    """Return the rule that a configuration with these words would have.

    Raises:
        ConfigError: there is no such rule, or it does not take these options.
    """
    learning = {"kind": kind, **options}
    config = parse_config({"creatures": {"learners": {"learning": learning}}}, "benchmark")
    rule: ActorCritic = config.creatures["learners"].learning.build()
    return rule


@dataclass(frozen=True)
class Arm:
    """A rule, and what of the network or the rewards is otherwise.

    Args:
        name: of the row in the table.
        kind: of the rule, a short name or package.module:Class.
        options: of the rule, where they differ from its defaults.
        hidden: what the hidden layer is made of; none leaves it out.
        depth: how many hidden layers there are.
        rewards: shuffled gives each creature what another one earned.
        size: of each hidden layer; 0 leaves what the task has.
        scale: of the weights of tanh units at birth.
        readout_decay: of the readout in tasks that are episodes, where it differs from theirs.
    """

    name: str
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    hidden: Literal["lif", "tanh", "none"] = "lif"
    depth: int = 1
    rewards: Literal["own", "shuffled"] = "own"
    size: int = 0
    scale: float = 1.0
    readout_decay: float | None = None

    @property
    def learns(self) -> bool:
        """Whether anything is learned."""
        return self.kind != "none"

    @property
    def chooses_rate(self) -> bool:
        """Whether there is a learning rate to choose; from noise there is none that is best."""
        return self.learns and "learning_rate" not in self.options

    def scaled(self) -> "Sequence[Arm]":
        """Return the same arm with each scale that it may choose from."""
        return [replace(self, scale=scale) for scale in SCALES] if self.hidden == "tanh" else [self]

    def with_options(self, **options: Any) -> "Arm":
        """Return the same arm with more options."""
        return replace(self, options={**self.options, **options})


HEADLINE = ("ring", "eprop", "linear", "ann", "random")
"""The arms that a world is judged by, on more seeds."""

CONTROLS = ("readout_only", "linear", "ann", "shuffled", "random")
"""The arms that are no rules, by name."""

BEST = "ring"
"""The rule that the controls rest on: the default."""

_FADING = {"trigger": "every", "optimizer": "fading", "settle": 0.0}
"""Learning at every tick, at a rate that ends with the 30,000 ticks of forage."""

ARMS = {
    arm.name: arm
    for arm in (
        Arm("ring", "ring"),
        Arm("ring_32", "ring", {"slots": 32}),
        Arm("ring_128", "ring", size=128),
        Arm("ring_entropy", "ring", {"entropy": 0.1, "restless": 0.0}),
        Arm("ring_recall", "ring", {"recall": True}),
        Arm("ring_8", "ring", {"slots": 8}),
        Arm("ring_decays", "ring", {"decay_pace": 130.0}),
        Arm("ring_decays_far", "ring", {"decay_pace": 130.0, "reach": 100.0}),
        Arm("ring_slow", "ring", readout_decay=0.99),
        Arm("ring_slowest", "ring", readout_decay=0.999),
        Arm("ring_2_layers", "ring", depth=2),
        Arm("ring_3_layers", "ring", depth=3),
        Arm("eprop_2_layers", "eprop", depth=2),
        Arm("eprop_decays", "eprop", {"decay_pace": 130.0}),
        Arm("ring_obgd", "ring", {"optimizer": "obgd", "learning_rate": 1.0}),
        Arm("ring_intentional", "ring", {"optimizer": "intentional", "learning_rate": 0.05}),
        Arm("ring_fading", "ring", _FADING),
        Arm("gated_trace", "gated_trace"),
        Arm("slots", "slots"),
        Arm("slots_control_variate", "slots", {"control_variate": 0.5}),
        Arm("slots_8_control_variate", "slots", {"control_variate": 0.5, "slots": 8}),
        Arm("eprop", "eprop"),
        Arm("bptt", "benchmarks.learning.bptt:BPTT"),
        Arm("rstdp", "rstdp"),
        Arm("trace", "trace"),
        Arm("reflect", "reflect"),
        Arm("critic_state", BEST, {"critic": "state"}),
        Arm("random_feedback", BEST, {"feedback": "random"}),
        Arm("readout_only", BEST, {"readout_only": True}),
        Arm("linear", BEST, hidden="none"),
        Arm("ann", BEST, hidden="tanh"),
        Arm("ann_fading", BEST, _FADING, hidden="tanh"),
        Arm("shuffled", BEST, {"learning_rate": 0.003}, rewards="shuffled"),
        Arm("shuffled_decays", BEST, {"learning_rate": 0.0003, "decay_pace": 130.0}, rewards="shuffled"),
        Arm("random", "none"),
    )
}


def arm(rule: str) -> Arm:
    """Return the arm of this name, or that of a rule that is not in the table."""
    return ARMS.get(rule) or Arm(rule, rule)


@dataclass(frozen=True)
class GroupedOptimizer(Optimizer):
    """An optimizer whose learning rate differs between equal groups of rows, so that one run compares several.

    Args:
        rates: of the groups, in the order of the rows, in units of the rule's own.
        optimizer: of each group.
    """

    rates: tuple[float, ...]
    optimizer: Optimizer = FactoredRMS()

    def start(self, weight: Floats) -> "GroupedOptimizerState":
        """Return the state of the optimizer."""
        return GroupedOptimizerState(self, weight)


class GroupedOptimizerState(OptimizerState):
    """The state of the optimizer, and the learning rate of each row."""

    def __init__(self, kind: GroupedOptimizer, weight: Floats) -> None:
        self.grouped = kind.optimizer.start(weight)
        rows, rates = len(weight), np.array(kind.rates, weight.dtype)
        self._rates = rates[np.arange(rows) * len(rates) // rows]

    def update(self, rows: Rows, weight: Floats, gradient: Floats, errors: Floats, learning_rate: Floats) -> None:
        """Update the weights of each group at its learning rate."""
        self.grouped.update(rows, weight, gradient, errors, self._rates * learning_rate)

    def begin_lives(self, rows: Rows) -> None:
        """Let other creatures begin in these rows."""
        self.grouped.begin_lives(rows)
