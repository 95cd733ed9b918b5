"""What is compared on every task: rules, and the controls that would expose them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from alife.config.simulation_config import parse_config
from alife.learning import ActorCritic, Optimizer, OptimizerState
from alife.learning.optimizers.factored_rms import FactoredRMS

RATES = (0.001, 0.003, 0.01, 0.03)
"""The learning rates that every arm may choose from."""


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
        rewards: shuffled gives each creature what another one earned.
    """

    name: str
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    hidden: Literal["lif", "tanh", "none"] = "lif"
    rewards: Literal["own", "shuffled"] = "own"

    @property
    def learns(self) -> bool:
        """Whether anything is learned."""
        return self.kind != "none"

    @property
    def chooses_rate(self) -> bool:
        """Whether there is a learning rate to choose; from noise there is none that is best."""
        return self.learns and "learning_rate" not in self.options

    def with_options(self, **options: Any) -> "Arm":
        """Return the same arm with more options."""
        return replace(self, options={**self.options, **options})


CONTROLS = ("readout_only", "linear", "ann", "shuffled", "random")
"""The arms that are no rules, by name."""

BEST = "ring"
"""The rule that the controls rest on: the default."""

_FADING = {"trigger": "every", "optimizer": "fading"}
"""Learning at every tick, at a rate that ends with the 30,000 ticks of forage."""

ARMS = {
    arm.name: arm
    for arm in (
        Arm("ring", "ring"),
        Arm("ring_32", "ring", {"slots": 32}),
        Arm("ring_obgd", "ring", {"optimizer": "obgd", "learning_rate": 1.0}),
        Arm("ring_intentional", "ring", {"optimizer": "intentional", "learning_rate": 0.05}),
        Arm("ring_fading", "ring", _FADING),
        Arm("gated_trace", "gated_trace"),
        Arm("slots", "slots"),
        Arm("slots_control_variate", "slots", {"control_variate": 0.5}),
        Arm("eprop", "eprop"),
        Arm("bptt", "bptt"),
        Arm("rstdp", "rstdp"),
        Arm("trace", "trace"),
        Arm("reflect", "reflect"),
        Arm("random_feedback", BEST, {"feedback": "random"}),
        Arm("readout_only", BEST, {"readout_only": True}),
        Arm("linear", BEST, hidden="none"),
        Arm("ann", BEST, hidden="tanh"),
        Arm("ann_fading", BEST, _FADING, hidden="tanh"),
        Arm("shuffled", BEST, {"learning_rate": 0.003}, rewards="shuffled"),
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
        rates: of the groups, in the order of the rows; the rule's own rate is not asked.
        optimizer: of each group.
    """

    rates: tuple[float, ...]
    optimizer: Optimizer = FactoredRMS()

    def start(self, weight: Tensor) -> "GroupedOptimizerState":
        """Return the state of the optimizer."""
        return GroupedOptimizerState(self, weight)


class GroupedOptimizerState(OptimizerState):
    """The state of the optimizer in all groups."""

    def __init__(self, optimizer: GroupedOptimizer, weight: Tensor) -> None:
        super().__init__()
        self.state, self._rates = optimizer.optimizer.start(weight), optimizer.rates
        self._groups = np.arange(len(weight)) * len(optimizer.rates) // len(weight)

    def apply_to(
        self, weight: Tensor, rows: Tensor | slice, gradient: Tensor, errors: NDArray[np.float32], learning_rate: float
    ) -> None:
        """Update the weights of each group at its learning rate."""
        chosen = np.arange(len(weight))[rows if isinstance(rows, slice) else rows.numpy()]
        for group, rate in enumerate(self._rates):
            here = np.flatnonzero(self._groups[chosen] == group)
            if len(here):
                mine = torch.from_numpy(chosen[here])
                self.state.apply_to(weight, mine, gradient[torch.from_numpy(here)], errors[here], rate)
