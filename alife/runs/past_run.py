"""What a replay needs of a run: its configuration, its interventions, its end and its hash."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from alife.config.simulation_config import SimulationConfig, load_config
from alife.core.errors import CheckpointError, ConfigError, DiskError
from alife.core.fault import Fault
from alife.core.intervention import Intervention, from_plain
from alife.runs.replay import Replay
from alife.runs.run_directory import FAULT_FILE, INTERVENTIONS_FILE
from alife.runs.summary import versions


class PastRun(NamedTuple):
    """A run that was."""

    path: Path
    config: SimulationConfig
    interventions: tuple[tuple[int, Intervention], ...]  # each with the tick after which it was applied, in order
    end: int  # its last tick
    digest: str | None  # of its events; None for a run that did not end in order
    versions: Mapping[str, str]  # of what it was made with
    fault: Fault | None = None  # that has ended it

    def interventions_since(self, place: int) -> tuple[tuple[int, Intervention], ...]:
        """Return the interventions that are written down behind so many bytes of their file.

        Raises:
            DiskError: it cannot be read.
        """
        before = _read_text(self.path / INTERVENTIONS_FILE).encode()[:place].count(b"\n")
        return self.interventions[before:]


def load_run_config(run: Path) -> SimulationConfig:
    """Return the configuration of a run.

    Raises:
        ConfigError: it is no run directory, or its configuration is damaged.
    """
    path = run / "config.yaml"
    if not path.is_file():
        raise ConfigError(f"{run}: is no run directory, for it holds no config.yaml; name one such as runs/pond-1")
    return load_config(path)


def read_run(path: Path) -> PastRun:
    """Return what a run directory holds for a replay.

    Raises:
        ConfigError: it is no run directory, or its configuration is damaged.
        CheckpointError: its interventions or its summary are damaged, or it does not say how far the run came.
        DiskError: it cannot be read.
    """
    if not _has_file(path, "config.yaml") or not _has_file(path, "metrics.jsonl"):
        is_what = "this is no run directory" if path.is_dir() else "there is no such directory"
        raise ConfigError(f"{path}: {is_what}; name one that a run has printed, with config.yaml and metrics.jsonl")
    config = load_config(path / "config.yaml")
    interventions = _read_interventions(path / INTERVENTIONS_FILE)
    last_intervention = interventions[-1][0] if interventions else 0
    summary = _read_summary(path / "summary.json")
    if summary is None:
        return PastRun(path, config, interventions, max(_last_tick(path, config), last_intervention), None, {})
    fault = _read_fault(path / FAULT_FILE)
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
        raise DiskError(f"{path}: cannot be read ({error.strerror})") from error


def _read_interventions(path: Path) -> tuple[tuple[int, Intervention], ...]:
    interventions: list[tuple[int, Intervention]] = []
    for number, line in enumerate(_read_lines(path), 1):
        try:
            tick, intervention = _read_intervention(line)
        except (ValueError, RecursionError, ConfigError) as error:
            raise CheckpointError(f"{path}, line {number}: damaged, it is no intervention ({error})") from error
        if interventions and tick < interventions[-1][0]:
            raise CheckpointError(f"{path}, line {number}: tick {tick} stands behind tick {interventions[-1][0]}")
        interventions.append((tick, intervention))
    return tuple(interventions)


def _read_intervention(line: str) -> tuple[int, Intervention]:
    data = json.loads(line)
    if not isinstance(data, dict):
        raise ValueError("it must be an object with a tick and an intervention")
    tick = data.pop("tick", None)
    if not isinstance(tick, int) or isinstance(tick, bool) or tick < 0:
        raise ValueError("its tick must be a whole number of 0 or more")
    return tick, from_plain(data)


def _read_lines(path: Path) -> list[str]:
    """Return the lines of a file that may not be there; a last line that was never finished is left out."""
    return _read_text(path).split("\n")[:-1]


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8") if path.exists() else ""
    except OSError as error:
        raise DiskError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise CheckpointError(f"{path}: damaged, it is no text") from error


def _read_summary(path: Path) -> dict[str, Any] | None:
    """Return the summary; None where the run has not come to it."""
    if not _has_file(path.parent, path.name):
        return None
    text = _read_text(path)
    try:
        summary = json.loads(text)
        whole = isinstance(summary["ticks"], int) and isinstance(summary["event_log_sha256"], str)
    except (ValueError, TypeError, KeyError, RecursionError):
        whole = False
    if not whole:
        raise CheckpointError(f"{path}: damaged, it does not say at which tick the run ended and with which event hash")
    return dict(summary)


def _read_fault(path: Path) -> Fault | None:
    """Return the fault that has ended a run; None where none has."""
    if not (text := _read_text(path)):
        return None
    try:
        fault = Fault(**json.loads(text))
    except (ValueError, TypeError, RecursionError):
        fault = None
    if fault is None or not isinstance(fault.tick, int) or not isinstance(fault.what, str):
        raise CheckpointError(f"{path}: damaged, it does not say what has ended the run, and when")
    return fault


def _versions_of(summary: Mapping[str, Any]) -> Mapping[str, str]:
    found = summary.get("versions")
    return found if isinstance(found, dict) else {}


def _last_tick(path: Path, config: SimulationConfig) -> int:
    """Return how far a run came that has no summary."""
    lines = _read_lines(path / "metrics.jsonl")
    if not lines:
        if config.ticks is None:
            raise CheckpointError(f"{path}: nothing says how far this run came; it has no line of metrics")
        return config.ticks
    try:
        return int(json.loads(lines[-1])["tick"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CheckpointError(f"{path / 'metrics.jsonl'}, line {len(lines)}: damaged, it has no tick") from error


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
