"""What a replay needs of a run: its configuration, its interventions, its end and its hash."""

import re
from collections import deque
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

from alife.config.simulation_config import SimulationConfig
from alife.config.trust import parse_foreign
from alife.core.errors import CheckpointError, ConfigError
from alife.core.fault import Fault
from alife.core.intervention import Intervention, from_plain
from alife.core.world import State
from alife.runs._json import damaged, is_count, is_name, parse_object
from alife.runs._read_files import read_json, read_lines, read_settings
from alife.runs.checkpoints import last_checkpoint
from alife.runs.replay import Replay
from alife.runs.run_directory import BEGINNING, FAULT_FILE, INTERVENTIONS_FILE
from alife.runs.summary import versions
from alife.runs.sums import check_sums
from alife.sim.simulation import Simulation


class PastRun(NamedTuple):
    """A run that was."""

    path: Path
    config: SimulationConfig
    interventions: tuple[tuple[int, Intervention], ...]  # each with the tick after which it was applied, in order
    end: int  # its last tick
    digest: str | None  # of its events; None for a run that did not end in order
    versions: Mapping[str, str]  # of what it was made with
    fault: Fault | None = None  # that has ended it

    def beginning(self) -> State | None:
        """Return the state of tick 0, where creatures began with the brains of others.

        Raises:
            CheckpointError: it cannot be read.
        """
        return _beginning(self.path)

    def interventions_since(self, place: int) -> tuple[tuple[int, Intervention], ...]:
        """Return the interventions that are written down behind so many bytes of their file.

        Raises:
            CheckpointError: it cannot be read.
        """
        ends = accumulate(len(line) for _, line in read_lines(self.path / INTERVENTIONS_FILE))
        return tuple(one for one, end in zip(self.interventions, ends, strict=True) if end > place)


def load_beginning(run: Path, simulation: Simulation) -> None:
    """Load what a run began with into a simulation in tick 0, if its creatures began with the brains of others.

    Raises:
        CheckpointError: it cannot be read, or does not fit.
    """
    if (state := _beginning(run)) is not None:
        simulation.load_state_dict(state)


def _beginning(run: Path) -> State | None:
    root = run / BEGINNING
    return last_checkpoint(root).state if root.exists() else None


def load_run_config(run: Path, changes: Sequence[str] = (), trust: bool = False) -> SimulationConfig:
    """Return the configuration of a run.

    Args:
        run: its directory.
        changes: `a.b=value` texts, as on the command line.
        trust: whether code that is not of the house may be imported where the configuration names it.

    Raises:
        ConfigError: it is no run directory, its configuration is damaged, or names code of others without trust.
        CheckpointError: it cannot be read.
    """
    path = run / "config.yaml"
    return parse_foreign(read_settings(path), str(path), changes, trust)


def read_run(path: Path, trust: bool = False) -> PastRun:
    """Return what a run directory holds for a replay.

    Args:
        path: of the run directory.
        trust: as in `load_run_config`.

    Raises:
        ConfigError: it is no run directory, its configuration is damaged, or names code of others without trust.
        CheckpointError: it cannot be read or is damaged, or does not say how far the run came.
    """
    if not _has_file(path, "config.yaml") or not _has_file(path, "metrics.jsonl"):
        is_what = "this is no run directory" if path.is_dir() else "there is no such directory"
        raise ConfigError(f"{path}: {is_what}; name one that a run has printed, with config.yaml and metrics.jsonl")
    config = load_run_config(path, trust=trust)
    interventions = _read_interventions(path / INTERVENTIONS_FILE)
    last_intervention = interventions[-1][0] if interventions else 0
    summary = _read_summary(path / "summary.json")
    if summary is None:
        return PastRun(path, config, interventions, max(_last_tick(path, config), last_intervention), None, {})
    fault = _read_fault(path / FAULT_FILE)
    for name in ("summary.json", INTERVENTIONS_FILE, FAULT_FILE):
        check_sums(path, name)
    if last_intervention > summary["ticks"]:
        raise CheckpointError(
            f"{path / INTERVENTIONS_FILE}, line {len(interventions)}: "
            f"tick {last_intervention} is after the run's last tick, {summary['ticks']}"
        )
    return PastRun(
        path, config, interventions, summary["ticks"], summary["event_log_sha256"], _versions_of(summary), fault
    )


