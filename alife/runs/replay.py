"""Replay: a past run, simulated again from its configuration and its interventions; any of its ticks can be sought."""

import copy
from collections import defaultdict
from collections.abc import Iterable

from alife.config.simulation_config import SimulationConfig
from alife.core.brains import Brains
from alife.core.errors import CheckpointError, InterventionError
from alife.core.frame import FrameEvent
from alife.core.intervention import Intervention, Reload
from alife.core.world import State
from alife.sim.build import build_parts
from alife.sim.checked_world import CheckedWorld, closed_if_it_fails
from alife.sim.simulation import Simulation

_MOST = 32  # states that are kept
_INTERVAL = 100  # ticks from one to the next, at first


class Replay(Simulation):
    """A simulation to which the interventions of a run are applied at their ticks, and no others.

    It keeps states at intervals, which double whenever there are too many.

    Args:
        config, world, populations: of the run, see Simulation.
        interventions: that were applied to it.
        end: its last tick.
        interval: ticks from one state to the next, at first.

    Raises:
        CheckpointError: an intervention of tick 0 cannot be applied.
    """

    replay_until: int

    def __init__(
        self,
        config: SimulationConfig,
        world: CheckedWorld,
        populations: dict[str, Brains],
        interventions: Iterable[tuple[int, Intervention]],
        end: int,
        interval: int,
    ) -> None:
        super().__init__(config, world, populations)
        self.replay_until, self._interval = end, interval
        self._interventions: defaultdict[int, list[Intervention]] = defaultdict(list)
        for tick, intervention in interventions:
            self._interventions[tick].append(intervention)
        self._states: dict[int, State] = {}  # by tick
        self.digest_at_end: str | None = None  # of the events, once it has come to its end
        self._repeat_interventions()
        self._keep_state()

    def run_tick(self) -> None:
        """Run one tick, and apply the interventions of the run after it."""
        super().run_tick()
        if self.tick % self.config.record.metrics == 0:
            self.metrics_line()  # as the run did: when it was is part of the state
        self._repeat_interventions()
        self._keep_state()

    def intervene(self, intervention: Intervention) -> FrameEvent:
        """Refuse every intervention: a past run cannot be changed.

        Raises:
            InterventionError: always.
        """
        raise InterventionError("a replay cannot be touched")

    def _repeat_interventions(self) -> None:
        for intervention in self._interventions.get(self.tick, ()):
            try:
                super().intervene(intervention)
            except InterventionError as error:
                raise CheckpointError(
                    f"the intervention applied at tick {self.tick} cannot be repeated: {error}"
                ) from error
        if self.tick == self.replay_until:
            self.digest_at_end = self.events.digest.hex()

    def _keep_state(self) -> None:
        """Keep the state of this tick, if it is time for one; if that is one too many, drop every second one."""
        if self.tick % self._interval or self.tick in self._states:
            return
        self._states[self.tick] = self.state_dict()
        if len(self._states) > _MOST:
            self._interval *= 2
            self._states = {tick: state for tick, state in self._states.items() if tick % self._interval == 0}

    def clip_tick(self, tick: int) -> int:
        """Return the tick of the run that is nearest to a tick."""
        return min(max(tick, 0), self.replay_until)

    def load_nearest_state(self, tick: int, watched: int = 0) -> bool:
        """Load the kept state nearest before a tick, unless the present tick lies between the two.

        Args:
            tick: that is sought.
            watched: how many ticks before it are to be run, too, if there are so many.

        Returns:
            Whether a state was loaded.
        """
        goal = self.clip_tick(tick)
        nearest = max(kept for kept in self._states if kept <= max(goal - watched, 0))
        if nearest <= self.tick <= goal:
            return False
        state = self._states[nearest]
        self.load_state_dict({**state, "world": copy.deepcopy(state["world"])})  # a world may go on in what it is given
        return True

    def seek(self, tick: int) -> None:
        """Go to a tick, or to the nearest that the run had."""
        self.load_nearest_state(tick)
        while self.tick < self.clip_tick(tick):
            self.run_tick()


def build_replay(
    config: SimulationConfig, interventions: Iterable[tuple[int, Intervention]], end: int, interval: int = _INTERVAL
) -> Replay:
    """Return a run that is to be lived again; see Replay.

    Raises:
        CheckpointError: an intervention of tick 0 cannot be applied, or the world was reloaded.
        AlifeError: world, bodies and brains do not fit together any more.
    """
    interventions = tuple(interventions)
    for tick, intervention in interventions:
        if isinstance(intervention, Reload):
            raise CheckpointError(
                f"the world was reloaded from changed code after tick {tick}, and what it was before is not kept, "
                "so the run cannot be lived again"
            )
    world, brains = build_parts(config)
    with closed_if_it_fails(world):
        return Replay(config, world, brains, interventions, end, interval)
