"""The directory of several seeds: `seed-0000`, ... are ordinary run directories; a summary and a curve of all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from alife.config.simulation_config import SimulationConfig, dump_config
from alife.core.errors import CheckpointError, ConfigError, DiskError
from alife.runs import is_of_seeds, seed_directories, seed_directory
from alife.runs._read_files import read_json

AT_THE_END = ("done", "extinct")
"""How runs have ended that need not go on."""


class SeedsDirectory:
    """Where the runs of several seeds are kept, new or from an earlier run of the same command.

    Args:
        path: must not exist, be empty, or hold runs of the same configuration.
        config: of all runs but for the seed.

    Raises:
        ConfigError: the path holds something else, or runs of another configuration.
        DiskError: it cannot be made or read.
    """

    def __init__(self, path: Path, config: SimulationConfig) -> None:
        self.path, self._config = path, config
        self._made = not path.exists()
        try:
            path.mkdir(parents=True, exist_ok=True)
            strange = any(path.iterdir()) and not is_of_seeds(path)
        except OSError as error:
            raise DiskError(f"{path}: the directory cannot be made ({error.strerror})") from error
        if strange:
            raise ConfigError(f"--out {path}: must be a new or an empty directory, or one that --seeds has made")
        for seed in seed_directories(path):
            self._check_seed(seed)

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

    def remove_if_empty(self) -> None:
        """Remove the directory if it was made here and nothing has come into it."""
        if self._made:
            with suppress(OSError):
                self.path.rmdir()

    def _check_seed(self, seed: int) -> None:
        """Raise unless a directory holds a run of this configuration, or no more than the first moment of a run."""
        path = self.run_path(seed)
        ours = dump_config(self._config.model_copy(update={"seed": seed}))
        try:
            there = {part.name for part in path.iterdir()}
            text = (path / "config.yaml").read_text(encoding="utf-8") if "config.yaml" in there else ""
        except (OSError, UnicodeError) as error:
            raise DiskError(f"{path}: the run of seed {seed} cannot be read ({error})") from error
        is_whole, has_begun = text == ours, ours.startswith(text) and there <= {"config.yaml", "events"}
        if not is_whole and not has_begun:
            raise ConfigError(
                f"--out {self.path}: {path.name} holds a run of another configuration; "
                "name a new directory, or give the configuration in its config.yaml"
            )


@contextmanager
def alone_in(path: Path) -> Iterator[None]:
    """Lock a directory against a second command, where the system can.

    Raises:
        ConfigError: another one works in it.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    directory = os.open(path, os.O_RDONLY)
    try:
        _lock(path, directory, fcntl.LOCK_EX | fcntl.LOCK_NB, fcntl.flock)
        yield
    finally:
        os.close(directory)


def _lock(path: Path, directory: int, mode: int, flock: Callable[[int, int], None]) -> None:
    try:
        flock(directory, mode)
    except BlockingIOError:
        raise ConfigError(f"--out {path}: another command runs its seeds here; wait for it, or name another") from None
    except OSError:
        pass  # some file systems cannot
