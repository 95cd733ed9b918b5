"""Learning from traces: what is kept at each tick, and what an event does with it."""

from alife.learning.bptt import BPTT
from alife.learning.eligibility import Eligible
from alife.learning.eprop import EProp
from alife.learning.feedback import Feedback, WithFeedback
from alife.learning.gated_trace import GatedTrace
from alife.learning.learner import Learner
from alife.learning.none import NoLearning
from alife.learning.optimizer import Optimizer, OptimizerState
from alife.learning.reflect import ReflectRule
from alife.learning.ring import Ring
from alife.learning.rstdp import RSTDP
from alife.learning.rule import ActorCritic, Rule, Traces
from alife.learning.slots import Slots
from alife.learning.synapses import Synapses, SynapseTraces
from alife.learning.trace import Trace
from alife.learning.trigger import Trigger

__all__ = [
    "BPTT",
    "RSTDP",
    "ActorCritic",
    "EProp",
    "Eligible",
    "Feedback",
    "GatedTrace",
    "Learner",
    "NoLearning",
    "Optimizer",
    "OptimizerState",
    "ReflectRule",
    "Ring",
    "Rule",
    "Slots",
    "SynapseTraces",
    "Synapses",
    "Trace",
    "Traces",
    "Trigger",
    "WithFeedback",
]
