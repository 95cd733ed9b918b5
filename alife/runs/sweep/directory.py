"""The directory of several seeds: `seed-0000`, ... are ordinary run directories; a summary and a curve of all."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from alife.config.simulation_config import SimulationConfig, dump_config, effective
from alife.config.yaml_file import MAX_BYTES
from alife.core.errors import CheckpointError, ConfigError, DiskError
from alife.runs import is_of_seeds, seed_directories, seed_directory
from alife.runs._json import damaged, is_count
from alife.runs._read_files import read_file, read_json
from alife.runs.claim import LOCK_FILE, Claim, claim_new, holds_nothing, refuse_if_held
from alife.runs.results import SWEEP_FILE

AT_THE_END = ("done", "extinct")
"""How runs have ended that need not go on."""


class SeedsDirectory:
    """Where the runs of several seeds are kept, new or from an earlier run of the same command.

    Args:
        path: must not exist, be empty, or hold runs of the same configuration; a new one under runs/ when None.
        config: of all runs but for the seed.
        seeds: that are to be run.

    Raises:
        ConfigError: the path holds something else, or runs of another configuration, or another process has it.
        DiskError: it cannot be made or read.
    """

    def __init__(self, path: Path | None, config: SimulationConfig, seeds: Sequence[int]) -> None:
        self._config = config
        if path is not None:
            _refuse_if_strange(path)
        self._claim = claim_new(f"{config.name}-seeds") if path is None else Claim(path)
        self.path = self._claim.path
        try:
            for seed in seed_directories(self.path):
                self._check_seed(seed)
            self._write_sweep(seeds)
        except BaseException:
            self._claim.discard()
            raise

    def _write_sweep(self, seeds: Sequence[int]) -> None:
        """Write down which seeds are run with what, those of earlier commands first."""
        path, unfinished = self.path / SWEEP_FILE, self.path / "sweep.unfinished"
        earlier = read_sweep(self.path)[1] if path.exists() else ()
        sweep = {"seeds": list(dict.fromkeys((*earlier, *seeds))), "config": effective(self._config)}
        try:
            unfinished.write_text(json.dumps(sweep) + "\n", encoding="utf-8")
            unfinished.replace(path)
        except OSError as error:
            raise DiskError(f"{path}: cannot be written ({error.strerror})") from error

    def run_path(self, seed: int) -> Path:
        """Return the run directory of a seed."""
        return seed_directory(self.path, seed)

    def is_done(self, seed: int) -> bool:
        """Return whether an earlier run of this seed has come to its end."""
        return self.seed_summary(seed).get("ended") in AT_THE_END

    def seed_summary(self, seed: int) -> dict[str, Any]:
        """Return the summary of a seed, empty while there is none."""
        try:
            return read_json(self.run_path(seed) / "summary.json") or {}
        except CheckpointError:
            return {}  # a run whose summary cannot be read is run anew

    def close(self) -> None:
        """Let other commands have the directory; one without a run is taken away again, if it was made here."""
        if not seed_directories(self.path):
            with suppress(OSError):
                (self.path / SWEEP_FILE).unlink()
        self._claim.discard()

    def _check_seed(self, seed: int) -> None:
        """Raise unless a directory holds a run of this configuration, or no more than the first moment of a run."""
        path = self.run_path(seed)
        ours = dump_config(self._config.model_copy(update={"seed": seed}))
        try:
            there = {part.name for part in path.iterdir()}
            text = read_file(path / "config.yaml", MAX_BYTES).decode() if "config.yaml" in there else ""
        except (OSError, UnicodeError) as error:
            raise DiskError(f"{path}: the run of seed {seed} cannot be read ({error})") from error
        is_whole, has_begun = text == ours, ours.startswith(text) and there <= {"config.yaml", "events", LOCK_FILE}
        if not is_whole and not has_begun:
            raise ConfigError(
                f"--out {self.path}: {path.name} holds a run of another configuration; "
                "name a new directory, or give the configuration in its config.yaml"
            )


def _refuse_if_strange(path: Path) -> None:
    """Raise if a directory holds anything but seeds; touch nothing."""
    try:
        strange = path.exists() and not holds_nothing(path) and not is_of_seeds(path)
    except OSError as error:
        raise DiskError(f"{path}: the directory cannot be made ({error.strerror})") from error
    if strange:
        refuse_if_held(path)
        raise ConfigError(f"--out {path}: must be a new or an empty directory, or one that --seeds has made")


def read_sweep(path: Path) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Return the configuration of the seeds in a directory, as plain data, and which they are.

    Raises:
        CheckpointError: the file that says so cannot be read or is damaged.
    """
    found = read_json(path / SWEEP_FILE) or {}
    config, seeds = found.get("config"), found.get("seeds")
    if not isinstance(config, dict) or not isinstance(seeds, list) or not all(map(is_count, seeds)):
        raise damaged(str(path / SWEEP_FILE), "it does not say which seeds are run with what")
    return config, tuple(seeds)
