"""Learned brains: a new simulation begins with what the creatures of another have learned."""

import numpy as np

from alife.core.world import State
from alife.sim._state_schema import check_state
from alife.sim.simulation import Simulation


def load_learned_brains(simulation: Simulation, state: State) -> None:
    """Load the brains of a state into a simulation that has just begun, and leave all else as it begins.

    Args:
        simulation: in tick 0.
        state: of another simulation, see `Simulation.state_dict`, with the same species, as many of each, and brains.

    Raises:
        CheckpointError: the brains of the state are not like these.
    """
    own = simulation.state_dict()
    brains = {name: part for name, part in state.items() if name == "populations"}
    check_state(brains, {"populations": own["populations"]}, "")
    learned = {name: _born_anew(state["populations"][name], each) for name, each in own["populations"].items()}
    simulation.load_state_dict({**own, "populations": learned})


def _born_anew(learned: State, own: State) -> State:
    """Return the state of a population whose creatures keep what they have learned and begin a life with it.

    A row that has ended begins its next tick with empty membranes and traces. From tick 0 on it draws
    its actions as the beginner does, and all that counts ticks is the beginner's own; what was done to it is undone.
    """
    of_itself = {name: own[name] for name in ("tick", "spikes", "lived", "interventions")}
    return {**learned, **of_itself, "ended": np.ones_like(learned["ended"])}