def _has_file(path: Path, name: str) -> bool:
    try:
        return (path / name).is_file()
    except OSError as error:
        raise CheckpointError(f"{path}: cannot be read ({error.strerror})") from error


def _read_interventions(path: Path) -> tuple[tuple[int, Intervention], ...]:
    interventions: list[tuple[int, Intervention]] = []
    for source, line in read_lines(path):
        tick, intervention = _read_intervention(line, source)
        if interventions and tick < interventions[-1][0]:
            raise CheckpointError(f"{source}: tick {tick} stands behind tick {interventions[-1][0]}")
        interventions.append((tick, intervention))
    return tuple(interventions)


def _read_intervention(line: bytes, source: str) -> tuple[int, Intervention]:
    data = parse_object(line, source)
    tick = data.pop("tick", None)
    if not is_count(tick):
        raise damaged(source, "its tick must be a whole number of 0 or more")
    try:
        return tick, from_plain(data)
    except ConfigError as error:
        raise damaged(source, str(error)) from error


def _read_summary(path: Path) -> dict[str, Any] | None:
    """Return the summary; None where the run has not come to it."""
    summary = read_json(path)
    if summary is not None and not (is_count(summary.get("ticks")) and _is_hash(summary.get("event_log_sha256"))):
        raise damaged(str(path), "it does not say at which tick the run ended and with which event hash")
    return summary


def _is_hash(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None


def _read_fault(path: Path) -> Fault | None:
    """Return the fault that has ended a run; None where none has."""
    found = read_json(path)
    if found is None:
        return None
    whole = found.keys() == set(Fault._fields) and is_count(found["tick"])
    whole = whole and all(found[name] is None or is_name(found[name]) for name in ("kind", "species"))
    if not whole or not (found["row"] is None or is_count(found["row"])) or not isinstance(found["what"], str):
        raise damaged(str(path), "it does not say what has ended the run, and when")
    return Fault(**found)


def _versions_of(summary: Mapping[str, Any]) -> Mapping[str, str]:
    found = summary.get("versions")
    if not isinstance(found, dict):
        return {}
    return {name: version for name, version in found.items() if is_name(name) and is_name(version)}


def _last_tick(path: Path, config: SimulationConfig) -> Any:
    """Return how far a run came that has no summary."""
    last = deque(read_lines(path / "metrics.jsonl"), maxlen=1)
    if not last:
        if config.ticks is None:
            raise CheckpointError(f"{path}: nothing says how far this run came; it has no line of metrics")
        return config.ticks
    source, line = last[0]
    tick: Any = parse_object(line, source).get("tick")
    if not is_count(tick):
        raise damaged(source, "it has no tick")
    return tick


def verdict(run: PastRun, replay: Replay) -> str:
    """Return in one line whether a replay equals its run.

    Raises:
        CheckpointError: it does not.
    """
    if replay.digest_at_end is None:
        return f"the replay ended at tick {replay.tick} of {run.end}, so it was not compared with the run"
    if run.digest is None:
        return "the replay has nothing to be compared with: the run was killed before it left its event hash"
    if replay.digest_at_end == run.digest:
        return "the replay equals the run"
    now = versions()
    others = [f"{name} {was}, now {now.get(name)}" for name, was in run.versions.items() if was != now.get(name)]
    why = f"the run was made with {'; '.join(others)}" if others else "another machine or version may be the reason"
    raise CheckpointError(
        f"the replay differs from the run: its event hash is {replay.digest_at_end[:16]}..., "
        f"the run's is {run.digest[:16]}...; {why}"
    )
