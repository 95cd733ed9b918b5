"""The replay of a fault: what led to the end of a run is lived again, from the last checkpoint before it."""

from collections.abc import Callable
from contextlib import closing

from alife.core.errors import CheckpointError, NumericError, WorldError
from alife.core.fault import Fault, fault_of
from alife.core.terminal import print_warning
from alife.runs._places import checked_places
from alife.runs.checkpoints import Checkpoint, checkpoint_before
from alife.runs.past_run import PastRun
from alife.runs.replay import Replay, build_replay
from alife.sim.signals import Interruption

_SHOWN = 100  # ticks before the fault


def replay_fault(run: PastRun, fault: Fault, show: Callable[[Replay], None], heard: Interruption) -> str:
    """Live the last ticks before the fault that has ended a run again, and then the fault.

    Where it does not come again from a checkpoint, as with an environment that remembers more than its episode, the run
    is lived again from its beginning.

    Args:
        run: what it has left.
        fault: that has ended it.
        show: shows a replay from where it stands to its end, the tick before the fault.
        heard: set when the replay is to end early.

    Returns:
        A line that says whether the fault came again.

    Raises:
        CheckpointError: it did not.
    """
    checkpoint = checkpoint_before(run.path / "checkpoints", fault.tick)
    tick, again = _live_until_fault(run, fault, checkpoint, show, heard)
    if checkpoint is not None and not _is_same(again, fault) and heard.signal is None:
        words = f"the fault does not come again from {checkpoint.folder}; living the run again from its beginning"
        print_warning(words)
        tick, again = _live_until_fault(run, fault, None, show, heard)
    if again is not None and _is_same(again, fault):
        return f"the same fault came again at tick {fault.tick}: {again.what}"
    if again is None and heard.signal is not None:
        return f"the replay ended at tick {tick}, before the fault of tick {fault.tick}"
    instead = "none came" if again is None else f"at tick {again.tick} there was another: {again.what}"
    raise CheckpointError(f"the fault of tick {fault.tick} did not come again ({fault.what}); {instead}")


def _live_until_fault(
    run: PastRun, fault: Fault, checkpoint: Checkpoint | None, show: Callable[[Replay], None], heard: Interruption
) -> tuple[int, Fault | None]:
    """Return at which tick a replay ended, and by which fault, if by one."""
    if checkpoint is None:
        state, interventions = run.beginning(), run.interventions
    else:
        place = checked_places(run.path, checkpoint.places)["interventions"]
        state, interventions = checkpoint.state, run.interventions_since(place)
    with closing(build_replay(run.config, interventions, max(fault.tick - 1, 0), state=state)) as simulation:
        try:
            while simulation.tick < fault.tick - _SHOWN and heard.signal is None:
                simulation.run_tick()
            show(simulation)
            while simulation.tick <= fault.tick and heard.signal is None:
                simulation.run_tick()
        except (WorldError, NumericError) as error:
            return simulation.tick, fault_of(error, simulation.tick)
        return simulation.tick, None


def _is_same(one: Fault | None, other: Fault) -> bool:
    """Return whether two faults differ in nothing but their sentence, which may name a line of code."""
    return one is not None and one[:-1] == other[:-1]
