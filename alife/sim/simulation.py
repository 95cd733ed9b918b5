"""Simulation: a world and the creatures in it, tick by tick."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from alife.body import metabolism_of
from alife.config.resolve import HOUSE
from alife.config.simulation_config import SimulationConfig, effective
from alife.core.brains import Brains
from alife.core.channel import Channel
from alife.core.errors import AlifeError, CheckpointError, InterventionError, NumericError, WorldError
from alife.core.frame import Annotation, BrainProbe, FrameEvent, WeightsSnapshot
from alife.core.heredity import BODY_GENES
from alife.core.intervention import Drop, Intervention, Move, Reload, Set, Swap
from alife.core.scene import Scene
from alife.core.world import Events, Lives, Outcome, State
from alife.place import Place
from alife.sim._annotations import Annotations, are_annotations
from alife.sim._state_schema import check_state, count_bytes, mismatch
from alife.sim._validate_intervention import event_value, validate_intervention
from alife.sim.activity import WINDOW, Activity
from alife.sim.checked_world import CheckedWorld, error_line
from alife.sim.events import SOURCES, EventLog
from alife.sim.faults import FaultCount
from alife.sim.lives import LifeLog
from alife.sim.medians import EVERY, Medians
from alife.sim.metrics import SpeciesMetrics
from alife.sim.population_line import population_line
from alife.sim.settings import Settings

_FREE = ("name", "ticks", "view", "record", "threads", "memory_gib", "faults")
"""Keys that may differ between a saved run and the one that goes on with it: they change nothing that happens."""


class Simulation:
    """A run without clock, window or disk: only `run_tick` and `intervene` change it.

    Args:
        config: checked and complete.
        world: of that configuration, to be called.
        populations: the brains of each species that lives there, in the order of the configuration.

    Raises:
        WorldError: the world breaks its contract at its first tick.
    """

    replay_until: int | None = None  # the last tick, of a replay
    between_ticks = True  # False while a tick goes on, and for ever after one that failed: there is no whole state then

    def __init__(self, config: SimulationConfig, world: CheckedWorld, populations: dict[str, Brains]) -> None:
        self.config, self.tick, self.populations = config, 0, populations
        self._checked_world, self.world = world, world.world
        self._counts = np.array([species.rows for species in config.creatures.values()])
        self.metrics = {
            name: SpeciesMetrics(self.world.row_count(name), config.ticks, world.success) for name in config.creatures
        }
        self.events = EventLog(list(config.creatures), self.world.causes)
        self._annotations = Annotations(int(self.world.copies))
        self.faults = FaultCount(config.creatures, config.faults.most)
        self.warnings: dict[str, str] = {}  # what is strange and ends no run, each told once, by a name of its own
        self._reports = {name: population.report for name, population in self.populations.items()}
        self._outcomes = world.reset(config.world_seed)
        rows = {name: each.rows for name, each in self.metrics.items()}
        genes = {name: population.genes for name, population in populations.items()}
        self.lives = LifeLog(rows, self._outcomes, self.world.causes, genes)
        self._traits = {
            name: own for name, each in genes.items() if (own := [gene for gene in each if gene in BODY_GENES])
        }
        self._express_all()
        self.settings = Settings(config, self.world)
        bodies = {name: metabolism_of(self.world.species[name][0]) for name in self.lives.by_species}
        self._required_species = [name for name, one in bodies.items() if one is not None and one.extinction == "stop"]
        self.medians = {name: Medians((*self._vitals(name), *genes[name])) for name in self.lives.by_species}
        counts = {name: len(population.spikes_per_neuron()) for name, population in self.populations.items()}
        self._activity = Activity(rows, counts)
        self._bear_world_faults()

    def run_tick(self) -> None:
        """Run one tick: every creature senses, learns and acts, then the world answers.

        Raises:
            WorldError: the world or another plug-in broke its contract; the message names species and tick.
            NumericError: brains have left the numbers more often than the run bears; the tick is whole.
        """
        self.between_ticks = False
        actions = self._act()
        for name in self._traits:
            if (lives := self._outcomes[name].lives) is not None and len(lives.born):
                self._express(name, lives.born)
        self.events.log_surprises(self.tick, self._reports)
        self.tick += 1
        outcomes = self._checked_world.step(self.tick, actions)
        self._outcomes = outcomes  # only now: what was refused never reaches a saved state
        if self._checked_world.mended:
            self._bear_world_faults()
        self.events.log_outcomes(self.tick, outcomes)
        if self.lives.by_species:
            self.lives.update_lives(self.tick, outcomes)
        self._collect_annotations()
        for name, metrics in self.metrics.items():
            metrics.update_metrics(outcomes[name], self._reports[name])
        if self.tick % WINDOW == 0:
            self._look_at_activity()
        if self.tick % EVERY == 0:
            for name, medians in self.medians.items():
                medians.add_medians(self.columns(name), self.lives.by_species[name].known(self.tick))
        self.between_ticks = True
        self.faults.end_run()

    def close(self) -> None:
        """Close the world: no tick comes after."""
        self._checked_world.close()

    def _act(self) -> dict[str, NDArray[Any]]:
        """Return the actions of all creatures, by species."""
        actions, name = {}, ""
        try:
            for name, population in self.populations.items():
                actions[name] = population.act(self._outcomes[name])
                if refused := self._reports[name].faults:
                    self.faults.note_brain_faults(name, self.tick, refused)
        except (NumericError, WorldError) as error:
            raise type(error)(f"species {name}, tick {self.tick}: {error}") from error
        except AlifeError:
            raise
        except (Exception, SystemExit) as error:
            raise WorldError(f"species {name}, tick {self.tick}: {error_line(error)}") from error
        return actions

    def _express(self, name: str, rows: NDArray[np.int64]) -> None:
        """Let the bodies in these rows be what their genes say."""
        traits = {gene: self.populations[name].genes[gene][rows] for gene in self._traits[name]}
        self._checked_world.call_world(self.tick, self.world.express, name, rows, traits)

    def _express_all(self) -> None:
        for name in self._traits:
            self._express(name, np.arange(self.populations[name].rows))

    def _bear_world_faults(self) -> None:
        """Count what the world gave at this tick that no creature can take, and that was mended."""
        mended, self._checked_world.mended = self._checked_world.mended, []
        for name, found in mended:
            if self.config.on_fault == "clip":
                self.faults.clipped[name] += len(found.rows)
                continue
            self.faults.note_world_faults(name, self.tick, found)
            self.populations[name].skip_learning(found.rows)
            if not self._checked_world.call_world(self.tick, self.world.restart_rows, name, found.rows):
                where = f"species {name}, row {found.rows[0]}, tick {self.tick}"
                why = "it cannot begin single rows anew, so they go on there where they are"
                self.warnings.setdefault("restart", f"{where}: {found.what}; {why}")

    def _look_at_activity(self) -> None:
        """Warn of layers that never fire, or always do, and of episodes that are over at once."""
        for name, population in self.populations.items():
            lives = self._outcomes[name].lives
            alive = np.ones(population.rows, bool) if lives is None else lives.alive
            spikes, ends = np.array(population.spikes_per_neuron()), self.metrics[name].ends
            for key, sentence in self._activity.look(name, spikes.reshape(-1, population.rows), alive, ends):
                self.warnings.setdefault(key, sentence)

    @property
    def extinct(self) -> bool:
        """Whether a species is gone without which the run is to stop."""
        return bool(self._required_species) and any(map(self.lives.is_extinct, self._required_species))

    def _collect_annotations(self) -> None:
        if annotations := self._checked_world.call_world(self.tick, self.world.annotations):
            try:
                self._annotations.add_annotations(self.tick, annotations)
            except (TypeError, ValueError) as error:
                raise WorldError(
                    f"the annotations of the world at tick {self.tick} are none: {error_line(error)}"
                ) from error

    def intervene(self, intervention: Intervention) -> FrameEvent:
        """Apply an intervention between this tick and the next, and return what the log says of it.

        Raises:
            InterventionError: it cannot be done; then nothing has changed, and nothing is logged.
        """
        intervention = validate_intervention(
            intervention, int(self.world.copies), {name: each.rows for name, each in self.populations.items()}
        )
        match intervention:
            case Reload():
                raise InterventionError("a reload is done by alife.sim.reload, which reads the file of the world")
            case Set(path, value):
                self.settings.check(path, value)
                self._set(intervention)
                self.settings.values[path] = value
            case Drop() | Move() | Swap():
                self._checked_world.call_world(self.tick, self.world.apply, intervention)
            case _:
                self._call_population(intervention.species, self.populations[intervention.species].apply, intervention)
        return self._log_intervention(intervention)

    def _set(self, intervention: Set) -> None:
        """Set a number of the world or of a body, or how much weights of a species mutate."""
        match intervention.path.split("."):
            case "creatures", name, "heredity", _:
                self._call_population(name, self.populations[name].apply, intervention)
            case _:
                self._checked_world.call_world(self.tick, self.world.apply, intervention)

    def change_world(
        self, config: SimulationConfig, world: CheckedWorld, outcomes: Mapping[str, Outcome]
    ) -> FrameEvent:
        """Let all creatures go on in another world between this tick and the next, and return what the log says of it.

        Their episodes are cut off. As after every end of an episode, their actions at the next tick are ignored.

        Args:
            config: of the run, with the other world.
            world: the other one, to be called; it fits the brains.
            outcomes: what it has begun with.
        """
        self._checked_world.close()
        self.config, self._checked_world, self.world = config, world, world.world
        world.begun = self.lives.repopulate(outcomes)
        self._outcomes = {name: _cut_off(outcome) for name, outcome in self._outcomes.items()}
        self.events.update_causes(self.world.causes)
        self.lives.update_causes(self.world.causes)
        for metrics in self.metrics.values():
            metrics.success = world.success
        for population in self.populations.values():
            population.update_causes(self.world.causes)
        self._express_all()
        before, self.settings = self.settings, Settings(config, self.world)
        for changed in before.changed():
            with suppress(InterventionError):  # the new code does not know it any more
                self.settings.load({changed.path: changed.value}, self._set)
        return self._log_intervention(Reload())

    def _log_intervention(self, intervention: Intervention) -> FrameEvent:
        species_index, row = -1, -1
        if isinstance(intervention, Swap | Reload):
            self._annotations.annotate_all_copies(self.tick, intervention.cause)
        elif isinstance(intervention, Set):
            key = intervention.path.rpartition(".")[2]
            self._annotations.annotate_all_copies(self.tick, f"{key} {intervention.value:g}")
        elif not isinstance(intervention, Drop):
            species_index, row = self.events.species.index(intervention.species), intervention.row
        value = event_value(intervention)
        records = self.events.log_intervention(self.tick, species_index, row, intervention.cause, value)
        return self._frame_event(records[0])

    def _call_population(self, name: str, method: Callable[..., Any], *arguments: Any) -> Any:
        """Call a method of a population, and turn what a plug-in raises into a WorldError."""
        try:
            return method(*arguments)
        except AlifeError:
            raise
        except (Exception, SystemExit) as error:
            raise WorldError(f"species {name}, tick {self.tick}: {error_line(error)}") from error

    def outcome(self, species: str) -> Outcome:
        """Return the outcome of the last tick for a species; it must not be changed."""
        return self._outcomes[species]

    def scene(self, copy: int) -> Scene:
        """Return what one copy looks like now."""
        scene = self._checked_world.call_world(self.tick, self.world.scene, copy)
        if not isinstance(scene, Scene):
            kind = type(scene).__name__
            raise WorldError(f"the scene of copy {copy} at tick {self.tick} must be a Scene, it is a {kind}")
        return scene

    def probe(self, species: str, row: int) -> BrainProbe:
        """Return a probe of the brain of one creature."""
        probe: BrainProbe = self._call_population(species, self.populations[species].probe, row)
        return probe

    def copy_probes(self, copy: int) -> dict[str, Callable[[int], BrainProbe]]:
        """Return, by species, what gives the probe of each creature of a copy, of now, whatever comes then."""
        counts = {name: species.rows for name, species in self.config.creatures.items()}
        return {
            name: self._call_population(name, self.populations[name].probes, slice(copy * count, (copy + 1) * count))
            for name, count in counts.items()
        }

    def snapshot(self, species: str, row: int) -> WeightsSnapshot:
        """Return a snapshot of the weights of one brain, and of what it would credit now."""
        snapshot: WeightsSnapshot = self._call_population(species, self.populations[species].snapshot, row)
        return snapshot

    def channels(self, species: str) -> tuple[Channel, ...]:
        """Return what each input of the brains of a species means."""
        sensed = self._checked_world.call_world(self.tick, self.world.channels, species)
        channels: tuple[Channel, ...] = self._call_population(species, self.populations[species].channels, sensed)
        return channels

    def annotations(self, copy: int) -> tuple[Annotation, ...]:
        """Return the newest annotations of one copy: changes of the world itself and interventions."""
        return self._annotations.copy_annotations(copy)

    def copy_events(self, copy: int) -> list[FrameEvent]:
        """Return the events of one copy and its creatures since the last tick began."""
        happened = [
            self._frame_event(event)
            for records in self.events.tick_records
            for event in records[records["row"] // self._counts[records["species"]] == copy]
        ]
        from_interventions = [self._frame_event(record[0]) for record in self.events.intervention_records]
        return [*happened, *(event for event in from_interventions if self.concerns_copy(event, copy))]

    def concerns_copy(self, event: FrameEvent, copy: int) -> bool:
        """Return whether an event concerns one copy, or a creature in it."""
        if event.species:
            return bool(event.row // self.config.creatures[event.species].rows == copy)
        return event.cause != Drop.cause or event.value == copy

    def _frame_event(self, event: Any) -> FrameEvent:
        tick, species, row, cause, value, source = event.item()
        name = "" if species < 0 else self.events.species[species]
        return FrameEvent(tick, name, row, self.events.causes[cause], value, SOURCES[source])

    def metrics_line(self) -> dict[str, Any]:
        """Return the metrics since the last such line, and what populations are like by now."""
        return {"tick": self.tick, "species": {name: self._species_line(name) for name in self.metrics}}

    def _species_line(self, name: str) -> dict[str, float | None]:
        lives, genes = self.lives.by_species.get(name), self.populations[name].genes
        known = np.ones(self.populations[name].rows, bool) if lives is None else lives.known(self.tick)
        return {
            **self.metrics[name].means_since_last_line(),
            **self.lives.numbers_since_last_line(name),
            **population_line(self._vitals(name), known if lives is None else lives.alive),
            **population_line(genes, known),
        }

    def columns(self, name: str) -> dict[str, NDArray[Any]]:
        """Return by name what describes the creatures of a species, its vitals and its genes, (rows,) each."""
        return {**self._vitals(name), **self.populations[name].genes}

    def _vitals(self, name: str) -> Mapping[str, NDArray[Any]]:
        vitals, rows = self._checked_world.call_world(self.tick, self.world.vitals, name), self.populations[name].rows
        if not isinstance(vitals, Mapping) or not all(_is_column(column, rows) for column in vitals.values()):
            where = f"the vitals of species {name} at tick {self.tick}"
            raise WorldError(f"{where} must be arrays of {rows} numbers, by name")
        return vitals

    def state_dict(self) -> State:
        """Return all that this run needs to go on as if it had never stopped."""
        return {
            "tick": self.tick,
            "config": _fingerprint(self.config),
            "digest": self.events.digest.hex(),
            **self._part_states(),
            "outcomes": _outcome_states(self._outcomes),
            "annotations": self._annotations.state_dict(),
            **({"begun": _outcome_states(begun)} if (begun := self._checked_world.begun) is not None else {}),
        }

    def _part_states(self) -> State:
        return {
            "world": self._checked_world.call_world(self.tick, self.world.state_dict),
            "populations": {
                name: self._call_population(name, each.state_dict) for name, each in self.populations.items()
            },
            "metrics": {name: each.state_dict() for name, each in self.metrics.items()},
            **({"lives": self.lives.state_dict()} if self.lives.by_species else {}),
            **({"medians": {name: each.state_dict() for name, each in self.medians.items()}} if self.medians else {}),
            **({"settings": dict(self.settings.values)} if self.settings.values else {}),
            "faults": self.faults.state_dict(),
            "activity": self._activity.state_dict(),
            "warnings": dict(self.warnings),
        }

    def most_state_bytes(self) -> int:
        """Return how many bytes a saved state of this run may take, at most.

        What grows are lists of events and lives; in environments, of which nothing is known, the actions of an episode.
        """
        grown = 0 if isinstance(self.world, Place) else 2**24 * int(self.world.copies)
        return 2 * count_bytes(self._part_states()) + 2**26 + grown

    def check_state_dict(self, state: State) -> None:
        """Raise unless a state has the keys, shapes and types that one of this simulation has.

        Raises:
            CheckpointError: it has not, or it belongs to another configuration.
        """
        self._check_state(state, self._part_states())
        _tick_and_digest(state)

    def _check_state(self, state: State, like: State) -> None:
        _check_parts(state, like, _fingerprint(self.config))
        for part in like:
            # what a world of others saves is its own affair
            if part != "world" or type(self.world).__module__.partition(".")[0] in HOUSE:
                check_state({part: state[part]}, {part: like[part]}, "", finite=part != "populations")

    def load_state_dict(self, state: State) -> None:
        """Load a state that `state_dict` returned for the same configuration; all of it, or nothing.

        Raises:
            CheckpointError: the state belongs to another configuration, or is not whole.
        """
        before = self._part_states()
        self._check_state(state, before)
        tick, digest = _tick_and_digest(state)
        outcomes = self._load_outcomes(tick, state["outcomes"])
        begun = self._load_outcomes(tick, state["begun"]) if "begun" in state else None
        annotations = state["annotations"]
        if not are_annotations(annotations):
            raise mismatch("its annotations must be lists of ticks and texts by copy")
        try:
            self._load_parts(state)
        except Exception as error:
            with suppress(Exception):  # what cannot take on its own state has not changed by ours
                self._load_parts(before)
            if isinstance(error, CheckpointError):
                raise
            raise mismatch(error_line(error)) from error
        self.tick, self.events.digest, self._outcomes = tick, digest, outcomes
        self._checked_world.begun = begun
        self._annotations.load_state_dict(annotations)
        self.events.clear_tick_records()

    def _load_outcomes(self, tick: int, state: State) -> dict[str, Outcome]:
        try:
            saved = {name: _outcome_from_state(state[name]) for name in self.populations}
            self._checked_world.look_again()
            outcomes = self._checked_world.check_outcomes(tick, saved)
        except (LookupError, TypeError, ValueError, WorldError) as error:
            raise mismatch(f"its outcomes are not whole, {error_line(error)}") from error
        return outcomes

    def _load_parts(self, part_states: State) -> None:
        self.world.load_state_dict(part_states["world"])
        for name, population in self.populations.items():
            population.load_state_dict(part_states["populations"][name])
            self.metrics[name].load_state_dict(part_states["metrics"][name])
        if self.lives.by_species:
            self.lives.load_state_dict(part_states["lives"])
        for name, medians in self.medians.items():
            medians.load_state_dict(part_states["medians"][name])
        if self.settings.values:
            self.settings.load(part_states["settings"], self._set)
        self.faults.load_state_dict(part_states["faults"])
        self._express_all()
        self._activity.load_state_dict(part_states["activity"])
        self.warnings = dict(part_states["warnings"])


def keys_that_decide(one: SimulationConfig, other: SimulationConfig) -> list[str]:
    """Return in which keys that decide what happens in a run two configurations differ."""
    first, second = _deciding(one), _deciding(other)
    return [name for name in first if first[name] != second.get(name)]


def _deciding(config: SimulationConfig) -> dict[str, Any]:
    return {name: value for name, value in effective(config).items() if name not in _FREE}


def _fingerprint(config: SimulationConfig) -> str:
    """Return a hash of all that decides what happens in a run."""
    return sha256(json.dumps(_deciding(config), sort_keys=True).encode()).hexdigest()


def _cut_off(outcome: Outcome) -> Outcome:
    """Return an outcome with every living row truncated: its world is no more, and something would have come after."""
    there = True if outcome.lives is None else outcome.lives.alive
    return replace(outcome, truncated=np.asarray(outcome.truncated | (~outcome.terminated & there)))


def _check_parts(state: Any, part_states: State, fingerprint: str) -> None:
    """Raise unless a state has all its parts, and is of the same species and configuration."""
    parts = ("tick", "config", "digest", *part_states, "outcomes", "annotations")
    if not isinstance(state, Mapping) or (missing := [part for part in parts if part not in state]):
        lacks = f"it lacks {', '.join(missing)}" if isinstance(state, Mapping) else "it is no mapping"
        raise CheckpointError(f"the saved state is not whole: {lacks}")
    there, here = state["populations"], part_states["populations"]
    if not isinstance(there, Mapping):
        raise mismatch("its populations must be a mapping by species")
    if set(there) != set(here):
        saved, ours = ", ".join(sorted(map(str, there))), ", ".join(sorted(here))
        raise CheckpointError(f"the saved state has the species {saved}, this configuration has {ours}")
    if state["config"] != fingerprint:
        raise mismatch(f"it was saved by another one, which may differ in {', '.join(_FREE)} only")


def _tick_and_digest(state: State) -> tuple[int, bytes]:
    tick, text = state["tick"], state["digest"]
    if not isinstance(tick, int) or isinstance(tick, bool) or not 0 <= tick < 2**63:
        raise mismatch("its tick must be a whole number of 0 or more")
    try:
        digest = bytes.fromhex(text)
    except (TypeError, ValueError):
        digest = b""
    if len(digest) != sha256().digest_size:
        raise mismatch("its digest must be a sha256 in hexadecimal digits")
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
        **({"lives": _lives_state(outcome.lives)} if outcome.lives else {}),
    }


def _is_column(column: Any, rows: int) -> bool:
    return isinstance(column, np.ndarray) and column.shape == (rows,) and column.dtype.kind in "iuf"


def _lives_state(lives: Lives) -> State:
    return {name: each.copy() for name, each in lives._asdict().items() if each is not None}


def _outcome_from_state(state: State) -> Outcome:
    columns = {name: np.array(state[name]) for name in ("observations", "rewards", "terminated", "truncated")}
    events = Events(**{name: np.array(state["events"][name]) for name in Events._fields})
    lives = Lives(**{name: np.array(each) for name, each in state["lives"].items()}) if "lives" in state else None
    return Outcome(**columns, events=events, lives=lives)
