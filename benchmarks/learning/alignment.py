"""The task cosine: how far a rule's gradient points where the policy gradient points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from agents.actor_critic import ActorCritic
from agents.learner import Learner
from agents.neurons.lif import LIF
from agents.readouts.lis import LIS
from benchmarks.cosine import measure_cosines
from benchmarks.learning.arms import Arm, rule_of
from benchmarks.learning.course import Course
from benchmarks.learning.tasks import cosine as task

NETWORKS = 20  # for each seed
FORGETFUL = {"slots": 0.97, "trace": 0.99}  # what must forget keeps so much from one decision to the next
LARGE = 256  # inputs and neurons of the layer whose state is counted


@dataclass(frozen=True)
class AlignmentTask:
    """One hidden layer, one reward after many decisions, nothing forgotten.

    The score is the mean cosine in the hidden layer. The state is that of a hidden layer of 256 x 256 and a readout of
    three actions below the same rule, as it learns: traces, critic and step sizes.

    Args:
        arms: what is compared.
        decisions: for one reward.
        readout_decay: of the readout.
    """

    arms: Sequence[str]
    decisions: int = 32
    readout_decay: float = 0.7
    chance: float = 0.0
    players: dict[str, float] = field(default_factory=lambda: {"the policy gradient": 1.0})
    unit = "mean cosine in the hidden layer"
    short_unit = "mean cosine"
    headline = ()
    learning: ClassVar[Mapping[str, Any]] = {}

    def chooses_rate(self, arm: Arm) -> bool:
        """Return False: no weight changes."""
        return False

    def run(self, arm: Arm, seeds: range, share: float = 1.0) -> Course:
        """Measure networks for each seed; a share of them."""
        networks = max(2, round(NETWORKS * share))
        rule = _rule(arm)
        scores = [
            measure_cosines({arm.name: rule}, networks, 1, self.readout_decay, 0.9, self.decisions, seed)[arm.name][
                0
            ].mean()
            for seed in seeds
        ]
        return Course(
            scores=np.array(scores),
            ticks=np.array([], np.int64),
            curves=np.zeros((len(scores), 0)),
            backward_shares=np.full(len(scores), 1.0 / self.decisions),
            decisions=self.decisions,
            critic_updates=0,
            learning_state_bytes=state_bytes(rule),
        )


def _rule(arm: Arm) -> ActorCritic:
    given = {"discount": 1.0, "trace_decay": FORGETFUL.get(arm.kind, 1.0), **arm.options}
    return rule_of(arm.kind, given)


def state_bytes(rule: ActorCritic) -> int:
    """Return the learning state of one brain with a large hidden layer."""
    random = np.random.default_rng(0)
    layers = [
        rule.build_layer(neuron, LARGE, 1, random, np.float32) for neuron in (LIF(size=LARGE), LIS(size=task.ACTIONS))
    ]
    return Learner(rule, layers).state_bytes()
