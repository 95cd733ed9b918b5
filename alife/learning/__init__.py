"""Learning from traces: what is kept at each tick, and what an event does with it."""

from alife.learning.gated_trace import GatedTrace
from alife.learning.learner import Learner
from alife.learning.none import NoLearning
from alife.learning.reflect import Reflect
from alife.learning.rule import ActorCritic, Rule, Traces
from alife.learning.step import Step, StepState
from alife.learning.trigger import Trigger

__all__ = [
    "ActorCritic",
    "GatedTrace",
    "Learner",
    "NoLearning",
    "Reflect",
    "Rule",
    "Step",
    "StepState",
    "Traces",
    "Trigger",
]
