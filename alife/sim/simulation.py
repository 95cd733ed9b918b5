"""Simulation: a world and the creatures in it, tick by tick."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.config.simulation_config import SimulationConfig, effective
from alife.core.brains import Brains
from alife.core.channel import Channel
from alife.core.errors import AlifeError, CheckpointError, NumericError, WorldError
from alife.core.frame import Annotation, BrainProbe, FrameEvent, WeightsSnapshot
from alife.core.intervention import Drop, Intervention, Move, Reload, Swap
from alife.core.scene import Scene
from alife.core.world import Events, Lives, Outcome, State
from alife.sim._annotations import Annotations, are_annotations
from alife.sim._validate_intervention import checked, value_of
from alife.sim.build import build_population, build_world, world_seed
from alife.sim.events import SOURCES, EventLog
from alife.sim.lives import LifeLog
from alife.sim.metrics import SpeciesMetrics
from alife.sim.outcome_check import OutcomeCheck, words
from alife.sim.reload import cut_off, renewed

_FREE = ("name", "ticks", "view", "record")
"""Sections that may differ between a saved run and the one that goes on with it: they change nothing that happens."""


class Simulation:
    """A run without clock, window or disk: only `step` and `intervene` change it.

    Args:
        config: checked and complete.

    Raises:
        WorldError: the world cannot be built or breaks its contract.
        ConfigError: bodies, brains and world do not fit together.
    """

    replay_until: int | None = None  # the last tick, of a replay

    def __init__(self, config: SimulationConfig) -> None:
        self.config, self.tick = config, 0
        self.world = build_world(config)
        self._counts = np.array([species.count for species in config.creatures.values()])
        self._outcome_check = OutcomeCheck(
            self.world, {name: species.count for name, species in config.creatures.items()}
        )
        self.populations: dict[str, Brains] = {
            name: build_population(config, name, self.world) for name in config.creatures
        }
        self.metrics = {name: SpeciesMetrics(self.world.row_count(name), config.ticks) for name in config.creatures}
        self.events = EventLog(list(config.creatures), self.world.causes)
        self._annotations = Annotations(int(self.world.copies))
        self._outcomes: dict[str, Outcome] = self._outcome_check.call(0, self.world.reset, world_seed(config))
        self._outcome_check.check(0, self._outcomes)
        self._begun: dict[str, Outcome] | None = None  # what a reloaded world tells first, until somebody is told
        rows = {name: each.rows for name, each in self.metrics.items()}
        self.lives = LifeLog(rows, self._outcomes, self.world.causes)
        bodies = {name: getattr(self.world.species[name][0], "metabolism", None) for name in self.lives.of}
        self._needed = [name for name, one in bodies.items() if one is not None and one.extinction == "stop"]

    def step(self) -> None:
        """Let one tick pass: every creature senses, learns and acts, then the world answers.

        Raises:
            WorldError: the world or another plug-in broke its contract; the message names species and tick.
            NumericError: a brain left the numbers; the message names species, row and tick.
        """
        actions = {name: self._act(name) for name in self.populations}
        self.events.add_surprises(self.tick, {name: each.report for name, each in self.populations.items()})
        self.tick += 1
        outcomes = self._begun or self._outcome_check.call(self.tick, self.world.step, actions)
        self._begun = None
        self._outcome_check.check(self.tick, outcomes)
        self._outcomes = outcomes  # only now: what was refused never reaches a saved state
        self.events.add_world(self.tick, self._outcomes)
        self.lives.add(self.tick, self._outcomes)
        self._read_annotations()
        for name, population in self.populations.items():
            self.metrics[name].add(self._outcomes[name], population)

    @property
    def extinct(self) -> bool:
        """Whether a species is gone without which the run is to stop."""
        return any(self.lives.extinct(name) for name in self._needed)

    def _read_annotations(self) -> None:
        if annotations := self._outcome_check.call(self.tick, self.world.annotations):
            try:
                self._annotations.add(self.tick, annotations)
            except (TypeError, ValueError) as error:
                raise WorldError(
                    f"the annotations of the world at tick {self.tick} are none: {words(error)}"
                ) from error

    def intervene(self, intervention: Intervention) -> FrameEvent:
        """Apply an intervention between this tick and the next, and return what the log says of it.

        Raises:
            InterventionError: it cannot be done; then nothing has changed, and nothing is logged.
        """
        intervention = checked(
            intervention, int(self.world.copies), {name: each.rows for name, each in self.populations.items()}
        )
        match intervention:
            case Reload():
                self._reload()
            case Drop() | Move() | Swap():
                self._outcome_check.call(self.tick, self.world.apply, intervention)
            case _:
                self._ask(intervention.species, self.populations[intervention.species].apply, intervention)
        if isinstance(intervention, Swap | Reload):
            self._annotations.add_to_all(self.tick, intervention.cause)
        place, row = (
            (-1, -1)
            if isinstance(intervention, Drop | Swap | Reload)
            else (self._place(intervention.species), intervention.row)
        )
        return self._frame_event(
            self.events.add_intervention(self.tick, place, row, intervention.cause, value_of(intervention))[0]
        )

    def _reload(self) -> None:
        """Begin the world anew from its file; creatures are cut off, learn from that, and find themselves in it.

        As wherever a life ends, what they do at the next tick is not asked for.
        """
        self.config, self.world, self._outcome_check, begun = renewed(self.config, self.world)
        self._begun = self.lives.begun_anew(begun)
        self._outcomes = {name: cut_off(outcome) for name, outcome in self._outcomes.items()}
        self.events.know(self.world.causes)
        self.lives.know(self.world.causes)

    def _place(self, species: str) -> int:
        return self.events.species.index(species)

    def _act(self, name: str) -> NDArray[Any]:
        try:
            actions: NDArray[Any] = self._ask(name, self.populations[name].act, self._outcomes[name])
        except NumericError as error:
            raise NumericError(f"species {name}, tick {self.tick}: {error}") from error
        return actions

    def _ask(self, name: str, method: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method of a population, in which plug-ins answer."""
        try:
            return method(*arguments)
        except AlifeError:
            raise
        except Exception as error:
            raise WorldError(f"species {name}, tick {self.tick}: {words(error)}") from error

    def outcome(self, species: str) -> Outcome:
        """Return what the last tick brought to a species; read it, and leave it as it is."""
        return self._outcomes[species]

    def scene(self, copy: int) -> Scene:
        """Return what one copy looks like now."""
        scene = self._outcome_check.call(self.tick, self.world.scene, copy)
        if not isinstance(scene, Scene):
            kind = type(scene).__name__
            raise WorldError(f"the scene of copy {copy} at tick {self.tick} must be a Scene, it is a {kind}")
        return scene

    def probe(self, species: str, row: int) -> BrainProbe:
        """Return what goes on in the brain of one creature."""
        probe: BrainProbe = self._ask(species, self.populations[species].probe, row)
        return probe

    def snapshot(self, species: str, row: int) -> WeightsSnapshot:
        """Return what one brain has learned, and what it would credit now."""
        snapshot: WeightsSnapshot = self._ask(species, self.populations[species].snapshot, row)
        return snapshot

    def channels(self, species: str) -> tuple[Channel, ...]:
        """Return what each input of the brains of a species means."""
        sensed = self._outcome_check.call(self.tick, self.world.channels, species)
        channels: tuple[Channel, ...] = self._ask(species, self.populations[species].channels, sensed)
        return channels

    def annotations(self, copy: int) -> tuple[Annotation, ...]:
        """Return the annotations of one copy that are remembered: changes of the world itself and interventions."""
        return self._annotations.of(copy)

    def happened(self, copy: int) -> list[FrameEvent]:
        """Return what has come to one copy and its creatures since the last tick began."""
        happened = [
            self._frame_event(event)
            for records in self.events.now
            for event in records[records["row"] // self._counts[records["species"]] == copy]
        ]
        by_hand = [self._frame_event(record[0]) for record in self.events.laid]
        return [*happened, *(event for event in by_hand if self.concerns(event, copy))]

    def concerns(self, event: FrameEvent, copy: int) -> bool:
        """Return whether an event came to one copy, or to a creature in it."""
        if event.species:
            return bool(event.row // self.config.creatures[event.species].count == copy)
        return event.cause != Drop.cause or event.value == copy

    def _frame_event(self, event: Any) -> FrameEvent:
        tick, species, row, cause, value, source = event.item()
        name = "" if species < 0 else self.events.species[species]
        return FrameEvent(tick, name, row, self.events.causes[cause], value, SOURCES[source])

    def metrics_line(self) -> dict[str, Any]:
        """Return what happened since the last such line."""
        return {
            "tick": self.tick,
            "species": {name: metrics.line() for name, metrics in self.metrics.items()},
        }

    def state_dict(self) -> State:
        """Return all that this run needs to go on as if it had never stopped."""
        return {
            "tick": self.tick,
            "config": _fingerprint(self.config),
            "digest": self.events.digest.hex(),
            **self._memories(),
            "outcomes": _outcome_states(self._outcomes),
            "annotations": self._annotations.state_dict(),
            **({"begun": _outcome_states(self._begun)} if self._begun is not None else {}),
        }

    def _memories(self) -> State:
        return {
            "world": self._outcome_check.call(self.tick, self.world.state_dict),
            "populations": {name: self._ask(name, each.state_dict) for name, each in self.populations.items()},
            "metrics": {name: each.state_dict() for name, each in self.metrics.items()},
            **({"lives": self.lives.state_dict()} if self.lives.of else {}),
        }

    def load_state_dict(self, state: State) -> None:
        """Take on a state that `state_dict` returned for the same configuration; all of it, or nothing.

        Raises:
            CheckpointError: the state belongs to another configuration, or is not whole.
        """
        before = self._memories()
        _check_parts(state, before, _fingerprint(self.config))
        tick, digest = _tick_and_digest(state)
        outcomes = self._read_outcomes(tick, state["outcomes"])
        begun = self._read_outcomes(tick, state["begun"]) if "begun" in state else None
        annotations = state["annotations"]
        if not are_annotations(annotations):
            raise _unfit("its annotations must be lists of ticks and texts by copy")
        try:
            self._remember(state)
        except Exception as error:
            with suppress(Exception):  # what cannot take on its own state has not changed by ours
                self._remember(before)
            raise _unfit(words(error)) from error
        self.tick, self.events.digest, self._outcomes = tick, digest, outcomes
        self._begun = begun
        self._annotations.load_state_dict(annotations)
        self.events.forget()

    def _read_outcomes(self, tick: int, state: State) -> dict[str, Outcome]:
        try:
            outcomes = {name: _outcome(state[name]) for name in self.populations}
            self._outcome_check.check(tick, outcomes)
        except (LookupError, TypeError, ValueError, WorldError) as error:
            raise _unfit(f"its outcomes are not whole, {words(error)}") from error
        return outcomes

    def _remember(self, memories: State) -> None:
        self.world.load_state_dict(memories["world"])
        for name, population in self.populations.items():
            population.load_state_dict(memories["populations"][name])
            self.metrics[name].load_state_dict(memories["metrics"][name])
        if self.lives.of:
            self.lives.load_state_dict(memories["lives"])


def _fingerprint(config: SimulationConfig) -> str:
    """Return a hash of all that decides what happens in a run."""
    deciding = {name: value for name, value in effective(config).items() if name not in _FREE}
    return sha256(json.dumps(deciding, sort_keys=True).encode()).hexdigest()


def _unfit(why: str) -> CheckpointError:
    return CheckpointError(f"the saved state does not fit this configuration: {why}")


def _check_parts(state: Any, memories: State, fingerprint: str) -> None:
    """Raise unless a state has all its parts, is of the same configuration and is shaped as the memories here."""
    parts = ("tick", "config", "digest", *memories, "outcomes", "annotations")
    if not isinstance(state, Mapping) or (missing := [part for part in parts if part not in state]):
        lacks = f"it lacks {', '.join(missing)}" if isinstance(state, Mapping) else "it is no mapping"
        raise CheckpointError(f"the saved state is not whole: {lacks}")
    there, here = state["populations"], memories["populations"]
    if not isinstance(there, Mapping):
        raise _unfit("its populations must be a mapping by species")
    if set(there) != set(here):
        saved, ours = ", ".join(sorted(map(str, there))), ", ".join(sorted(here))
        raise CheckpointError(f"the saved state has the species {saved}, this configuration has {ours}")
    if state["config"] != fingerprint:
        raise _unfit(f"it was saved by another one, which may differ in {', '.join(_FREE)} only")
    for part in ("populations", "metrics"):
        _check_layout(state[part], memories[part], part)


def _check_layout(state: Any, like: Any, path: str) -> None:
    """Raise unless a state has the same keys, and arrays of the same shapes, as another."""
    if isinstance(like, Mapping):
        for name, part in like.items():
            if not isinstance(state, Mapping) or name not in state:
                raise _unfit(f"it lacks {path}/{name}")
            _check_layout(state[name], part, f"{path}/{name}")
    elif hasattr(like, "shape") and tuple(getattr(state, "shape", ())) != tuple(like.shape):
        raise _unfit(f"{path} must be an array of shape {tuple(like.shape)}")


def _tick_and_digest(state: State) -> tuple[int, bytes]:
    tick, text = state["tick"], state["digest"]
    if not isinstance(tick, int) or isinstance(tick, bool) or tick < 0:
        raise _unfit("its tick must be a whole number of 0 or more")
    try:
        digest = bytes.fromhex(text)
    except (TypeError, ValueError):
        digest = b""
    if len(digest) != sha256().digest_size:
        raise _unfit("its digest must be a sha256 in hexadecimal digits")
    return tick, digest


def _outcome_states(outcomes: Mapping[str, Outcome]) -> State:
    return {name: _outcome_state(each) for name, each in outcomes.items()}


def _outcome_state(outcome: Outcome) -> State:
    events = outcome.events._asdict()
    return {
        "observations": outcome.observations.copy(),
        "rewards": outcome.rewards.copy(),
        "terminated": outcome.terminated.copy(),
        "truncated": outcome.truncated.copy(),
        "events": {name: column.copy() for name, column in events.items()},
        **({"lives": {name: each.copy() for name, each in outcome.lives._asdict().items()}} if outcome.lives else {}),
    }


def _outcome(state: State) -> Outcome:
    columns = {name: np.array(state[name]) for name in ("observations", "rewards", "terminated", "truncated")}
    events = Events(**{name: np.array(state["events"][name]) for name in Events._fields})
    lives = Lives(**{name: np.array(state["lives"][name]) for name in Lives._fields}) if "lives" in state else None
    return Outcome(**columns, events=events, lives=lives)
